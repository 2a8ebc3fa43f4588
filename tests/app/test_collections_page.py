"""The Collections page: sets of pictures are made, described, ordered and removed; pictures stay."""

import pytest
from streamlit.testing.v1 import AppTest

from app.ui.library.address import READERS
from app.ui.library.automatic import address_of
from app.ui.library.ordering import moved
from core.bootstrap import Workbench
from core.domain.library import Collection, Filter
from core.domain.visitor import Visitor
from core.services.automatic import automatic_sets
from tests.app.shell import ROOT, all_text, painted, press

PAGE = "pages/collections.py"
ANNA, BERT = Visitor(owner="anna"), Visitor(owner="bert")


def open_collections(**address: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / PAGE), default_timeout=20)
    page.session_state["gesso_owner"] = ANNA.owner
    for name, text in address.items():
        page.query_params[name] = text
    return page.run()


def a_set(bench: Workbench, name: str = "Pitch", pictures: int = 3) -> tuple[Collection, list[str]]:
    """A collection of Anna's and the ids of its pictures."""
    made = bench.history.make_collection(name, ANNA, "For the client")
    ids = [image.id for image in painted(bench, ANNA, size="1024x640", n=pictures).images] if pictures else []
    bench.history.collect(made, ids, ANNA)
    return made, ids


def select(page: AppTest, *ids: str) -> AppTest:
    page.session_state["collections_selected"] = ids
    return page.run()


def describe(page: AppTest, form: str, name: str, notes: str) -> AppTest:
    page.text_input(key=f"collections_{form}_name").set_value(name)
    page.text_area(key=f"collections_{form}_notes").set_value(notes)
    return press(page, f"collections_{form}_name_submit")


def order(bench: Workbench, made: Collection) -> list[str]:
    return list(bench.history.ids(Filter(collection=made.id), ANNA))


def test_without_any_the_page_says_what_a_collection_is(bench: Workbench) -> None:  # noqa: ARG001
    page = open_collections()

    assert not page.exception
    assert "A collection is a set of pictures" in all_text(page)


def test_the_shelf_shows_ones_own_with_cover_and_count(bench: Workbench) -> None:
    _, ids = a_set(bench)
    bench.history.make_collection("Secret", BERT)

    page = open_collections()

    assert "Pitch, 3 pictures" in all_text(page)
    assert bench.history.collections(ANNA)[0].cover.id == ids[0]  # type: ignore[union-attr]
    assert "Secret" not in all_text(page)


def test_a_new_one_is_made_and_opened(bench: Workbench) -> None:
    page = describe(open_collections(), "new", "Autumn", "Leaves")

    (made,) = bench.history.collections(ANNA)
    assert (made.name, made.notes) == ("Autumn", "Leaves")
    assert "Nothing is in here yet" in all_text(page)


def test_a_name_that_is_taken_is_said(bench: Workbench) -> None:
    a_set(bench, "Pitch", 0)

    page = describe(open_collections(), "new", "pitch", "")

    assert not page.exception
    assert "Choose another name" in page.error[0].value


def test_name_and_notes_are_changed(bench: Workbench) -> None:
    made, _ = a_set(bench)

    describe(open_collections(collection=made.id), f"describe_{made.id}", "Final pitch", "Sent")

    changed = bench.history.collection(made.id, ANNA)
    assert (changed.name, changed.notes) == ("Final pitch", "Sent")


def test_a_collection_goes_and_its_pictures_stay(bench: Workbench) -> None:
    made, ids = a_set(bench)

    page = press(open_collections(collection=made.id), "collections_remove")

    assert bench.history.collections(ANNA) == ()
    assert len(bench.history.pictures(ids, ANNA)) == 3
    assert "pictures are still in the history" in all_text(page)


def test_cover_order_and_membership_are_changed(bench: Workbench) -> None:
    made, (first, second, third) = a_set(bench)
    page = select(open_collections(collection=made.id), third)

    press(page, "collections_cover")
    press(page, "collections_earlier")
    assert bench.history.collection(made.id, ANNA).cover.id == third  # type: ignore[union-attr]
    assert order(bench, made) == [first, third, second]

    press(page, "collections_take_out")
    assert order(bench, made) == [first, second]


@pytest.mark.parametrize(
    ("ids", "by", "then"),
    [("c", -1, "acbd"), ("a", -1, "abcd"), ("ab", -1, "abcd"), ("bc", -1, "bcad"), ("bc", 1, "adbc"), ("d", 1, "abcd")],
)
def test_pictures_move_past_those_that_stay(ids: str, by: int, then: str) -> None:
    assert "".join(moved("abcd", ids, by)) == then


def test_somebody_elses_collection_is_not_there(bench: Workbench) -> None:
    theirs = bench.history.make_collection("Secret", BERT)

    page = open_collections(collection=theirs.id)

    assert not page.exception
    assert "There is no collection" in page.error[0].value


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "99999999999999999999"])
def test_any_page_number_shows_pictures(bench: Workbench, number: str) -> None:
    made, ids = a_set(bench)

    page = open_collections(collection=made.id, page=number)

    assert not page.exception
    assert ids[0] in all_text(page)


def test_automatic_collections_are_filters_of_the_history(bench: Workbench) -> None:
    assert "Automatic" not in all_text(open_collections())
    painted(bench, ANNA, size="1024x640", n=2)
    painted(bench, BERT, size="1024x640")

    page = open_collections()

    for card in ("Today, 2 pictures", "gpt-image-2.6-sunburst, 2 pictures"):
        assert card in all_text(page)
    for absent in ("Recovered", "Failed"):
        assert absent not in all_text(page)
    for one in automatic_sets(bench.history, ANNA, bench.clock()):
        read = {
            field: reader(text) for name, text in address_of(one.wanted).items() for field, reader in [READERS[name]]
        }
        assert Filter(**read) == one.wanted
        assert bench.history.count(one.wanted, ANNA) == one.count


def test_failed_requests_say_why_and_run_again(bench: Workbench) -> None:
    failed = painted(bench, ANNA, "demo:error=moderation a brawl", size="1024x640")
    unknown = painted(bench, ANNA, "demo:error=unknown a castle", size="1024x640")
    painted(bench, BERT, "demo:error=moderation a secret", size="1024x640")
    assert "Failed, 2 requests" in all_text(open_collections())

    page = open_collections(failed="1")

    assert not page.exception
    told = all_text(page)
    for part in ("a brawl", "Outcome unknown", "Nothing was charged", "until it is known whether it was billed"):
        assert part in told
    assert "secret" not in told
    assert f"collections_again_{unknown.id}" not in [button.key for button in page.button]
    before = len(bench.studio.jobs(ANNA))
    press(page, f"collections_again_{failed.id}")
    assert len(bench.studio.jobs(ANNA)) == before + 1


def test_a_filled_collection_offers_its_contact_sheet(bench: Workbench) -> None:
    made, _ = a_set(bench, pictures=1)
    empty, _ = a_set(bench, "Empty", pictures=0)

    assert "PDF, pages of A4" in all_text(open_collections(collection=made.id))
    assert "PDF, pages of A4" not in all_text(open_collections(collection=empty.id))
