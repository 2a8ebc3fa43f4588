"""The terminal's library: images found, shown, filed, put away and brought back."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.cli.opening import VISITOR
from app.cli.waiting import wait_briefly
from core.bootstrap import build
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.settings import Settings
from tests.app.terminal import Gesso, on_a_terminal, photo

pytestmark = pytest.mark.usefixtures("tables")

UNKNOWN = "0" * 32


def make(gesso: Gesso, prompt: str, *options: str) -> str:
    """The id of a new image."""
    assert gesso("generate", prompt, "--quality", "low", "--size", "1024x640", *options).code == 0
    return str(listed(gesso)[0]["id"])


def make_long_ago(prompt: str, days: int) -> None:
    """Make an image as if that day were today; needs the surroundings of ``gesso``."""
    then = datetime.now(UTC) - timedelta(days=days)
    request = GenerateRequest(prompt=prompt, model="gpt-image-2.5-flare", size="1024x640", quality="low")
    with build(Settings.load(), clock=lambda: then) as opened:
        job = opened.studio.submit(request, VISITOR)
        assert wait_briefly(opened.studio, job.id, 30).state == "succeeded"


def listed(gesso: Gesso, *arguments: str) -> list[dict[str, Any]]:
    images: list[dict[str, Any]] = gesso("history", *arguments, "--json").json["images"]
    return images


def prompts(gesso: Gesso, *arguments: str) -> list[str]:
    return [image["prompt"] for image in gesso(*arguments, "--json").json["images"]]


def test_an_empty_library_says_so(gesso: Gesso) -> None:
    assert gesso("history").err == "No images yet.\n"
    assert gesso("trash").err == "The trash is empty.\n"
    assert gesso("collections").err == "No collections yet.\n"
    assert gesso("history", "--json").json == {"images": [], "after": None, "count": 0, "count_is_exact": True}


def test_the_newest_image_comes_first_and_the_prompt_cannot_steer_the_terminal(gesso: Gesso) -> None:
    make(gesso, "a fox")
    newest = make(gesso, "an \x1b[2Jowl")
    lines = gesso("history").out.splitlines()
    assert lines[1].startswith(newest)
    assert lines[1].endswith("an \N{REPLACEMENT CHARACTER}[2Jowl")


@pytest.mark.parametrize("sort", ["newest", "oldest", "dearest", "cheapest"])
def test_each_page_names_the_next_until_all_were_seen(gesso: Gesso, sort: str) -> None:
    make(gesso, "a fox", "-n", "3")
    page = gesso("history", "--sort", sort, "--limit", "2", "--json").json
    rest = gesso("history", "--sort", sort, "--limit", "2", "--after", page["after"], "--json").json
    assert (page["count"], rest["after"]) == (3, None)
    assert len({image["id"] for image in (*page["images"], *rest["images"])}) == 3
    assert f"2 of 3; add --after {page['after']} for the next." in gesso("history", "--sort", sort, "--limit", "2").err


@pytest.mark.parametrize("place", ["soon", "9" * 30, "-5", "NaN_5", "1e99999_5", "0.01_5_5", ""])
@pytest.mark.parametrize("sort", ["newest", "dearest"])
def test_a_page_that_cannot_be_is_one_sentence(gesso: Gesso, sort: str, place: str) -> None:
    refused = gesso("history", "--sort", sort, f"--after={place}")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "Error: This page of the list does not exist. Begin at the first one.\n"


def test_images_are_filtered(gesso: Gesso, tmp_path: Path) -> None:
    fox = make(gesso, "a fox")
    photo(tmp_path / "photo.png")
    gesso("inpaint", "photo.png", "--region", "left-half", "--prompt", "add a boat", "--quality", "low")
    today = datetime.now(UTC).date()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    gesso("tag", fox, "--add", "Red  Fox")
    gesso("favourite", fox)
    cost = listed(gesso, "--favourite")[0]["cost_usd"]
    for options in (
        ("--kind", "generate"),
        ("--tag", "red fox"),
        ("--favourite",),
        ("--cost-to", f"${cost}", "--model", "gpt-image-2.5-flare", "--provider", "demo", "--state", "succeeded"),
    ):
        assert prompts(gesso, "history", *options) == ["a fox"], options
    assert prompts(gesso, "history", "--cost-from", str(cost + 0.001)) == ["add a boat"]
    assert len(listed(gesso, "--since", f"{yesterday}", "--until", f"{tomorrow}T12:00+02:00")) == 2
    assert len(listed(gesso, "--since", f"{tomorrow}")) == len(listed(gesso, "--until", f"{yesterday}")) == 0
    assert gesso("history", "--model", "dall-e-2").err == "No such images.\n"


def test_a_day_as_the_end_belongs_to_what_is_found(gesso: Gesso) -> None:
    make_long_ago("a fox", 3)
    day = (datetime.now(UTC) - timedelta(days=3)).date()
    assert prompts(gesso, "history", "--since", f"{day}", "--until", f"{day}") == ["a fox"]
    assert listed(gesso, "--until", f"{day}T00:00") == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--since", "soon"], "--since: 'soon' is no date. Write one such as 2026-11-01"),
        (["--until", "9999-12-31"], "--until: '9999-12-31' is no date."),
        (["--cost-from", "much"], "--cost-from: 'much' is no amount."),
        (["--cost-to", "1e999999"], "--cost-to: '1e999999' is no amount."),
        (["--cost-to", "NaN"], "is no amount."),
        (["--kind", "painting"], "'painting' is not one of 'generate'"),
        (["--collection", "Foxes"], 'There is no collection "Foxes". `gesso collections` lists them.'),
        (["--tag", "a,b"], "A tag has 1 to 60 characters and no comma."),
        (["--limit", "0"], "greater than or equal to 1"),
        (["--model", "\udcff"], "An argument holds bytes that are not UTF-8 text."),
    ],
)
def test_a_filter_that_cannot_be_is_one_sentence(gesso: Gesso, options: list[str], sentence: str) -> None:
    refused = gesso("history", *options)
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert sentence in refused.err


def test_search_finds_words_phrases_beginnings_and_leaves_out(gesso: Gesso) -> None:
    make(gesso, "a red fox in the snow")
    make(gesso, "a fox with a red hat")
    for text, found in (
        (["RED", "fox"], 2),
        (['"red fox"'], 1),
        (["sno*"], 1),
        (["fox", "--", "-hat"], 1),
        (["zebra"], 0),
        (["fox", "--kind", "edit"], 0),
    ):
        assert gesso("search", "--json", *text).json["count"] == found, text


@pytest.mark.parametrize("text", ["", "!?", "*"])
def test_a_search_without_a_word_is_refused(gesso: Gesso, text: str) -> None:
    refused = gesso("search", text, "--json")
    assert "There is no word in this to search for." in refused.err
    assert (refused.code, refused.json["error"]["code"]) == (2, "invalid_request")


def test_all_of_an_image_is_shown(gesso: Gesso) -> None:
    parent = make(gesso, "an owl")
    gesso("inpaint", parent, "--region", "left-half", "--prompt", "add a lighthouse", "--quality", "low")
    child = str(listed(gesso)[0]["id"])
    gesso("tag", child, "--add", "night")
    gesso("collections", "make", "Birds")
    gesso("collections", "add", "birds", child)
    told = gesso("show", child, "--json").json
    assert (told["image"]["tags"], told["image"]["collections"][0]["name"]) == (["night"], "Birds")
    assert told["image"]["protection"]["unchanged_pixels"] == told["image"]["protection"]["protected_pixels"] > 0
    assert [(one["id"], one["distance"]) for one in told["lineage"]["ancestors"]] == [(parent, -1)]
    assert told["lineage"]["edges"] == [{"parent": parent, "child": child}]
    text = gesso("show", child).out
    for part in ("took        2 requests and $0.012", f"from        {parent} an owl", told["image"]["path"]):
        assert part in text
    assert told["answer"]["path"] in text
    assert told["job"]["request_id"] in text
    assert f"became      {child} add a lighthouse" in gesso("show", parent).out


def test_an_image_of_several_shows_its_share(gesso: Gesso) -> None:
    image = make(gesso, "a fox", "-n", "2")
    told = gesso("show", image, "--json").json
    assert told["image"]["cost_usd"] == pytest.approx(told["job"]["cost_usd"] / 2)
    assert "its share of $0.0066 for 2 images" in gesso("show", image).out
    (other,) = (one["id"] for one in listed(gesso) if one["id"] != image)
    gesso("trash", "move", other)
    assert gesso("trash", "empty", "--yes").code == 0
    assert "its share of $0.0066 for 2 images" in gesso("show", image).out  # the other was paid for all the same


def test_an_id_may_be_cut_short_or_be_the_jobs_while_it_names_one_image(gesso: Gesso) -> None:
    first, second = make(gesso, "a fox"), make(gesso, "an owl")
    job = listed(gesso)[0]["job_id"]
    assert gesso("show", first[:31].upper(), "--json").json["image"]["id"] == first
    assert gesso("show", job, "--json").json["image"]["id"] == second
    assert "2 images begin with 01a" in gesso("show", first[:4]).err
    assert "01a is too short for an id: write at least 4 of its digits." in gesso("show", first[:3]).err
    make(gesso, "two owls", "-n", "2")
    assert "has 2 images here." in gesso("show", listed(gesso)[0]["job_id"]).err


@pytest.mark.parametrize(
    "command",
    [
        ("show",),
        ("tag", "--add", "x"),
        ("favourite",),
        ("trash", "move"),
        ("trash", "restore"),
        ("collections", "add", "Foxes"),
    ],
)
@pytest.mark.parametrize("name", [UNKNOWN, "beef", "../../etc", ""])
def test_an_unknown_image_is_a_usage_error_and_nothing_is_done(
    gesso: Gesso, command: tuple[str, ...], name: str
) -> None:
    gesso("collections", "make", "Foxes")
    refused = gesso(*command, name, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (2, "not_found")
    assert refused.err == f"Error: There is no image {name!r}. `gesso history` lists their ids.\n"


def test_one_unknown_image_among_several_leaves_all_as_they_are(gesso: Gesso) -> None:
    fox = make(gesso, "a fox")
    assert gesso("trash", "move", fox, UNKNOWN).code == 2
    assert gesso("tag", fox, UNKNOWN, "--add", "x").code == 2
    assert (len(listed(gesso)), listed(gesso, "--tag", "x")) == (1, [])


def test_tags_are_added_and_taken_away(gesso: Gesso) -> None:
    fox, owl = make(gesso, "a fox"), make(gesso, "an owl")
    added = gesso("tag", fox, owl, "--add", "Night", "--add", "animals").out
    assert added == f"{fox}  animals, night\n{owl}  animals, night\n"
    told = gesso("tag", fox, owl, fox, "--remove", "night", "--add", "animals", "--json").json
    assert told == {"images": [{"id": id, "tags": ["animals"]} for id in (fox, owl)], "added": 0, "removed": 2}


def test_a_tag_that_cannot_be_changes_nothing(gesso: Gesso) -> None:
    fox = make(gesso, "a fox")
    assert gesso("tag", fox, "--add", "good", "--add", "a,b").code == 2
    for character in ("\x1b", "\x07", "\x9b", "\u202e"):
        for command in (("tag", fox, "--add", f"a{character}b"), ("collections", "make", f"a{character}b")):
            refused = gesso(*command)
            assert (refused.code, f"(U+{ord(character):04X}). Leave it out." in refused.err) == (2, True)
    assert gesso("tag", fox, "--remove", "a\x1bb").code == 0
    assert "name at least one tag." in gesso("tag", fox).err
    assert gesso("show", fox, "--json").json["image"]["tags"] == []


def test_favourites_are_marked_and_unmarked(gesso: Gesso) -> None:
    fox = make(gesso, "a fox")
    assert gesso("favourite", fox, "--json").json == {"images": [fox], "favourite": True}
    assert listed(gesso, "--favourite")[0]["id"] == fox
    assert gesso("favourite", fox, "--off").out == "1 image: no longer favourite\n"
    assert listed(gesso, "--favourite") == []


def test_a_collection_is_made_filled_shown_renamed_and_removed(gesso: Gesso) -> None:
    fox, owl = make(gesso, "a fox"), make(gesso, "an owl")
    made = gesso("collections", "make", " My  Animals ", "--notes", "for the book", "--json").json["collection"]
    assert (made["name"], made["notes"], made["count"]) == ("My Animals", "for the book", 0)
    assert gesso("collections", "add", "my animals", fox, owl).out == "My Animals: 2 images added\n"
    assert gesso("collections", "add", made["id"], owl, "--json").json["added"] == 0
    assert prompts(gesso, "collections", "show", "My Animals") == ["a fox", "an owl"]
    assert prompts(gesso, "history", "--collection", "MY ANIMALS") == ["an owl", "a fox"]
    assert gesso("collections", "rename", "My Animals", "my animals").code == 0
    assert gesso("collections", "take-out", "my animals", fox).out == "my animals: 1 image taken out\n"
    row = gesso("collections", "--json").json["collections"][0]
    assert (row["name"], row["count"], row["cover"], row["notes"]) == ("my animals", 1, owl, "for the book")
    assert gesso("collections", "remove", "my animals").out == "my animals: removed\n"
    assert (gesso("collections", "--json").json["collections"], len(listed(gesso))) == ([], 2)


def test_a_collections_name_is_taken_once_and_an_unknown_one_is_refused(gesso: Gesso) -> None:
    gesso("collections", "make", "Foxes")
    gesso("collections", "make", "Owls")
    assert 'There is a collection "foxes" already.' in gesso("collections", "make", "foxes").err
    assert gesso("collections", "rename", "Owls", "FOXES").code == 2
    assert "1 to 120 characters" in gesso("collections", "make", " ").err
    for command in (("show", "Cats"), ("remove", "Cats"), ("rename", "Cats", "Dogs"), ("add", "Cats", UNKNOWN)):
        assert 'There is no collection "Cats".' in gesso("collections", *command).err


def test_of_two_peoples_collections_of_one_name_the_id_says_which(gesso: Gesso) -> None:
    with build(Settings.load()) as opened:
        ids = [opened.history.make_collection("Foxes", Visitor(owner=owner)).id for owner in ("anna", "ben")]
    refused = gesso("collections", "show", "foxes")
    assert (refused.code, all(id in refused.err for id in ids)) == (2, True)
    assert gesso("collections", "show", ids[1], "--json").json["collection"]["owner"] == "ben"


def test_a_terminal_is_asked_before_a_filled_collection_is_removed(gesso: Gesso, tmp_path: Path) -> None:
    gesso("collections", "make", "Foxes")
    gesso("collections", "add", "Foxes", make(gesso, "a fox"))
    code, said = on_a_terminal(["collections", "remove", "foxes"], dict(os.environ), tmp_path, types=b"n\n")
    assert (code, 'Remove "Foxes" with the order of its 1 image?' in said) == (1, True)
    assert gesso("collections", "--json").json["collections"][0]["count"] == 1


def test_the_trash_takes_in_gives_back_and_keeps_how_images_were_filed(gesso: Gesso) -> None:
    fox = make(gesso, "a fox")
    gesso("tag", fox, "--add", "red")
    assert gesso("trash", "move", fox).out == "1 image moved to the trash\n"
    since = gesso("trash", "--json").json["images"][0]["trashed_at"]
    assert gesso("trash", "move", fox, "--json").json == {"images": []}
    assert gesso("trash", "--json").json["images"][0]["trashed_at"] == since
    assert listed(gesso) == []
    assert gesso("trash", "restore", "--all").out == "1 image restored\n"
    assert listed(gesso, "--tag", "red")[0]["id"] == fox


def test_restoring_takes_either_images_or_all(gesso: Gesso) -> None:
    fox, owl = make(gesso, "a fox"), make(gesso, "an owl")
    gesso("trash", "move", fox, owl)
    assert gesso("trash", "restore").code == gesso("trash", "restore", fox, "--all").code == 2
    assert gesso("trash", "restore", fox, "--json").json == {"images": [fox]}
    assert prompts(gesso, "trash") == ["an owl"]


def test_emptying_the_trash_takes_a_yes_and_changes_no_cost(gesso: Gesso) -> None:
    fox = make(gesso, "a fox")
    gesso("trash", "move", fox)
    costs = gesso("costs", "--json").json
    refused = gesso("trash", "empty")
    assert (refused.code, refused.err) == (2, "Error: This deletes 1 image for good. Add --yes to do so.\n")
    assert gesso("trash", "empty", "--older-than", "1", "--yes", "--json").json["deleted"] == 0
    assert gesso("trash", "empty", "--yes", "--json").json["deleted"] == 1
    assert gesso("show", fox).code == 2
    assert gesso("costs", "--json").json == costs


def test_files_of_old_images_go_when_the_trash_is_emptied(gesso: Gesso, tmp_path: Path) -> None:
    fox = make(gesso, "a fox")
    path = tmp_path / listed(gesso)[0]["path"]
    long_ago = datetime.now(UTC).timestamp() - 7200
    os.utime(path, (long_ago, long_ago))
    size = path.stat().st_size
    gesso("trash", "move", fox)
    assert gesso("trash", "empty", "--yes", "--json").json == {"deleted": 1, "files": 1, "bytes": size}
    assert not path.exists()


@pytest.mark.parametrize(("answer", "code", "left"), [(b"n\n", 1, 1), (b"y\n", 0, 0)])
def test_a_terminal_is_asked_before_the_trash_is_emptied(
    gesso: Gesso, tmp_path: Path, answer: bytes, code: int, left: int
) -> None:
    gesso("trash", "move", make(gesso, "a fox"))
    ended, said = on_a_terminal(["trash", "empty"], dict(os.environ), tmp_path, types=answer)
    assert (ended, "Delete 1 image for good?" in said) == (code, True)
    assert ("Stopped; nothing was deleted." in said) is (left == 1)
    assert gesso("trash", "--json").json["count"] == left


def test_cleaning_up_spares_the_new_favourites_and_collections(gesso: Gesso) -> None:
    for prompt in ("old and plain", "old and loved", "old and collected"):
        make_long_ago(prompt, 40)
    make(gesso, "new")
    ids = {image["prompt"]: image["id"] for image in listed(gesso)}
    gesso("favourite", ids["old and loved"])
    gesso("collections", "make", "Kept")
    gesso("collections", "add", "Kept", ids["old and collected"])
    assert prompts(gesso, "cleanup", "--days", "30", "--dry-run") == ["old and plain"]
    assert gesso("cleanup", "--days", "30", "--dry-run").err == "1 image would be moved to the trash.\n"
    assert (len(listed(gesso)), prompts(gesso, "cleanup", "--days", "41")) == (4, [])
    assert gesso("cleanup", "--days", "30").out == "1 image moved to the trash\n"
    assert prompts(gesso, "trash") == ["old and plain"]


def test_cleaning_up_needs_a_number_of_days(gesso: Gesso) -> None:
    assert "Missing option '--days'." in gesso("cleanup").err
    for days in ("0", "-1", "99999999999", "soon"):
        assert gesso("cleanup", "--days", days).code == 2


def test_the_doctor_says_what_is_whole_and_what_is_lost(gesso: Gesso, tmp_path: Path) -> None:
    gesso("generate", "a fox", "--quality", "low")
    ran = gesso("doctor")
    assert ran.code == 0
    assert "pictures in the library  1 " in ran.out
    for file in (tmp_path / "out/images").rglob("*.png"):
        file.unlink()
    ran = gesso("doctor", "--json")
    kept = {one["kind"]: one["files"] for one in ran.json["storage"]["kept"]}
    assert (kept["images"], kept["thumbnails"], ran.json["storage"]["stock"]["pictures"]) == (0, 1, 1)
    findings = {finding["check"]: finding for finding in json.loads(ran.out)["findings"]}
    assert (ran.code, findings["images"]["health"], findings["images"]["count"]) == (1, "bad", 1)
