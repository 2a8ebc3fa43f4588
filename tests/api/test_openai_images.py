"""OpenAI's own Python client, unmodified, against Gesso."""

import base64
from io import BytesIO
from typing import Any

import httpx2
import pytest
from openai import APIStatusError, BadRequestError, NotFoundError, OpenAI
from PIL import Image
from starlette.testclient import TestClient

from app.api.main import create_api
from core.bootstrap import Workbench
from core.domain.library import Filter
from core.domain.visitor import Visitor

LOCAL = Visitor(owner="local")
FLARE = "gpt-image-2.5-flare"


SPOT = (300, 300, 600, 600)


def png(colour: str = "teal", size: tuple[int, int] = (1024, 1024), alpha: int | None = None) -> bytes:
    out = BytesIO()
    image = Image.new("RGB", size, colour)
    if alpha is not None:
        image.putalpha(alpha)
        image.paste((0, 0, 0, 255 - alpha), SPOT)
    image.save(out, "PNG")
    return out.getvalue()


def picture(b64: str | None) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(b64 or "")))


def test_a_generation_answers_as_openai_does_and_is_kept(openai: OpenAI, bench: Workbench) -> None:
    answer = openai.images.generate(prompt="a red fox", model=FLARE, n=2, size="1536x1024", quality="low", user="anna")

    assert [picture(one.b64_json).size for one in answer.data or []] == [(1536, 1024)] * 2
    assert all(one.url for one in answer.data or [])  # nothing was said of the form: both are there
    assert (answer.size, answer.quality, answer.output_format) == ("1536x1024", "low", "png")
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens > 0
    told = (answer.model_extra or {})["metadata"]
    kept = bench.history.find(Filter(), LOCAL).pictures
    assert {one.image.id for one in kept} == set(told["images"])
    assert told["cost_usd"] == pytest.approx(float(sum(one.cost for one in kept)))
    assert (told["provider"], told["model"], answer.safety_identifier) == ("demo", FLARE, "anna")


def test_a_stream_sends_its_partial_images_and_the_picture(openai: OpenAI) -> None:
    events = list(openai.images.generate(
        prompt="a red fox", model=FLARE, size="1024x1024", quality="low", stream=True, partial_images=3
    ))  # fmt: skip

    assert [event.type for event in events] == ["image_generation.partial_image"] * 3 + ["image_generation.completed"]
    assert [event.partial_image_index for event in events[:3]] == [0, 1, 2]
    assert {picture(event.b64_json).size for event in events} == {(1024, 1024)}
    assert events[-1].usage.output_tokens > 0


@pytest.mark.parametrize(
    ("alpha", "kept", "changed", "protected"),
    [(255, (0, 0, 1024, 290), (450, 450), 1024**2 - 300**2), (0, SPOT, (100, 100), 300**2)],
)
def test_an_edit_changes_what_is_transparent_in_its_mask_and_nothing_else(
    openai: OpenAI, alpha: int, kept: tuple[int, int, int, int], changed: tuple[int, int], protected: int
) -> None:
    photo = png()
    answer = openai.images.edit(
        image=("photo.png", photo),
        mask=("mask.png", png(alpha=alpha)),
        prompt="add a boat",
        model=FLARE,
        size="1024x1024",
    )

    made = picture((answer.data or [])[0].b64_json).convert("RGB")
    assert made.crop(kept).tobytes() == Image.open(BytesIO(photo)).crop(kept).tobytes()
    assert made.getpixel(changed) != (0, 128, 128)
    told = (answer.model_extra or {})["metadata"]
    assert told["unchanged_pixels"] == told["protected_pixels"] == protected


def test_several_pictures_and_a_stream_go_through_an_edit(openai: OpenAI) -> None:
    images = [("a.png", png()), ("b.png", png("red", (640, 480)))]
    events = list(
        openai.images.edit(image=images, prompt="both", model=FLARE, size="1024x1024", stream=True, partial_images=1)
    )

    assert [event.type for event in events] == ["image_edit.partial_image", "image_edit.completed"]


@pytest.mark.parametrize(
    ("field", "said"), [("image", "Picture 2: "), ("mask", "The mask: "), ("markup", "The markup: ")]
)
def test_a_file_that_is_no_picture_is_named(http: httpx2.Client, field: str, said: str) -> None:
    files = [("image", png()), (field, b"no picture")]
    wrong = http.post("/v1/images/edits", data={"prompt": "x"}, files=files).json()["error"]
    assert (wrong["param"], wrong["message"].startswith(f"{said}This is not an image")) == (field, True)
    given = [{"image_url": f"data:image/png;base64,{base64.b64encode(data).decode()}"} for _, data in files]
    body = {"images": given} if field == "image" else {"images": given[:1], field: given[1]}
    wrong = http.post("/v1/images/edits", json=body | {"prompt": "x"}).json()["error"]
    assert (wrong["param"], said in wrong["message"]) == ("images" if field == "image" else field, True)


@pytest.mark.parametrize(
    ("sent", "param", "words"),
    [
        ({"content": b"\x1f\x8b", "headers": {"Content-Encoding": "gzip"}}, "Content-Encoding", "uncompressed"),
        ({"files": {"prompt": b"x"}}, None, "takes JSON, not a form"),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}, None, "The form cannot be read"),
        ({"data": {"prompt": "x", "svg": "{}"}, "files": {"image": b"x"}}, "svg", "Unknown parameter"),
        ({"json": {"prompt": "x", "images": ["data:image/png,"]}}, "images.0", '{"image_url": "data:'),
    ],
)
def test_a_body_that_cannot_be_read_says_how_it_must_be(
    http: httpx2.Client, sent: dict[str, Any], param: str | None, words: str
) -> None:
    answer = http.post("/v1/images/generations" if words.startswith("takes") else "/v1/images/edits", **sent)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (400, "invalid_request", param)
    assert words in error["message"]


def test_an_edit_comes_as_json_too(http: httpx2.Client) -> None:
    url = "data:image/png;base64," + base64.b64encode(png()).decode()
    answer = http.post("/v1/images/edits", json={"prompt": "a boat", "model": FLARE, "images": [{"image_url": url}]})
    assert (answer.status_code, len(answer.json()["data"])) == (200, 1)


def test_an_address_instead_of_data_is_signed_and_ends(openai: OpenAI, http: httpx2.Client) -> None:
    answer = openai.images.generate(prompt="a fox", model=FLARE, size="1024x1024", quality="low", response_format="url")
    url = (answer.data or [])[0].url or ""

    assert picture(base64.b64encode(http.get(url).content).decode()).size == (1024, 1024)
    for broken in (
        url[:-1] + ("0" if url[-1] != "0" else "1"),
        url.replace("expires=1", "expires=2"),
        url.replace("=", "=x"),
    ):
        assert http.get(broken).status_code == 404


def test_models_are_listed_as_openai_lists_them(openai: OpenAI) -> None:
    listed = [model.id for model in openai.models.list()]
    assert FLARE in listed
    assert openai.models.retrieve(FLARE) == openai.models.retrieve(f"demo/{FLARE}")
    with pytest.raises(NotFoundError):
        openai.models.retrieve("dall-e-9")


@pytest.mark.parametrize(
    ("body", "status", "param", "words"),
    [
        ({"model": FLARE}, 400, "prompt", "Missing required"),
        ({"prompt": "x", "n": "2"}, 400, "n", "Invalid value"),
        ({"prompt": "x", "n": 11}, 400, "n", "between 1 and 10"),
        ({"prompt": "x", "style": "vivid"}, 400, "style", "Unknown parameter"),
        ({"prompt": "x", "model": FLARE, "size": "17x17"}, 400, "size", ""),
        ({"prompt": "x", "response_format": "png"}, 400, "response_format", ""),
        ({"prompt": "x", "model": "dall-e-9"}, 404, None, "dall-e-9"),
        ({"prompt": "a fox demo:error=moderation"}, 400, None, ""),
        ([1], 400, None, "JSON object"),
        (None, 400, None, "JSON"),
    ],
)
def test_what_is_wrong_is_told_in_openais_form(
    http: httpx2.Client, body: object, status: int, param: str | None, words: str
) -> None:
    answer = http.post("/v1/images/generations", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], words in error["message"]) == (status, param, True)
    assert (answer.headers["x-should-retry"], "x-request-id" in answer.headers) == ("false", True)


def test_what_may_have_been_billed_is_nothing_to_send_again(openai: OpenAI) -> None:
    with pytest.raises(APIStatusError) as raised:
        openai.with_options(max_retries=2).images.generate(prompt="a fox demo:error=unknown", model=FLARE)
    assert (raised.value.status_code, raised.value.code) == (424, "outcome_unknown")


def test_a_budget_that_is_too_small_is_402(
    bench: Workbench, http: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.workbench import shutdown

    shutdown()
    monkeypatch.setenv("BUDGET_DAY_USD", "0.001")
    answer = http.post("/v1/images/generations", json={"prompt": "a fox", "model": FLARE})
    assert (answer.status_code, answer.json()["error"]["code"]) == (402, "budget_exceeded")
    assert bench


def test_a_picture_behind_an_address_is_never_fetched(http: httpx2.Client) -> None:
    for url in (
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "data:image/png;base64,@@@",
        "https://example.com/a.png",
    ):
        answer = http.post("/v1/images/edits", json={"prompt": "x", "images": [{"image_url": url}]})
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "images")


@pytest.mark.parametrize(
    ("endpoint", "body", "param"),
    [
        ("generations", rb'{"prompt": "x", "user": "\ud800"}', "user"),
        ("generations", rb'{"prompt": "a\u0000b"}', "prompt"),
        ("generations", rb'{"prompt": "x", "\ud800": 1}', ""),
        ("edits", rb'{"prompt": "x", "images": [{"image_url": "data:image/png;base64,\u00e9"}]}', "images"),
        ("edits", rb'{"prompt": "x", "images": [{"image_url": "data:image/png,\ud800"}]}', "images"),
    ],
)
def test_half_characters_are_refused_before_anything_is_paid_for(
    http: httpx2.Client, bench: Workbench, endpoint: str, body: bytes, param: str
) -> None:
    answer = http.post(f"/v1/images/{endpoint}", content=body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert not bench.ledger.entries(account="demo")


def test_a_stream_whose_picture_cannot_be_read_ends_with_an_error(http: httpx2.Client, bench: Workbench) -> None:
    body, key = {"prompt": "x", "quality": "low", "stream": True}, {"Idempotency-Key": "stream-7"}
    assert "image_generation.completed" in http.post("/v1/images/generations", json=body, headers=key).text
    for path in bench.settings.output_dir.rglob("*.png"):
        path.unlink()
    (event,) = http.post("/v1/images/generations", json=body, headers=key).text.strip().split("\n\n")
    assert (event.startswith("event: error\n"), '"code":"not_found"' in event) == (True, True)


def test_a_mistake_of_ours_is_told_in_openais_form_too(bench: Workbench) -> None:  # noqa: ARG001
    numbered: Any = create_api()
    numbered.app.add_api_route("/broken", lambda: 1 // 0)
    with TestClient(numbered, raise_server_exceptions=False) as client:
        answer = client.get("/broken")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
    assert (answer.headers["x-should-retry"], "x-request-id" in answer.headers) == ("false", True)


def test_the_sdk_reports_a_bad_picture_as_a_bad_request(openai: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="not an image"):
        openai.images.edit(image=("a.png", b"no picture"), prompt="x", model=FLARE)
