"""Faults: everything that goes wrong at a provider, and what becomes of the job, the person and the money.

    python -m benchmarks.faults

Each fault meets a whole workbench through the real SDK and a local server. Prints one line each:
the job's state, what the ledger spent and still holds of the estimate, how often the request
left, how often it was billed, and the sentence a person reads.
"""

import tempfile
import time
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from core.bootstrap import build
from core.domain.job import Job
from core.domain.money import usd_text
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.settings import Settings
from tests.images_api import Fault, ImagesApi, Scripted

VISITOR = Visitor(owner="faults", operator=True)
ASK = GenerateRequest(prompt="a red fox", model="gpt-image-2.5-flare", size="1024x1024", quality="low")
STREAM = replace(ASK, stream=True, partial_images=2)

CASES: dict[str, tuple[GenerateRequest, list[Scripted]]] = {
    "429 with retry-after, then well": (ASK, [Fault.RATE_LIMIT(retry_after=0.2)]),
    "429 six times": (ASK, [Fault.RATE_LIMIT(retry_after=0.05)] * 6),
    "429 quota": (ASK, [Fault.QUOTA()]),
    "500, then well": (ASK, [Fault.SERVER_ERROR()]),
    "503 four times": (ASK, [Fault.OVERLOADED()] * 4),
    "504 from a gateway": (ASK, [Fault.GATEWAY_TIMEOUT()]),
    "401 wrong key": (ASK, [Fault.UNAUTHORIZED()]),
    "403 not verified": (ASK, [Fault.UNVERIFIED()]),
    "400 moderation": (ASK, [Fault.MODERATION()]),
    "connection reset before the answer": (ASK, [Fault.RESET_BEFORE()]),
    "connection reset during the answer": (ASK, [Fault.RESET_DURING()]),
    "read time-out": (ASK, [Fault.SILENCE()]),
    "cut stream": (STREAM, [Fault.CUT_STREAM()]),
    "stream error": (STREAM, [Fault.STREAM_ERROR()]),
    "stream ignored, JSON instead": (STREAM, [Fault.IGNORES_STREAM()]),
    "HTML instead of JSON": (ASK, [Fault.HTML()]),
    "bad base64": (ASK, [Fault.BAD_BASE64()]),
    "truncated image": (ASK, [Fault.TRUNCATED_IMAGE()]),
    "empty data": (ASK, [Fault.EMPTY_DATA()]),
    "wrong size": (ASK, [Fault.WRONG_SIZE()]),
    "no usage": (ASK, [Fault.NO_USAGE()]),
    "URL instead of base64": (ASK, [Fault.URL()]),
}


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one fault."""

    job: Job
    attempts: int
    billed: int
    spent: Decimal
    held: Decimal
    seconds: float


def meet(request: GenerateRequest, faults: list[Scripted]) -> Result:
    """Send one request to a server that misbehaves as scripted."""
    with tempfile.TemporaryDirectory() as folder, ImagesApi() as api:
        api.script(*faults)
        settings = Settings(
            output_dir=Path(folder),
            openai_api_key="sk-benchmark",
            openai_base_url=api.url,
            request_timeout_seconds=1.0,
        )
        with build(settings) as workbench:
            started = time.perf_counter()
            job = workbench.studio.wait(
                workbench.studio.submit(request, VISITOR).id, seen=lambda _: None, interval=0.01
            )
            seconds = time.perf_counter() - started
            today = workbench.ledger.standing(job.account).today
            return Result(
                job=job,
                attempts=len([seen for seen in api.requests if seen.path.endswith("/generations")]),
                billed=len(api.billed),
                spent=today.spent,
                held=today.held,
                seconds=seconds,
            )


def main() -> None:
    for name, (request, faults) in CASES.items():
        result = meet(request, faults)
        money = f"spent {usd_text(result.spent)}, held {usd_text(result.held)}"
        counts = f"{result.attempts} sent, {result.billed} billed, {result.seconds:.1f} s"
        print(f"{name}: {result.job.state} | {money} | {counts}")
        if result.job.error:
            print(f"    {result.job.error.message}")


if __name__ == "__main__":
    main()
