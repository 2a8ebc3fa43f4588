"""Many pictures as one ZIP: the originals bit for bit, a manifest, and nobody else's pictures."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.ui.cookie import COOKIE, owner_of
from app.ui.library.archive import KEPT, Selections, followed, zipped
from app.ui.library.sending import sendings
from app.ui.routes import archive_url, picture_routes
from core.bootstrap import Workbench
from core.domain.visitor import Visitor
from core.errors import NotFoundError
from tests.app.shell import painted

ANNA = "a" * 43
OWNER = Visitor(owner=str(owner_of({COOKIE: ANNA})))


@pytest.fixture
def browser(bench: Workbench) -> TestClient:  # noqa: ARG001
    return TestClient(Starlette(routes=[*picture_routes()]), cookies={COOKIE: ANNA})


def opened(data: bytes) -> ZipFile:
    archive = ZipFile(BytesIO(data))
    assert archive.testzip() is None
    return archive


def test_the_originals_come_with_what_was_asked_and_paid(bench: Workbench, browser: TestClient) -> None:
    job = painted(bench, OWNER, size="1024x640", n=2)

    answer = browser.get(archive_url([image.id for image in job.images]))

    archive = opened(answer.content)
    manifest = json.loads(archive.read("manifest.json"))
    assert answer.headers["content-disposition"] == 'attachment; filename="gesso.zip"'
    assert [archive.read(entry["file"]) for entry in manifest] == [bench.library.original(one) for one in job.images]
    assert {entry["prompt"] for entry in manifest} == {"a red fox"}


def test_somebody_elses_picture_is_not_in_it(bench: Workbench, browser: TestClient) -> None:
    theirs = painted(bench, Visitor(owner="bert"), "a secret", size="1024x640").images[0]

    archive = opened(browser.get(archive_url([theirs.id])).content)

    assert archive.namelist() == ["manifest.json"]
    assert b"secret" not in archive.read("manifest.json")


def test_it_is_sent_picture_by_picture(bench: Workbench) -> None:
    job = painted(bench, OWNER, size="1024x640", n=3)

    parts = list(zipped([image.id for image in job.images], OWNER))

    assert len(parts) == 4
    assert max(map(len, parts)) < 1.1 * max(image.ref.bytes for image in job.images)


def test_an_old_selection_is_said_to_be_gone() -> None:
    known = Selections()
    first = known.keep(["0"])
    for number in range(1, KEPT + 1):
        known.keep([str(number)])

    with pytest.raises(NotFoundError, match="Select the pictures again"):
        known.find(first)


def test_the_page_is_told_how_far_it_has_come_and_what_was_missing(bench: Workbench, browser: TestClient) -> None:
    job = painted(bench, OWNER, size="1024x640", n=2)
    ids = [*(image.id for image in job.images), "gone"]
    url = archive_url(ids)
    sending = sendings().expect(OWNER.owner, url.rpartition("/")[2], len(ids))
    assert (sending.text, sending.is_over) == ("Packing 0 of 3 pictures", False)

    browser.get(url)

    assert (sending.text, sending.is_over, sending.share) == (
        "2 of 3 pictures sent, 1 missing: gone; manifest.json says why.", True, 1.0,
    )  # fmt: skip
    assert sendings().expect(OWNER.owner, url.rpartition("/")[2], len(ids)) is sending  # fetched before the click came


def test_a_browser_that_goes_away_leaves_a_download_that_is_said_to_be_incomplete(bench: Workbench) -> None:
    ids = [image.id for image in painted(bench, OWNER, size="1024x640", n=2).images]
    sending = sendings().expect(OWNER.owner, "name", len(ids))
    parts = followed(ids, OWNER, "name")
    assert [bool(next(parts)) for _ in ids] == [True, True]

    parts.close()

    assert sending.text.startswith("The download stopped after 1 of 2 pictures.")
