"""Contact sheets at their address and in the terminal: one's own pictures, and a sentence where there can be none."""

from pathlib import Path

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.ui.cookie import COOKIE, owner_of
from app.ui.routes import picture_routes, sheet_url
from core.bootstrap import Workbench
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError
from core.services.sheets import SheetForm, check_count
from tests.app.shell import painted
from tests.app.terminal import Gesso

ANNA = "a" * 43
OWNER, OTHER = Visitor(owner=str(owner_of({COOKIE: ANNA}))), Visitor(owner="bert")


@pytest.fixture
def browser(bench: Workbench) -> TestClient:  # noqa: ARG001
    return TestClient(Starlette(routes=[*picture_routes()]), cookies={COOKIE: ANNA})


def text_of(document: bytes | Path) -> str:
    with PdfDocument(document) as opened:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in opened).split())


def test_a_collections_sheet_has_its_name_notes_order_and_total(bench: Workbench, browser: TestClient) -> None:
    made = bench.history.make_collection("Pitch", OWNER, "For the client")
    ids = [painted(bench, OWNER, prompt, size="1024x640").images[0].id for prompt in ("a fox", "an owl")]
    theirs = painted(bench, OTHER, "a secret", size="1024x640").images[0].id

    answer = browser.get(sheet_url([*reversed(ids), theirs], SheetForm.PDF, made.id))

    assert answer.headers["content-disposition"] == 'attachment; filename="pitch-contact-sheet.pdf"'
    told = text_of(answer.content)
    assert told.startswith("Pitch 2 pictures · $")
    assert "demo, not billed" in told
    assert told.index("For the client") < told.index("an owl") < told.index("a fox")
    assert "secret" not in told


def test_what_cannot_be_a_sheet_is_said(bench: Workbench, browser: TestClient) -> None:
    theirs = painted(bench, OTHER, "a secret", size="1024x640").images[0].id
    hidden = bench.history.make_collection("Hidden", OTHER)
    address = sheet_url([theirs], SheetForm.PNG)

    for url, status, sentence in (
        (address, 400, "There is no picture to put on a contact sheet."),
        (address.replace("png", "gif"), 400, "Choose one of these forms: pdf, png."),
        (f"{address}&collection={hidden.id}", 404, "There is no collection"),
    ):
        answer = browser.get(url)
        assert (answer.status_code, sentence in answer.text) == (status, True), answer.text
    with pytest.raises(InvalidRequestError, match="holds 60 pictures, and these are 61"):
        check_count(61, SheetForm.PNG)
    with pytest.raises(InvalidRequestError, match="holds 500 pictures, and these are 1,001"):
        check_count(1001, SheetForm.PDF)


def test_the_terminal_writes_a_sheet_by_the_ending(gesso: Gesso, tmp_path: Path) -> None:
    gesso("generate", "a fox", "--quality", "low")
    image = gesso("history", "--json").json["images"][0]["id"]
    gesso("collections", "make", "Foxes")
    gesso("collections", "add", "Foxes", image)

    assert gesso("collections", "sheet", "foxes", "-o", "sheet.pdf").out == "sheet.pdf: 1 image\n"
    assert text_of(tmp_path / "sheet.pdf").startswith("Foxes 1 picture · $")
    told = gesso("collections", "sheet", "today", "-o", "today.PNG", "--json").json
    assert (told["images"], told["bytes"]) == (1, (tmp_path / "today.PNG").stat().st_size)
    with Image.open(tmp_path / "today.PNG") as opened:
        assert opened.format == "PNG"
    assert [one["name"] for one in gesso("collections", "--json").json["automatic"]] == ["Today", "gpt-image-2.5-flare"]
    assert "gesso history --model gpt-image-2.5-flare" in gesso("collections").out


def test_the_terminal_refuses_other_endings_and_files_that_are_there(gesso: Gesso, tmp_path: Path) -> None:
    gesso("collections", "make", "Empty")
    (tmp_path / "sheet.pdf").write_text("mine")
    for output, sentence in (
        ("sheet.jpg", "A contact sheet is a PDF or a PNG, and sheet.jpg names neither."),
        ("", "and an empty name names neither."),
        ("nowhere/sheet.pdf", "There is no folder nowhere."),
        ("sheet.pdf", "sheet.pdf exists already."),
        ("new.pdf", "There is no picture to put on a contact sheet."),
    ):
        refused = gesso("collections", "sheet", "Empty", "-o", output)
        assert (refused.code, sentence in refused.err) == (2, True), refused.err
    assert 'There is no collection "Cats".' in gesso("collections", "sheet", "Cats", "-o", "new.pdf").err
    assert (tmp_path / "sheet.pdf").read_text() == "mine"
    assert not (tmp_path / "new.pdf").exists()
