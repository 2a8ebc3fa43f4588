"""A line to nowhere: remembers what a provider told the journal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.domain.answer import RawAnswer
from core.errors import ProviderError


@dataclass
class RecordingSpool:
    """Keeps chunks apart, so that a test sees whether they came one by one."""

    chunks: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    committed: bool = False

    def write(self, chunk: bytes) -> None:
        self.chunks.append(bytes(chunk))
        self.times.append(time.monotonic())

    def commit(self) -> None:
        self.committed = True


@dataclass
class RecordingLine:
    """One call's line; ``raw`` is the committed answer, None if there is none."""

    api_key: str | None = None
    safety_identifier: str = "a-hash"
    told: list[str] = field(default_factory=list)
    previews: list[bytes] = field(default_factory=list)
    preview_times: list[float] = field(default_factory=list)
    rejections: list[tuple[ProviderError, float]] = field(default_factory=list)
    spool: RecordingSpool = field(default_factory=RecordingSpool)
    raw: RawAnswer | None = None

    async def sending(self) -> None:
        self.told.append("sending")

    async def rejected(self, error: ProviderError, retry_in: float) -> None:
        self.told.append("rejected")
        self.rejections.append((error, retry_in))

    async def preview(self, data: bytes) -> None:
        self.told.append("preview")
        self.previews.append(data)
        self.preview_times.append(time.monotonic())

    @contextmanager
    def answering(self, *, media_type: str, request_id: str | None) -> Iterator[RecordingSpool]:
        self.told.append("answering")
        self.spool = RecordingSpool()
        yield self.spool
        if self.spool.committed:
            self.raw = RawAnswer(media_type=media_type, request_id=request_id, body=b"".join(self.spool.chunks))
