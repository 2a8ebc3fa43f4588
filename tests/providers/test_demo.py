"""The demo provider: honours every option, bills what was estimated, and misbehaves on request."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from itertools import product
from pathlib import Path
from time import perf_counter

import pytest
from openai.types import ImageGenCompletedEvent, ImagesResponse
from PIL import Image

from core.domain.answer import Answer, RawAnswer
from core.domain.estimate import estimate
from core.domain.model import Model, ModelStatus
from core.domain.request import GenerateRequest
from core.errors import (
    AuthenticationError,
    ContentRejectedError,
    OutcomeUnknownError,
    ProviderAnswerError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    QuotaExceededError,
    RateLimitedError,
)
from core.providers.catalogue import catalogue
from core.providers.demo import DemoProvider, Directives
from core.providers.demo_answer import choose, usage_of
from core.services.ports import Line, Provider

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MODELS = [m for m in catalogue().all() if m.status(NOW.date()) is not ModelStatus.RETIRED and m.snapshot_of is None]
NEWEST, CHEAP = "gpt-image-2.6-sunburst", "gpt-image-2.5-flare"


@dataclass
class Notebook:
    """A line that writes down what it is told."""

    api_key: str | None = None
    safety_identifier: str = "a-hash"
    position: int = 0
    heard: list[str] = field(default_factory=list)
    previews: list[bytes] = field(default_factory=list)
    raw: RawAnswer | None = None

    async def sending(self) -> None:
        self.heard.append("sending")

    async def rejected(self, error: ProviderError, retry_in: float) -> None:
        raise AssertionError((error, retry_in))

    async def preview(self, data: bytes) -> None:
        self.heard.append("preview")
        self.previews.append(data)

    @contextmanager
    def answering(self, *, media_type: str, request_id: str | None) -> Iterator["Page"]:
        page = Page()
        yield page
        assert page.committed
        self.heard.append("answered")
        self.raw = RawAnswer(media_type=media_type, request_id=request_id, body=page.body)


@dataclass
class Page:
    body: bytes = b""
    committed: bool = False

    def write(self, chunk: bytes) -> None:
        self.body += chunk

    def commit(self) -> None:
        self.committed = True


def demo(latency: float = 0) -> DemoProvider:
    return DemoProvider(catalogue(), latency, lambda: NOW)


def ask(prompt: str = "a fox", model: str = CHEAP, **options: object) -> GenerateRequest:
    return GenerateRequest(**{"prompt": prompt, "model": model, "size": "1024x1024", "quality": "low", **options})  # type: ignore[arg-type]


def call(request: GenerateRequest) -> Notebook:
    line = Notebook()
    asyncio.run(demo().generate(request, line))
    return line


def answer_to(request: GenerateRequest) -> Answer:
    raw = call(request).raw
    assert raw is not None
    return asyncio.run(demo().read(raw))


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def test_the_demo_provider_and_its_line_fit_the_ports() -> None:
    provider: Provider = demo()
    line: Line = Notebook()
    assert (provider.name, line.api_key) == ("demo", None)


def test_the_same_request_gives_the_same_bytes() -> None:
    assert call(ask("a boat", n=2)).raw == call(ask("a boat", n=2)).raw


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_demo as t; from hashlib import sha256;"
        "print(sha256(t.call(t.ask('a boat')).raw.body).hexdigest())"
    )
    run = [sys.executable, "-c", program, str(Path(__file__).parent)]
    there = subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip()
    raw = call(ask("a boat")).raw
    assert raw is not None
    assert sha256(raw.body).hexdigest() == there


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
@pytest.mark.parametrize("background", ["opaque", "transparent", "auto"])
@pytest.mark.parametrize("output_format", ["png", "webp", "jpeg"])
def test_every_still_option_round_trips(model: Model, background: str, output_format: str) -> None:
    if (background, output_format) == ("transparent", "jpeg"):
        return
    answer = answer_to(ask(model=model.id, background=background, output_format=output_format, moderation="low"))
    image = opened(answer.images[0].data)
    clear = background == "transparent"
    assert (image.format, image.size, image.mode) == (output_format.upper(), (1024, 1024), "RGBA" if clear else "RGB")
    assert (answer.delivered.background, answer.delivered.output_format) == (
        "transparent" if clear else "opaque",
        output_format,
    )


def test_n_images_are_n_different_pictures() -> None:
    answer = answer_to(ask(n=4))
    assert len({image.data for image in answer.images}) == 4


def test_calls_of_one_job_paint_different_pictures() -> None:
    lines = [Notebook(position=0), Notebook(position=1)]
    for line in lines:
        asyncio.run(demo().generate(ask(stream=True, partial_images=1), line))
    assert lines[0].raw != lines[1].raw
    assert lines[0].previews != lines[1].previews


def test_compression_and_complexity_change_the_bytes() -> None:
    small, large = (answer_to(ask(output_format="webp", output_compression=c)).images[0].data for c in (20, 95))
    plain, rich = (answer_to(ask("forest", NEWEST, complexity=c)).images[0].data for c in ("low", "high"))
    assert len(small) < len(large)
    assert plain != rich


@pytest.mark.parametrize(("frames", "duration"), [(2, 100), (None, None), (16, 123)])
def test_a_gif_has_its_frames_at_its_pace(frames: int | None, duration: int | None) -> None:
    request = ask(model=NEWEST, size="512x512", output_format="gif", frame_count=frames, frame_duration_ms=duration)
    gif = opened(answer_to(request).images[0].data)
    assert (gif.format, gif.n_frames, gif.size) == ("GIF", frames or 9, (512, 512))  # type: ignore[attr-defined]
    assert gif.info["duration"] == {None: 200, 123: 120}.get(duration, duration)


def test_an_svg_comes_with_the_tokens_of_its_author() -> None:
    answer = answer_to(ask(model=NEWEST, output_format="svg"))
    assert answer.images[0].data.startswith(b"<svg ")
    assert answer.usage is not None
    assert min(answer.usage.svg_input, answer.usage.svg_output) > 0


@pytest.mark.parametrize(
    ("prompt", "size"), [("portrait of a king", "1024x1536"), ("sea", "1536x1024"), ("a mug", "1024x1024")]
)
def test_auto_size_follows_the_words(prompt: str, size: str) -> None:
    answer = answer_to(ask(prompt, size="auto"))
    assert answer.delivered.size == size
    assert "{}x{}".format(*opened(answer.images[0].data).size) == size


def test_auto_quality_is_chosen_and_told() -> None:
    assert answer_to(ask("a fox", quality=None)).delivered.quality == "low"
    assert answer_to(ask("a fox in the deep blue forest", quality="auto")).delivered.quality == "medium"


def test_auto_background_is_clear_for_a_sticker() -> None:
    assert opened(answer_to(ask("a fox sticker")).images[0].data).mode == "RGBA"


def test_previews_come_before_the_answer_and_in_its_format() -> None:
    line = call(ask(stream=True, partial_images=3, output_format="webp"))
    assert line.heard == ["sending", "preview", "preview", "preview", "answered"]
    assert {(opened(data).format, opened(data).size) for data in line.previews} == {("WEBP", (1024, 1024))}
    assert line.raw is not None
    assert line.raw.media_type == "application/x-ndjson"


def test_the_answer_has_the_shape_that_the_sdk_knows() -> None:
    whole, streamed = call(ask(model=NEWEST)).raw, call(ask(stream=True)).raw
    assert whole is not None
    assert streamed is not None
    assert ImagesResponse.model_validate_json(whole.body, strict=True).size == "1024x1024"
    assert ImageGenCompletedEvent.model_validate_json(streamed.body, strict=True).quality == "low"
    assert (whole.request_id or "").startswith("demo-")


def _combinations() -> Iterator[GenerateRequest]:
    for model in MODELS:
        for quality, n in product([q for q in model.qualities if q != "auto"], (1, 3)):
            yield ask(model=model.id, quality=quality, n=n, size="1536x1024")
            yield ask(model=model.id, quality=quality, n=n, stream=True, partial_images=2)
        if model.gif:
            yield from (ask(model=model.id, size="512x512", output_format="gif", frame_count=f) for f in (None, 2, 12))
        yield ask(model=model.id, prompt="日本語 and café " * 40)


@pytest.mark.parametrize(
    "request_", list(_combinations()), ids=lambda r: f"{r.model}-{r.quality}-{r.n}-{r.output_format}"
)
def test_the_cost_is_the_estimate(request_: GenerateRequest) -> None:
    # The pictures themselves do not matter here: usage is asked of the answer without painting any.
    model = catalogue().find(request_.model)
    usage = usage_of(choose(model, request_, None, 0), request_)
    expected = estimate(model, request_, unknown_price=Decimal(1))
    assert model.prices is not None
    assert model.prices.cost(usage) == expected.low == expected.high


@pytest.mark.parametrize(
    "request_",
    [ask(n=3), ask(stream=True, partial_images=2), ask(stream=True, n=2), ask(model="gpt-image-1.5"),
     ask(model=NEWEST, size="512x512", output_format="gif", frame_count=4)],
    ids=str,
)  # fmt: skip
def test_the_usage_that_is_read_back_costs_what_was_estimated(request_: GenerateRequest) -> None:
    usage, model = answer_to(request_).usage, catalogue().find(request_.model)
    assert usage is not None
    assert model.prices is not None
    assert model.prices.cost(usage) == estimate(model, request_, unknown_price=Decimal(1)).high


@pytest.mark.parametrize("output_format", ["png", "gif", "svg"])
def test_a_request_that_leaves_all_open_never_costs_more_than_was_held(output_format: str) -> None:
    request = ask(model=NEWEST, size=None, quality=None, output_format=output_format)
    usage, model = answer_to(request).usage, catalogue().find(NEWEST)
    assert usage is not None
    assert model.prices is not None
    assert model.prices.cost(usage) <= estimate(model, request, unknown_price=Decimal(1)).held


@pytest.mark.parametrize(
    ("name", "error", "billed"),
    [
        ("rate_limit", RateLimitedError, False),
        ("quota", QuotaExceededError, False),
        ("authentication", AuthenticationError, False),
        ("moderation", ContentRejectedError, False),
        ("server", ProviderUnavailableError, False),
        ("refused", ProviderRefusedError, False),
        ("unknown", OutcomeUnknownError, None),
    ],
)
def test_errors_come_on_request(name: str, error: type[ProviderError], billed: bool | None) -> None:
    line = Notebook()
    with pytest.raises(error) as caught:
        asyncio.run(demo().generate(ask(f"a fox demo:error={name}"), line))
    assert (line.heard, caught.value.billed, caught.value.provider) == (["sending"], billed, "demo")


def test_a_rate_limit_says_how_long_to_wait() -> None:
    with pytest.raises(RateLimitedError) as caught:
        call(ask("demo:error=rate_limit demo:retry_after=0.5"))
    assert caught.value.retry_after == 0.5


def test_the_line_may_break_after_the_previews() -> None:
    line = Notebook()
    with pytest.raises(OutcomeUnknownError):
        asyncio.run(demo().generate(ask("demo:error=unknown", stream=True, partial_images=2), line))
    assert line.heard == ["sending", "preview", "preview"]


def test_a_model_or_option_that_does_not_exist_is_refused() -> None:
    for request in (ask(model="gpt-image-9"), ask(model="dall-e-3"), ask(size="1920x1080"), ask(output_format="svg")):
        with pytest.raises(ProviderRefusedError):
            call(request)


def test_an_html_page_is_no_answer() -> None:
    with pytest.raises(ProviderAnswerError, match="web page"):
        answer_to(ask("demo:error=html"))


def test_damaged_answers_come_on_request() -> None:
    empty, garbled = answer_to(ask("demo:error=empty")), answer_to(ask("demo:error=bad_base64", n=2))
    partial = answer_to(ask("demo:error=partial_failure", n=3))
    assert (empty.images, empty.problems, garbled.images, len(garbled.problems)) == ((), (), (), 2)
    assert (len(partial.images), len(partial.problems)) == (2, 1)


def test_a_truncated_image_cannot_be_opened_and_a_wrong_one_has_another_size() -> None:
    truncated, wrong = (
        answer_to(ask(f"demo:error={name}")).images[0].data for name in ("truncated_image", "wrong_size")
    )
    with pytest.raises(OSError, match="truncated"):
        opened(truncated)
    assert opened(wrong).size == (512, 512)


def test_an_answer_takes_its_latency() -> None:
    started = perf_counter()
    call(ask("a fox demo:latency=0.2"))
    assert perf_counter() - started >= 0.2


@pytest.mark.parametrize(
    ("text", "seconds"), [("2.5", 2.5), ("0", 0), ("999999", 120), ("nan", None), ("inf", None), ("1e9", None)]
)
def test_a_latency_in_the_prompt_is_a_number_of_at_most_two_minutes(text: str, seconds: float | None) -> None:
    assert Directives.of(f"a fox, demo:latency={text}, please").latency == seconds


def test_cancelling_stops_at_once() -> None:
    async def cancelled_early() -> float:
        task = asyncio.create_task(demo(60).generate(ask(), Notebook()))
        await asyncio.sleep(0.01)
        started = perf_counter()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return perf_counter() - started

    assert asyncio.run(cancelled_early()) < 1
