"""Export and import through the doors: an address, the History page, the terminal."""

import time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.ui.cookie import COOKIE, owner_of
from app.ui.library.importing import Imports
from app.ui.routes import export_url, picture_routes
from core.bootstrap import Workbench
from core.domain.library import Filter
from core.domain.visitor import Visitor
from tests.app.shell import painted
from tests.app.terminal import Gesso, photo

ANNA = "a" * 43
OWNER = Visitor(owner=str(owner_of({COOKIE: ANNA})))
BERT = Visitor(owner="bert")


def named(name: str, data: bytes) -> BytesIO:
    """A file as Streamlit hands it out."""
    file = BytesIO(data)
    file.name = name
    return file


def ended(imports: Imports, visitor: Visitor) -> str:
    """Wait for an import's end; fails by the test's own time limit."""
    while not (this := imports.of(visitor)).ended:  # type: ignore[union-attr]
        time.sleep(0.01)
    imports.forget(visitor)
    assert imports.of(visitor) is None
    return f"{this.tally.new} new, {this.tally.there} there, {len(this.tally.problems)} problems, {this.error}"  # type: ignore[union-attr]


def test_what_one_visitor_downloads_another_brings_in(bench: Workbench, tmp_path: Path) -> None:
    painted(bench, OWNER, size="1024x640", n=2)
    browser = TestClient(Starlette(routes=[*picture_routes()]), cookies={COOKIE: ANNA})
    answer, imports = browser.get(export_url(None)), Imports()
    assert answer.headers["content-disposition"] == 'attachment; filename="gesso-library.zip"'

    picture = photo(tmp_path / "own.png").read_bytes()
    imports.start([named("a.zip", answer.content), named("own.png", picture), named("x.txt", b"hello")], BERT)
    assert ended(imports, BERT) == "3 new, 0 there, 1 problems, None"
    assert bench.history.count(Filter(), BERT) == 3

    imports.start([named("a.zip", answer.content[:-9])], BERT)
    assert "no whole ZIP" in ended(imports, BERT)


def test_an_exported_selection_is_the_visitors_own(bench: Workbench) -> None:
    mine = painted(bench, OWNER, size="1024x640").images[0].id
    theirs = painted(bench, BERT, size="1536x1024").images[0].id
    browser = TestClient(Starlette(routes=[*picture_routes()]), cookies={COOKIE: ANNA})
    with ZipFile(BytesIO(browser.get(export_url([mine, theirs])).content)) as archive:
        assert sum(name.startswith("images/") for name in archive.namelist()) == 1


def test_a_library_goes_to_another_machine_and_back(gesso: Gesso, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    gesso("generate", "a red fox", "--quality", "low", "-n", "2")
    assert gesso("export", "all.zip").out == "2 images and 0 collections in all.zip\n"
    refused = gesso("export", "all.zip")
    assert (refused.code, "exists already" in refused.err) == (2, True)
    (tmp_path / "folder").mkdir()
    photo(tmp_path / "folder" / "a_boat.png")
    (tmp_path / "folder" / "notes.txt").write_text("no picture")
    monkeypatch.setenv("OUTPUT_DIR", "other")
    assert gesso("import", "all.zip", "folder").out == "3 images new, 0 already there, 0 collections\n"
    again = gesso("import", "all.zip", "folder", "all.zip", "--json").json
    assert (again["new"], again["already_there"], again["problems"]) == (0, 5, [])
    assert {image["prompt"] for image in gesso("history", "--json").json["images"]} == {"a red fox", "a boat"}
    assert gesso("export", "foxes.zip", "--model", "unknown", "--json").json["images"] == 1


def test_what_cannot_be_imported_is_said_and_the_rest_comes_in(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    ran = gesso("import", "good.png", "bad.png")
    assert (ran.code, ran.out) == (6, "1 image new, 0 already there, 0 collections\n")
    assert "bad.png: This is not an image" in ran.err
    (tmp_path / "cut.zip").write_bytes(b"PK\3\4")
    for name, code, sentence in (
        ("bad.png", 1, "not an image"),
        ("cut.zip", 2, "no whole ZIP"),
        ("none", 2, "cannot be read"),
    ):
        ran = gesso("import", name)
        assert (ran.code, sentence in ran.err, "Traceback" in ran.err) == (code, True, False)
