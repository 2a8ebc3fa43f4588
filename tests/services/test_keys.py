"""API keys: made once, recognised, held to limits of their own, and worthless once revoked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from core.bootstrap import Workbench, utc_now
from core.domain.api_key import PREFIX
from core.domain.job import Job
from core.domain.ledger import Budgets
from core.domain.visitor import Visitor
from core.errors import BudgetExceededError, InvalidRequestError, NotFoundError, TooManyRequestsError
from tests.services.conftest import ANNA, ASK, Build, finished

OPERATOR = Visitor(owner="local", operator=True)
BEN = Visitor(owner="ben")


def submitted(workbench: Workbench, visitor: Visitor, **changes: Any) -> Job:
    """A finished job of this visitor: none is left running when the workbench closes."""
    return finished(workbench, workbench.studio.submit(ASK, visitor, **changes))


class Watch:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_key_is_found_by_its_text_until_it_is_revoked(bench: Build) -> None:
    keys = bench().keys
    made = keys.create("  nightly   renders ", OPERATOR)
    assert (made.key.name, made.text.startswith(PREFIX), made.text in repr(made)) == ("nightly renders", True, False)
    assert keys.find(made.text) == made.key
    assert keys.find(made.text[:-1] + ("A" if made.text[-1] != "A" else "B")) is None
    assert keys.list(OPERATOR)[0].key.last_used_at is not None
    keys.revoke("Nightly Renders", OPERATOR)
    assert keys.find(made.text) is None


def test_a_key_revoked_in_another_process_is_worthless_within_seconds(bench: Build) -> None:
    watch = Watch()
    ours, theirs = bench(clock=watch).keys, bench(clock=watch).keys
    made = ours.create("phone", OPERATOR)
    assert theirs.find(made.text)
    ours.revoke(made.key.id, OPERATOR)
    watch.now += timedelta(seconds=4)
    assert theirs.find(made.text) is None


def test_a_visitors_key_is_theirs_and_what_it_makes_is_in_their_history(bench: Build) -> None:
    workbench = bench()
    key = workbench.keys.create("plugin", ANNA, owner="ben").key
    job = submitted(workbench, key.visitor)
    assert workbench.studio.job(job.id, ANNA).key_id == key.id
    assert [use.month.spent for use in workbench.keys.list(ANNA)] == [job.charged]
    assert workbench.keys.list(BEN) == ()
    with pytest.raises(NotFoundError):
        workbench.keys.revoke(key.id, BEN)
    with pytest.raises(InvalidRequestError, match="already"):
        workbench.keys.create("Plugin", ANNA)


def test_an_operators_key_has_a_history_of_its_own_or_a_named_one(bench: Build) -> None:
    keys = bench().keys
    own = keys.create("own", OPERATOR).key
    assert (own.owner, own.has_own_history) == (f"key:{own.id}", True)
    assert keys.create("anna's", OPERATOR, owner="anna").key in [use.key for use in keys.list(ANNA)]


def test_a_keys_budget_counts_its_own_requests_and_ends_with_the_day(bench: Build) -> None:
    watch = Watch()
    workbench = bench(clock=watch)
    price = workbench.studio.estimate(ASK, ANNA).held
    limited = workbench.keys.create("two a day", ANNA, budgets=Budgets(day=2 * price, month=3 * price)).key.visitor
    for visitor in (limited, limited, ANNA):
        submitted(workbench, visitor)
    with pytest.raises(BudgetExceededError, match=r"this API key's .* left today"):
        workbench.studio.submit(ASK, limited)
    watch.now += timedelta(hours=2)
    finished(workbench, workbench.studio.submit(replace(ASK, n=2), limited))
    with pytest.raises(BudgetExceededError, match="left today"):
        workbench.studio.submit(ASK, limited)


def test_a_key_must_fit_the_accounts_budget_too(bench: Build) -> None:
    workbench = bench(budget_day_usd=Decimal("0.000001"))
    rich = workbench.keys.create("rich", ANNA, budgets=Budgets(day=Decimal(100))).key.visitor
    with pytest.raises(BudgetExceededError, match="of the "):
        workbench.studio.submit(ASK, rich)


def test_a_rate_counts_a_sliding_minute_and_says_when_to_come_back(bench: Build) -> None:
    watch = Watch()
    workbench = bench(clock=watch)
    hurried = workbench.keys.create("hurried", ANNA, rate=2).key.visitor
    for _ in range(2):
        submitted(workbench, hurried)
        watch.now += timedelta(seconds=20)
    with pytest.raises(TooManyRequestsError, match=r"2 requests a minute. Try again in 20 s") as caught:
        workbench.studio.submit(ASK, hurried)
    assert (caught.value.code, caught.value.retry_after) == ("rate_limited", 20)
    watch.now += timedelta(seconds=20)
    submitted(workbench, hurried)


def test_only_the_operators_archive_says_with_which_key_a_picture_was_made(bench: Build, tmp_path: Path) -> None:
    workbench, there = bench(), bench(output_dir=tmp_path / "there")
    job = submitted(workbench, workbench.keys.create("plugin", ANNA).key.visitor)

    for visitor, key_id in ((ANNA, None), (OPERATOR, job.key_id)):
        archive = BytesIO(b"".join(workbench.exporter.archive(visitor, seen=lambda _: None)))
        with ZipFile(archive) as opened:
            assert (b"key_id" in opened.read("rows/000001.jsonl")) is (key_id is not None)
    there.importer.take_in_zip(archive, OPERATOR, seen=lambda _: None)
    assert there.studio.job(job.id, OPERATOR).key_id == job.key_id


def test_the_signing_secret_is_one_for_all_that_share_the_database(bench: Build) -> None:
    first, second = bench(), bench()
    assert first.secret == second.secret
    assert len(first.secret) == 32


@pytest.mark.parametrize(
    ("name", "budgets", "rate"),
    [
        ("", Budgets(), None),
        ("x\0", Budgets(), None),
        ("x", Budgets(day=Decimal(-1)), None),
        ("x", Budgets(month=Decimal("NaN")), None),
        ("x", Budgets(), 0),
    ],
)
def test_limits_that_cannot_be_are_refused(bench: Build, name: str, budgets: Budgets, rate: int | None) -> None:
    with pytest.raises(InvalidRequestError):
        bench(clock=utc_now).keys.create(name, OPERATOR, budgets=budgets, rate=rate)
