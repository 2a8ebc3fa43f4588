"""``gesso avatars`` from inside: priced both ways, made, reviewed, redone, split, exported; and what is refused."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.app.terminal import Gesso
from tests.text_api import FLOW, TextApi

pytestmark = pytest.mark.usefixtures("tables")

HEADER = "firstname,lastname,gender,bio_facebook\n"
AMARA = 'Amara,Okafor,female,"I\'m 34 and bake sourdough before sunrise."\n'
LOW = ("--quality", "low")


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A table of one persona."""
    path = tmp_path / "team.csv"
    path.write_text(HEADER + AMARA)
    return path


def test_invented_people_are_priced_both_ways_before_anything_is_kept(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text(gesso("avatars", "invent", "2", "--seed", "7").out)
    priced = gesso("avatars", "start", "two.csv", "--pictures", "8", "--dry-run", "--json", *LOW)
    assert [(one["as"], one["requests"], one["side_px"]) for one in priced.json["quotes"]] == [
        ("grids", 2 * 3, 502), ("singles", 2 * 9, 1024),
    ]  # fmt: skip
    told = gesso("avatars", "start", "--invent", "2", "--seed", "7", "--pictures", "8", "--dry-run", *LOW)
    assert "2 personas, 16 pictures as grids:\n  6 requests, about $0.0" in told.out
    assert "as single pictures instead: 18 requests, about $0." in told.out
    assert gesso("avatars", "list", "--json").json == {"sets": []}


def test_a_set_is_planned_made_reviewed_redone_split_and_exported(gesso: Gesso, people: Path, tmp_path: Path) -> None:
    planned = gesso("avatars", "plan", str(people), *LOW)
    assert (planned.code, len(planned.out.strip())) == (0, 32)
    made = gesso("avatars", "start", "team", "--json")
    assert (made.code, made.json["set"]["state"], made.json["progress"]["rows"]["succeeded"]) == (0, "finished", 2)
    (amara,) = made.json["personas"]
    assert [picture["good"] for picture in amara["pictures"]] == [True] * 5
    assert (tmp_path / "out" / amara["pictures"][1]["key"]).is_file()

    assert "1 picture rejected" in gesso("avatars", "reject", "team", "amara/2").out
    assert gesso("avatars", "redo", "team", "--rejected", "--dry-run", "--json").json["pictures"] == 1
    redone = gesso("avatars", "redo", "team", "--rejected", "--json").json["personas"][0]["pictures"]
    assert [picture["width"] == 1024 for picture in redone] == [True, False, True, False, False]

    boxes = gesso("avatars", "split", "team", "1/1").out.strip().split(";")
    moved = ";".join(box.rsplit(",", 1)[0] + ",400" for box in boxes)
    cut = gesso("avatars", "split", "team", amara["slug"] + "/1", "--boxes", moved, "--json")
    assert [picture["height"] for picture in cut.json["pictures"]] == [400] * 4

    assert "No picture of the set is like that" in gesso("avatars", "redo", "team", "--rejected").err
    assert "No picture is accepted yet" in gesso("avatars", "export", "team").err
    accepted = gesso("avatars", "accept", "team", "--good", "--json")
    assert accepted.json["accepted"] == 4
    assert gesso("avatars", "export", "team", "-o", "team.zip").out == "4 images in team.zip\n"
    assert len(ZipFile(tmp_path / "team.zip").namelist()) == 5
    assert gesso("avatars", "export", "team", "--all").code == 0
    listed = json.loads((tmp_path / "team" / "avatars.json").read_text())
    assert {one["file"] for one in listed} == {f"{amara['slug']}/{name}.png" for name in ("base", 1, 2, 3, 4)}
    assert all((tmp_path / "team" / one["file"]).is_file() for one in listed)


def test_prompts_that_nobody_wrote_are_told_and_the_template_writes_them_when_told_to(
    gesso: Gesso, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TextApi() as api:
        api.fails(500, {"message": "no credit"})
        monkeypatch.setenv("FLOWISE_URL", api.root)
        monkeypatch.setenv("FLOWISE_CHATFLOW_ID", FLOW)
        dear = gesso("avatars", "start", str(people), "--max-cost", "0.10", *LOW)
        assert (dear.code, gesso("avatars", "list", "--json").json) == (4, {"sets": []})
        assert "Writing the prompts may cost $0.50" in dear.err
        failed = gesso("avatars", "start", str(people), "--yes", *LOW)
    assert failed.code == 1
    assert "no credit" in failed.out
    assert "1 persona without prompts" in failed.err
    again = gesso("avatars", "retry", "team", "--template", "--yes", "--json")
    assert (again.code, again.json["personas"][0]["state"]) == (0, "written")
    assert len(again.json["personas"][0]["pictures"]) == 5
    assert "Nothing of it has failed" in gesso("avatars", "retry", "team").err


def test_a_limit_pauses_a_set_and_much_money_needs_a_word(
    gesso: Gesso, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCH_ASK_ABOVE_USD", "0.01")
    asked = gesso("avatars", "start", str(people), *LOW)
    assert (asked.code, gesso("avatars", "list", "--json").json) == (2, {"sets": []})
    assert "Add --yes, or --max-cost USD" in asked.err
    paused = gesso("avatars", "start", str(people), "--max-cost", "0.01", *LOW)
    assert (paused.code, "paused" in paused.out, "`gesso avatars start " in paused.err) == (4, True, True)
    assert "This is an avatar set" in gesso("batch", "resume", "team", "--max-cost", "1").err
    went_on = gesso("avatars", "start", "team", "--max-cost", "1")
    assert (went_on.code, "finished, 2 of 2 done" in went_on.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["start"], "Name one file with personas"),
        (["start", "team.csv", "--invent", "2"], "Name one file with personas"),
        (["start", "missing.csv"], "'missing.csv' cannot be read"),
        (["start", "broken.csv"], "Row 2: lastname is empty"),
        (["start", "/dev/null"], "The text is empty"),
        (["start", "--invent", "2", "--max-cost", "0"], "must be more than 0"),
        (["start", "team.csv", "--pictures", "5"], "4 or 8 pictures, not 5"),
        (["start", "team.csv", "--size", "7x7"], "7x7"),
        (["start", "team.csv", "--writer", "nobody"], "no prompt writer called 'nobody'"),
        (["show", "nowhere"], "There is no avatar set 'nowhere'"),
        (["accept", "planned"], "Which pictures?"),
        (["accept", "planned", "eve/1"], "no persona 'eve'"),
        (["accept", "planned", "1/2"], "has no picture 2 yet"),
        (["split", "planned", "1/1"], "has no grid 1"),
        (["split", "planned", "1/1", "--boxes", "1,2"], "are no rectangles"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    gesso: Gesso, people: Path, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    (tmp_path / "broken.csv").write_text(HEADER + AMARA + "Eve,,female,I knit.\n")
    if "planned" in arguments:
        gesso("avatars", "plan", str(people), "--name", "planned")
    refused = gesso("avatars", *arguments)
    assert (refused.code, refused.out) == (2, "")
    assert sentence in refused.err
