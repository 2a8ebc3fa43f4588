"""The library's rows, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.ids import new_id
from core.domain.image import ImageRef
from core.domain.job import Ending, Job, JobState, StoredImage
from core.domain.ledger import Budgets, EntryKind
from core.domain.library import Filter, Kind, Sort
from core.domain.request import EditRequest, GenerateRequest, Request
from core.domain.stock import Stock
from core.errors import InvalidRequestError, NotFoundError
from core.storage.database import Database
from core.storage.journal import SqlJournal
from core.storage.library import SqlLibrary
from tests.storage.samples import NOW, a_job, an_entry, an_image, settled

REF = ImageRef(sha256="ee" * 32, width=1024, height=1024, media_type="image/png", bytes=9)


@pytest.fixture
def library(database: Database) -> SqlLibrary:
    return SqlLibrary(database)


def made(
    journal: SqlJournal, prompt: str = "a heron", *, minutes: int = 0, images: int = 1, sha256: str = "",
    **changes: object,
) -> tuple[Job, tuple[str, ...]]:  # fmt: skip
    """A finished job with its pictures, and their ids."""
    request: Request = GenerateRequest(prompt=prompt, model=str(changes.pop("model", "gpt-image-2")), quality="high")
    job = a_job(request=changes.pop("request", request), created_at=NOW + timedelta(minutes=minutes), **changes)
    journal.open(job, an_entry(job), Budgets(), lease_until=NOW)
    journal.claim(job.id, "me", now=NOW, lease_until=NOW)
    results = [an_image(job, number, sha256 or new_id() * 2) for number in range(images)]
    results = [replace(image, created_at=job.created_at) for image in results]
    ending = Ending(
        state=JobState.SUCCEEDED, finished_at=NOW, images=tuple(results), entry=settled(job, job.held), cost=job.held
    )
    assert journal.finish(job.id, ending, expected={JobState.RUNNING})
    return job, tuple(image.id for image in results)


def found(library: SqlLibrary, owner: str | None = "ada", sort: Sort = Sort.NEWEST, **wanted: object) -> list[str]:
    page = library.find(Filter(**wanted), owner, sort=sort)  # type: ignore[arg-type]
    return [picture.id for picture in page.pictures]


def test_a_finished_jobs_pictures_are_filed_newest_first(journal: SqlJournal, library: SqlLibrary) -> None:
    _, (first,) = made(journal)
    _, second = made(journal, minutes=1, images=2)
    assert found(library) == [*reversed(second), first]


def test_each_picture_has_its_share_of_the_jobs_cost(journal: SqlJournal, library: SqlLibrary) -> None:
    job, _ = made(journal, images=3)
    costs = {picture.cost for picture in library.find(Filter(), "ada").pictures}
    assert costs == {(job.held / 3).quantize(Decimal("1e-9"))}


def test_pictures_of_one_moment_have_places_of_their_own(journal: SqlJournal, library: SqlLibrary) -> None:
    for _ in range(5):
        made(journal, images=4)
    places = [picture.place for picture in library.find(Filter(), "ada").pictures]
    assert len(set(places)) == 20


def test_pages_join_without_a_gap_or_a_double_in_both_directions(journal: SqlJournal, library: SqlLibrary) -> None:
    for minute in range(7):
        made(journal, minutes=minute % 3, images=3, held=Decimal(minute % 2 + 1))
    for sort in Sort:
        pages = [library.find(Filter(), "ada", sort=sort, size=4)]
        while pages[-1].after:
            pages.append(library.find(Filter(), "ada", sort=sort, after=pages[-1].after, size=4))
        ids = [picture.id for page in pages for picture in page.pictures]
        assert len(ids) == len(set(ids)) == 21
        back = library.find(Filter(), "ada", sort=sort, before=pages[-1].before, size=4)
        assert back.pictures == pages[-2].pictures
        assert pages[0].before is None


def test_every_picture_of_a_list_knows_its_neighbours_in_every_order(journal: SqlJournal, library: SqlLibrary) -> None:
    for minute in range(3):
        made(journal, minutes=minute, images=2, held=Decimal(minute % 2 + 1))
    made(journal, "a boat", minutes=1)
    for sort in Sort:
        listed = library.find(Filter(text="heron"), "ada", sort=sort).pictures
        ids = [None, *(picture.id for picture in listed), None]
        for before, picture, after in zip(ids, listed, ids[2:], strict=False):
            beside = library.neighbours(Filter(text="heron"), "ada", sort=sort, picture=picture)
            assert (beside.before, beside.after) == (before, after)
    boat = library.find(Filter(text="boat"), "ada").pictures[0]
    beside = library.neighbours(Filter(text="heron"), "ada", sort=Sort.OLDEST, picture=boat)
    assert beside.before is not None
    assert library.neighbours(Filter(), "bob", sort=Sort.NEWEST, picture=boat).after is None


def test_a_page_that_cannot_be_is_a_sentence(library: SqlLibrary) -> None:
    with pytest.raises(InvalidRequestError, match="first one"):
        library.find(Filter(), "ada", after="'; DROP TABLE pictures")


def test_nobody_sees_anothers_pictures(journal: SqlJournal, library: SqlLibrary) -> None:
    _, (hers,) = made(journal)
    _, (his,) = made(journal, owner="bob", minutes=1)
    assert (found(library), found(library, "bob"), found(library, None)) == ([hers], [his], [his, hers])
    assert library.trash([his], "ada", now=NOW) == 0
    assert library.add_tag([his], "ada", "mine") == 0
    assert library.pictures([his], "ada") == ()
    assert library.facets("ada").models == ("gpt-image-2",)


def test_filters_leave_what_matches(journal: SqlJournal, library: SqlLibrary) -> None:
    _, (cheap,) = made(journal, held=Decimal("0.01"))
    _, (other,) = made(journal, minutes=10, model="gpt-image-2.5-flare", provider="demo")
    library.set_favourite([other], "ada", favourite=True)
    for wanted in (
        {"model": "gpt-image-2.5-flare"}, {"provider": "demo"}, {"favourite": True}, {"cost_from": Decimal("0.02")},
        {"since": NOW + timedelta(minutes=5)}, {"text": "heron", "provider": "demo"},
    ):  # fmt: skip
        assert found(library, **wanted) == [other], wanted
    for wanted in ({"until": NOW + timedelta(minutes=5)}, {"cost_to": Decimal("0.015")}):
        assert found(library, **wanted) == [cheap], wanted
    assert found(library, kind=Kind.EDIT) == found(library, state=JobState.PARTIAL) == []
    assert found(library, kind=Kind.GENERATE, state=JobState.SUCCEEDED, sort=Sort.CHEAPEST) == [cheap, other]


PROMPTS = {
    "a red fox asleep in fresh snow": "fox",
    "Café at night, foxes outside": "cafe",
    "赤い狐 in the snow": "kitsune",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fox", {"fox"}),
        ("FOX snow", {"fox"}),
        ("fox*", {"fox", "cafe"}),
        ("snow", {"fox", "kitsune"}),
        ('"fresh snow"', {"fox"}),
        ('"snow fresh"', set()),
        ("snow -fresh", {"kitsune"}),
        ("-snow", {"cafe"}),
        ("cafe", {"cafe"}),
        ("狐", {"kitsune"}),
        ("い狐", {"kitsune"}),
        ("snow OR 1=1", set()),
        (" ", {"fox", "cafe", "kitsune"}),
    ],
)
def test_prompts_are_searched(journal: SqlJournal, library: SqlLibrary, text: str, expected: set[str]) -> None:
    names = {made(journal, prompt)[1][0]: name for prompt, name in PROMPTS.items()}
    assert {names[id] for id in found(library, text=text)} == expected


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlLibrary]:
    opened = Database.open(f"sqlite:///{tmp_path_factory.mktemp('any')}/gesso.db")
    opened.migrate()
    yield SqlLibrary(opened)
    opened.close()


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_whatever_is_typed_is_a_search_on_sqlite_or_one_sentence(empty: SqlLibrary, text: str) -> None:
    with suppress(InvalidRequestError):
        assert empty.count(Filter(text=text), "ada") == 0


@pytest.mark.parametrize("text", ['" * - ( )', "-", "\N{FOX FACE}"])
def test_a_search_without_a_word_is_refused_and_not_everything(empty: SqlLibrary, text: str) -> None:
    wanted = Filter(text=text)
    for ask in (empty.ids, empty.count, empty.find):
        with pytest.raises(InvalidRequestError, match="no word"):
            ask(wanted, "ada")


def test_the_trash_hides_and_gives_back(journal: SqlJournal, library: SqlLibrary) -> None:
    _, (id,) = made(journal)
    assert library.trash([id], "ada", now=NOW) == 1
    assert (found(library), found(library, trashed=True), library.count(Filter(), "ada")) == ([], [id], 0)
    library.trash([id], "ada", now=None)
    assert found(library) == [id]


def test_what_lies_in_the_trash_keeps_the_moment_at_which_it_came(journal: SqlJournal, library: SqlLibrary) -> None:
    _, ids = made(journal)
    library.trash(ids, "ada", now=NOW)
    assert library.trash(ids, "ada", now=NOW + timedelta(days=3)) == 0
    assert library.pictures(ids, "ada")[0].trashed_at == NOW


def test_a_job_knows_which_of_its_images_were_thrown_away(journal: SqlJournal, library: SqlLibrary) -> None:
    job, (kept, thrown, gone) = made(journal, images=3)
    library.trash([thrown, gone], "ada", now=NOW)
    library.purge([gone], "ada", now=NOW)
    read = journal.get(job.id)
    assert [image.id for image in read.images] == [kept, thrown]
    assert [image.id for image in read.kept_images] == [kept]
    assert not read.is_thrown_away
    assert journal.image(thrown)[0].trashed
    with pytest.raises(NotFoundError):
        journal.image(gone)


def test_what_is_purged_frees_only_bytes_that_no_picture_has(journal: SqlJournal, library: SqlLibrary) -> None:
    job, (one,) = made(journal, sha256="ab" * 32)
    _, (twin,) = made(journal, sha256="ab" * 32)
    library.trash([one], "ada", now=NOW)
    assert library.purge([one, twin], "ada", now=NOW) == (1, ())
    assert found(library) == [twin]
    library.trash([twin], "ada", now=NOW)
    assert [ref.sha256 for ref in library.purge([twin], "ada", now=NOW)[1]] == ["ab" * 32]
    assert journal.get(job.id).charged == job.held
    assert journal.known_images(["ab" * 32]) == {"ab" * 32}


def test_what_was_purged_does_not_come_back_with_its_jobs_next_entry(journal: SqlJournal, library: SqlLibrary) -> None:
    job, ids = made(journal, images=2)
    library.trash(ids[:1], "ada", now=NOW)
    library.purge(ids[:1], "ada", now=NOW)
    journal.correct(an_entry(job, kind=EntryKind.CORRECT, held=Decimal(0), spent=Decimal("0.1")))
    assert found(library) == [ids[1]]
    assert found(library, text="heron") == [ids[1]]


def test_the_place_of_a_purged_picture_is_not_given_out_again(journal: SqlJournal, library: SqlLibrary) -> None:
    _, (gone,) = made(journal, "a zeppelin")
    library.trash([gone], "ada", now=NOW)
    library.purge([gone], "ada", now=NOW)
    made(journal)
    assert found(library, text="zeppelin") == []


def test_tags_are_added_once_found_and_removed(journal: SqlJournal, library: SqlLibrary) -> None:
    _, ids = made(journal, images=3)
    assert (library.add_tag(ids[:2], "ada", "client"), library.add_tag(ids, "ada", "client")) == (2, 1)
    assert library.facets("ada").tags == ("client",)
    assert found(library, tag="client", text="heron", sort=Sort.OLDEST) == list(ids)
    assert library.remove_tag(ids[:1], "ada", "client") == 1
    assert (library.tags_of(ids[0]), library.tags_of(ids[1])) == ((), ("client",))


def test_a_lineage_names_parents_children_and_what_it_took(journal: SqlJournal, library: SqlLibrary) -> None:
    grandparent, (first,) = made(journal, "a boat")
    edit = EditRequest(prompt="at night", model="gpt-image-2", images=(REF,), parents=(first,))
    _, (second,) = made(journal, request=edit, minutes=1)
    last = replace(edit, prompt="with a moon", parents=(second,))
    _, (third,) = made(journal, request=last, minutes=2)
    lineage = library.lineage(second)
    assert [relative.image.id for relative in lineage.ancestors] == [first]
    assert [(relative.image.id, relative.prompt) for relative in lineage.descendants] == [(third, "with a moon")]
    assert (lineage.requests, lineage.cost) == (2, 2 * grandparent.held)
    assert set(lineage.edges) == {(first, second), (second, third)}


def test_a_deleted_ancestor_stays_in_the_lineage_and_in_the_cost(journal: SqlJournal, library: SqlLibrary) -> None:
    _, (first,) = made(journal)
    edit = EditRequest(prompt="at night", model="gpt-image-2", images=(REF,), parents=(first,))
    _, (second,) = made(journal, request=edit)
    before = library.lineage(second)
    library.trash([first], "ada", now=NOW)
    library.purge([first], "ada", now=NOW)
    after = library.lineage(second)
    assert [relative.present for relative in after.ancestors] == [False]
    assert (after.requests, after.cost) == (before.requests, before.cost)


BATCHES = ("batch_rows", "batches", "paces")


def test_what_was_there_before_the_library_is_filed_by_the_migration(database_url: str) -> None:
    from sqlalchemy import text

    database = Database.open(database_url)
    database.migrate()
    _, ids = made(SqlJournal(database), "a red heron", images=2)
    with database.write() as connection:
        for table in (
            "avatar_tiles",
            "avatar_personas",
            "avatar_sets",
            *BATCHES,
            "api_keys",
            "once",
            "secrets",
            "collected",
            "collections",
            "tags",
            "pictures",
            "search",
        ):
            connection.execute(text(f"DROP TABLE {table}"))
        for index, column in (("jobs_by_key", "key_id"), ("jobs_by_batch", "batch_id")):
            connection.execute(text(f"DROP INDEX {index}"))
            connection.execute(text(f"ALTER TABLE jobs DROP COLUMN {column}"))
        connection.execute(text("ALTER TABLE images DROP COLUMN purged_at"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    database.migrate()
    library = SqlLibrary(database)
    assert found(library, text="heron", sort=Sort.OLDEST) == list(ids)
    assert {picture.cost for picture in library.find(Filter(), None).pictures} == {Decimal("0.021")}
    database.close()


def test_images_of_jobs_that_never_ran_are_filed_too(journal: SqlJournal, library: SqlLibrary) -> None:
    job = a_job(owner="recovered", provider="recovered", held=Decimal(0))
    image: StoredImage = an_image(job)
    journal.adopt(job, Ending(state=JobState.SUCCEEDED, finished_at=NOW, images=(image,)))
    assert found(library, None) == [image.id]


def test_the_stock_is_counted_with_the_trash_apart_and_by_owner(journal: SqlJournal, library: SqlLibrary) -> None:
    _, ids = made(journal, images=3)
    size = library.pictures(ids, "ada")[0].image.ref.bytes
    library.trash(ids[:1], "ada", now=NOW)
    expected = Stock(pictures=2, bytes=2 * size, trashed=1, trashed_bytes=size)
    assert library.stock("ada") == library.stock(None) == expected
    assert library.stock("bert") == Stock()
