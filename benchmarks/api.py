"""What the HTTP API adds to an upstream that answers at once, beside the LiteLLM proxy before the same one.

python -m benchmarks.api [--litellm /path/to/litellm] [--connections 1 8 64]

The upstream is a process that sends one prepared answer with a picture of 1.5 MB. Gesso prices, reserves, stores,
thumbnails and settles each request; LiteLLM passes it on. LiteLLM needs an environment of its own: python -m venv
/tmp/litellm && /tmp/litellm/bin/pip install "litellm[proxy]==1.106.0"
"""

import argparse
import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles

import numpy as np
import psutil
from PIL import Image

from benchmarks.servers import free_port, wait_until_open

MODEL = "gpt-image-2.5-flare"
BODY = json.dumps({"model": MODEL, "prompt": "a red fox", "size": "1024x1024", "quality": "low"}).encode()
LITELLM = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true"}
REQUESTS = {1: 30, 8: 120, 64: 320}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--litellm", type=Path)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--upstream", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.upstream:
        asyncio.run(serve_prepared(asked.upstream))
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gesso-api-")))
        upstream = stack.enter_context(upstream_server())
        servers = {"upstream": (upstream, None), "gesso": stack.enter_context(gesso_server(upstream, folder))}
        if asked.litellm:
            servers["litellm"] = stack.enter_context(litellm_server(asked.litellm, upstream, folder))
        for connections in asked.connections:
            compare(servers, connections)


def compare(servers: dict[str, tuple[int, psutil.Process | None]], connections: int) -> None:
    """Load each server in turn; what is added is its median less the upstream's own."""
    print(f"{connections} connections, {REQUESTS[connections]} requests")
    direct = 0.0
    for name, (port, process) in servers.items():
        asyncio.run(load(port, connections, 2 * connections))  # warm
        started = time.perf_counter()
        took = asyncio.run(load(port, connections, REQUESTS[connections]))
        rate = len(took) / (time.perf_counter() - started)
        direct = direct or median(took)
        p95 = quantiles(took, n=20)[-1]
        memory = f", {resident(process):.0f} MB" if process else ""
        added = 1000 * (median(took) - direct)
        times = f"median {1000 * median(took):7.1f} ms  p95 {1000 * p95:7.1f}  added {added:7.1f}"
        print(f"  {name:<9} {rate:6.1f}/s  {times}{memory}")


async def load(port: int, connections: int, requests: int) -> list[float]:
    """Seconds of each request; each connection is kept and asks again as soon as it is answered."""
    took: list[float] = []
    left = iter(range(requests))

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        for _ in left:
            started = time.perf_counter()
            await ask(reader, writer, port)
            took.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(client() for _ in range(connections)))
    return took


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    head = (
        f"POST /v1/images/generations HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer sk-benchmark\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    writer.write(head.encode() + BODY)
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    body = (
        await read_chunks(reader)
        if "chunked" in headers.get("transfer-encoding", "")
        else await reader.readexactly(int(headers["content-length"]))
    )
    if " 200 " not in lines[0] + " " or len(body) < 1_500_000:
        raise SystemExit(f"{lines[0]}: {body[:300]!r}")


async def read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return body


async def serve_prepared(port: int) -> None:
    """The upstream: one answer for whatever is asked."""
    out = BytesIO()
    noise = np.random.default_rng(1).integers(0, 256, (707, 707, 3), dtype=np.uint8)
    Image.fromarray(noise).save(out, "PNG", compress_level=0)
    usage = {
        "input_tokens": 10, "input_tokens_details": {"text_tokens": 10, "image_tokens": 0},
        "output_tokens": 196, "total_tokens": 206,
    }  # fmt: skip
    body = json.dumps({
        "created": 1, "data": [{"b64_json": base64.b64encode(out.getvalue()).decode()}], "usage": usage,
        "size": "707x707", "quality": "low", "background": "opaque", "output_format": "png",
    }).encode()  # fmt: skip
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, IndexError):
            writer.close()

    server = await asyncio.start_server(answered, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


@contextmanager
def upstream_server() -> Iterator[int]:
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.api", "--upstream", str(port)], port, {}):
        yield port


@contextmanager
def gesso_server(upstream: int, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    port = free_port()
    settings = {
        "OPENAI_BASE_URL": f"http://127.0.0.1:{upstream}/v1", "OPENAI_API_KEY": "sk-benchmark", "CONCURRENCY": "64",
        "OUTPUT_DIR": str(folder / "gesso"),
    }  # fmt: skip
    command = [str(Path(sys.executable).with_name("gesso")), "serve", "--api-only", "--port", str(port)]
    with running(command, port, settings) as process:
        yield port, process


@contextmanager
def litellm_server(program: Path, upstream: int, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    port, config = free_port(), folder / "litellm.yaml"
    config.write_text(
        f"model_list:\n  - model_name: {MODEL}\n    litellm_params:\n      model: openai/{MODEL}\n"
        f"      api_base: http://127.0.0.1:{upstream}/v1\n      api_key: sk-benchmark\n"
    )
    command = [str(program), "--config", str(config), "--port", str(port), "--host", "127.0.0.1", "--num_workers", "1"]
    with running(command, port, LITELLM) as process:
        yield port, process


@contextmanager
def running(command: list[str], port: int, settings: dict[str, str]) -> Iterator[psutil.Process]:
    process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_open(port, seconds=90)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def resident(process: psutil.Process) -> float:
    """Resident memory of a process and its children, in MB."""
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_info().rss for one in family) / 1e6


if __name__ == "__main__":
    main()
