"""A provider's pause: one process writes it down, all others keep it."""

from datetime import UTC, datetime, timedelta

import pytest

from core.storage.database import Database
from core.storage.paces import SqlPace


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def pace(database: Database, clock: Clock, *, luck: float = 1.0) -> SqlPace:
    """As a process sees it that has not looked yet; ``luck`` 1 makes the longest pauses, 0 half of them."""
    return SqlPace(database, clock, random=lambda: luck)


def test_a_pause_that_one_process_was_told_is_kept_by_all(database: Database, clock: Clock) -> None:
    one, other = pace(database, clock), pace(database, clock)
    assert one.limited("openai", 7.0) == 7.0
    assert other.wait("openai") == pytest.approx(7, abs=0.5)
    assert other.wait("azure") == 0
    clock.move(7.1)
    assert pace(database, clock).wait("openai") == 0


@pytest.mark.parametrize(("luck", "share"), [(1.0, 1.0), (0.0, 0.5)])
def test_untold_pauses_double_up_to_16_seconds(database: Database, clock: Clock, luck: float, share: float) -> None:
    pauses = []
    for _ in range(6):
        pauses.append(pace(database, clock, luck=luck).limited("openai", None))
        clock.move(pauses[-1])
    assert pauses == pytest.approx([length * share for length in (1, 2, 4, 8, 16, 16)])


def test_complaints_about_what_was_sent_before_the_pause_make_it_no_longer(database: Database, clock: Clock) -> None:
    one, other = pace(database, clock), pace(database, clock)
    first = one.limited("openai", None)
    clock.move(0.4)
    assert other.limited("openai", None) == pytest.approx(first - 0.4)
    assert one.limited("openai", 0.1) == 0.1
    assert pace(database, clock).wait("openai") == pytest.approx(first - 0.4, abs=0.1)


def test_after_a_minute_of_peace_the_next_complaint_is_the_first(database: Database, clock: Clock) -> None:
    one = pace(database, clock)
    for _ in range(3):
        clock.move(one.limited("openai", None))
    clock.move(61)
    assert one.limited("openai", None) == 1.0
