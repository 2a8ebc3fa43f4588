"""The carrying out of one request at the local Images API: it is billed, and ends as its fault lets it."""

import base64
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.domain.image import Size
from core.domain.model import Model
from core.domain.request import EditRequest, Request
from tests import images_api_answers as answers
from tests.images_api_connection import ClientLeftError, Connection, packed
from tests.images_api_faults import Fault, Scripted

if TYPE_CHECKING:
    from tests.images_api import ImagesApi

LOGIN_PAGE = b"<html><head><style>p{color:red}</style></head><body><p>Please sign in to continue</p></body></html>"


@dataclass
class Work:
    """One request that is being carried out, and billed, as its fault lets it."""

    api: "ImagesApi"
    connection: Connection
    scripted: Scripted
    asked: Request
    model: Model
    draw: Callable[..., bytes]
    """Draws a picture: ``draw(request, position, weight=...)``."""

    async def run(self) -> str:
        fault, connection = self.scripted.fault, self.connection
        if fault is Fault.SILENCE:
            await connection.pause(None)
        if self.asked.stream and fault is not Fault.IGNORES_STREAM:
            return await self._stream()
        await connection.pause(self.api.latency)
        if fault is Fault.RESET_BEFORE:
            connection.reset()
        elif fault is Fault.RESET_DURING:
            body = self._body()
            await connection.head(200, "application/json", length=len(body))
            await connection.send(body[: len(body) // 2])
            await connection.pause(0.05)  # a reset overtakes bytes that still wait in a buffer
            connection.reset()
        elif fault is Fault.HTML:
            await connection.whole(200, LOGIN_PAGE, "text/html; charset=utf-8")
        elif fault is Fault.EMPTY_BODY:
            await connection.whole(200, b"")
        elif fault is Fault.GATEWAY_TIMEOUT:
            await connection.whole(504, b"<html><body><h1>504 Gateway Time-out</h1></body></html>", "text/html")
        else:
            await connection.whole(200, self._body())
            return "answered"
        return "failed"

    def _body(self) -> bytes:
        answer = answers.answer(
            self._drawn(), self.model, [self._picture(position) for position in range(self.asked.n)]
        )
        match self.scripted.fault:
            case Fault.EMPTY_DATA:
                answer["data"] = []
            case Fault.BAD_BASE64:
                answer["data"][0]["b64_json"] = "!not base64!"
            case Fault.TRUNCATED_IMAGE:
                answer["data"][0]["b64_json"] = answer["data"][0]["b64_json"][:200]
            case Fault.URL:
                answer["data"] = [{"url": self._published(position)} for position in range(self.asked.n)]
            case Fault.ONE_IMAGE:
                answer["data"] = answer["data"][:1]
            case Fault.NO_USAGE:
                del answer["usage"]
        return packed({name: value for name, value in answer.items() if value is not None})

    def _published(self, position: int) -> str:
        if "path" in self.scripted.details:
            return str(self.scripted.details["path"])
        path = f"/generated-images/{self.connection.request.id}-{position}.png"
        self.api.files[path] = (200, {}, self.draw(self.asked, position, weight=self.api.weight))
        return path

    def _picture(self, position: int) -> bytes:
        return self.draw(self._drawn(), position, weight=self.api.weight)

    def _drawn(self) -> Request:
        """What is drawn: another size than was asked for, if that is the fault."""
        if self.scripted.fault is not Fault.WRONG_SIZE:
            return self.asked
        size = answers.frame(self.asked)
        return replace(self.asked, size=str(Size(size.width // 2, size.height // 2)))

    async def _stream(self) -> str:
        fault, connection, asked = self.scripted.fault, self.connection, self.asked
        if fault is Fault.RESET_BEFORE:
            await connection.pause(self.api.latency)
            connection.reset()
            return "failed"
        await connection.head(200, "text/event-stream; charset=utf-8", length=None)
        previews = int(self.scripted.details.get("after", asked.partial_images))
        for index in range(previews):
            await connection.pause(self.api.latency / (asked.partial_images + 1))
            await connection.event(self._event("partial_image", partial_image_index=index))
        if fault is Fault.CUT_STREAM:
            await connection.send(b"0\r\n\r\n")
            return "failed"
        if fault is Fault.STREAM_ERROR:
            code = str(self.scripted.details.get("code", "server_error"))
            message = str(self.scripted.details.get("message", "It broke."))
            await connection.event({"type": "error", **answers.error_body(message, type=code, code=code)})
            return "failed"
        if fault is Fault.BAD_EVENT:
            await connection.send(b"9\r\ndata: {\n\n\r\n0\r\n\r\n")
            return "failed"
        await connection.pause(self.api.latency / (asked.partial_images + 1))
        if fault is Fault.RESET_DURING:
            await connection.pause(0.05)
            connection.reset()
            return "failed"
        for position in range(asked.n):
            usage = None if fault is Fault.NO_USAGE else answers.usage(asked, self.model)
            event = self._event("completed", position, **({"usage": usage} if usage else {}))
            await connection.event(event)
        if fault is Fault.RESET_AFTER:
            await connection.pause(0.05)
            connection.reset()
        with contextlib.suppress(ClientLeftError, ConnectionError):
            await connection.send(b"0\r\n\r\n")
        return "answered"

    def _event(self, kind: str, position: int = 0, **more: Any) -> dict[str, Any]:
        broken = self.scripted.fault is Fault.BAD_BASE64
        said = {name: value for name, value in answers.described(self.asked, self.model).items() if name != "usage"}
        image = "!not base64!" if broken else base64.b64encode(self._picture(position)).decode()
        family = "image_edit" if isinstance(self.asked, EditRequest) else "image_generation"
        return {"type": f"{family}.{kind}", "created_at": 1_795_000_000, "b64_json": image, **said, **more}
