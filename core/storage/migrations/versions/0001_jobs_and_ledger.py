"""The first tables: jobs with their calls and images, and the append-only ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
USD = sa.BigInteger

SQLITE_GUARDS = [
    f"CREATE TRIGGER ledger_no_{verb.lower()} BEFORE {verb} ON ledger "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL_GUARDS = [
    "CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()",
]


def upgrade() -> None:
    """Create everything."""
    _jobs()
    _calls_and_images()
    _ledger()
    for guard in SQLITE_GUARDS if op.get_context().dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        op.execute(guard)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("estimate_low", USD),
        sa.Column("estimate_high", USD),
        sa.Column("held", USD, nullable=False),
        sa.Column("charged", USD, nullable=False),
        sa.Column("cost", USD),
        sa.Column("cost_is_estimated", sa.Boolean, nullable=False),
        sa.Column("usage", sa.JSON),
        sa.Column("delivered", sa.JSON),
        sa.Column("error_code", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("worker", sa.Text),
        sa.Column("lease_until", TIME),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        sa.Column("cancel_requested_at", TIME),
        sa.Column("previews", sa.Integer, nullable=False),
    )
    op.create_index("jobs_by_owner", "jobs", ["owner", "id"])
    op.create_index("jobs_by_state", "jobs", ["state", "id"])
    held = sa.text("held > 0")
    op.create_index("jobs_held", "jobs", ["id"], sqlite_where=held, postgresql_where=held)


def _calls_and_images() -> None:
    op.create_table(
        "calls",
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("request_id", sa.Text),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "images",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("revised_prompt", sa.Text),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index("images_by_job", "images", ["job_id", "position"])
    op.create_index("images_by_content", "images", ["sha256"])


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id"), nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("held", USD, nullable=False),
        sa.Column("spent", USD, nullable=False),
        sa.Column("usage", sa.JSON),
        sa.Column("prices", sa.JSON),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("counted_at", TIME, nullable=False),
    )
    op.create_index("ledger_by_account", "ledger", ["account", "counted_at", "held", "spent"])
    op.create_index("ledger_newest", "ledger", ["account", "id"])
    op.create_index("ledger_by_job", "ledger", ["job_id", "id"])
