"""HEAD wherever GET works: the same answer without its body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """Asks the application with GET for what came as HEAD, since FastAPI's own routes know GET alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        asked = dict(scope, method="GET")
        try:
            await self.app(asked, receive, send_head)
        finally:
            if "route" in asked:
                scope["route"] = asked["route"]  # who counts requests reads it there
