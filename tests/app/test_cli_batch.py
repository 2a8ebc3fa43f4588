"""``gesso batch`` from inside: what is planned, priced, refused, run, paused, retried and exported; Ctrl-C outside."""

import csv
import json
import os
import signal
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.app.terminal import COMMAND, Gesso, photo

pytestmark = pytest.mark.usefixtures("tables")

LOW = ("--quality", "low")


def test_rows_of_every_kind_are_counted_and_priced_before_anything_is_kept(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "coat.txt").write_text("red\nblue\n")
    (tmp_path / "rows.jsonl").write_text('{"prompt": "a hen", "model": "gpt-image-2"}\n{"prompt": "a cat"}\n')
    made = gesso(
        *("batch", "plan", "-p", "__coat__ fox, __season__", "--wildcards", "own", *LOW),
        *("--size", "1024x1024", "--size", "1024x1536", "--dry-run", "--json"),
    ).json
    prices = [row["estimate"]["high_usd"] for row in made["rows"]]
    assert (made["batch"], made["total"]["rows"], len(set(prices))) == (None, 16, 2)
    assert made["total"]["high_usd"] == pytest.approx(sum(prices))
    drawn = ("batch", "plan", "-p", "__colour__ __mood__ fox", "--sample", "3", "--seed", "7", "--dry-run", "--json")
    prompts = [row["request"]["prompt"] for row in gesso(*drawn).json["rows"]]
    assert len(set(prompts)) == 3
    assert prompts == [row["request"]["prompt"] for row in gesso(*drawn).json["rows"]]
    crossed = gesso(
        *("batch", "plan", "rows.jsonl", "-m", "gpt-image-2", "-m", "gpt-image-2.5-flare", "--dry-run", "--json")
    )
    asked = [(row["request"]["prompt"], row["request"]["model"]) for row in crossed.json["rows"]]
    assert asked == [("a hen", "gpt-image-2"), ("a cat", "gpt-image-2"), ("a cat", "gpt-image-2.5-flare")]
    assert gesso("batch", "list", "--json").json == {"batches": []}


def test_rows_with_problems_stop_a_plan_unless_they_are_left_out(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("prompt,size,mood\na fox,1024x1024,calm\na hen,huge,wild\na cat,1000x1000,wild\n")
    refused = gesso("batch", "plan", "t.csv", "--json")
    assert (refused.code, len(refused.json["problems"]), refused.json["batch"]) == (2, 2, None)
    assert "Row 2, column size: 'huge' is not a size." in refused.err
    assert "Row 3: 1000x1000" in refused.err
    both = ("-m", "gpt-image-2", "-m", "dall-e-3")
    varied = gesso("batch", "plan", "t.csv", "--skip-problems", "--dry-run", "--json", *both).json
    assert [(row["row"], row["position"]) for row in varied["rows"]] == [(1, 1)]
    beginnings = [problem.split(": ")[0] for problem in varied["problems"]]
    assert beginnings == ["Row 1 (dall-e-3)", "Row 2, column size", "Row 3 (gpt-image-2)", "Row 3 (dall-e-3)"]
    kept = gesso("batch", "plan", "t.csv", "--skip-problems")
    assert (kept.code, len(kept.out.strip())) == (0, 32)
    shown = gesso("batch", "show", "t", "--json").json
    assert [row["columns"] for row in shown["rows"]] == [{"mood": "calm"}]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name one file with rows"),
        (["missing.txt"], "'missing.txt' cannot be read"),
        (["-p", "fox", "--dry-run", "--max-cost", "0"], "must be more than 0"),
        (["-p", "fox", "--dry-run", "--max-cost", "abc"], "'abc' is no amount"),
        (["empty.csv"], "empty.csv has no rows. Its first line names the columns"),
        (["-p", "{a|b"], "There is a { without its }"),
        (["-p", "fox", "--size", "huge"], "'huge' is not a size"),
        (["-p", "fox", "--template", "{nix}"], "{nix} cannot be used"),
        (["--edit", "no such set", "-p", "snow"], 'There is no collection "no such set"'),
        (["x.txt", "--sample", "3"], "are for prompts given with --prompt"),
    ],
)
def test_what_no_batch_can_be_made_of_is_one_sentence(gesso: Gesso, arguments: list[str], sentence: str) -> None:
    Path("empty.csv").write_text("prompt\n")
    refused = gesso("batch", "plan", *arguments)
    assert (refused.code, refused.out) == (2, "")
    assert sentence in refused.err


def test_a_plan_runs_and_its_pictures_are_exported_under_names_of_the_template(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "foxes.csv").write_text("prompt,mood\na red fox,calm\na blue fox,wild\n")
    planned = gesso("batch", "plan", "foxes.csv", *LOW, "--template", "{mood}/{prompt}", "--collection", "Foxes")
    ran = gesso("batch", "start", planned.out.strip()[:20], "--json")
    assert (ran.code, ran.json["batch"]["state"], ran.json["progress"]["rows"]["succeeded"]) == (0, "finished", 2)
    assert "Foxes: 2 images" in gesso("collections", "show", "Foxes").out
    assert gesso("batch", "export", "foxes").out == "2 images in foxes\n"
    names = {str(path.relative_to(tmp_path / "foxes")) for path in (tmp_path / "foxes").rglob("*.*")}
    assert names == {"calm/a-red-fox.png", "wild/a-blue-fox.png", "manifest.json", "results.csv"}
    again = gesso("batch", "export", "foxes")
    assert (again.code, "4 files of these names exist" in again.err) == (2, True)
    gesso("batch", "export", "foxes", "-o", "all.zip", "--template", "{number:03}", "--csv", "all.csv")
    assert ZipFile("all.zip").namelist() == ["001.png", "002.png", "manifest.json", "results.csv"]
    with open("all.csv", encoding="utf-8-sig") as file:
        assert {row["mood"]: row["files"] for row in csv.DictReader(file)} == {"calm": "001.png", "wild": "002.png"}
    table = gesso("batch", "export", "foxes", "--csv", "-")
    assert (table.code, table.err, Path("-").exists()) == (0, "", False)
    assert [row["mood"] for row in csv.DictReader(table.out.removeprefix("\ufeff").splitlines())] == ["calm", "wild"]
    assert "nothing to send again" in gesso("batch", "retry", "foxes").err
    assert "'foxes.txt' cannot be read" in gesso("batch", "start", "foxes.txt").err
    assert "There is no batch 'hens'" in gesso("batch", "start", "hens").err
    watched = gesso("batch", "watch", "foxes", "--json")
    assert (watched.code, json.loads(watched.out)["rows"]["done"]) == (0, 2)


def test_each_end_of_a_batch_has_its_code(gesso: Gesso) -> None:
    assert gesso("batch", "start", "-p", "demo:error=quota fox", "-p", "a hen", *LOW, "--name", "some").code == 6
    doubtful = gesso("batch", "start", "-p", "demo:error=unknown fox", "-p", "a hen", *LOW, "--name", "doubtful")
    assert (doubtful.code, "1 row may have been billed" in doubtful.err) == (5, True)
    assert "1 of 2 done, 1 may have been billed, $0.0" in doubtful.out
    assert "`gesso jobs resolve" in gesso("batch", "retry", "doubtful").err
    shown = gesso("batch", "show", "doubtful")
    (job,) = gesso("jobs", "--open", "--json").json["jobs"]
    assert f"`gesso jobs resolve {job['id']}` settles it" in shown.out
    gesso("jobs", "resolve", job["id"], "--not-billed")
    resolved = gesso("batch", "show", "doubtful").out
    assert "1 of 2 done, 1 failed, $0.0" in resolved
    assert "`gesso jobs resolve" not in resolved
    assert gesso("batch", "start", "-p", "demo:error=quota fox", *LOW, "--name", "none").code == 1
    failed = gesso("batch", "show", "some", "--failed").out
    assert "out of credit" in failed
    assert "a hen" not in failed
    assert gesso("batch", "retry", "some", "--rows", "2").code == 1
    assert gesso("batch", "retry", "some", "--rows", "1-2", "--json").code == 6
    assert [row["tries"] for row in gesso("batch", "show", "some", "--json").json["rows"]] == [2, 1]


def test_a_limit_pauses_a_batch_with_the_budgets_code_and_a_higher_one_goes_on(gesso: Gesso) -> None:
    limited = gesso("batch", "start", "-p", "{red|blue|green} fox", *LOW, "--max-cost", "0.015", "--name", "dear")
    assert limited.code == 4
    assert "--max-cost USD` goes on" in limited.err
    assert gesso("batch", "list", "--state", "paused", "--json").json["batches"][0]["rows"]["waiting"] == 1
    assert gesso("batch", "add", "dear", "-p", "a hen", *LOW).code == 0
    assert gesso("batch", "resume", "dear", "--max-cost", "1", "--json").json["progress"]["rows"]["succeeded"] == 4


def test_much_money_takes_a_word_where_nobody_can_be_asked(gesso: Gesso, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCH_ASK_ABOVE_USD", "0.01")
    asked = gesso("batch", "start", "-p", "{red|blue} fox", *LOW)
    assert (asked.code, "Add --yes, or --max-cost USD." in asked.err) == (2, True)
    assert gesso("batch", "list", "--json").json == {"batches": []}
    begun = gesso("batch", "start", "-p", "{red|blue} fox", *LOW, "--yes", "--detach", "--name", "later", "--json").json
    assert (begun["batch"]["state"], begun["progress"]["rows"]["waiting"]) == ("running", 2)
    assert gesso("batch", "remove", "later").code == 1
    assert gesso("batch", "pause", "later").out == "later: paused; 0 requests come to their end\n"
    assert gesso("batch", "cancel", "later").out == "later: cancelled; 2 rows not sent\n"
    assert "`gesso batch resume" in gesso("batch", "add", "later", "-p", "a hen", *LOW).err
    assert gesso("batch", "remove", "later").out == "later: removed\n"


def test_one_edit_over_files_folders_and_pictures_beside_a_table(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a", "b", "c"):
        photo(tmp_path / "in" / f"{name}.png", 160, 160)
    (tmp_path / "in" / "rows.csv").write_text("prompt,input\nsnow,a.png\nrain,b.png\nfog,lost.png\n")
    edits = gesso("batch", "start", "--edit", "in", "in/a.png", "-p", "{snow|rain}", *LOW, "--json").json
    assert edits["progress"]["rows"]["succeeded"] == 6
    table = gesso("batch", "plan", "in/rows.csv", "--skip-problems", "--dry-run", "--json").json
    assert ([len(row["request"]["images"]) for row in table["rows"]], len(table["problems"])) == ([1, 1], 1)


def test_ctrl_c_pauses_a_batch_and_what_was_sent_comes_to_its_end(
    gesso: Gesso, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = {
        "OUTPUT_DIR": "out",
        "PROVIDER": "demo",
        "DEMO_LATENCY_SECONDS": "1",
        "LEASE_SECONDS": "1",
        "CONCURRENCY": "2",
    }
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | ours
    arguments = [COMMAND, "batch", "start", "-p", "fox {1|2|3|4|5|6|7|8}", *LOW, "--name", "many", "--verbose"]
    with subprocess.Popen(arguments, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert any(b"running, " in line and b" 2 running" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait(timeout=20) == 130
    assert b"gesso batch resume" in said
    paused = gesso("batch", "list", "--json").json["batches"][0]
    assert (paused["state"], paused["rows"]["running"], paused["rows"]["unknown"]) == ("paused", 0, 0)
    assert paused["rows"]["done"] >= 2
    monkeypatch.setenv("LEASE_SECONDS", "1")
    resumed = gesso("batch", "resume", "many", "--json").json
    assert (resumed["batch"]["state"], resumed["progress"]["rows"]["succeeded"]) == ("finished", 8)
    jobs = gesso("jobs", "--json", "--limit", "50").json["jobs"]
    assert sorted(job["state"] for job in jobs if job["state"] != "cancelled") == ["succeeded"] * 8
