"""Celery's way to Redis with one mend: a worker survives that its broker crashes.

When the connection breaks, kombu 5.7 wants to give what was delivered back to the broker, and later to acknowledge it,
over the connection that it has just let go of: an AttributeError, which ends every worker that has something to do.
Nothing needs that: what was delivered comes again after the visibility time-out and finds its job over, and a job
that waits is handed over again by a sweep.
"""

from collections.abc import Sequence
from typing import Any

from kombu.transport import redis


class QoS(redis.QoS):  # type: ignore[misc]
    """What was delivered and not yet acknowledged."""

    def restore_unacked(self, client: Any = None) -> Sequence[Any]:
        """Give it back, as far as there is a connection; returns what could not be given."""
        return super().restore_unacked(client) or () if self._is_connected else ()

    def ack(self, delivery_tag: str) -> None:
        """Tell the broker that it is done with, as far as there is a connection."""
        if self._is_connected:
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Give one back, or have it forgotten, as far as there is a connection."""
        if self._is_connected:
            super().reject(delivery_tag, requeue)

    @property
    def _is_connected(self) -> bool:
        connection = self.channel.connection
        return connection is not None and connection.client is not None


class Channel(redis.Channel):  # type: ignore[misc]
    QoS = QoS


class Transport(redis.Transport):  # type: ignore[misc]
    Channel = Channel
