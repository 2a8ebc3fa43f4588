"""The terminal door from inside: what is refused before it costs, what is printed, which code is returned."""

from pathlib import Path

import pytest

from app.cli import COMMANDS
from app.cli.door import import_module
from app.cli.output import one_line
from tests.app.terminal import Gesso


def nothing_was_sent(tmp_path: Path) -> bool:
    return not (tmp_path / "out").exists()


def test_the_front_page_lists_every_command_with_its_module(gesso: Gesso) -> None:
    page = gesso("--help")
    assert page.code == 0
    assert all(f"  {name} " in page.out and import_module(f"app.cli.{name}").app for name in COMMANDS)


def test_no_command_and_a_wrong_one_are_usage_errors(gesso: Gesso) -> None:
    assert gesso().code == 2
    wrong = gesso("genrate", "x")
    assert (wrong.code, wrong.out) == (2, "")
    assert "Did you mean `gesso generate`?" in wrong.err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["-m", "gpt-image-2.5-flair"], "Did you mean gpt-image-2.5-flare"),
        (["-m", "dall-e-3"], "was shut down on 2026-05-12. Use gpt-image-2.5-sunburst"),
        (["--size", "1000x1000"], "The nearest size gpt-image-2.5-flare takes is 1008x1008."),
        (["--size", "large"], "'large' is not a size."),
        (["--quality", "ultra"], "It takes auto, low, medium"),
        (["-n", "11"], "must be between 1 and 10."),
        (["-n", "two"], "valid integer"),
        (["--colour", "red"], "No such option: --colour."),
        (["--max-cost", "much"], "is no amount."),
        (["--json", "--raw"], "choose one."),
        (["--output", "fox.png", "--output-format", "webp"], "Change one of them."),
        (["--output", "fox.tiff"], "No model makes .tiff files."),
        (["--output", "missing/fox.png"], "There is no folder missing."),
        (["--output", "/proc/fox.png"], "/proc cannot be written"),
        (["--output", "-", "-n", "2"], "Standard output takes one image"),
        (["--output", "-", "--json"], "the image or JSON, not both"),
        (["--output", "x" * 300 + ".png"], "File name too long"),
        (["--output", ""], "--output is empty."),
        (["-m", ""], "There is no model called ''"),
        (["--size", "0x0"], "'0x0' is not a size."),
        (["--size", "99999x1"], "The nearest size gpt-image-2.5-flare takes is"),
        (["--output", "x" * 250 + ".png", "-n", "2"], "File name too long"),
        (["--quality", "\udcff"], "The quality holds bytes that are not UTF-8 text"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_nothing_is_sent(
    gesso: Gesso, tmp_path: Path, options: list[str], sentence: str
) -> None:
    refused = gesso("generate", "a fox", *options)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert sentence in refused.err
    assert nothing_was_sent(tmp_path)


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("   ", "Write a prompt first"),
        ("a" * 32_001, "The prompt has 32,001 characters; at most 32,000 are allowed. Shorten it by 1."),
        ("a \udcff fox", "not UTF-8 text"),
        ("a\0b", "The prompt holds a NUL character"),
    ],
    ids=["blank", "too-long", "bytes", "nul"],
)
def test_a_wrong_prompt_is_one_sentence(gesso: Gesso, prompt: str, sentence: str) -> None:
    refused = gesso("generate", prompt)
    assert (refused.code, refused.out) == (2, "")
    assert sentence in refused.err


@pytest.mark.parametrize("prompt", ["a\nb\r\n\tc", "\x1b[31m fox", "🦊 \u202e"], ids=["lines", "escape", "emoji"])
def test_an_odd_prompt_is_sent_and_kept_as_it_is(gesso: Gesso, prompt: str) -> None:
    made = gesso("generate", prompt, "--quality", "low", "--output", "fox.png", "--json")
    assert (made.code, made.err) == (0, "")
    shown = gesso("jobs", "show", made.json["job"]["id"], "--json")
    assert shown.json["job"]["request"]["prompt"] == prompt


def test_an_error_is_also_an_object_where_json_was_asked_for(gesso: Gesso) -> None:
    refused = gesso("generate", "a fox", "-m", "dall-e-2", "--json")
    assert refused.code == 2
    assert refused.json["error"]["code"] == "unsupported_option"


def test_a_wrong_setting_is_a_usage_error(gesso: Gesso, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUDGET_DAY_USD", "lots")
    refused = gesso("generate", "a fox")
    assert refused.code == 2
    assert "BUDGET_DAY_USD='lots' cannot be read." in refused.err


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OPENAI_BASE_URL", "hush"),
        ("OPENAI_BASE_URL", "http://host/v1?key=hush"),
        ("BUDGET_DAY_USD", "-1"),
        ("BUDGET_MONTH_USD", "NaN"),
        ("CONCURRENCY", "0"),
        ("PROVIDER", "azure"),
        ("DATABASE_URL", "mysql://ada:hush@host/name"),
        ("DATABASE_URL", "postgresql://ada:hush@host/name?hush=1"),
        ("OUTPUT_DIR", "/dev/null"),
        ("OUTPUT_DIR", "/proc/output"),
        ("DEFAULT_MODEL", "gpt-image-0"),
    ],
)
def test_each_wrong_setting_is_one_sentence_with_its_name_and_one_object(
    gesso: Gesso, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    refused = gesso("generate", "a fox", "--json")
    assert (refused.code, refused.err.count("\n"), refused.json["error"]["code"]) == (2, 1, "settings")
    assert variable in refused.err
    assert "hush" not in refused.err + refused.out


def test_an_existing_file_is_not_replaced_without_yes(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "fox.png").write_bytes(b"mine")
    refused = gesso("generate", "a fox", "--output", "fox.png")
    assert refused.code == 2
    assert "fox.png exists already." in refused.err
    assert (tmp_path / "fox.png").read_bytes() == b"mine"
    assert nothing_was_sent(tmp_path)


def test_yes_replaces_an_existing_file(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "fox.png").write_bytes(b"mine")
    assert gesso("generate", "a fox", "--quality", "low", "--output", "fox.png", "--yes").code == 0
    assert (tmp_path / "fox.png").read_bytes().startswith(b"\x89PNG")


def test_only_one_of_several_existing_files_is_enough_to_refuse(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "fox_2.png").write_bytes(b"mine")
    assert gesso("generate", "a fox", "-n", "2", "--output", "fox.png").code == 2


@pytest.mark.parametrize("size", ["1536X1024", "1536 x 1024", "01536x1024", "１５３６x１０２４"])
def test_a_size_is_sent_as_the_api_writes_it(gesso: Gesso, size: str) -> None:
    assert gesso("generate", "a fox", "--size", size, "--dry-run", "--json").json["body"]["size"] == "1536x1024"


def test_an_extension_chooses_the_format(gesso: Gesso) -> None:
    body = gesso("generate", "a fox", "--output", "fox.jpg", "--dry-run", "--json").json["body"]
    assert body["output_format"] == "jpeg"
    assert "output_format" not in gesso("generate", "a fox", "--output", "fox.png", "--dry-run", "--json").json["body"]


def test_a_gif_gets_a_size_that_its_frames_allow(gesso: Gesso) -> None:
    dry = gesso(
        *("generate", "a fox", "-m", "gpt-image-2.6-flare"),
        "--output",
        "fox.gif",
        "--frame-count",
        "12",
        "--dry-run",
        "--json",
    )
    assert dry.json["body"]["size"] == "816x816"


def test_the_defaults_are_the_browsers(gesso: Gesso) -> None:
    body = gesso("generate", "a fox", "-m", "gpt-image-2", "--dry-run", "--json").json["body"]
    assert body == {"prompt": "a fox", "model": "gpt-image-2", "n": 1, "size": "1024x1024", "quality": "medium"}


def test_a_dry_run_prints_price_and_request_and_sends_nothing(gesso: Gesso, tmp_path: Path) -> None:
    dry = gesso("generate", "a fox", "-n", "4", "--dry-run")
    assert dry.code == 0
    assert "Estimate: about $0.21" in dry.out
    assert '"quality": "high"' in dry.out
    assert nothing_was_sent(tmp_path)


@pytest.mark.parametrize("limit", ["$0.01", "0"])
def test_max_cost_ends_with_the_budgets_code_and_sends_nothing(gesso: Gesso, tmp_path: Path, limit: str) -> None:
    refused = gesso("generate", "a fox", "--max-cost", limit, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (4, "budget_exceeded")
    assert nothing_was_sent(tmp_path)


def test_a_budget_ends_with_the_budgets_code(gesso: Gesso, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUDGET_DAY_USD", "0.03")
    refused = gesso("generate", "a fox")
    assert (refused.code, refused.out) == (4, "")
    assert "$0.030 of the $0.030 budget is left today" in refused.err


@pytest.mark.parametrize(
    ("directive", "code"),
    [
        ("moderation", 3),
        ("quota", 3),
        ("authentication", 3),
        ("refused", 3),
        ("unknown", 5),
        ("html", 5),
        ("truncated_image", 1),
    ],
)
def test_each_end_has_its_code_and_one_object(gesso: Gesso, directive: str, code: int) -> None:
    ended = gesso("generate", f"demo:error={directive} a fox", "--quality", "low", "--json")
    assert ended.code == code
    assert set(ended.json) == {"job", "images", "error"}
    assert ended.json["error"]["message"] in ended.err


def test_partial_success_keeps_the_good_one_under_its_own_number(gesso: Gesso, tmp_path: Path) -> None:
    ended = gesso(
        "generate", "demo:error=partial_failure", "-n", "2", "--quality", "low", "--output", "fox.png", "--json"
    )
    assert ended.code == 6
    assert [image["path"] for image in ended.json["images"]] == ["fox_1.png"]
    assert "1 of 2 images arrived." in ended.json["error"]["message"]
    assert not (tmp_path / "fox_2.png").exists()


def test_raw_prints_the_answer_in_the_apis_shape_without_image_data(gesso: Gesso) -> None:
    raw = gesso("generate", "a fox", "--quality", "low", "--raw").json
    assert (raw["size"], raw["quality"], raw["usage"]["output_tokens"]) == ("1024x1024", "low", 196)
    assert raw["data"] == [{}]


def test_without_output_the_stored_originals_are_named(gesso: Gesso, tmp_path: Path) -> None:
    made = gesso("generate", "a fox", "--quality", "low")
    assert made.err == ""
    assert (tmp_path / made.out.strip()).read_bytes().startswith(b"\x89PNG")


def test_a_folder_as_output_gets_a_name_from_the_prompt(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    made = gesso("generate", "a red fox", "--quality", "low", "--output", "pictures/")
    assert made.out.startswith("pictures/a-red-fox-1-")
    assert (tmp_path / made.out.strip()).exists()


def test_a_name_without_a_known_extension_gets_the_real_one(gesso: Gesso) -> None:
    assert gesso("generate", "a fox", "--quality", "low", "--output", "fox.v2").out == "fox.v2.png\n"


def test_models_and_estimate_need_no_database(gesso: Gesso, tmp_path: Path) -> None:
    assert "gpt-image-2.5-flare *" in gesso("models").out
    assert gesso("estimate", "a fox", "-n", "4", "--json").json["estimate"]["high_usd"] == 0.21116
    assert nothing_was_sent(tmp_path)


def test_retired_models_are_listed_on_request_and_explained(gesso: Gesso) -> None:
    assert "dall-e-3" not in gesso("models").out
    listed = {model["id"]: model for model in gesso("models", "--all", "--json").json["models"]}
    assert listed["dall-e-3"]["status"] == "retired"
    assert listed["dall-e-3"]["explanation"].startswith("dall-e-3 was shut down on 2026-05-12.")


def test_an_unlisted_model_has_an_unknown_price_never_zero(gesso: Gesso, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    estimate = gesso("estimate", "a fox", "-m", "sd-turbo", "--json").json["estimate"]
    assert (estimate["low_usd"], estimate["high_usd"], estimate["held_usd"]) == (None, None, 0.25)
    assert "price unknown" in gesso("estimate", "a fox", "-m", "sd-turbo").out


def test_a_job_is_listed_and_shown(gesso: Gesso) -> None:
    made = gesso("generate", "a [red]fox[/red]\x1b[2J", "--quality", "low", "--json").json
    shown = gesso("jobs", "show", made["job"]["id"])
    assert made["job"]["id"] in gesso("jobs").out
    assert "a [red]fox[/red]�[2J" in shown.out
    assert made["images"][0]["path"] in shown.out


def test_jobs_are_filtered_by_state(gesso: Gesso) -> None:
    gesso("generate", "a fox", "--quality", "low")
    gesso("generate", "demo:error=moderation", "--quality", "low")
    found = gesso("jobs", "--state", "failed", "--json").json["jobs"]
    assert [job["state"] for job in found] == ["failed"]


def test_an_unknown_job_is_a_usage_error(gesso: Gesso) -> None:
    for command in ("show", "cancel"):
        assert gesso("jobs", command, "../../etc").code == 2
    assert gesso("jobs", "resolve", "beef", "--billed", "--json").json["error"]["code"] == "not_found"


@pytest.mark.parametrize("arguments", [("show", "\udcff"), ("--before", "\udcff"), ("cancel", "\udcff")])
def test_bytes_are_no_id(gesso: Gesso, arguments: tuple[str, ...]) -> None:
    refused = gesso("jobs", *arguments, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (2, "usage")


def test_an_open_job_is_resolved_as_not_billed_once(gesso: Gesso) -> None:
    job = gesso("generate", "demo:error=unknown", "--quality", "low", "--json").json["job"]
    assert [open["id"] for open in gesso("jobs", "--open", "--json").json["jobs"]] == [job["id"]]
    assert gesso("costs", "--json").json["today"]["held_usd"] == pytest.approx(job["estimate_usd"])
    refused = gesso("costs", "correct", job["id"], "--amount", "0.02", "--why", "invoice 7")
    assert (refused.code, f"`gesso jobs resolve {job['id']}`" in refused.err) == (1, True)
    assert gesso("jobs", "resolve", job["id"], "--not-billed").code == 0
    assert gesso("costs", "--json").json["today"] == {"spent_usd": 0.0, "held_usd": 0.0, "budget_usd": None}
    assert gesso("jobs", "resolve", job["id"], "--billed").code == 1


def test_looking_again_without_an_answer_on_disk_says_so(gesso: Gesso) -> None:
    job = gesso("generate", "demo:error=unknown", "--quality", "low", "--json").json["job"]
    looked = gesso("jobs", "resolve", job["id"], "--look-again")
    assert looked.code == 1
    assert "No answer to this request is on the disk." in looked.err


def test_sending_again_counts_the_first_as_billed_and_waits_for_the_second(gesso: Gesso) -> None:
    first = gesso("generate", "demo:error=unknown", "--quality", "low", "--json").json["job"]
    second = gesso("jobs", "resolve", first["id"], "--send-again", "--json")
    assert (second.code, second.json["job"]["state"]) == (5, "unknown")
    assert second.json["job"]["id"] != first["id"]


def test_resolving_needs_exactly_one_answer(gesso: Gesso) -> None:
    assert "choose exactly one." in gesso("jobs", "resolve", "beef", "--billed", "--not-billed").err


def test_costs_add_up_by_model_and_day(gesso: Gesso, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUDGET_DAY_USD", "1")
    cost = gesso("generate", "a fox", "--quality", "low", "--json").json["job"]["cost_usd"]
    costs = gesso("costs", "--json").json
    assert costs["left_usd"] == pytest.approx(1 - cost)
    assert [(row["model"], row["spent_usd"]) for row in costs["by_model"]] == [("gpt-image-2.5-flare", cost)]
    assert [row["spent_usd"] for row in costs["by_day"]] == [cost]
    assert "Left to spend: $0.99" in gesso("costs").out


def test_a_month_is_summed_compared_with_its_invoice_and_corrected(gesso: Gesso) -> None:
    made = gesso("generate", "a fox", "--quality", "low", "--json").json["job"]
    job, cost = made["id"], made["cost_usd"]
    report = gesso("costs", "--by", "kind", "--invoice", f"{cost}", "--json").json
    assert [(row["kind"], row["spent_usd"], row["requests"]) for row in report["by_kind"]] == [("generate", cost, 1)]
    assert (report["reconciliation"]["gap_usd"], report["estimates"][0]["requests"]) == (0.0, 1)
    assert gesso("costs", "--by", "model", "--csv").out.startswith("model,spent_usd,held_usd,requests\r\ngpt-image")
    assert gesso("costs", "--month", "2020-02").out == "ACCOUNT demo  SPENT  HELD\n2020-02       $0.00  $0.00\n"
    assert "like 2026-11" in gesso("costs", "--month", "2026-13").err
    assert gesso("costs", "--csv", "--json").code == 2

    corrected = gesso("costs", "correct", job, "--amount", "-0.001", "--why", "invoice 7", "--json").json
    assert corrected["charged_usd"] == pytest.approx(cost - 0.001)
    parts = gesso("jobs", "show", job, "--json").json["job"]["cost_parts"]
    assert sum(part["cost_usd"] for part in parts["tokens"] + parts["others"]) == pytest.approx(parts["total_usd"])
    shown = gesso("jobs", "show", job).out
    assert "image out 196 × $30/M = $0.00588" in shown
    assert "-$0.001 by a correction (invoice 7)" in shown

    for amount, sentence in (("9e9", "is no amount"), ("1e30", "is no amount"), ("1000000", "nor above $1,000,000")):
        refused = gesso("costs", "correct", job, "--amount", amount, "--why", "x")
        assert (refused.code, sentence in refused.err) == (2, True)
    assert "Invalid value for --invoice: '\u20ac12' is no amount." in gesso("costs", "--invoice", "\u20ac12").err
    nobody = gesso("costs", "--account", "nope")
    assert nobody.code == 2
    assert "There are no entries for an account 'nope'. Accounts here: demo." in nobody.err
    assert gesso("costs", "--account", "demo").code == 0


def test_a_text_cannot_steer_the_terminal() -> None:
    assert one_line("a\x1b[31m\r\nb\x9b\u202e") == "a�[31m b��"
