"""A browser without a screen: speaks Streamlit's websocket protocol, so that many sessions fit on one machine."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

PATIENCE_SECONDS = 30


class Session:
    """One open page: its widgets by label, and its polling fragments, which it runs as a browser would."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self.widgets: dict[str, tuple[str, str]] = {}
        self.states: dict[str, WidgetState] = {}
        self.texts: list[str] = []
        self._finished = asyncio.Event()
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._page = ""
        self._has_begun = False

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, *, cookie: str | None = None) -> AsyncIterator[Self]:
        """Connect to a server such as ``http://127.0.0.1:8501`` and run the page once."""
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        headers = {"Cookie": cookie} if cookie else {}
        connection = websockets.connect(
            address, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None, additional_headers=headers
        )
        async with connection as socket, asyncio.TaskGroup() as tasks:  # so that a fault of the reader ends all
            session = cls(socket)
            reader = tasks.create_task(session._read())
            await session.rerun()
            yield session
            for task in (reader, *session._polls.values()):
                task.cancel()

    async def rerun(self, *changes: WidgetState) -> float:
        """Run the script with these widgets changed; returns the seconds it took, polls in its way included."""
        self._finished.clear()
        self._has_begun = False
        started = time.perf_counter()
        await self._send(changes)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._finished.wait()
        return time.perf_counter() - started

    async def click(self, label: str) -> float:
        """Press the button whose label starts so; returns the seconds until the page has answered."""
        return await self.rerun(WidgetState(id=self.widget(label), trigger_value=True))

    async def write(self, label: str, text: str) -> float:
        """Fill a text area or input."""
        state = WidgetState(id=self.widget(label), string_value=text)
        self.states[state.id] = state
        return await self.rerun()

    def widget(self, label: str) -> str:
        """The id of the newest widget whose label starts so."""
        return next(id for name, (id, _) in reversed(self.widgets.items()) if name.startswith(label))

    async def _send(self, changes: tuple[WidgetState, ...], fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.widget_states.CopyFrom(WidgetStates(widgets=[*self.states.values(), *changes]))
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        async for data in self._socket:
            message = ForwardMsg.FromString(data)
            match message.WhichOneof("type"):
                case "new_session":
                    self._page = message.new_session.page_script_hash
                    if not message.metadata.run.fragment_ids:
                        self._has_begun = True
                        self._stop_polls()
                case "delta":
                    self._take(message.delta)
                case "auto_rerun":
                    self._poll(message.auto_rerun.fragment_id, message.auto_rerun.interval)
                case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    # Before the whole run has begun it is the end of a poll that was in the way. After that any
                    # end will do: Streamlit loses the run's own where a poll comes in the instant between.
                    if self._has_begun:
                        self._finished.set()

    def _take(self, delta: Any) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind in ("button", "text_area", "text_input"):
            widget = getattr(element, kind)
            self.widgets.pop(widget.label, None)
            self.widgets[widget.label] = (widget.id, kind)
        elif kind in ("markdown", "text", "html"):
            self.texts.append(getattr(element, kind).body)

    def _poll(self, fragment: str, interval: float) -> None:
        if fragment not in self._polls:
            self._polls[fragment] = asyncio.create_task(self._keep_polling(fragment, interval))

    def _stop_polls(self) -> None:
        for task in self._polls.values():
            task.cancel()
        self._polls.clear()

    async def _keep_polling(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self._send((), fragment)
