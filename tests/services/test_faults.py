"""Whatever goes wrong at a provider ends in the right state, with the right sentence and ledger."""

import pytest

from benchmarks.faults import CASES, Result, meet
from core.domain.job import JobState
from core.domain.money import ZERO

FREE, SPENT, HELD = "free", "spent", "held"
EXPECTED = {
    "429 with retry-after, then well": (JobState.SUCCEEDED, SPENT, None),
    "429 six times": (JobState.FAILED, FREE, "limits how often"),
    "429 quota": (JobState.FAILED, FREE, "out of credit"),
    "500, then well": (JobState.SUCCEEDED, SPENT, None),
    "503 four times": (JobState.FAILED, FREE, "trouble at the moment"),
    "504 from a gateway": (JobState.UNKNOWN, HELD, "gave up waiting"),
    "401 wrong key": (JobState.FAILED, FREE, "did not accept the API key"),
    "403 not verified": (JobState.FAILED, FREE, "organisation verified"),
    "400 moderation": (JobState.FAILED, FREE, "safety system"),
    "connection reset before the answer": (JobState.UNKNOWN, HELD, "may have been carried out and billed"),
    "connection reset during the answer": (JobState.UNKNOWN, HELD, "may have been carried out and billed"),
    "read time-out": (JobState.UNKNOWN, HELD, "did not answer in time"),
    "cut stream": (JobState.UNKNOWN, HELD, "without a finished image"),
    "stream error": (JobState.UNKNOWN, HELD, "Previews had already come"),
    "stream ignored, JSON instead": (JobState.SUCCEEDED, SPENT, None),
    "HTML instead of JSON": (JobState.UNKNOWN, HELD, "web page"),
    "bad base64": (JobState.FAILED, SPENT, "raw answer is kept"),
    "truncated image": (JobState.FAILED, SPENT, "raw answer is kept"),
    "empty data": (JobState.FAILED, SPENT, "without an image"),
    "wrong size": (JobState.SUCCEEDED, SPENT, None),
    "no usage": (JobState.SUCCEEDED, SPENT, None),
    "URL instead of base64": (JobState.SUCCEEDED, SPENT, None),
}


def test_every_fault_has_an_expected_end() -> None:
    assert EXPECTED.keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_fault_ends_in_the_right_state_sentence_and_ledger(name: str) -> None:
    state, money, sentence = EXPECTED[name]
    result = meet(*CASES[name])
    assert result.job.state is state
    assert _money(result) == money
    assert result.billed <= 1
    if sentence is None:
        assert result.job.error is None
    else:
        assert result.job.error is not None
        assert sentence in result.job.error.message


def _money(result: Result) -> str:
    if result.held:
        assert result.spent == ZERO
        assert result.held == result.job.estimate_high
        return HELD
    return SPENT if result.spent else FREE
