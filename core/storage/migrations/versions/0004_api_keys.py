"""API keys: who came with which, requests that are recognised when they come again, and what the server signs with."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
USD = sa.BigInteger


def upgrade() -> None:
    """Jobs so far came without a key; no row is touched."""
    op.add_column("jobs", sa.Column("key_id", sa.String(32)))
    where = sa.text("key_id IS NOT NULL")
    columns = ["key_id", "created_at", "held", "charged"]
    op.create_index("jobs_by_key", "jobs", columns, sqlite_where=where, postgresql_where=where)
    _keys()
    op.create_table(
        "once",
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id"), primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
    )
    op.create_index("once_by_key", "once", ["owner", "key"], unique=True)
    op.create_index("once_by_body", "once", ["owner", "body", "made_at"])
    op.create_index("once_by_time", "once", ["made_at"])
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )


def _keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("budget_day", USD),
        sa.Column("budget_month", USD),
        sa.Column("rate", sa.Integer),
        sa.Column("revoked_at", TIME),
        sa.Column("last_used_at", TIME),
    )
    op.create_index("api_keys_by_shown", "api_keys", ["shown"])
    op.create_index("api_keys_by_owner", "api_keys", ["owner", "id"])
