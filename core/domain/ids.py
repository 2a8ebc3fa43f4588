"""Ids that sort by time: UUID version 7 as 32 hexadecimal characters (RFC 9562)."""

import secrets
import time


def new_id(milliseconds: int | None = None) -> str:
    """Return a new id; later ids sort after earlier ones to the millisecond."""
    stamp = milliseconds if milliseconds is not None else time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    value = (stamp & (1 << 48) - 1) << 80 | 0x7 << 76 | (random >> 62) << 64
    return f"{value | 0b10 << 62 | random & (1 << 62) - 1:032x}"
