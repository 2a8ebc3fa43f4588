"""The Edit page: pictures in their order, the price of an edit, results linked to where they came from."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from app.ui.editing.views import NOTES
from app.workbench import workbench
from core.bootstrap import Workbench
from core.domain.image import Size
from core.domain.job import Job, JobState
from core.domain.request import EditRequest
from core.domain.variations import VARIATION_PROMPT
from core.domain.visitor import Visitor
from tests.app.shell import ROOT, all_text, painted, press, run_page, upload

PAGE = "pages/edit.py"
OPERATOR = Visitor(owner="", operator=True)


def photo(width: int = 640, height: int = 480, colour: str = "teal", **how: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG", **how)
    return out.getvalue()


def circle() -> bytes:
    """Notes on a square picture: a red ring, and nothing around it."""
    out, notes = BytesIO(), Image.new("RGBA", (512, 512))
    ImageDraw.Draw(notes).ellipse((100, 100, 300, 300), outline="red", width=12)
    notes.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def page(bench: Workbench) -> AppTest:  # noqa: ARG001
    return run_page(PAGE)


def say(page: AppTest, prompt: str) -> AppTest:
    return page.text_area(key="edit_prompt").set_value(prompt).run()


def button(page: AppTest, name: str) -> str:
    return page.button(key=f"edit_{name}").label.replace("\\", "")


def sizes(page: AppTest) -> list[tuple[int, int]]:
    """The sizes of the pictures in their order."""
    return [(input.ref.width, input.ref.height) for input in page.session_state["edit_inputs"]]


def run(page: AppTest, name: str = "run") -> tuple[AppTest, Job]:
    """Press a button and look again once its job has ended."""
    press(page, f"edit_{name}")
    job = workbench().studio.jobs(OPERATOR, limit=1)[0]
    job = workbench().studio.wait(job.id, seen=lambda _: None, interval=0.03)
    return page.run(), job


def test_without_a_picture_the_page_says_what_to_do_and_cannot_be_run(page: AppTest) -> None:
    assert not page.exception
    assert "Choose one picture or several" in all_text(page)
    assert page.button(key="edit_run").disabled


def test_an_upload_is_shown_with_its_size_and_the_price_of_the_edit(page: AppTest) -> None:
    upload(page, ("cat.jpg", photo(1024, 1024), "image/jpeg"))

    assert sizes(page) == [(1024, 1024)]
    assert "1024x1024 · your picture" in all_text(page)
    assert "Make 1 edit - " in button(page, "run")
    assert "$0." in button(page, "run")


def test_what_was_changed_to_take_a_picture_in_is_said(page: AppTest) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    upload(page, ("phone.jpg", photo(640, 480, exif=exif), "image/jpeg"))

    assert sizes(page) == [(480, 640)]
    assert "turned upright" in all_text(page)


def test_what_is_no_picture_is_refused_with_its_name_and_the_rest_is_taken(page: AppTest) -> None:
    upload(page, ("notes.png", b"no picture at all", "image/png"), ("cat.jpg", photo(), "image/jpeg"))

    assert sizes(page) == [(640, 480)]
    assert any("notes.png" in warning.value.replace("\\", "") for warning in page.warning)


def test_pictures_are_moved_and_removed(page: AppTest) -> None:
    upload(page, ("a.jpg", photo(640, 480), "image/jpeg"), ("b.jpg", photo(300, 500), "image/jpeg"))
    press(page, "edit_tray_arrow_back")
    assert sizes(page) == [(300, 500), (640, 480)]

    press(page, "edit_tray_close")

    assert sizes(page) == [(640, 480)]


def test_more_than_sixteen_pictures_are_left_out_with_a_sentence(page: AppTest) -> None:
    upload(page, *((f"{edge}.jpg", photo(edge, edge), "image/jpeg") for edge in range(64, 82)))

    assert len(sizes(page)) == 16
    assert any("At most 16 pictures" in warning.value for warning in page.warning)


def test_only_models_that_edit_are_offered_and_fidelity_only_where_it_can_be_chosen(page: AppTest) -> None:
    upload(page, ("a.jpg", photo(), "image/jpeg"))
    models = next(box for box in page.selectbox if box.label == "Model")
    assert not [box for box in page.selectbox if box.label == "Input fidelity"]

    models.set_value("gpt-image-1.5").run()

    assert [box.value for box in page.selectbox if box.label == "Input fidelity"] == ["low"]


def test_an_edit_runs_with_the_pictures_in_their_order_and_at_the_size_of_the_first(page: AppTest) -> None:
    upload(page, ("a.jpg", photo(1536, 1024), "image/jpeg"), ("b.jpg", photo(640, 480), "image/jpeg"))
    say(page, "make it night")

    _, job = run(page)

    assert isinstance(job.request, EditRequest)
    assert (job.state, job.request.size) == (JobState.SUCCEEDED, "1536x1024")
    assert [(ref.width, ref.height) for ref in job.request.images] == [(1536, 1024), (640, 480)]
    assert page.code[0].value == "make it night"


def test_a_result_of_the_history_is_an_input_and_the_parent_of_what_comes_of_it(bench: Workbench) -> None:
    page = run_page("pages/generate.py")
    parent = painted(bench, Visitor(owner=page.session_state["gesso_owner"]), size="1024x1024").images[0]
    page.run()
    press(page, "generate_edit_picture")
    assert page.session_state["edit_inputs"][0].parent == parent.id

    there = AppTest.from_file(str(ROOT / PAGE), default_timeout=20)
    for name in ("gesso_owner", "edit_inputs"):
        there.session_state[name] = page.session_state[name]
    page = there.run()
    say(page, "make it night")
    _, job = run(page)

    assert isinstance(job.request, EditRequest)
    assert job.request.parents == (parent.id,)


def test_variations_are_one_click_with_a_prompt_that_is_said(page: AppTest) -> None:
    upload(page, ("a.jpg", photo(512, 512), "image/jpeg"))
    assert "Make 4 variations - " in button(page, "vary")
    assert VARIATION_PROMPT.split(":")[0] in all_text(page)

    _, job = run(page, "vary")

    assert (job.request.prompt, job.request.n, len(job.images)) == (VARIATION_PROMPT, 4, 4)


def test_an_edit_fills_the_controls_again_with_its_pictures(page: AppTest) -> None:
    upload(page, ("a.jpg", photo(512, 512), "image/jpeg"))
    say(page, "make it night")
    run(page)
    press(page, "edit_tray_close")
    say(page, "something else")

    press(page, "edit_fill")

    assert page.text_area(key="edit_prompt").value == "make it night"
    assert sizes(page) == [(512, 512)]
    assert next(box for box in page.selectbox if box.label == "Shape").value == "alike"


def test_notes_of_an_earlier_edit_are_back_when_it_is_opened_again(page: AppTest) -> None:
    upload(page, ("a.jpg", photo(512, 512), "image/jpeg"))
    markup = workbench().editor.take_in_markup(circle(), Size(512, 512))
    page.session_state["edit_notes"] = markup
    say(page, "add a balloon here")
    run(page)
    press(page, "edit_tray_close")
    assert "edit_notes" not in page.session_state or page.session_state["edit_notes"] is None

    press(page, "edit_fill")

    assert page.session_state["edit_view"] == NOTES
    assert "Your notes go with it as instructions" in all_text(page)
    say(page, "two balloons here")
    _, again = run(page)
    assert isinstance(again.request, EditRequest)
    assert again.request.markup == markup


def test_an_edit_without_notes_is_opened_without_them(page: AppTest) -> None:
    upload(page, ("a.jpg", photo(512, 512), "image/jpeg"))
    say(page, "make it night")
    run(page)
    page.session_state["edit_notes"] = workbench().editor.take_in_markup(circle(), Size(512, 512))

    press(page, "edit_fill")

    assert "Your notes go with it" not in all_text(page)
