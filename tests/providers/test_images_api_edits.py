"""The local Images API on edits: as strict about files as OpenAI."""

from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.images_api import ImagesApi
from tests.providers.edits import PNG, circle, encoded, photo

PHOTO = photo()
GOOD = {"prompt": "a fox", "model": "gpt-image-2", "size": "1024x1024"}
CLEAR = encoded(Image.new("RGBA", (1024, 1024)))
IMAGE = ("image", ("a.png", PHOTO, PNG))


def post(api: ImagesApi, files: list[tuple[str, Any]], **fields: str) -> httpx2.Response:
    headers = {"authorization": "Bearer k"}
    data = {**GOOD, **fields}
    return httpx2.post(f"{api.url}/images/edits", data=data, files=files, headers=headers, trust_env=False)


def mask(image: Image.Image | bytes) -> tuple[str, Any]:
    return ("mask", ("mask.png", image if isinstance(image, bytes) else encoded(image), PNG))


@pytest.mark.parametrize(
    ("files", "fields", "code"),
    [
        ([("image", ("upload", PHOTO, "application/octet-stream"))], {}, "unsupported_file_mimetype"),
        ([("image", ("a.png", b"no picture", PNG))], {}, "invalid_image_file"),
        ([("image", ("a.jpg", PHOTO, "image/jpeg"))], {}, "invalid_image_file"),
        ([IMAGE, IMAGE], {}, "invalid_value"),
        ([("picture", ("a.png", PHOTO, PNG))], {}, "missing_required_parameter"),
        ([IMAGE, mask(circle())], {}, "invalid_mask"),
        ([IMAGE, mask(Image.new("RGBA", (512, 512)))], {}, "invalid_mask"),
        ([IMAGE, mask(Image.new("RGBA", (1024, 1024), (0, 0, 0, 255)))], {}, "invalid_mask"),
        ([IMAGE], {"strength": "0.5"}, "unknown_parameter"),
        ([IMAGE], {"n": "many"}, "invalid_type"),
        ([IMAGE], {"input_fidelity": "high"}, "invalid_value"),
        ([IMAGE], {"size": "1000x1000"}, "invalid_value"),
        ([IMAGE], {"model": "flux"}, "model_not_found"),
    ],
)
def test_what_openai_would_not_take_it_does_not_take(files: list[Any], fields: dict[str, str], code: str) -> None:
    with ImagesApi() as api:
        assert post(api, files, **fields).json()["error"]["code"] == code
        assert api.billed == []


def test_json_is_no_edit() -> None:
    with ImagesApi() as api:
        headers = {"authorization": "Bearer k"}
        answer = httpx2.post(f"{api.url}/images/edits", json=GOOD, headers=headers, trust_env=False)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_content_type")


def test_a_good_edit_is_answered_and_its_parts_are_kept_for_the_test() -> None:
    with ImagesApi() as api:
        assert post(api, [IMAGE, mask(CLEAR)]).status_code == 200
        part = api.billed[0].part("image")
        assert part is not None
        assert (part.data, api.billed[0].prompt) == (PHOTO, "a fox")


def test_sixteen_images_are_taken_and_a_fault_in_the_prompt_works_as_for_generations() -> None:
    small = encoded(Image.new("RGB", (64, 64)))
    with ImagesApi() as api:
        files = [("image[]", (f"{number}.png", small, PNG)) for number in range(16)]
        assert post(api, files).status_code == 200
        assert post(api, files, prompt="[fault:moderation]").json()["error"]["code"] == "moderation_blocked"
        assert post(api, [*files, files[0]]).json()["error"]["param"] == "images"
