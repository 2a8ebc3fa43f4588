"""Several providers at once on the whole road: each asked in its own form, paid from its own account, and checked."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from core.bootstrap import Workbench
from core.domain.job import Job, JobState
from core.domain.mask import Mask
from core.domain.request import EditRequest, GenerateRequest
from core.domain.visitor import Visitor
from core.errors import BudgetExceededError, NotFoundError, UnsupportedOptionError
from core.settings import Settings
from tests.images_api import Fault, ImagesApi
from tests.services.conftest import ANNA, Build, finished
from tests.services.test_editing import picture, rectangle

OWN_FILE = """
[atelier]
like = "vllm-omni"
title = "Atelier GPU"
base_url = "{atelier}"
models = ["Qwen/Qwen-Image"]
[atelier.prices]
"Qwen/Qwen-Image" = "0.004"

[cloud]
like = "compatible"
base_url = "{cloud}"
api_key_variable = "CLOUD_KEY"
lists_models = false
"""


@pytest.fixture
def atelier() -> Iterator[ImagesApi]:
    """A server that edits where a mask is white."""
    with ImagesApi(lenient=True, white_mask=True, models=("Qwen/Qwen-Image", "flux/schnell")) as api:
        yield api


@pytest.fixture
def cloud() -> Iterator[ImagesApi]:
    """A server with a key, that edits where a mask is clear."""
    with ImagesApi(keys=frozenset({"sk-cloud"})) as api:
        yield api


@pytest.fixture
def settings(tmp_path: Path, atelier: ImagesApi, cloud: ImagesApi) -> Settings:
    file = tmp_path / "providers.toml"
    file.write_text(OWN_FILE.format(atelier=atelier.url, cloud=cloud.url))
    return Settings.load({"CLOUD_KEY": "sk-cloud", "OUTPUT_DIR": str(tmp_path / "out")}, folder=tmp_path)


@pytest.fixture
def workbench(bench: Build, settings: Settings) -> Workbench:
    names = ("provider", "providers_file", "others", "output_dir")
    return bench(**{name: getattr(settings, name) for name in names})


def ask(model: str, **options: object) -> GenerateRequest:
    return GenerateRequest(prompt="a fox", model=model, size="1024x1024", **options)  # type: ignore[arg-type]


def asked(workbench: Workbench, request: GenerateRequest | EditRequest) -> Job:
    return finished(workbench, workbench.studio.submit(request, ANNA))


def test_each_provider_is_asked_in_its_own_form_and_answers_in_its_own(
    workbench: Workbench, atelier: ImagesApi, cloud: ImagesApi
) -> None:
    atelier.script(Fault.URL())
    one, other = asked(workbench, ask("atelier/flux/schnell")), asked(workbench, ask("cloud/gpt-image-2.5-flare"))
    told = [(job.provider, job.account, job.request.model, job.state) for job in (one, other)]
    assert told == [
        ("atelier", "atelier", "flux/schnell", JobState.SUCCEEDED),
        ("cloud", "cloud", "gpt-image-2.5-flare", JobState.SUCCEEDED),
    ]
    assert b'"response_format":"b64_json"' in atelier.billed[0].body.replace(b": ", b":")
    assert b"response_format" not in cloud.billed[0].body
    assert cloud.billed[0].headers["authorization"] == "Bearer sk-cloud"
    assert "sk-cloud" not in str([request.headers for request in atelier.requests])
    assert (one.delivered.remarks, other.delivered.remarks) == ((), ())


@pytest.mark.parametrize("model", ["atelier/Qwen/Qwen-Image", "cloud/gpt-image-2.5-flare"])
def test_a_mask_goes_out_as_its_provider_reads_it(workbench: Workbench, model: str) -> None:
    job = asked(workbench, inpaint(workbench, model))
    proof = job.images[0].protection
    assert proof is not None
    assert (proof.holds, proof.changed_by_model_percent, proof.edited_percent) == (True, 0, pytest.approx(100, abs=3))
    assert job.delivered.remarks == ()


def test_a_mask_that_the_server_did_not_understand_is_told(bench: Build, atelier: ImagesApi) -> None:
    workbench = bench(provider="openai", openai_base_url=atelier.url)  # taken for a server that edits what is clear
    job = asked(workbench, inpaint(workbench, "flux/schnell"))
    (untouched,) = job.delivered.remarks
    assert untouched.startswith("Inside the mask only 0 % of the pixels look different")
    assert job.images[0].protection is not None
    assert job.images[0].protection.holds


def test_what_a_server_did_not_heed_is_said_and_kept(workbench: Workbench, atelier: ImagesApi) -> None:
    atelier.script(Fault.WRONG_SIZE(), Fault.ONE_IMAGE())
    small = asked(workbench, ask("atelier/flux/schnell"))
    few = asked(workbench, ask("atelier/flux/schnell", n=3))
    assert workbench.studio.job(small.id, ANNA).delivered.remarks == (
        "Asked for 1024x1024; the server delivered 512x512.",
    )
    assert few.state is JobState.PARTIAL
    assert few.delivered.remarks == ("Asked for 3 images in one request; the server made 1.",)


@pytest.mark.parametrize(
    ("options", "param"),
    [({"quality": "high"}, "quality"), ({"stream": True}, "stream"), ({"moderation": "low"}, "moderation")],
)
def test_what_a_server_is_known_to_ignore_is_refused_before_it_is_sent(
    workbench: Workbench, atelier: ImagesApi, options: dict[str, object], param: str
) -> None:
    with pytest.raises(UnsupportedOptionError) as caught:
        workbench.studio.submit(ask("atelier/flux/schnell", **options), ANNA)
    assert caught.value.param == param
    assert atelier.billed == []


def test_budgets_and_prices_are_those_of_the_provider_that_is_asked(bench: Build, settings: Settings) -> None:
    limit = {"budget_day_usd": Decimal("0.26"), "unknown_price_usd": Decimal("0.25")}
    workbench = bench(providers_file=settings.providers_file, others=settings.others, **limit)
    known, unknown = (
        asked(workbench, ask("atelier/Qwen/Qwen-Image", n=2)),
        asked(workbench, ask("atelier/flux/schnell")),
    )
    assert (known.cost, known.charged, unknown.cost, unknown.charged) == (
        *(Decimal("0.008"), Decimal("0.008")),
        *(None, Decimal("0.25")),
    )
    with pytest.raises(BudgetExceededError):
        workbench.studio.submit(ask("atelier/flux/schnell"), ANNA)
    asked(workbench, ask("gpt-image-2.5-flare", quality="low"))  # the demo account has a budget of its own
    assert set(workbench.ledger.accounts("demo", ANNA)) == {"demo", "atelier"}


def test_models_are_those_of_the_lists_and_of_the_file_each_under_its_providers_name(workbench: Workbench) -> None:
    offered = {model.id: model.title for model in workbench.models(ANNA)}
    assert offered["atelier/flux/schnell"] == "Atelier GPU: schnell"
    assert [id for id in offered if id.startswith("atelier/")] == ["atelier/Qwen/Qwen-Image", "atelier/flux/schnell"]
    assert "gpt-image-2.5-flare" in offered
    own_key = Visitor(owner="bea", api_key="sk-bea")
    assert not any("/" in model.id for model in workbench.models(own_key))
    with pytest.raises(UnsupportedOptionError, match="own key goes to openai only"):
        workbench.studio.submit(ask("atelier/flux/schnell"), own_key)


def test_a_list_that_does_not_come_costs_no_page_its_models(tmp_path: Path, bench: Build) -> None:
    workbench = bench(others={"VLLM_OMNI_BASE_URL": "http://127.0.0.1:9/v1"})
    assert "gpt-image-2.5-flare" in [model.id for model in workbench.models(ANNA)]
    service = workbench.offering.service("vllm-omni")
    assert service is not None
    workbench.offering.lists.look([service], anew=True)
    assert workbench.offering.lists.problem_of(service) == (
        "vLLM-Omni did not list its models: it could not be reached."
    )
    assert (tmp_path / "model-lists.json").exists()


def test_a_request_is_asked_again_where_it_was_asked(workbench: Workbench, atelier: ImagesApi) -> None:
    job = asked(workbench, ask("atelier/flux/schnell"))
    again = workbench.studio.again(job, ANNA)
    assert again == replace(job.request, model="atelier/flux/schnell")
    assert asked(workbench, again).provider == "atelier"
    assert len(atelier.billed) == 2


def test_a_job_of_a_provider_that_is_gone_can_be_asked_of_the_default_and_is_never_sent_there_unasked(
    bench: Build, workbench: Workbench
) -> None:
    job = asked(workbench, ask("atelier/flux/schnell"))
    without = bench(output_dir=workbench.settings.output_dir)
    assert without.studio.again(without.studio.job(job.id, ANNA), ANNA).model == "flux/schnell"
    with pytest.raises(NotFoundError):
        without.studio.submit(ask("atelier/flux/schnell"), ANNA)


def test_demo_by_name_asks_nobody_else(tmp_path: Path) -> None:
    environ = {"PROVIDER": "demo", "AIREFINERY_API_KEY": "k", "OPENAI_API_KEY": "sk-x"}
    assert Settings.load(environ, folder=tmp_path).services == ()


def inpaint(workbench: Workbench, model: str) -> EditRequest:
    ref = workbench.editor.take_in(picture(1024, 1024)).ref
    mask = Mask(width=1024, height=1024, operations=(rectangle(300, 300, 700, 700),))
    return EditRequest(prompt="a balloon", model=model, images=(ref,), mask=mask, feather=0)
