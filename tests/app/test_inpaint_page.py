"""The Inpaint page: what may change is said before it costs, and what was protected is proven after."""

import re
from base64 import b64decode
from io import BytesIO

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from app.workbench import workbench
from core.bootstrap import Workbench
from core.domain.job import Job, JobState
from core.domain.request import EditRequest
from core.domain.visitor import Visitor
from tests.app.shell import all_text, press, run_page, upload

PAGE = "pages/inpaint.py"
OPERATOR = Visitor(owner="", operator=True)
QUICK = "inpaint_regions_of"


def photo(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def page(bench: Workbench) -> AppTest:  # noqa: ARG001
    """The page with a picture of 480x360."""
    page = run_page(PAGE)
    return upload(page, ("photo.png", photo(480, 360), "image/png"))


def select(page: AppTest, region: str) -> AppTest:
    """Add a quick region to the mask."""
    page.selectbox(key=f"{QUICK}_quick").set_value(region).run()
    return press(page, f"{QUICK}_quick_add")


def say(page: AppTest, prompt: str) -> AppTest:
    return page.text_area(key="inpaint_prompt").set_value(prompt).run()


def view(page: AppTest, name: str) -> AppTest:
    return next(group for group in page.segmented_control if name in group.options).set_value(name).run()


def number(page: AppTest, label: str, value: int) -> AppTest:
    return next(box for box in page.number_input if box.label == label).set_value(value).run()


def turn(page: AppTest, label: str) -> AppTest:
    toggle = next(toggle for toggle in page.toggle if toggle.label.startswith(label))
    return toggle.set_value(not toggle.value).run()


def run_button(page: AppTest) -> str:
    return page.button(key="inpaint_run").label.replace("\\", "")


def run(page: AppTest) -> tuple[AppTest, Job]:
    press(page, "inpaint_run")
    job = workbench().studio.jobs(OPERATOR, limit=1)[0]
    job = workbench().studio.wait(job.id, seen=lambda _: None, interval=0.03)
    return page.run(), job


def edit(job: Job) -> EditRequest:
    assert isinstance(job.request, EditRequest)
    return job.request


def test_without_a_picture_the_page_says_what_to_do(bench: Workbench) -> None:  # noqa: ARG001
    page = run_page(PAGE)

    assert not page.exception
    assert "Choose a picture; then paint" in all_text(page)
    assert page.button(key="inpaint_run").disabled


def test_nothing_selected_is_said_and_leads_to_the_whole_picture(page: AppTest) -> None:
    assert "Nothing is selected" in all_text(page)
    assert page.button(key="inpaint_run").disabled
    say(page, "make it night")

    press(page, "inpaint_whole")

    assert page.session_state["edit_inputs"] == page.session_state["inpaint_inputs"]
    assert page.session_state["edit_prompt"] == "make it night"


def test_a_region_without_a_mouse_is_told_in_percent_with_its_price(page: AppTest) -> None:
    select(page, "left half")

    assert "50.0 % selected - only this part will change." in all_text(page)
    assert "your 480x360 picture keeps its resolution" in all_text(page)
    assert run_button(page).startswith("Inpaint - ")
    assert "$0." in run_button(page)


def test_everything_selected_is_asked_about_before_it_costs(page: AppTest) -> None:
    select(page, "left half")
    select(page, "right half")
    assert page.button(key="inpaint_run").disabled

    turn(page, "Everything is selected")

    assert not page.button(key="inpaint_run").disabled


def test_the_whole_mask_is_inverted_grown_and_filled(page: AppTest) -> None:
    select(page, "left third")
    assert "the clear part may change" not in all_text(page)
    turn(page, "Invert")
    assert "66.7 % selected" in all_text(page)
    assert "the clear part may change" in all_text(page)

    turn(page, "Invert")
    number(page, "Grow by pixels (less than 0 shrinks)", 16)

    assert "36.7 % selected" in all_text(page)


def test_a_run_keeps_every_protected_pixel_and_shows_the_proof(page: AppTest) -> None:
    select(page, "left third")
    say(page, "add a red boat")

    _, job = run(page)

    assert job.state is JobState.SUCCEEDED
    proof = job.images[0].protection
    assert proof is not None
    assert proof.holds
    assert (proof.protected_pixels, job.images[0].ref.width) == (480 * 360 * 2 // 3, 480)
    assert f"{proof.protected_pixels:,} of {proof.protected_pixels:,} protected pixels unchanged" in all_text(page)


def test_the_models_own_picture_is_on_show_and_for_download(page: AppTest) -> None:
    select(page, "left third")
    say(page, "add a red boat")
    _, job = run(page)

    view(page, "Model's own picture")

    answer = job.answer_behind(job.images[0])
    assert answer is not None
    assert f"What the model sent back, {answer.ref.width}x{answer.ref.height}" in all_text(page)
    press(page, "inpaint_inpaint_picture")
    assert page.session_state["inpaint_inputs"][0].parent == answer.id


def test_the_mask_is_refined_and_run_again(page: AppTest) -> None:
    select(page, "left third")
    say(page, "add a red boat")
    _, first = run(page)

    press(page, "inpaint_fill")
    select(page, "right third")
    _, second = run(page)

    assert page.text_area(key="inpaint_prompt").value == "add a red boat"
    mask, refined = edit(first).mask, edit(second).mask
    assert mask is not None
    assert refined is not None
    assert refined.operations[: len(mask.operations)] == mask.operations
    assert len(refined.operations) > len(mask.operations)


def test_the_last_mask_is_used_again_on_the_result(page: AppTest) -> None:
    select(page, "left third")
    say(page, "add a red boat")
    _, job = run(page)
    press(page, "inpaint_inpaint_picture")
    assert page.session_state["inpaint_inputs"][0].parent == job.images[0].id
    assert "Nothing is selected" in all_text(page)

    press(page, "inpaint_last_mask")

    assert "33.3 % selected" in all_text(page)


def test_without_protection_the_whole_picture_is_sent_and_said_to_change(page: AppTest) -> None:
    select(page, "left third")

    turn(page, "Protect everything outside")

    assert "33.3 % selected, not protected" in all_text(page)
    assert "comes back at" in all_text(page)


def test_a_mask_file_is_read_with_its_polarity_said_and_a_switch(page: AppTest) -> None:
    mask = Image.new("L", (480, 360))
    mask.paste(255, (0, 0, 120, 360))
    out = BytesIO()
    mask.save(out, "PNG")

    page.file_uploader(key="inpaint_mask_upload_0").set_value([("mask.png", out.getvalue(), "image/png")]).run()
    assert "25.0 % selected" in all_text(page)
    assert "What is white will be edited" in all_text(page)
    press(page, "inpaint_mask_turn")

    assert "75.0 % selected" in all_text(page)


def test_a_picture_grows_and_stays_as_it_is(page: AppTest) -> None:
    view(page, "Extend")
    number(page, "Left (px)", 0)
    number(page, "Right (px)", 160)
    assert "25.0 % of the 640x360 canvas is new; your picture stays as it is." in all_text(page)
    say(page, "more of the same")

    _, job = run(page)

    image = job.images[0]
    assert (image.ref.width, image.ref.height) == (640, 360)
    assert image.protection is not None
    assert (image.protection.holds, image.protection.protected_pixels) == (True, 480 * 360)


def test_a_ratio_that_the_picture_has_already_is_said(page: AppTest) -> None:
    view(page, "Extend")

    next(box for box in page.selectbox if box.label == "Extend").set_value("4:3").run()

    assert any("The picture has the ratio" in warning.value for warning in page.warning)
    assert page.button(key="inpaint_run").disabled


def refer_to(page: AppTest, *sizes: tuple[int, int]) -> AppTest:
    """Bring reference images of these sizes."""
    uploader = next(each for each in page.file_uploader if (each.key or "").startswith("inpaint_reference_upload"))
    return uploader.set_value([(f"{w}x{h}.png", photo(w, h), "image/png") for w, h in sizes]).run()


def test_reference_images_go_behind_the_painted_one_and_count_in_the_price(page: AppTest) -> None:
    select(page, "left third")
    say(page, "add the boat of image 2")
    without = run_button(page)

    refer_to(page, (640, 480), (300, 500))

    assert "Reference images: 2" in all_text(page)
    assert "Picture 3 of 3 · 300x500 · your picture · guides the edit" in all_text(page)
    assert run_button(page) > without
    _, job = run(page)
    assert [(ref.width, ref.height) for ref in edit(job).images] == [(480, 360), (640, 480), (300, 500)]
    assert job.images[0].protection is not None
    assert job.images[0].protection.holds


def test_reference_images_stay_with_another_picture_and_leave_one_by_one(page: AppTest) -> None:
    refer_to(page, (640, 480), (300, 500))
    press(page, "inpaint_tray_close")
    assert "Reference images: 1" in all_text(page)

    other = next(each for each in page.file_uploader if (each.key or "").startswith("inpaint_upload"))
    other.set_value([("other.png", photo(800, 800), "image/png")]).run()

    assert [(input.ref.width, input.ref.height) for input in page.session_state["inpaint_inputs"]] == [
        (800, 800),
        (640, 480),
    ]


def test_the_change_map_is_a_picture_of_the_part_that_was_sent(page: AppTest) -> None:
    select(page, "left third")
    say(page, "add a red boat")
    _, job = run(page)

    view(page, "Change map")

    assert "The brighter, the more the model altered" in all_text(page)
    found = re.search(r'gesso-map\\?"><img src=\\?"data:image/png;base64,([^"\\]+)', all_text(page))
    assert found is not None
    heat, frame = Image.open(BytesIO(b64decode(found[1]))), edit(job).frame
    assert frame is not None
    assert heat.size == (frame.size.width, frame.size.height)
    assert heat.convert("L").getextrema() != (0, 0)
