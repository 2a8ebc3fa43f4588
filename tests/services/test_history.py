"""The history as services see it: real files, the demo provider, and a clock that can be moved."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.bootstrap import Workbench
from core.domain.library import Filter
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, NotFoundError
from tests.services.conftest import ANNA, Build, finished

BOB = Visitor(owner="bob")


def pictures(workbench: Workbench, prompt: str = "a red fox", n: int = 1) -> list[str]:
    request = GenerateRequest(prompt=prompt, model="gpt-image-2.5-flare", size="1024x640", quality="low", n=n)
    return [image.id for image in finished(workbench, workbench.studio.submit(request, ANNA)).images]


def file_of(workbench: Workbench, id: str, *, hours_old: float = 0) -> Path:
    path = Path(workbench.library.where(workbench.history.picture(id, ANNA).image))
    moment = datetime.now(UTC).timestamp() - 3600 * hours_old
    os.utime(path, (moment, moment))
    return path


def shown(workbench: Workbench, visitor: Visitor = ANNA, **wanted: object) -> list[str]:
    return [picture.id for picture in workbench.history.find(Filter(**wanted), visitor).pictures]  # type: ignore[arg-type]


def test_what_was_generated_is_found_by_its_words(bench: Build) -> None:
    workbench = bench()
    (fox,), _ = pictures(workbench), pictures(workbench, "a blue heron")
    assert shown(workbench, text="FOX") == [fox]


def test_the_trash_keeps_the_bytes_until_it_is_emptied(bench: Build) -> None:
    workbench = bench()
    (id,) = pictures(workbench)
    path = file_of(workbench, id, hours_old=2)
    workbench.history.trash([id], ANNA)
    assert path.is_file()
    emptied = workbench.history.empty_trash(ANNA)
    assert (emptied.pictures, emptied.files, path.exists(), shown(workbench)) == (1, 1, False, [])


def test_what_is_not_in_the_trash_is_never_deleted(bench: Build) -> None:
    workbench = bench()
    (id,) = pictures(workbench)
    path = file_of(workbench, id, hours_old=2)
    assert workbench.history.delete_for_good([id], ANNA).pictures == 0
    assert path.is_file()
    assert shown(workbench) == [id]


def test_nobody_deletes_anothers_pictures(bench: Build) -> None:
    workbench = bench()
    (id,) = pictures(workbench)
    workbench.history.trash([id], ANNA)
    assert workbench.history.empty_trash(BOB).pictures == workbench.history.delete_for_good([id], BOB).pictures == 0
    assert shown(workbench, trashed=True) == [id]


def test_bytes_that_another_picture_has_stay(bench: Build) -> None:
    workbench = bench()
    (one,), (twin,) = pictures(workbench), pictures(workbench)  # the demo paints the same picture again
    path = file_of(workbench, one, hours_old=2)
    assert path == file_of(workbench, twin, hours_old=2)
    workbench.history.trash([one], ANNA)
    assert workbench.history.empty_trash(ANNA).files == 0
    assert path.is_file()


def test_a_young_file_is_left_until_the_house_is_tidied(bench: Build) -> None:
    workbench = bench()
    (id,) = pictures(workbench)
    path = file_of(workbench, id)
    workbench.history.trash([id], ANNA)
    workbench.history.empty_trash(ANNA)
    assert path.is_file()
    os.utime(path, (0, 0))
    assert (workbench.sweeper.remove_leftovers(), path.exists()) == (1, False)


def test_tidying_removes_nothing_that_was_not_deleted(bench: Build) -> None:
    workbench = bench()
    path = file_of(workbench, pictures(workbench)[0], hours_old=2)
    assert (workbench.sweeper.remove_leftovers(), path.is_file()) == (0, True)


def test_a_picture_that_is_made_again_after_its_deletion_is_there(bench: Build) -> None:
    workbench = bench()
    (id,) = pictures(workbench)
    path = file_of(workbench, id, hours_old=2)
    workbench.history.trash([id], ANNA)
    workbench.history.empty_trash(ANNA)
    (again,) = pictures(workbench)
    os.utime(path, (0, 0))
    assert (workbench.sweeper.remove_leftovers(), path.is_file(), shown(workbench)) == (0, True, [again])


def test_deleting_changes_no_sum(bench: Build) -> None:
    workbench = bench()
    ids = pictures(workbench, n=2)
    before = workbench.ledger.standing("demo")
    workbench.history.trash(ids, ANNA)
    workbench.history.empty_trash(ANNA)
    assert workbench.ledger.standing("demo") == before


def test_cleanup_spares_favourites_and_collections(bench: Build) -> None:
    later = datetime.now(UTC) + timedelta(days=31)
    workbench = bench()
    ids = pictures(workbench, n=3)
    history = workbench.history
    history.set_favourite(ids[:1], ANNA, favourite=True)
    history.collect(history.make_collection("Best", ANNA), ids[1:2], ANNA)
    aged = bench(clock=lambda: later).history
    assert aged.outdated(30, ANNA) == (ids[2],)
    assert aged.outdated(40, ANNA) == ()
    aged.keep_house(cleanup_days=30, trash_days=None)
    assert shown(workbench, trashed=True) == [ids[2]]


def test_old_trash_is_emptied_only_where_that_is_set(bench: Build) -> None:
    workbench = bench()
    ids = pictures(workbench)
    workbench.history.trash(ids, ANNA)
    aged = bench(clock=lambda: datetime.now(UTC) + timedelta(days=31)).history
    aged.keep_house(cleanup_days=None, trash_days=None)
    aged.keep_house(cleanup_days=None, trash_days=40)
    assert shown(workbench, trashed=True) == ids
    aged.keep_house(cleanup_days=None, trash_days=30)
    assert shown(workbench, trashed=True) == []


def test_a_collection_keeps_its_order_and_its_pictures_survive_it(bench: Build) -> None:
    workbench = bench()
    ids, history = pictures(workbench, n=3), workbench.history
    made = history.make_collection("Best of", ANNA)
    assert (history.collect(made, ids, ANNA), history.collect(made, ids[:1], ANNA)) == (3, 0)
    history.arrange(made, ids[::-1], ANNA)
    assert list(history.ids(Filter(collection=made.id), ANNA)) == ids[::-1]
    face = history.collection(made.id, ANNA).cover
    assert face is not None
    assert face.id == ids[2]
    history.set_cover(made, ids[1], ANNA)
    history.trash(ids[1:2], ANNA)
    assert history.collection(made.id, ANNA).count == 2
    history.remove_collection(made, ANNA)
    assert len(shown(workbench)) == 2


def test_collections_are_their_owners(bench: Build) -> None:
    workbench = bench()
    made = workbench.history.make_collection("Mine", ANNA)
    assert workbench.history.collections(BOB) == ()
    with pytest.raises(NotFoundError):
        workbench.history.collect(made, pictures(workbench), BOB)
    with pytest.raises(InvalidRequestError, match="already"):
        workbench.history.make_collection(" mine ", ANNA)
    assert workbench.history.make_collection("mine", BOB).name == "mine"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_cannot_be_is_a_sentence(bench: Build, name: str) -> None:
    with pytest.raises(InvalidRequestError, match="1 to 120"):
        bench().history.make_collection(name, ANNA)
