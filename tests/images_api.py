"""A small strict Images API on 127.0.0.1, for tests and benchmarks: it bills, and it fails on request.

In a test::

    with ImagesApi() as api:
        api.script(Fault.RATE_LIMIT(retry_after=0.2))    # the next request; then all is well
        provider = OpenAIProvider(api_key="sk-test", base_url=api.url, preset=preset("openai"))
        ...
        assert [call.prompt for call in api.billed] == ["a fox"]

As a process: ``python -m tests.images_api --port 0 --latency 1.0 --journal FILE`` prints its
base URL and appends a JSON line to the journal whenever a request starts and ends.

A fault can also ride in the prompt: ``a fox [fault:silence]``, ``[fault:rate_limit
retry_after=0.2 times=1]`` (``times``: for so many requests with this prompt).

Edits answer with the first image as it came, coloured where the mask is clear, at the size asked
for; ``retouch=Retouch(shift=(3, 2), brighten=10, scale=0.5)`` or a prompt with ``[answer:shift=3,2
brighten=10 scale=0.5]`` has them moved, brightened and resized besides. ``request.parts`` are the
fields and files that came.
"""

import argparse
import asyncio
import contextlib
import json
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests import images_api_answers as answers
from tests.images_api_connection import ClientLeftError, Connection, Request, packed
from tests.images_api_edits import Retouch, checked_edit
from tests.images_api_faults import REFUSALS, Fault, Scripted
from tests.images_api_multipart import parts_of
from tests.images_api_work import Work

__all__ = ["Fault", "ImagesApi", "Retouch", "Scripted"]

Begin = Callable[[Connection, Scripted], Work]

DIRECTIVE = re.compile(r"\[fault:(\w+)((?: \w+=[\w.]+)*)\]")


class ImagesApi:
    """The server, on a thread of its own; a context manager.

    ``latency`` is the seconds a picture takes, ``weight`` the bytes a PNG has at least.
    ``keys`` None takes any key. ``files`` are further paths: status, headers, body. ``models`` are the
    ids it lists, if not OpenAI's. ``white_mask`` means that it edits where a mask is white.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        latency: float = 0.0,
        weight: int = 0,
        keys: frozenset[str] | None = None,
        lenient: bool = False,
        retouch: Retouch | None = None,
        models: tuple[str, ...] | None = None,
        white_mask: bool = False,
        journal: Path | None = None,
    ) -> None:
        self.port, self.latency, self.weight = port, latency, weight
        self.keys, self.lenient = keys, lenient
        self.models, self.white_mask = models, white_mask
        self.retouch = retouch or Retouch()
        self.requests: list[Request] = []
        self.files: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self._held: set[str] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._script: deque[Scripted] = deque()
        self._directed: Counter[str] = Counter()
        self._journal = journal
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="images-api", daemon=True)
        self._changed = threading.Condition()

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def billed(self) -> list[Request]:
        return [request for request in self.requests if request.billed]

    def script(self, *faults: Fault | Scripted) -> None:
        """One fault for each of the next requests, in order; ``Fault.NONE`` lets one pass."""
        self._script.extend(fault if isinstance(fault, Scripted) else fault() for fault in faults)

    def hold(self, path: str) -> None:
        """Never answer this path."""
        self._held.add(path)

    def wait(self, condition: Callable[[], object], timeout: float = 5.0) -> None:
        """Wait until the condition holds, looked at whenever a request starts or ends."""
        with self._changed:
            if not self._changed.wait_for(condition, timeout):
                raise TimeoutError("the server did not see what was waited for")

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)  # the transports let go of their sockets in the loop's next turn

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = None
        self._writers.add(writer)
        try:
            request = await self._read(reader)
            left = asyncio.create_task(reader.read(1))
            await self._ended(Connection(reader, writer, request, left))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if left is not None:
                left.cancel()
                await asyncio.wait({left})
            writer.close()  # may still have bytes to send
            if not writer.transport.get_write_buffer_size():
                self._writers.discard(writer)

    async def _read(self, reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = Request(
            id=f"req_{len(self.requests) + 1:06d}",
            path=head[0].split(" ")[1],
            headers=headers,
            body=body,
            started_at=time.time(),
        )
        with contextlib.suppress(ValueError, AttributeError, KeyError):
            data = _fields(request)
            request.prompt, request.model = str(data.get("prompt", "")), str(data.get("model", ""))
            request.n = int(data.get("n", 1))
        with self._changed:
            self.requests.append(request)
        self._note("started", request)
        return request

    async def _ended(self, connection: Connection) -> None:
        request = connection.request
        try:
            request.ended = await self._routed(connection)
        except (ClientLeftError, ConnectionError):
            request.ended = "client_left"
        except asyncio.CancelledError:
            request.ended = "server_stopped"
            raise
        finally:
            request.ended_at = time.time()
            self._note("ended", request)
        if request.ended == "answered":
            with contextlib.suppress(ConnectionError, TimeoutError):
                await asyncio.wait_for(asyncio.shield(connection.left), timeout=5)
                request.taken_at = time.time()

    def _note(self, what: str, request: Request) -> None:
        with self._changed:
            self._changed.notify_all()
        if self._journal is not None:
            with self._journal.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"what": what, **request.line()}) + "\n")

    async def _routed(self, connection: Connection) -> str:
        path = connection.request.path
        if path in self._held:
            await connection.pause(None)
        if path in self.files:
            status, headers, body = self.files[path]
            await connection.whole(status, body, **{"media_type": "image/png", **headers})
        elif path == "/v1/models":
            known = tuple(model.id for model in answers.catalogue().usable(answers.TODAY))
            ids = [{"id": id, "object": "model"} for id in (known if self.models is None else self.models)]
            await connection.whole(200, packed({"object": "list", "data": ids}))
        elif path in ("/v1/images/generations", "/v1/images/edits"):
            return await self._images(connection)
        else:
            await connection.whole(
                404, packed(answers.error_body(f"No such path: {path}", type="invalid_request_error"))
            )
        return "answered"

    async def _images(self, connection: Connection) -> str:
        request = connection.request
        scripted = self._fault(request)
        request.fault = scripted.fault
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        if scripted.fault is Fault.UNAUTHORIZED or not key or (self.keys is not None and key not in self.keys):
            message = f"Incorrect API key provided: {key}. You can find your API key at https://platform.openai.com."
            body = answers.error_body(message, type="invalid_request_error", code="invalid_api_key")
            await connection.whole(401, packed(body))
            return "refused"
        if scripted.fault in REFUSALS:
            await self._refuse(connection, scripted)
            return "refused"
        try:
            begin = self._edit(request) if request.path.endswith("/edits") else self._generation(request)
        except answers.RefusedError as error:
            await connection.whole(error.status, packed(error.body))
            return "refused"
        request.billed = True
        self._note("billed", request)
        return await begin(connection, scripted).run()

    def _generation(self, request: Request) -> Begin:
        asked, model = answers.checked(request.body, lenient=self.lenient)
        return lambda connection, scripted: Work(self, connection, scripted, asked, model, answers.picture)

    def _edit(self, request: Request) -> Begin:
        content_type = request.headers.get("content-type", "")
        edit = checked_edit(
            content_type, request.body, lenient=self.lenient, retouch=self.retouch, white_mask=self.white_mask
        )
        return lambda connection, scripted: Work(self, connection, scripted, edit.request, edit.model, edit.picture)

    def _fault(self, request: Request) -> Scripted:
        if match := DIRECTIVE.search(request.prompt):
            details = {name: float(value) for name, value in (pair.split("=") for pair in match[2].split())}
            self._directed[request.prompt] += 1
            if self._directed[request.prompt] <= details.pop("times", float("inf")):
                return Scripted(Fault(match[1]), details)
        return self._script.popleft() if self._script else Fault.NONE()

    async def _refuse(self, connection: Connection, scripted: Scripted) -> None:
        status, body = REFUSALS[scripted.fault]
        headers = {name.replace("_", "-"): str(value) for name, value in scripted.details.items()}
        if scripted.fault is Fault.REDIRECT:
            headers["location"] = "http://127.0.0.1:9/elsewhere"
        await connection.whole(status, packed(body), **headers)


def _fields(request: Request) -> dict[str, Any]:
    """The fields of a body, be it JSON or a form, whose parts are kept; raises ValueError if it is neither."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return json.loads(request.body)
    request.parts = parts_of(request.headers["content-type"], request.body)
    return {part.name: part.text for part in request.parts if part.filename is None}


def main() -> None:
    parser = argparse.ArgumentParser(description="A local Images API that bills, and fails on request.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds a picture takes")
    parser.add_argument("--weight", type=int, default=0, help="bytes a PNG has at least")
    parser.add_argument("--lenient", action="store_true", help="take unknown parameters and models")
    parser.add_argument("--journal", type=Path, help="append a JSON line for each start and end of a request")
    options = parser.parse_args()
    with ImagesApi(**vars(options)) as api:
        print(api.url, flush=True)  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
