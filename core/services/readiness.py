"""Whether this process can take work: what a load balancer asks before it sends somebody here."""

from collections.abc import Callable

from core.errors import StorageError
from core.services.ports import FileStore

DRAINING = "The server is about to stop and takes no new work."


class Readiness:
    """Looks at what every request needs; ``answer`` raises StorageError while the database is away."""

    def __init__(self, *, answer: Callable[[], None], files: FileStore, draining: Callable[[], bool]) -> None:
        self._answer = answer
        self._files = files
        self._draining = draining

    def problems(self) -> tuple[str, ...]:
        """What is wrong, in sentences; nothing if work can be taken."""
        found = [DRAINING] if self._draining() else []
        for look in (self._answer, lambda: self._files.ensure_room(1)):
            try:
                look()
            except StorageError as error:
                found.append(str(error))
        return tuple(found)
