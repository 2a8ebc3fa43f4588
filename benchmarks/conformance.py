"""OpenAI's own clients and schemathesis against the API, on the demo provider: how many calls and cases fail.

python -m benchmarks.conformance [--schemathesis PROGRAM] [--node-modules FOLDER] [--published openapi.json]

The Python SDK is the one Gesso itself uses. For the JavaScript SDK: npm install --prefix FOLDER openai@7.55.0. For
schemathesis: python -m venv /tmp/st && /tmp/st/bin/pip install schemathesis==4.32.5. It is given the OpenAPI document
that Gesso publishes, and calls every operation with valid and broken values; a 4xx in the documented form is an answer.
``--published`` is OpenAI's own document (github.com/openai/openai-openapi, openapi.json).
"""

import argparse
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx2
from jsonschema import Draft202012Validator
from openai import APIStatusError, OpenAI
from PIL import Image

from benchmarks.servers import free_port, wait_until_open

FLARE = "gpt-image-2.5-flare"
COMMON: dict[str, Any] = {"model": FLARE, "size": "1024x1024", "quality": "low"}
LIMITED = "demo:error=rate_limit demo:retry_after=0.1"
JAVASCRIPT = Path(__file__).with_name("conformance.mjs")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--schemathesis", type=Path)
    parser.add_argument("--node-modules", type=Path)
    parser.add_argument("--published", type=Path)
    parser.add_argument("--examples", type=int, default=50)
    asked = parser.parse_args()
    with ExitStack() as stack:
        base = stack.enter_context(gesso())
        python_sdk(base)
        if asked.node_modules:
            javascript_sdk(base, asked.node_modules)
        if asked.published:
            published(base, asked.published, asked.examples)
        if asked.schemathesis:
            properties(base, asked.schemathesis, asked.examples)


@contextmanager
def gesso() -> Iterator[str]:
    """The API alone, on this machine only."""
    with tempfile.TemporaryDirectory(prefix="gesso-conformance-") as folder:
        port = free_port()
        settings = {"OUTPUT_DIR": folder, "PROVIDER": "demo", "DEMO_LATENCY_SECONDS": "0"}
        command = [str(Path(sys.executable).with_name("gesso")), "serve", "--api-only", "--port", str(port)]
        process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
        try:
            wait_until_open(port, seconds=30)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def python_sdk(base: str) -> None:
    """Every image call of the SDK, whole and streamed, and the errors that it knows."""
    client = OpenAI(api_key="sk-benchmark", base_url=f"{base}/v1", max_retries=0)
    images, models = client.images, client.models
    every = {
        "background": "opaque",
        "moderation": "low",
        "output_format": "webp",
        "output_compression": 80,
        "user": "u",
    }
    fox: dict[str, Any] = {"prompt": "a fox", **COMMON}
    change: dict[str, Any] = {"image": _file(), "prompt": "a boat", **COMMON}
    wrong: dict[str, Any] = {"model": FLARE, "prompt": "a fox"}
    calls: dict[str, Callable[[], object]] = {
        "generate": lambda: _pictures(images.generate(n=2, **fox), 2),
        "generate, every option": lambda: _pictures(images.generate(**fox, **every), 1),
        "generate, url": lambda: _link(images.generate(response_format="url", **fox)),
        "generate, stream": lambda: _stream(images.generate(stream=True, partial_images=2, **fox), 2),
        "edit": lambda: _pictures(images.edit(**change), 1),
        "edit, mask": lambda: _pictures(images.edit(mask=_file(hole=True), **change), 1),
        "edit, four images": lambda: _pictures(images.edit(**change | {"image": [_file()] * 4}), 1),
        "edit, stream": lambda: _stream(images.edit(stream=True, partial_images=1, **change), 1),
        "raw response": lambda: _pictures(images.with_raw_response.generate(**fox).parse(), 1),
        "models": lambda: [models.retrieve(model.id) for model in models.list()],
        "400": lambda: _refused(400, lambda: images.generate(**wrong | {"size": "1x1"})),
        "404": lambda: _refused(404, lambda: models.retrieve("nothing")),
        "424": lambda: _refused(424, lambda: images.generate(**wrong | {"prompt": "demo:error=unknown"})),
        "429": lambda: _refused(429, lambda: images.generate(**wrong | {"prompt": LIMITED})),
    }
    failed = [name for name, call in calls.items() if not _done(name, call)]
    print(f"openai-python: {len(calls) - len(failed)} of {len(calls)} calls answered as OpenAI does")


def javascript_sdk(base: str, modules: Path) -> None:
    command = ["node", "--input-type=module", "-"]
    script = JAVASCRIPT.read_text().replace("'openai'", json.dumps(str(modules / "node_modules/openai/index.mjs")))
    ran = subprocess.run(command, input=script, text=True, capture_output=True, env=os.environ | {"BASE": f"{base}/v1"})
    print(ran.stdout.strip() or ran.stderr.strip()[-2000:])


def properties(base: str, program: Path, examples: int) -> None:
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    command = [
        str(program), "run", f"{base}/openapi.json", "--checks", checks, "--max-examples", str(examples),
        "--workers", "2", "--no-color", "--phases", "examples,coverage,fuzzing", "--request-timeout", "30",
    ]  # fmt: skip
    ran = subprocess.run(command, text=True, capture_output=True)
    print("\n".join(line for line in ran.stdout.splitlines() if line.strip())[-3000:])


def published(base: str, document: Path, examples: int) -> None:
    """Random requests that OpenAI's published schema allows; every answer must fit the schema it publishes for them."""
    spec = json.loads(document.read_text())
    chance, problems = random.Random(1), Counter[str]()
    known = {
        kind: Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": spec["components"]})
        for kind, name in (("whole", "ImagesResponse"), ("stream", "ImageGenStreamEvent"), ("edit", "ImagesResponse"))
    }
    with httpx2.Client(base_url=base, timeout=60) as http:
        for number in range(examples):
            kind = ("whole", "stream", "edit")[number % 3]
            for answer in _asked(http, kind, chance):
                for error in known[kind].iter_errors(answer):
                    problems[f"{kind}: {error.json_path}: {error.message[:200]}"] += 1
    print(f"published schema: {examples} random requests, {problems.total()} deviations")
    for problem, count in problems.most_common(10):
        print(f"  {count} x {problem}")


def _asked(http: httpx2.Client, kind: str, chance: random.Random) -> list[Any]:
    """Send one request; the answer, or the events of a stream."""
    body: dict[str, Any] = {
        "prompt": "".join(chance.choices('a fox \u00e9\u732b\U0001f98a\n"', k=chance.randint(1, 60))) + "x",
        "model": chance.choice(["gpt-image-2", "gpt-image-1.5", FLARE]),
        "size": chance.choice(["1024x1024", "1536x1024", "1024x1536"]),
        "quality": chance.choice(["low", "medium"]),
        "n": chance.randint(1, 2),
        "output_format": chance.choice(["png", "jpeg", "webp"]),
        "background": chance.choice(["auto", "opaque"]),
    }
    if kind == "edit":
        fields = {name: str(value) for name, value in body.items()}
        return [_good(http.post("/v1/images/edits", data=fields, files={"image": _file()})).json()]
    if kind == "whole":
        return [_good(http.post("/v1/images/generations", json=body)).json()]
    body |= {"stream": True, "partial_images": chance.randint(0, 3)}
    lines = _good(http.post("/v1/images/generations", json=body)).text.splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def _good(answer: httpx2.Response) -> httpx2.Response:
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code}: {answer.text[:500]}")
    return answer


def _done(name: str, call: Callable[[], object]) -> bool:
    try:
        call()
    except (AssertionError, APIStatusError, TypeError, ValueError, AttributeError) as error:
        print(f"  {name}: {type(error).__name__}: {str(error)[:300]}")
        return False
    return True


def _pictures(answer: Any, count: int) -> None:
    assert len(answer.data) == count, f"{len(answer.data)} images"
    for one in answer.data:
        Image.open(BytesIO(base64.b64decode(one.b64_json))).load()
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def _stream(events: Any, partials: int) -> None:
    kinds = [event.type.rpartition(".")[2] for event in events]
    assert kinds == ["partial_image"] * partials + ["completed"], kinds


def _link(answer: Any) -> None:
    with urlopen(answer.data[0].url) as picture:
        Image.open(BytesIO(picture.read())).load()


def _refused(status: int, call: Callable[[], object]) -> None:
    error = _error_of(call)
    assert error is not None, f"no {status}"
    assert error.status_code == status, f"{error.status_code} instead of {status}"
    assert isinstance(error.body, dict), error.body
    assert {"message", "type", "param", "code"} <= set(error.body), error.body


def _error_of(call: Callable[[], object]) -> APIStatusError | None:
    try:
        call()
    except APIStatusError as error:
        return error
    return None


def _file(*, hole: bool = False) -> tuple[str, bytes]:
    out = BytesIO()
    image = Image.new("RGBA", (1024, 1024), "teal")
    if hole:
        image.paste((0, 0, 0, 0), (300, 300, 600, 600))
    image.save(out, "PNG")
    return "picture.png", out.getvalue()


if __name__ == "__main__":
    main()
