"""Edits in the terminal: what was not selected stays, the proof is told, what is wrong is refused before it costs."""

import io
import json
import os
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.app.terminal import COMMAND, Gesso, on_a_terminal, outside, photo, pixels
from tests.databases import SQLITE, copied

pytestmark = pytest.mark.usefixtures("tables")

LOW = ("--quality", "low")
PROTECTION = {"protected_pixels", "unchanged_pixels", "drift", "changed_by_model_percent", "edited_percent"}


def nothing_was_asked(gesso: Gesso) -> bool:
    return gesso("jobs", "--json").json == {"jobs": []}


@pytest.fixture
def installed(tmp_path: Path, sqlite_template: Path) -> "Installed":
    copied(sqlite_template, tmp_path / "output" / SQLITE)
    return Installed(tmp_path)


@cache
def bomb() -> bytes:
    """A small file of more pixels than are taken in."""
    out = io.BytesIO()
    Image.new("1", (10_000, 8_001)).save(out, "PNG")
    return out.getvalue()


class Installed:
    """The installed command in a folder, with nothing of the caller's settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "DEMO_LATENCY_SECONDS": "0"}

    def __call__(self, *arguments: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [COMMAND, *arguments], cwd=self.folder, env=self.environment, input=stdin, capture_output=True, timeout=60
        )


def test_every_pixel_outside_the_region_is_the_same_in_the_written_file(installed: Installed, tmp_path: Path) -> None:
    before = pixels(photo(tmp_path / "photo.png", 640, 480))
    ran = installed(
        *("inpaint", "photo.png", "--region", "200,120,180,140", "--prompt", "add a balloon", *LOW), "-o", "new.png"
    )
    after = pixels(tmp_path / "new.png")
    area = outside(before.shape, 200, 120, 180, 140)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"new.png\n", b"")
    assert (after[area] == before[area]).all()
    assert (after[~area] != before[~area]).any()


def test_the_proof_is_in_the_json(installed: Installed, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png", 640, 480)
    ran = installed("inpaint", "photo.png", "--region", "200,120,180,140", "--prompt", "add a balloon", *LOW, "--json")
    told = json.loads(ran.stdout)
    assert (set(told), set(told["protection"])) == ({"job", "images", "protection"}, PROTECTION)
    assert told["protection"]["unchanged_pixels"] == told["protection"]["protected_pixels"] == 640 * 480 - 180 * 140
    assert len(told["protection"]["drift"]) == 2
    assert told["images"][0]["protection"] == told["protection"]


def test_a_picture_and_a_mask_go_through_pipes(installed: Installed, tmp_path: Path) -> None:
    data = photo(tmp_path / "photo.png", 640, 480).read_bytes()
    arguments = ("inpaint", "-", "--region", "0,0,320,480", "--prompt", "add a balloon", *LOW, "--output", "-")
    ran = installed(*arguments, stdin=data)
    with Image.open(io.BytesIO(ran.stdout)) as image:
        assert (np.asarray(image)[:, 320:] == pixels(tmp_path / "photo.png")[:, 320:]).all()


def test_outpaint_keeps_the_picture_exactly(gesso: Gesso, tmp_path: Path) -> None:
    before = pixels(photo(tmp_path / "photo.png"))
    made = gesso("outpaint", "photo.png", "--left", "160", "--bottom", "32", "--prompt", "sea", *LOW, "-o", "wide.png")
    after = pixels(tmp_path / "wide.png")
    assert (made.code, after.shape) == (0, (512, 800, 3))
    assert (after[:480, 160:] == before).all()


def test_outpaint_reaches_a_ratio(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png")
    told = gesso("outpaint", "photo.png", "--ratio", "16:9", "--prompt", "sea", *LOW, "-o", "wide.png", "--json").json
    assert (told["images"][0]["width"], told["images"][0]["height"]) == (853, 480)
    assert told["protection"]["protected_pixels"] == told["protection"]["unchanged_pixels"] == 640 * 480


def test_several_results_have_a_proof_each(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png")
    made = ("--prompt", "add a balloon", *LOW, "-n", "2", "-o", "new.png", "--json")
    told = gesso("inpaint", "photo.png", "--region", "right-third", *made).json
    assert [image["path"] for image in told["images"]] == ["new_1.png", "new_2.png"]
    assert all(set(image["protection"]) == PROTECTION for image in told["images"])


def test_without_protection_the_models_whole_image_comes_as_a_jpeg(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png")
    made = ("--prompt", "add a balloon", *LOW, "--no-protect", "-o", "new.jpg", "--json")
    told = gesso("inpaint", "photo.png", "--region", "left-half", *made).json
    assert (told["protection"], told["images"][0]["media_type"]) == (None, "image/jpeg")


def test_a_composed_result_is_no_jpeg(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png")
    for command in (("inpaint", "photo.png", "--region", "left-half"), ("outpaint", "photo.png", "--left", "64")):
        refused = gesso(*command, "--prompt", "x", "--output", "new.jpg")
        assert (refused.code, "Add --no-protect" in refused.err) == (2, True)
    assert nothing_was_asked(gesso)


def test_an_edit_takes_several_pictures_and_the_size_nearest_to_the_first(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "a.png", 640, 480), photo(tmp_path / "b.png", 300, 300)
    dry = gesso("edit", "a.png", "b.png", "--prompt", "at night", "--dry-run", "--json").json
    assert [(part["width"], part["height"]) for part in dry["files"]] == [(640, 480), (300, 300)]
    assert ({part["field"] for part in dry["files"]}, dry["body"]["size"]) == ({"image[]"}, "944x704")
    made = gesso("edit", "a.png", "b.png", "--prompt", "at night", *LOW, "-o", "night.webp", "--json").json
    assert (made["protection"], made["images"][0]["media_type"]) == (None, "image/webp")


def test_variations_are_four_edits_with_a_prompt_that_is_told(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png", 320, 240)
    dry = gesso("variations", "photo.png", "--dry-run", "--json").json
    assert (dry["body"]["n"], dry["body"]["prompt"][:17]) == (4, "Make a variation ")
    assert gesso("variations", "photo.png", "-n", "2", *LOW, "-o", "other.png").out == "other_1.png\nother_2.png\n"


def test_a_large_picture_is_sent_in_part_and_a_dry_run_says_which(gesso: Gesso, tmp_path: Path) -> None:
    Image.new("RGB", (6000, 4000), "teal").save(tmp_path / "large.png")
    dry = ("inpaint", "large.png", "--region", "2500,1600,900,700", "--context", "100", "--prompt", "x", "--dry-run")
    said, told = gesso(*dry), gesso(*dry, "--json").json
    assert "Selected: 2.6 %, within 900x700 at 2500,1600" in said.out
    assert "Sends a 1104x912 part of 6000x4000, from 2398,1494" in said.out
    assert told["frame"]["box"] == {"left": 2398, "top": 1494, "width": 1104, "height": 912}
    assert (told["result"], told["selection"]["percent"]) == ({"width": 6000, "height": 4000}, 2.625)
    assert nothing_was_asked(gesso)


def test_a_stored_image_is_edited_by_its_id_and_stays_the_parent(gesso: Gesso) -> None:
    made = gesso("generate", "a fox", *LOW, "--json").json
    image = gesso("jobs", "show", made["job"]["id"], "--json").json["images"][0]["id"]
    edited = gesso("inpaint", image, "--region", "left-half", "--prompt", "snow", *LOW, "--json").json
    shown = gesso("jobs", "show", edited["job"]["id"], "--json").json
    assert shown["job"]["request"]["parents"] == [image]
    assert [len(shown[kind]) for kind in ("images", "answers")] == [1, 1]
    again = gesso("inpaint", edited["job"]["id"], "--mask", edited["job"]["id"], "--prompt", "ice", *LOW, "--json").json
    assert again["protection"] == again["protection"] | {"protected_pixels": 1024 * 512, "unchanged_pixels": 1024 * 512}


def test_a_shown_edit_is_told_in_a_few_words(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png")
    made = gesso("inpaint", "photo.png", "--region", "10,10,90,90", "--prompt", "add a balloon", *LOW, "--json").json
    shown = gesso("jobs", "show", made["job"]["id"]).out
    assert "images=640x480" in shown
    assert "mask=1 operation" in shown
    assert "299,100 of 299,100 protected pixels unchanged" in shown


def test_what_was_changed_to_take_a_picture_in_is_said(gesso: Gesso, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (640, 480), "teal").save(tmp_path / "phone.jpg", exif=exif)
    dry = gesso("edit", "phone.jpg", "--prompt", "x", "--dry-run")
    assert dry.err == "Note: phone.jpg: It was turned upright, as its EXIF data says.\n"
    assert "480x640" in dry.out


def test_everything_selected_is_said_and_goes_on_where_nobody_can_answer(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png", 320, 240)
    made = gesso("inpaint", "photo.png", "--region", "0,0,320,240", "--prompt", "x", *LOW, "--json")
    assert (made.code, made.json["protection"]["protected_pixels"]) == (0, 0)
    assert made.err == "Note: Everything is selected, so nothing is protected.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["inpaint", "photo.png"], "Say which part: with --region, --mask or --operations."),
        (["inpaint", "photo.png", "--region", "1,2,3"], "'1,2,3' is no region."),
        (["inpaint", "photo.png", "--region", "640,0,10,10"], "lies outside the picture, which is 640x480."),
        (["inpaint", "photo.png", "--region", "0,0,640,480", "--invert"], "Nothing is selected."),
        (["inpaint", "photo.png", "--region", "50,50,9,9", "--grow", "-5"], "Nothing is selected."),
        (["inpaint", "photo.png", "--region", "0,0,9,9", "--grow", "9999"], "must be between -2000 and 2000."),
        (["inpaint", "photo.png", "--region", "0,0,9,9", "--feather", "-1"], "feather is -1;"),
        (["inpaint", "photo.png", "--region", "0,0,9,9", "--white", "edit"], "--white says what a mask file means"),
        (["inpaint", "photo.png", "--mask", "square.png"], "The mask is 100x100 and the picture 640x480"),
        (["inpaint", "photo.png", "--mask", "black.png"], "Nothing is selected."),
        (["inpaint", "photo.png", "--mask", "none.png"], "'none.png' cannot be read: No such file"),
        (["inpaint", "photo.png", "--mask", "text.png"], "text.png: This is not an image"),
        (["inpaint", "text.png", "--region", "left-half"], "text.png: This is not an image"),
        (["inpaint", "cut.png", "--region", "left-half"], "cut.png: "),
        (["inpaint", "bomb.png", "--region", "left-half"], "at most 80,000,000 are allowed"),
        (["inpaint", ".", "--region", "left-half"], "'.' cannot be read: Is a directory."),
        (["inpaint", "0" * 32, "--region", "left-half"], "There is no image 000"),
        (["inpaint", "-", "--mask", "-"], "Standard input can be read only once"),
        (["inpaint", "photo.png", "--operations", "text.png"], "text.png is not JSON."),
        (["inpaint", "photo.png", "--operations", "other.json"], "was drawn for a picture of 9x9, and this one is"),
        (["edit", "photo.png", "--size", "1000x1000"], "The nearest size gpt-image-2.5-flare takes is 1008x1008."),
        (["edit", "photo.png", "--input-fidelity", "high"], "takes no input_fidelity"),
        (["edit", "photo.png", "-m", "gpt-image-2.5-flair"], "Did you mean gpt-image-2.5-flare"),
        (["edit", *["photo.png"] * 17], "An edit takes 1 to 16 images, and 17 were given."),
        (["outpaint", "photo.png"], "Extend at least one side"),
        (["outpaint", "photo.png", "--left", "-4", "--top", "9"], "by a positive number of pixels"),
        (["outpaint", "photo.png", "--left", "9", "--ratio", "16:9"], "Give a ratio or sides, not both."),
        (["outpaint", "photo.png", "--ratio", "wide"], "'wide' is no ratio."),
        (["outpaint", "photo.png", "--ratio", "4:3"], "has the ratio 4:3 already."),
        (["outpaint", "photo.png", "--ratio", "99999:1"], "at most 80,000,000 fit."),
    ],
)
def test_what_cannot_be_is_one_sentence_before_it_costs(
    gesso: Gesso, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    whole = photo(tmp_path / "photo.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "bomb.png").write_bytes(bomb())
    (tmp_path / "other.json").write_text('{"width": 9, "height": 9, "operations": []}')
    Image.new("L", (100, 100), 255).save(tmp_path / "square.png")
    Image.new("L", (640, 480), 0).save(tmp_path / "black.png")
    refused = gesso(*arguments, "--prompt", "x", *LOW)
    assert (refused.code, refused.out) == (2, "")
    assert sentence in refused.err.splitlines()[-1]
    assert nothing_was_asked(gesso)


def test_max_cost_counts_the_pictures_that_are_sent(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png")
    refused = gesso("edit", "photo.png", "--prompt", "x", *LOW, "--max-cost", "0.005", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (4, "budget_exceeded")
    assert nothing_was_asked(gesso)


def test_an_edit_that_is_refused_by_the_provider_has_its_code(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png", 320, 240)
    ended = gesso("edit", "photo.png", "--prompt", "demo:error=moderation", *LOW, "--json")
    assert (ended.code, ended.json["images"], ended.json["protection"]) == (3, [], None)


def test_a_terminal_is_asked_where_everything_is_selected(installed: Installed, tmp_path: Path, gesso: Gesso) -> None:
    photo(tmp_path / "photo.png", 320, 240)
    arguments = ["inpaint", "photo.png", "--region", "0,0,320,240", "--prompt", "x", *LOW]
    code, said = on_a_terminal(arguments, installed.environment, tmp_path, types=b"n\n")
    assert (code, "The whole picture may change. Send it? [y/N]" in said) == (1, True)
    assert nothing_was_asked(gesso)


def test_a_dry_run_names_the_servers_own_address_and_fields(
    gesso: Gesso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo(tmp_path / "photo.png", 320, 240)
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.openai.com/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-key")
    dry = gesso("inpaint", "photo.png", "--region", "left-half", "--prompt", "x", "--dry-run", "--json")
    assert dry.json["url"] == "https://api.openai.com/v1/images/edits"
    assert [part["field"] for part in dry.json["files"]] == ["image", "mask"]
    assert "secret" not in dry.out + dry.err


def test_a_server_that_does_not_edit_is_known_before_anything_is_sent(
    gesso: Gesso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo(tmp_path / "photo.png", 320, 240)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")
    refused = gesso("edit", "photo.png", "--prompt", "x", "-m", "flux")
    assert (refused.code, refused.err) == (2, "Error: flux does not edit pictures. Choose a model that does.\n")
