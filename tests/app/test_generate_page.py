"""The Generate page: its controls follow the model, its button says the price, its jobs are in the database."""

import time
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from streamlit.testing.v1 import AppTest

from app.workbench import workbench
from core.bootstrap import Workbench
from core.domain.job import Job, JobState
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.imaging.metadata import embed
from tests.app.shell import ROOT, all_text, painted, run_page, upload

PAGE = "pages/generate.py"
OPERATOR = Visitor(owner="", operator=True)


@pytest.fixture
def page(bench: Workbench) -> AppTest:  # noqa: ARG001
    return run_page(PAGE)


def labels(page: AppTest) -> set[str]:
    """The labels of all controls."""
    groups = (page.selectbox, page.number_input, page.slider, page.text_input, page.text_area)
    return {widget.label for group in groups for widget in group}


def pick(page: AppTest, label: str, value: str) -> AppTest:
    return next(box for box in page.selectbox if box.label == label).set_value(value).run()


def count(page: AppTest, label: str, value: int) -> AppTest:
    return next(box for box in page.number_input if box.label == label).set_value(value).run()


def say(page: AppTest, prompt: str) -> AppTest:
    return page.text_area(key="generate_prompt").set_value(prompt).run()


def run_button(page: AppTest) -> str:
    return page.button(key="generate_run").label.replace("\\", "")


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=f"generate_{key}").click().run()


def generate(page: AppTest, prompt: str) -> tuple[AppTest, Job]:
    """Press the button and look again once the job has ended."""
    say(page, prompt)
    press(page, "run")
    job = newest()
    job = workbench().studio.wait(job.id, seen=lambda _: None, interval=0.03)
    return page.run(), job


def newest() -> Job:
    return workbench().studio.jobs(OPERATOR, limit=1)[0]


def test_an_empty_page_says_what_to_do_and_what_it_costs(page: AppTest) -> None:
    assert not page.exception
    assert "Write what you want to see" in all_text(page)
    assert "costs about $0" in all_text(page).replace("\\", "")
    assert run_button(page) == "Generate 1 image - about $0.053"


def test_an_example_fills_the_prompt(page: AppTest) -> None:
    press(page, "example_1")

    assert page.text_area(key="generate_prompt").value.startswith("A lighthouse")
    assert not page.exception


def test_the_button_carries_the_price_of_all_images(page: AppTest) -> None:
    count(page, "Images", 4)

    assert run_button(page) == "Generate 4 images - about $0.21"


def test_the_price_is_a_range_where_the_provider_chooses_the_quality(page: AppTest) -> None:
    pick(page, "Quality", "auto")

    assert " to $" in run_button(page)
    assert "The provider chooses the quality" in all_text(page)


def test_complexity_gif_and_svg_are_there_for_the_one_model_that_has_them(page: AppTest) -> None:
    assert "Complexity" not in labels(page)

    pick(page, "Model", "gpt-image-2.6-sunburst")

    formats = next(box for box in page.selectbox if box.label == "Format")
    assert "Complexity" in labels(page)
    assert {"gif", "svg"} <= set(formats.options)


def test_an_older_model_has_neither_its_qualities_nor_its_free_sizes(page: AppTest) -> None:
    pick(page, "Quality", "xhigh")

    pick(page, "Model", "gpt-image-1.5")

    quality, shape = (next(box for box in page.selectbox if box.label == name) for name in ("Quality", "Shape"))
    assert quality.value == "medium"
    assert not {"xhigh", "max"} & set(quality.options)
    assert not {"Custom", "Wide 16:9"} & set(shape.options)
    assert "stops on 2026" in all_text(page).replace("\\", "")


def test_a_choice_survives_a_model_with_another_default(page: AppTest) -> None:
    pick(page, "Quality", "low")

    pick(page, "Model", "gpt-image-2")

    assert next(box for box in page.selectbox if box.label == "Quality").value == "low"


def test_a_gif_has_frames_and_a_size_that_leaves_room_for_them(page: AppTest) -> None:
    pick(page, "Model", "gpt-image-2.6-sunburst")
    pick(page, "Format", "gif")
    assert {"Frames (default 9)", "ms each (default 200)"} <= labels(page)
    assert "Previews (default 0)" not in labels(page)

    count(page, "Frames (default 9)", 16)

    assert next(box for box in page.selectbox if box.label == "Size").options == ["720x720 (default)"]
    assert not page.button(key="generate_run").disabled


def test_an_svg_comes_one_at_a_time(page: AppTest) -> None:
    pick(page, "Model", "gpt-image-2.6-flare")
    count(page, "Images", 4)

    pick(page, "Format", "svg")

    assert run_button(page).startswith("Generate 1 image -")
    assert not page.button(key="generate_run").disabled


def test_compression_is_asked_for_jpeg_and_webp_only(page: AppTest) -> None:
    assert not page.slider

    pick(page, "Format", "webp")

    assert page.slider[0].value == 100


def test_an_illegal_custom_size_offers_the_nearest_legal_one(page: AppTest) -> None:
    pick(page, "Shape", "custom")
    page.text_input[0].set_value("1000x700").run()
    assert "multiples of 16" in all_text(page)
    assert page.button(key="generate_run").disabled

    press(page, "nearest")

    assert page.text_input[0].value == "1008x704"
    assert not page.button(key="generate_run").disabled


def test_what_is_no_size_is_said_beside_the_control_and_nothing_typed_is_lost(page: AppTest) -> None:
    say(page, "a red fox")
    pick(page, "Shape", "custom")

    page.text_input[0].set_value("large please").run()

    assert "is not a size" in all_text(page)
    assert page.button(key="generate_run").disabled
    assert page.text_area(key="generate_prompt").value == "a red fox"


def test_a_combination_nobody_takes_disables_the_button_with_a_sentence(page: AppTest) -> None:
    pick(page, "Background", "transparent")

    pick(page, "Format", "jpeg")

    assert "JPEG has no transparency" in all_text(page)
    assert page.button(key="generate_run").disabled


def test_a_prompt_that_is_too_long_is_kept_and_says_by_how_much(page: AppTest) -> None:
    say(page, "x" * 32_010)

    assert "Shorten it by 10" in all_text(page)
    assert len(page.text_area(key="generate_prompt").value) == 32_010


def test_an_empty_prompt_is_answered_with_a_sentence_and_no_job(page: AppTest) -> None:
    press(page, "run")

    assert "Write a prompt first" in page.error[0].value
    assert not workbench().studio.jobs(OPERATOR)


def test_a_click_writes_a_job_and_its_result_is_shown(page: AppTest) -> None:
    _, job = generate(page, "a red fox")

    assert job.state is JobState.SUCCEEDED
    assert job.id in page.query_params["job"]
    assert page.code[0].value == "a red fox"
    assert "<dt>Cost</dt><dd>about $0.053" in all_text(page)
    assert f"${job.cost:.4f}" in all_text(page)
    labels = [button.label for button in page.get("download_button")]
    assert labels[:2] == ["Take everything as a ZIP", "Download PNG"]  # a page run like this has no routes


def test_previews_are_asked_for_by_streaming(page: AppTest) -> None:
    count(page, "Previews (default 0)", 2)

    _, job = generate(page, "a red fox")

    assert (job.request.stream, job.request.partial_images) == (True, 2)
    assert "More: 2 previews" in all_text(page)


def test_a_running_job_has_a_card_with_its_prompt_stage_and_a_way_to_cancel(page: AppTest) -> None:
    say(page, "a <b>slow</b> fox demo:latency=30")
    press(page, "run")
    job = newest()
    page.run()
    assert "a &lt;b&gt;slow&lt;/b&gt; fox" in all_text(page)
    assert any(word in all_text(page) for word in ("Drawing", "Starting", "Waiting"))

    press(page, f"cancel_{job.id}")

    assert workbench().studio.wait(job.id, seen=lambda _: None, interval=0.03).state is JobState.CANCELLED


def test_more_jobs_than_the_page_reads_do_not_make_it_run_in_circles(page: AppTest) -> None:
    studio, who = workbench().studio, Visitor(owner=page.session_state["gesso_owner"])
    waiting = GenerateRequest(prompt="demo:latency=60", model="gpt-image-2", size="1024x1024", quality="low")
    jobs = [studio.submit(waiting, who) for _ in range(50)]

    page.run()

    assert len([button for button in page.button if button.label == "Cancel"]) == 40
    for job in jobs:
        studio.cancel(job.id, who)


def test_a_job_that_ends_brings_its_result_without_a_click(page: AppTest) -> None:
    say(page, "a quick fox demo:latency=0.3")
    press(page, "run")

    until = time.monotonic() + 10
    while not page.code and time.monotonic() < until:
        page.run()

    assert page.code[0].value.startswith("a quick fox")


def test_the_page_opens_the_job_of_its_address(page: AppTest) -> None:
    _, first = generate(page, "the first fox")
    generate(page, "the second fox")
    owner = page.session_state["gesso_owner"]

    again = AppTest.from_file(str(ROOT / PAGE), default_timeout=20)
    again.session_state["gesso_owner"] = owner
    again.query_params["job"] = first.id
    again.run()

    assert again.code[0].value == "the first fox"


def test_somebody_elses_job_is_not_here(bench: Workbench) -> None:
    job = painted(bench, Visitor(owner="another"), "a private fox")

    page = AppTest.from_file(str(ROOT / PAGE), default_timeout=20)
    page.query_params["job"] = job.id
    page.run()

    assert "belongs to another visitor" in all_text(page)
    assert "private fox" not in all_text(page)


def test_a_request_that_does_not_fit_the_budget_is_said_before_and_after_the_click(
    surroundings: pytest.MonkeyPatch,
) -> None:
    surroundings.setenv("BUDGET_DAY_USD", "0.05")
    page = say(run_page(PAGE), "a dear fox")
    assert "budget is left today" in page.warning[0].value

    press(page, "run")

    assert "budget is left today" in page.error[0].value
    assert page.text_area(key="generate_prompt").value == "a dear fox"
    assert not workbench().studio.jobs(OPERATOR)


def test_an_unknown_outcome_is_held_until_somebody_resolves_it(page: AppTest) -> None:
    _, job = generate(page, "a lost fox demo:error=unknown")
    assert job.state is JobState.UNKNOWN
    assert "may be charged twice" in all_text(page)
    assert "is held until it is known" in page.warning[0].value

    press(page, "not-billed")

    assert newest().held == 0
    assert "Marked as not billed" in all_text(page)
    assert "may be charged twice" not in all_text(page)


def test_looking_again_in_vain_says_so(page: AppTest) -> None:
    generate(page, "a lost fox demo:error=unknown")

    press(page, "look-again")

    assert "No answer to this request is on the disk" in page.error[0].value


def test_sending_again_opens_the_new_job_and_counts_the_old_one(page: AppTest) -> None:
    _, lost = generate(page, "a lost fox demo:error=unknown")

    press(page, "send-again")

    assert newest().id != lost.id
    assert newest().id in page.query_params["job"]
    assert workbench().studio.job(lost.id, OPERATOR).charged == lost.held


def test_a_refused_prompt_says_why_and_that_nothing_was_charged(page: AppTest) -> None:
    generate(page, "a fox demo:error=moderation")

    assert "refused" in page.error[0].value
    assert "Nothing was charged" in page.error[0].value


def test_a_partial_result_shows_what_came(page: AppTest) -> None:
    count(page, "Images", 3)

    _, job = generate(page, "three foxes demo:error=partial_failure")

    assert (job.state, len(job.images)) == (JobState.PARTIAL, 2)
    assert "2 of 3 images arrived" in page.warning[0].value


def test_a_result_fills_the_controls_and_runs_nothing(page: AppTest) -> None:
    pick(page, "Shape", "portrait")
    pick(page, "Quality", "low")
    generate(page, "a red fox")
    pick(page, "Shape", "auto")
    pick(page, "Quality", "max")
    say(page, "something else")

    press(page, "fill")

    assert page.text_area(key="generate_prompt").value == "a red fox"
    assert {box.label: box.value for box in page.selectbox}.items() >= {"Shape": "portrait", "Quality": "low"}.items()
    assert len(workbench().studio.jobs(OPERATOR)) == 1


def picture(**settings: str) -> bytes:
    """A PNG as an image program saves it."""
    info, out = PngInfo(), BytesIO()
    for name, text in settings.items():
        info.add_text(name, text)
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def boxes(page: AppTest) -> dict[str, str]:
    return {box.label: box.value for box in page.selectbox}


def test_a_picture_of_another_program_fills_what_fits_and_can_be_undone(page: AppTest) -> None:
    say(page, "what I had typed")
    infotext = "a red fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, Seed: 7, Size: 1024x1536, Model: dream"

    upload(page, ("fox.png", picture(parameters=infotext), "image/png"))

    assert not page.exception
    said = all_text(page).replace("\\", "")
    assert page.text_area(key="generate_prompt").value == "a red fox"
    assert boxes(page)["Shape"] == "portrait"
    assert "Not used: negative prompt, model dream, steps 20, sampler Euler a, seed 7." in said
    press(page, "found_undo")
    assert page.text_area(key="generate_prompt").value == "what I had typed"
    assert boxes(page)["Shape"] == "square"


def test_a_picture_of_ours_brings_model_size_and_options_back(page: AppTest) -> None:
    pick(page, "Quality", "max")
    settings = {"prompt": "a fox", "model": "gpt-image-1.5", "size": "1536x1024", "quality": "low", "n": 2}

    upload(page, ("fox.png", embed(picture(), settings), "image/png"))

    assert page.text_area(key="generate_prompt").value == "a fox"
    assert boxes(page).items() >= {"Model": "gpt-image-1.5", "Shape": "landscape", "Quality": "low"}.items()
    assert run_button(page).startswith("Generate 2 images")
    assert "Not used" not in all_text(page)


def test_a_picture_without_settings_and_a_file_that_is_none_are_said_and_change_nothing(page: AppTest) -> None:
    say(page, "what I had typed")
    for file, words in ((picture(), "carries no settings"), (b"hello", "not an image")):
        upload(page, ("it.png", file, "image/png"))
        assert words in all_text(page)
        assert page.text_area(key="generate_prompt").value == "what I had typed"


def test_running_again_sends_the_same_request_at_a_price_that_is_said(page: AppTest) -> None:
    _, job = generate(page, "a red fox")
    assert page.button(key="generate_again").label.replace("\\", "") == "Run again - about $0.053"

    press(page, "again")

    assert newest().id != job.id
    assert newest().request == job.request


def test_markup_in_a_prompt_is_shown_as_text(page: AppTest) -> None:
    prompt = "**bold** $x$ :material/home: <img src=x onerror=alert(1)> demo:error=unknown"
    generate(page, prompt)
    generate(page, "another")

    shown = [element.value for element in (*page.markdown, *page.caption) if "bold" in element.value]
    assert shown
    assert all(r"\*\*bold\*\*" in text and r"\$x\$" in text for text in shown)


def test_on_a_compatible_server_any_model_can_be_named(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("PROVIDER", "openai")
    surroundings.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    page = run_page(PAGE)

    page.session_state["generate_model"] = "my-own-model"
    page.run()

    assert run_button(page) == "Generate 1 image - price unknown"
    assert not page.exception
