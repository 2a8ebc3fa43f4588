"""Providers by name, none of them made before it is needed."""

import threading
from collections.abc import Callable, Iterator, Mapping

from core.services.ports import Provider


class Providers(Mapping[str, Provider]):
    """Providers by name, each made when its first job runs: the SDK alone takes half a second to import.

    ``gone`` makes what stands for a name that jobs bear and that is not set up any more.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Provider]], gone: Callable[[str], Provider]) -> None:
        self._makers = makers
        self._gone = gone
        self._made: dict[str, Provider] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Provider:
        with self._lock:
            if name not in self._made:
                self._made[name] = self._makers[name]() if name in self._makers else self._gone(name)
            return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
