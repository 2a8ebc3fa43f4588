"""``gesso grid split``: tiles in files, told in lines or JSON, nothing written over unasked."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.app.terminal import Gesso, photo, pixels


def contact(path: Path) -> Path:
    """Two rows and three columns of photos with 12 white pixels between and around them."""
    tile = Image.open(photo(path.with_name("tile_source.png"), 200, 160))
    sheet = Image.new("RGB", (3 * 212 + 12, 2 * 172 + 12), "white")
    for row in range(2):
        for column in range(3):
            sheet.paste(tile.rotate(180 * ((row + column) % 2)), (12 + 212 * column, 12 + 172 * row))
    sheet.save(path)
    return path


def test_a_grid_is_split_into_files_told_and_guarded(gesso: Gesso, tmp_path: Path) -> None:
    contact(tmp_path / "grid.png")
    told = gesso("grid", "split", "grid.png", "--rows", "2", "--cols", "3", "-o", "t.png", "--json").json
    assert (told["rows"], told["columns"], told["sure"], told["notes"]) == (2, 3, True, [])
    assert told["tiles"][4]["box"] == {"left": 224, "top": 184, "width": 200, "height": 160}
    assert [tile["path"] for tile in told["tiles"]] == [f"t_{number}.png" for number in range(1, 7)]
    assert (pixels(tmp_path / "t_5.png") == pixels(tmp_path / "grid.png")[184:344, 224:424]).all()

    again = gesso("grid", "split", "grid.png", "-o", "t.png")
    assert (again.code, "t_1.png and 5 more exist already" in again.err) == (2, True)
    assert gesso("grid", "split", "grid.png", "-o", "t.png", "--yes").out.split() == [
        f"t_{number}.png" for number in range(1, 7)
    ]


def test_a_dry_run_counts_the_tiles_and_a_folder_names_them(gesso: Gesso, tmp_path: Path) -> None:
    contact(tmp_path / "grid.png")
    dry = gesso("grid", "split", "grid.png", "--dry-run")
    assert dry.out.splitlines()[5] == "row 2, column 3: 436,184,200,160"
    assert "2x3" in dry.err
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["grid.png", "tile_source.png"]
    (tmp_path / "cut").mkdir()
    assert gesso("grid", "split", "grid.png", "-o", "cut").code == 0
    assert len(list((tmp_path / "cut").glob("grid_[1-6].png"))) == 6


def test_what_is_unsure_or_wrong_is_said_on_stderr(gesso: Gesso, tmp_path: Path) -> None:
    far = np.hypot(*np.mgrid[-100:100, -100:100])
    Image.fromarray(far.astype(np.uint8)).save(tmp_path / "smooth.png")
    unsure = gesso("grid", "split", "smooth.png", "--rows", "2", "--cols", "2", "--dry-run")
    assert (unsure.code, "Note: No gutter was found between row 1 and 2" in unsure.err) == (0, True)
    for arguments in (("smooth.png", "--dry-run"), ("none.png", "-o", "t.png"), ("smooth.png",)):
        wrong = gesso("grid", "split", *arguments)
        assert (wrong.code, wrong.out) == (2, "")
        assert wrong.err.startswith("Error: ")
