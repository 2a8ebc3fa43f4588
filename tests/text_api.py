"""A small server on 127.0.0.1 that speaks OpenAI's chat completions and Flowise's predictions, as far as we ask them.

    with TextApi() as api:
        api.answers("Top left: ...")            # the next texts, in order; then the last one for ever
        api.fails(429, {"error": {...}})        # or the next answer, as status and body (JSON, or text as it is)

Flowise's forms were copied from answers of Flowise 3.1.4.
"""

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

FLOW = "c0ffee00-1111-4222-8333-444444444444"
FLOWISE_OWN = {"question": "?", "chatId": "1", "chatMessageId": "2", "isStreamValid": False, "sessionId": "1"}


class TextApi:
    """The server, on threads of its own. ``requests`` are path, headers and JSON body of what came."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.silent = threading.Event()
        """Set it and no answer comes until the server closes."""
        self._closing = threading.Event()
        self._next: deque[tuple[int, Any]] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The base URL of the chat API."""
        return f"{self.root}/v1"

    def answers(self, *texts: str, **more: Any) -> None:
        """Texts that the model, or the chatflow, says; ``more`` goes into the choice of a chat completion."""
        self._next.extend((200, {"says": text, **more}) for text in texts)

    def fails(self, status: int, body: Any) -> None:
        """The next answer, as it is."""
        self._next.append((status, body))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _reply(self, path: str) -> tuple[int, Any]:
        status, body = self._next.popleft() if len(self._next) > 1 else self._next[0]
        if not isinstance(body, dict) or "says" not in body:
            return status, body
        text, more = body["says"], {key: value for key, value in body.items() if key != "says"}
        if path.startswith("/api/v1/prediction/"):
            return status, {"text": text, **FLOWISE_OWN, **more}
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}, **more}
        usage = {"prompt_tokens": 400, "completion_tokens": 200, "total_tokens": 600}
        return status, {"id": "c", "object": "chat.completion", "created": 1, "choices": [choice], "usage": usage}

    def _handler(api: "TextApi") -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                api.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                if api.silent.is_set():
                    api._closing.wait()
                    return
                status, told = api._reply(self.path)
                data = told.encode() if isinstance(told, str) else json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/html" if isinstance(told, str) else "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
