"""Several providers on the Generate page: chosen by name, each with its own controls, and what it ignored is said."""

from collections.abc import Iterator

import pytest

from app.workbench import workbench
from tests.app.shell import all_text, run_page
from tests.app.test_generate_page import PAGE, generate, labels, pick, run_button
from tests.images_api import Fault, ImagesApi

FLUX = "airefinery/black-forest-labs/FLUX.1-schnell"


@pytest.fixture
def refinery(surroundings: pytest.MonkeyPatch) -> Iterator[ImagesApi]:
    with ImagesApi(lenient=True, models=()) as api:
        surroundings.setenv("PROVIDER", "auto")
        surroundings.setenv("AIREFINERY_API_KEY", "k-air")
        surroundings.setenv("AIREFINERY_BASE_URL", api.url)
        yield api


def test_a_model_of_another_provider_is_chosen_priced_sent_and_told_as_that_providers(refinery: ImagesApi) -> None:
    page = run_page(PAGE)
    model = next(box for box in page.selectbox if box.label == "Model")
    assert {"Demo: GPT Image 2.5 Flare (default)", "AI Refinery: FLUX.1-schnell"} <= set(model.options)

    page = pick(page, "Model", FLUX)
    assert not labels(page) & {"Quality", "Format", "Background"}
    assert run_button(page) == "Generate 1 image - price unknown"

    refinery.script(Fault.WRONG_SIZE())
    page, job = generate(page, "a red fox")
    assert (job.provider, job.account, job.request.model) == (
        *("airefinery", "airefinery"),
        "black-forest-labs/FLUX.1-schnell",
    )
    assert "Asked for 1024x1024; the server delivered 512x512." in all_text(page).replace("\\", "")
    page.button(key="generate_again").click().run()
    refinery.wait(lambda: len(refinery.billed) == 2)
    workbench().drain()


def test_a_typed_model_that_nobody_has_gives_way_with_the_reason(refinery: ImagesApi) -> None:
    page = run_page(PAGE)
    page.session_state["generate_model"] = "sdxl"
    page.run()
    assert "There is no model called" in all_text(page)
    assert next(box for box in page.selectbox if box.label == "Model").value == "gpt-image-2.5-flare"
    page.session_state["generate_model"] = "airefinery/acme/sdxl"
    page.run()
    assert next(box for box in page.selectbox if box.label == "Model").value == "airefinery/acme/sdxl"
    assert refinery.billed == []
