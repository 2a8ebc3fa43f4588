"""One connection to the local Images API, for one request, with its end in the server's own hands."""

import asyncio
import json
import socket
import struct
from dataclasses import dataclass, field, fields
from typing import Any

from tests.images_api_multipart import Part

CHUNK = 16 * 1024
REASONS = {200: "OK", 307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found"}


@dataclass
class Request:
    """One request as the server saw it; times are seconds of ``time.time()``.

    ``billed`` turns true when work starts. ``ended`` is answered, refused, failed (by a
    fault) or client_left.
    """

    id: str
    path: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    started_at: float
    prompt: str = ""
    model: str = ""
    n: int = 1
    fault: str = "none"
    billed: bool = False
    ended: str | None = None
    status: int | None = None
    ended_at: float | None = None
    taken_at: float | None = None
    """When the client closed the connection after its answer, and so had read all of it."""
    parts: list[Part] = field(default_factory=list, repr=False)
    """The fields and files of an edit, in order."""

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    def part(self, name: str) -> Part | None:
        """The first field or file of this name."""
        return next((part for part in self.parts if part.name == name), None)

    def line(self) -> dict[str, Any]:
        """The journal's line: everything but what may hold a key."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("headers", "body", "parts")}


class ClientLeftError(Exception):
    """The other side closed the connection before it had its answer."""


@dataclass
class Connection:
    """One connection, for one request: what is written to it and whether somebody is still there."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    request: Request
    left: asyncio.Task[bytes]

    async def pause(self, seconds: float | None) -> None:
        """Work for so long (None: for ever); raises ClientLeftError as soon as the client is gone."""
        done, _ = await asyncio.wait({self.left}, timeout=seconds)
        if done:
            raise ClientLeftError

    async def head(self, status: int, media_type: str, *, length: int | None, **headers: str) -> None:
        self.request.status = status
        size = {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
        fields = {"Content-Type": media_type, **size, "x-request-id": self.request.id, "Connection": "close", **headers}
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Error')}", *(f"{k}: {v}" for k, v in fields.items())]
        await self.send("\r\n".join([*lines, "", ""]).encode())

    async def whole(self, status: int, body: bytes, media_type: str = "application/json", **headers: str) -> None:
        await self.head(status, media_type, length=len(body), **headers)
        for start in range(0, len(body), CHUNK):
            await self.send(body[start : start + CHUNK])

    async def event(self, data: dict[str, Any]) -> None:
        text = f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()
        await self.send(f"{len(text):x}\r\n".encode() + text + b"\r\n")

    async def send(self, data: bytes) -> None:
        if self.left.done():
            raise ClientLeftError
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Throw the connection away with a TCP reset instead of closing it."""
        connection = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def packed(data: object) -> bytes:
    return json.dumps(data).encode()
