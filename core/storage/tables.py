"""The tables, and how money and times are kept in them; the migrations create the same ones."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

from core.domain.money import NANO

SQLITE_TIME = 27
"""Characters of ``2026-11-21T09:30:00.000000Z``: fixed, so that text sorts as time."""


class Usd(TypeDecorator[Decimal]):
    """US dollars as whole nano-dollars: exact, and summed by the database as integers.

    A finer amount (a third of a cent) is rounded half-even to the nano-dollar.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> int | None:
        return None if value is None else int(value.quantize(NANO, ROUND_HALF_EVEN).scaleb(9))

    def process_result_value(self, value: Any, _dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-9)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC datetime to the microsecond: a timestamptz, or sortable text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kept = String(SQLITE_TIME) if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}" if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from outside, such as a provider's message.

    NUL and lone surrogates, which JSON can carry and databases refuse, become U+FFFD: a paid
    answer must not be lost over a character of its revised prompt.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


class Data(TypeDecorator[Any]):
    """A JSON document; None is SQL's NULL. Not jsonb, which refuses a NUL in a prompt."""

    impl = JSON(none_as_null=True)
    cache_ok = True


metadata = MetaData()

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("request", Data, nullable=False),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("estimate_low", Usd),
    Column("estimate_high", Usd),
    Column("held", Usd, nullable=False),
    Column("charged", Usd, nullable=False),
    Column("cost", Usd),
    Column("cost_is_estimated", Boolean, nullable=False),
    Column("usage", Data),
    Column("delivered", Data),
    Column("error_code", Text),
    Column("error_message", Words),
    Column("worker", Text),
    Column("lease_until", UtcTime),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("cancel_requested_at", UtcTime),
    Column("previews", Integer, nullable=False),
    Column("key_id", String(32)),
    Column("batch_id", String(32)),
)
Index("jobs_by_owner", jobs.c.owner, jobs.c.id)
Index("jobs_by_state", jobs.c.state, jobs.c.id)
Index("jobs_held", jobs.c.id, sqlite_where=jobs.c.held > Decimal(0), postgresql_where=jobs.c.held > Decimal(0))
# A key's sums and its last minute are read from the index alone; the pages' jobs have no key and are not in it.
_with_key = jobs.c.key_id.is_not(None)
Index(
    "jobs_by_key",
    jobs.c.key_id,
    jobs.c.created_at,
    jobs.c.held,
    jobs.c.charged,
    sqlite_where=_with_key,
    postgresql_where=_with_key,
)
# A batch's money is summed from the index alone; single jobs are not in it.
_of_batch = jobs.c.batch_id.is_not(None)
Index(
    "jobs_by_batch",
    jobs.c.batch_id,
    jobs.c.charged,
    jobs.c.held,
    sqlite_where=_of_batch,
    postgresql_where=_of_batch,
)

calls = Table(
    "calls",
    metadata,
    Column("job_id", String(32), ForeignKey("jobs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcTime),
    Column("request_id", Words),
    Column("error", Words),
)

images = Table(
    "images",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("job_id", String(32), ForeignKey("jobs.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("revised_prompt", Words),
    Column("created_at", UtcTime, nullable=False),
    Column("role", Text, nullable=False, server_default="result"),
    Column("protection", Data),
    # Deleted for good by its owner: the bytes may go, the row stays for lineages and costs.
    Column("purged_at", UtcTime),
)
Index("images_by_job", images.c.job_id, images.c.position)
Index("images_by_content", images.c.sha256)

parents = Table(
    "parents",
    metadata,
    Column("job_id", String(32), ForeignKey("jobs.id"), primary_key=True),
    Column("image_id", String(32), ForeignKey("images.id"), primary_key=True),
)
Index("parents_by_image", parents.c.image_id, parents.c.job_id)

# One narrow row per result, so that lists, filters and counts read little. ``place`` is the moment of making in
# microseconds since 1970, moved on until nobody has it: it orders pictures and numbers them for the full-text index.
PLACE = BigInteger().with_variant(Integer, "sqlite")
pictures = Table(
    "pictures",
    metadata,
    Column("place", PLACE, primary_key=True, autoincrement=False),
    Column("image_id", String(32), ForeignKey("images.id"), nullable=False),
    Column("job_id", String(32), ForeignKey("jobs.id"), nullable=False),
    Column("owner", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("cost", Usd, nullable=False),
    Column("favourite", Boolean, nullable=False),
    Column("trashed_at", UtcTime),
)
Index("pictures_by_image", pictures.c.image_id, unique=True)
Index("pictures_by_job", pictures.c.job_id)
for _name in ("kind", "provider", "model", "state", "cost"):
    Index(f"pictures_by_{_name}", pictures.c[_name], pictures.c.place)
    Index(f"pictures_by_owner_{_name}", pictures.c.owner, pictures.c[_name], pictures.c.place)
Index("pictures_by_owner", pictures.c.owner, pictures.c.place)
for _name, _where in (("favourite", pictures.c.favourite), ("trash", pictures.c.trashed_at.is_not(None))):
    Index(f"pictures_{_name}", pictures.c.place, sqlite_where=_where, postgresql_where=_where)

# The full-text index: an FTS5 table on SQLite (``rowid`` is the place), a tsvector with a GIN index on PostgreSQL.
# Not part of the metadata, because no two databases spell it alike; see core/storage/search.py.

tags = Table(
    "tags",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("place", PLACE, ForeignKey("pictures.place", ondelete="CASCADE"), primary_key=True),
    Column("owner", Text, nullable=False),
)
Index("tags_by_place", tags.c.place, tags.c.tag)
Index("tags_by_owner", tags.c.owner, tags.c.tag)

collections = Table(
    "collections",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("cover", PLACE, ForeignKey("pictures.place", ondelete="SET NULL")),
    Column("created_at", UtcTime, nullable=False),
)
Index("collections_by_owner", collections.c.owner, collections.c.name)

collected = Table(
    "collected",
    metadata,
    Column("collection_id", String(32), ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True),
    Column("place", PLACE, ForeignKey("pictures.place", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, nullable=False),
)
Index("collected_by_place", collected.c.place)

ledger = Table(
    "ledger",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("job_id", String(32), ForeignKey("jobs.id"), nullable=False),
    Column("account", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("held", Usd, nullable=False),
    Column("spent", Usd, nullable=False),
    Column("usage", Data),
    Column("prices", Data),
    Column("note", Words, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("counted_at", UtcTime, nullable=False),
)
# The two sums are in the index, so that a budget check reads nothing else.
Index("ledger_by_account", ledger.c.account, ledger.c.counted_at, ledger.c.held, ledger.c.spent)
Index("ledger_newest", ledger.c.account, ledger.c.id)
Index("ledger_by_job", ledger.c.job_id, ledger.c.id)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("shown", Text, nullable=False),
    # sha256 of the whole key: 256 random bits cannot be guessed, so a slow hash would protect nothing.
    Column("digest", String(64), nullable=False),
    Column("owner", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("budget_day", Usd),
    Column("budget_month", Usd),
    Column("rate", Integer),
    Column("revoked_at", UtcTime),
    Column("last_used_at", UtcTime),
)
Index("api_keys_by_shown", api_keys.c.shown)
Index("api_keys_by_owner", api_keys.c.owner, api_keys.c.id)

# Requests that came with something to recognise them by; forgotten after some days.
once = Table(
    "once",
    metadata,
    Column("job_id", String(32), ForeignKey("jobs.id"), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("key", Text),
    Column("body", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)
Index("once_by_key", once.c.owner, once.c.key, unique=True)
Index("once_by_body", once.c.owner, once.c.body, once.c.made_at)
Index("once_by_time", once.c.made_at)

secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("concurrency", Integer),
    Column("max_cost", Usd),
    Column("collection_id", String(32), ForeignKey("collections.id", ondelete="SET NULL")),
    Column("template", Text, nullable=False),
    Column("own_key", Boolean, nullable=False),
    # Rows come as it goes; that none waits is no sign of its end.
    Column("growing", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    # Which process submits its rows now, and until when it is trusted to be alive.
    Column("feeder", Text),
    Column("fed_until", UtcTime),
)
Index("batches_by_owner", batches.c.owner, batches.c.id)
Index("batches_by_state", batches.c.state, batches.c.id)

# A row's state follows its job's, in the same transactions, so that progress is counted from one index.
batch_rows = Table(
    "batch_rows",
    metadata,
    Column("batch_id", String(32), ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("request", Data, nullable=False),
    Column("name", Words, nullable=False),
    Column("columns", Data),
    Column("state", Text, nullable=False),
    Column("estimate_low", Usd),
    Column("estimate_high", Usd),
    Column("held", Usd, nullable=False),
    Column("problem", Words, nullable=False),
    Column("job_id", String(32), ForeignKey("jobs.id")),
    Column("tries", Integer, nullable=False),
)
Index("batch_rows_by_state", batch_rows.c.batch_id, batch_rows.c.state, batch_rows.c.position, batch_rows.c.held)
Index("batch_rows_by_job", batch_rows.c.job_id)

# How long nobody asks this provider again, because it said that it is asked too often.
paces = Table(
    "paces",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("strikes", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
)

avatar_sets = Table(
    "avatar_sets",
    metadata,
    Column("id", String(32), ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("plan", Data, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
Index("avatar_sets_by_owner", avatar_sets.c.owner, avatar_sets.c.id)

avatar_personas = Table(
    "avatar_personas",
    metadata,
    Column("set_id", String(32), ForeignKey("avatar_sets.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("persona", Data, nullable=False),
    Column("state", Text, nullable=False),
    Column("prompts", Data),
    Column("writer", Text, nullable=False),
    Column("text_cost", Usd),
    Column("problem", Words, nullable=False),
    Column("writing_until", UtcTime),
)

avatar_tiles = Table(
    "avatar_tiles",
    metadata,
    Column("set_id", String(32), ForeignKey("avatar_sets.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("image_id", String(32), nullable=False),
    Column("ref", Data, nullable=False),
    Column("job_id", String(32), nullable=False),
    Column("box", Data),
    Column("findings", Data, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("retakes", Integer, nullable=False),
)
