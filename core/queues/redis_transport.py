"""Celery's way to Redis with one mend: a worker survives that its broker crashes.

When the connection breaks, kombu 5.7 wants to give what was delivered back to the broker, over the connection that it
has just let go of: an AttributeError, which ends every worker that has something to do. What was delivered comes
back without that: the journal knows it, and a sweep hands it over again.
"""

from collections.abc import Sequence
from typing import Any

from kombu.transport import redis


class QoS(redis.QoS):  # type: ignore[misc]
    """What was delivered and not yet acknowledged."""

    def restore_unacked(self, client: Any = None) -> Sequence[Any]:
        """Give it back, as far as there is a connection; returns what could not be given."""
        connection = self.channel.connection
        if connection is None or connection.client is None:
            return ()
        return super().restore_unacked(client) or ()


class Channel(redis.Channel):  # type: ignore[misc]
    QoS = QoS


class Transport(redis.Transport):  # type: ignore[misc]
    Channel = Channel
