"""Hostile input against the API and the pages: each must be refused with its code, and no page may run a script.

python -m benchmarks.hostile

Oversized and slow bodies, ten thousand fields, deep JSON, path traversal, header injection, addresses of private
servers, broken and enormous pictures; scripts in prompts, names, tags and SVG files, looked at in Chromium on every
page.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import httpx2
from PIL import Image
from playwright.sync_api import sync_playwright

from benchmarks.servers import free_port, wait_until_open
from core.imaging.containers import PNG_SIGNATURE, png_chunk

FLARE = "gpt-image-2.5-flare"
JSON = {"Content-Type": "application/json"}
SCRIPT = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
PAGES = (
    "",
    "edit",
    "inpaint",
    "history",
    "collections",
    "compare",
    "costs",
    "settings",
    "history?q=%3Cscript%3E",
    "collections?failed=1",
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="gesso-hostile-") as folder, gesso(Path(folder)) as base:
        results = [*requests(base), *raw(base)]
        for name, expected, got in results:
            if got not in expected:
                print(f"  {name}: {got} instead of {expected}")
        good = sum(got in expected for _, expected, got in results)
        print(f"{good} of {len(results)} hostile requests refused with their code")
        print(f"{pages(base)} of {len(PAGES)} pages ran a script")
        alive = httpx2.get(f"{base}/health").status_code
        print(f"afterwards the server answers {alive}")


def requests(base: str) -> Iterator[tuple[str, tuple[int, ...], int]]:
    """Those that a client library can send: (what, the codes that are right, what came)."""
    generate, edit = "/v1/images/generations", "/v1/images/edits"
    ask = {"prompt": "x", "model": FLARE}
    deep = b'{"prompt":' * 50_000 + b"1" + b"}" * 50_000
    fields = {f"field{number}": "x" for number in range(10_000)}
    private = (
        "http://127.0.0.1:1",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://[::1]/",
        "ftp://x/",
    )
    with httpx2.Client(base_url=base, timeout=60) as http:
        post = http.post
        yield "body of 300 MB", (413,), _streamed(http, generate, 300)
        yield (
            "multipart of 300 MB",
            (413,),
            post(edit, data=ask, files={"image": ("a.png", BytesIO(bytes(300_000_000)))}).status_code,
        )
        yield "JSON 50,000 deep", (400,), post(generate, content=deep, headers=JSON).status_code
        yield "10,000 JSON fields", (400,), post(generate, json=ask | fields).status_code
        yield "10,000 form fields", (400,), post(edit, data=ask | fields, files={"image": b"x"}).status_code
        yield (
            "100 files",
            (400,),
            post(edit, data=ask, files=[("image[]", (f"{n}.png", b"x")) for n in range(100)]).status_code,
        )
        yield (
            "prompt of a million characters",
            (400,),
            post(generate, json=ask | {"prompt": "x" * 1_000_000}).status_code,
        )
        yield (
            "NUL and lone surrogate in a prompt",
            (200, 400),
            post(generate, content=b'{"prompt":"\\u0000\\ud800"}', headers=JSON).status_code,
        )
        yield (
            "n as a huge number",
            (400,),
            post(generate, content=b'{"prompt":"x","n":1e999}', headers=JSON).status_code,
        )
        yield "unknown method", (405,), http.request("BREW", generate).status_code
        for url in private:
            yield f"image_url {url}", (400,), post(edit, json=ask | {"images": [{"image_url": url}]}).status_code
        for name, data in pictures().items():
            yield f"picture: {name}", (400, 413), post(edit, data=ask, files={"image": ("a.png", data)}).status_code
        for path in ("..%2f..%2fetc%2fpasswd", "%00", "x" * 5000, "..\\..\\windows"):
            for start in (
                "/images/",
                "/images/tasks/",
                "/images/collections/",
                "/v1/models/",
                "/gesso/images/",
                "/gesso/exports/",
            ):
                yield f"{start}{path[:30]}", (400, 401, 403, 404, 405, 414), http.get(f"{start}{path}").status_code
        yield (
            "traversal as a file name",
            (200, 400),
            post(edit, data=ask, files={"image": ("../../../etc/cron.d/x", png())}).status_code,
        )
        yield "line break in an idempotency key", (400,), _injected(base, generate)
        yield "script as a model", (404, 400), post(generate, json=ask | {"model": SCRIPT}).status_code


def raw(base: str) -> Iterator[tuple[str, tuple[int, ...], int]]:
    """Those that no library sends: slow and contradictory bodies. 0 is a connection that was closed."""
    port = int(base.rpartition(":")[2])
    head = "POST /v1/images/generations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    yield "a body that stops", (400, 408, 0), _raw(port, f"{head}Content-Length: 100\r\n\r\n" + '{"prompt"', wait=40)
    yield "content length that is no number", (400,), _raw(port, f"{head}Content-Length: abc\r\n\r\n")
    yield "two lengths", (400,), _raw(port, f"{head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde")
    yield (
        "length and chunks",
        (400, 200),
        _raw(port, f"{head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    )
    yield (
        "header of 1 MB",
        (400, 431),
        _raw(port, f"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {'a' * 1_000_000}\r\n\r\n"),
    )
    for start in ("/images", "/v1/models", "/gesso/images", "/gesso/exports"):
        asked = f"GET {start}/../../../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        yield f"{start}/../..", (400, 403, 404), _raw(port, asked)
    yield "no HTTP at all", (400, 0), _raw(port, "\x16\x03\x01\x02 hello\r\n\r\n")


def pages(base: str) -> int:
    """How many pages ran a script that lies in prompts, names, tags and files; made in the browser's own history."""
    hacked = 0
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context().new_page()
        page.goto(base)
        page.get_by_label("Prompt").first.fill(f"{SCRIPT} **bold** $x$ :material/home:")
        page.get_by_role("button", name="Generate").first.click()
        page.wait_for_timeout(4000)
        for path in PAGES:
            page.goto(f"{base}/{path}")
            page.wait_for_timeout(2500)
            hacked += bool(page.evaluate("window.hacked === 1"))
        browser.close()
    return hacked


def pictures() -> dict[str, bytes]:
    """Files that say they are pictures."""
    header = (50_000).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0"
    bomb = (
        PNG_SIGNATURE
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + png_chunk(b"IEND", b"")
    )
    return {
        "50,000 x 50,000 in 1 KB": bomb,
        "cut off": png()[:200],
        "a web page": b"<html><script>1</script></html>",
        "an SVG that reads a file": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
        "nothing": b"",
        "a ZIP": b"PK\3\4" + bytes(100),
    }


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (1024, 1024), "teal").save(out, "PNG")
    return out.getvalue()


def _streamed(http: httpx2.Client, path: str, megabytes: int) -> int:
    try:
        return http.post(path, content=(bytes(1_000_000) for _ in range(megabytes)), headers=JSON).status_code
    except httpx2.WriteError:  # refused before it was all sent
        return 413


def _injected(base: str, path: str) -> int:
    body = json.dumps({"prompt": "x", "model": FLARE})
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    )
    return _raw(int(base.rpartition(":")[2]), f"{head}Idempotency-Key: a\x01b\r\n\r\n{body}")


def _raw(port: int, text: str, wait: float = 10) -> int:
    """The status of the answer to these bytes; 0 if there was none."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as connection:
        try:
            connection.sendall(text.encode("latin-1"))
            first = connection.recv(65536).split(b" ")
        except (TimeoutError, ConnectionError):
            return 0
    return int(first[1]) if len(first) > 1 and first[1].isdigit() else 0


@contextmanager
def gesso(folder: Path) -> Iterator[str]:
    """Pages and API of one server, on this machine only."""
    port = free_port()
    settings = {"OUTPUT_DIR": str(folder), "PROVIDER": "demo", "DEMO_LATENCY_SECONDS": "0"}
    command = [str(Path(sys.executable).with_name("gesso")), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_open(port, seconds=30)
        time.sleep(2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
