"""Tokens and prices: the reference figures reproduced, and estimates held against what the demo provider bills.

python -m benchmarks.tokens
"""

import itertools
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from core.bootstrap import build
from core.domain.image import Size
from core.domain.job import JobState
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.providers.catalogue import catalogue
from core.settings import Settings

FIGURES = Path(__file__).parents[1] / "tests" / "data" / "token-formulas.json"
VISITOR = Visitor(owner="tokens", operator=True)


def reproduce() -> tuple[int, int]:
    """How many reference figures there are, and how many come out exactly."""
    total = exact = 0
    for model, sizes in json.loads(FIGURES.read_text())["output_tokens"].items():
        rule = catalogue().find(model).tokens
        for size, qualities in sizes.items():
            frame = Size.parse(size)
            assert rule is not None
            assert frame is not None
            for quality, tokens in qualities.items():
                total += 1
                exact += rule.tokens(frame, quality) == tokens
    return total, exact


def requests() -> list[GenerateRequest]:
    """Every usable model at each explicit quality, some sizes, one and two images, plain and streamed."""
    made = []
    for model in catalogue().usable(datetime.now(UTC).date()):
        for quality, n, stream in itertools.product(model.qualities, (1, 2), (False, True)):
            if quality != "auto":
                made.append(
                    GenerateRequest(
                        prompt="a red fox", model=model.id, size="1536x1024", quality=quality, n=n,
                        stream=stream, partial_images=2 if stream else 0,
                    )
                )  # fmt: skip
    return made


def bill() -> tuple[int, int]:
    """How many requests ran through the whole road, and for how many cost equals estimate to the last digit."""
    asked = requests()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(output_dir=Path(folder), provider="demo", demo_latency_seconds=0.0)
        with build(settings) as workbench:
            jobs = [workbench.studio.submit(request, VISITOR) for request in asked]
            ended = [workbench.studio.wait(job.id, seen=lambda _: None) for job in jobs]
    same = sum(job.state is JobState.SUCCEEDED and job.cost == job.estimate_high == job.charged for job in ended)
    return len(ended), same


def main() -> None:
    total, exact = reproduce()
    print(f"output tokens: {exact} of {total} reference figures reproduced exactly")
    ran, same = bill()
    print(f"demo provider: cost equals estimate in {same} of {ran} requests")


if __name__ == "__main__":
    main()
