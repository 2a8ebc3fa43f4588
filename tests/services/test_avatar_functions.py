"""The avatar workflow as functions: on the one road, several at once, cancelled, refused; and the examples."""

import asyncio
import os
import subprocess
import sys
import time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core import avatars
from core.bootstrap import Workbench
from core.domain.job import JobState
from core.domain.persona_prompts import LAYOUT
from core.domain.visitor import Visitor
from core.errors import (
    BudgetExceededError,
    GessoError,
    InvalidImageError,
    InvalidRequestError,
    NotFoundError,
    ProviderError,
    QuotaExceededError,
)
from tests.services.conftest import Build
from tests.text_api import FLOW, TextApi

EXAMPLES = Path(__file__).parents[2] / "examples"
LOCAL = Visitor(owner="local")
AMARA = {"firstname": "Amara", "lastname": "Okafor", "gender": "female", "bio_facebook": "I'm 34 and bake bread."}


async def grid_of(bio: str) -> bytes:
    """From a biography to a grid."""
    portrait = await avatars.generate_base_image(bio, "female", quality="low")
    return await avatars.generate_images_from_base(portrait, "Four places of a small town.", quality="low")


def until_it_runs(workbench: Workbench) -> None:
    """Wait for a job that runs; the test's own time limit ends it otherwise."""
    while not workbench.studio.jobs(LOCAL, states=[JobState.RUNNING]):
        time.sleep(0.01)


def test_the_workflow_goes_the_one_road_and_several_at_once(bench: Build) -> None:
    async def all_of_it() -> list[tuple[str, str]]:
        other = avatars.generate_base_image("I'm 35 and mend bicycles.", "male", quality="low")
        grid, portrait = await asyncio.gather(grid_of("I'm 34 and bake bread."), other)
        assert Image.open(BytesIO(portrait)).size == (1024, 1024)
        tiles = avatars.split_and_trim_image(grid)
        assert all(Image.open(BytesIO(tile)).width >= 480 for tile in tiles)
        return await avatars.upload_images_batch(tiles, "avatars/amara")

    with avatars.using(bench()) as workbench:
        stored = asyncio.run(all_of_it())
    assert [key for key, _ in stored] == [f"avatars/amara/{number}.png" for number in (1, 2, 3, 4)]
    jobs = workbench.studio.jobs(LOCAL)
    assert len(jobs) == 3
    assert workbench.ledger.standing("demo").today.spent == sum(job.charged for job in jobs)
    assert {job.request.prompt.count(LAYOUT) for job in jobs} == {0, 1}


def test_a_prompt_is_its_writers_and_its_price_is_booked_with_the_grid(bench: Build) -> None:
    async def grid_from_flowise() -> None:
        prompt = await avatars.generate_image_prompt(AMARA)
        assert "At the oven" in prompt
        portrait = await avatars.generate_base_image(AMARA["bio_facebook"], "female", quality="low")
        await avatars.generate_images_from_base(portrait, prompt, quality="low")

    with TextApi() as api:
        api.answers("Top left: At the oven.")
        settings = {"flowise_url": api.root, "flowise_chatflow_id": FLOW, "unknown_price_usd": Decimal("0.25")}
        workbench = bench(**settings)
        with avatars.using(workbench):
            asyncio.run(grid_from_flowise())
            grid, portrait = workbench.studio.jobs(LOCAL)
            assert grid.charged > Decimal("0.25") > portrait.charged
            with pytest.raises(BudgetExceededError, match=r"\$0\.10 you allowed"):
                asyncio.run(avatars.generate_image_prompt(AMARA, max_cost=Decimal("0.10")))
            api.fails(500, {"message": "no credit"})
            api.answers("unused")
            asyncio.run(avatars.generate_image_prompt(AMARA))
            with pytest.raises(ProviderError, match="no credit"):
                asyncio.run(avatars.generate_image_prompt(AMARA))


def test_cancelling_the_task_cancels_its_job(bench: Build) -> None:
    async def given_up(workbench: Workbench) -> None:
        task = asyncio.create_task(avatars.generate_base_image("I'm 34 and bake bread.", "female"))
        await asyncio.to_thread(until_it_runs, workbench)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    workbench = bench(demo_latency_seconds=60)
    with avatars.using(workbench):
        asyncio.run(given_up(workbench))
    job = workbench.studio.wait(workbench.studio.jobs(LOCAL)[0].id, seen=lambda _: None, interval=0.03)
    assert job.state in (JobState.CANCELLED, JobState.UNKNOWN)
    assert not job.images


@pytest.mark.parametrize(
    ("bio", "options", "error"),
    [
        ("I'm 34. demo:error=quota", {}, QuotaExceededError),
        ("I'm 34.", {"max_cost": Decimal("0.000001")}, BudgetExceededError),
        ("I'm 34.", {"model": "nobody/knows"}, NotFoundError),
        ("I'm 34.", {"size": "7x7"}, InvalidRequestError),
        ("I'm 15.", {}, InvalidRequestError),
        ("", {}, InvalidRequestError),
    ],
)
def test_what_cannot_be_made_is_an_error_of_ours(
    bench: Build, bio: str, options: dict[str, object], error: type[GessoError]
) -> None:
    with avatars.using(bench()) as workbench:
        with pytest.raises(error):
            asyncio.run(avatars.generate_base_image(bio, "female", **options))  # type: ignore[arg-type]
        with pytest.raises(InvalidImageError):
            asyncio.run(avatars.generate_images_from_base(b"no picture", "Four places."))
        with pytest.raises(InvalidRequestError, match="There is no prompt"):
            asyncio.run(avatars.generate_images_from_base(b"no picture", " "))
        untyped: list[tuple[Any, type[GessoError]]] = [
            (lambda: avatars.generate_base_image(None, "female"), InvalidRequestError),  # type: ignore[arg-type]
            (lambda: avatars.generate_image_prompt(None), InvalidRequestError),  # type: ignore[arg-type]
            (lambda: avatars.generate_images_from_base(None, "Four."), InvalidImageError),  # type: ignore[arg-type]
            (lambda: avatars.generate_images_from_base(b"no picture", 7), InvalidRequestError),  # type: ignore[arg-type]
            (lambda: avatars.upload_images_batch(b"no picture", "k"), InvalidRequestError),  # type: ignore[arg-type]
            (lambda: avatars.upload_images_batch([None], "k"), InvalidImageError),  # type: ignore[list-item]
            (lambda: avatars.upload_images_batch([b""], None), InvalidRequestError),  # type: ignore[arg-type]
        ]
        for call, kind in untyped:
            with pytest.raises(kind, match=r"not (NoneType|int|bytes)"):
                asyncio.run(call())
        with pytest.raises(InvalidRequestError, match="num_rows must be a whole number"):
            avatars.split_and_trim_image(b"no picture", "2", 2)  # type: ignore[arg-type]
    assert workbench.ledger.standing("demo").today.total == 0


@pytest.mark.parametrize(("name", "made"), [("avatar_workflow.py", 4), ("batch_from_csv.py", 8)])
def test_the_examples_run_as_they_lie(tmp_path: Path, name: str, made: int) -> None:
    """Each in a process of its own: it also has to end by itself."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "SYSTEMROOT")}
    ran = subprocess.run(
        [sys.executable, EXAMPLES / name],
        env=kept | {"OUTPUT_DIR": str(tmp_path), "DEMO_LATENCY_SECONDS": "0", "PYTHONPATH": str(EXAMPLES.parent)},
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(list((tmp_path / "avatars").rglob("*.png"))) == made
