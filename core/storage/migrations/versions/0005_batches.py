"""Batches and their rows, the job's batch, and how long a provider is left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
USD = sa.BigInteger


def upgrade() -> None:
    """Jobs so far belong to no batch; no row is touched."""
    op.add_column("jobs", sa.Column("batch_id", sa.String(32)))
    where = sa.text("batch_id IS NOT NULL")
    columns = ["batch_id", "charged", "held"]
    op.create_index("jobs_by_batch", "jobs", columns, sqlite_where=where, postgresql_where=where)
    _batches()
    _rows()
    op.create_table(
        "paces",
        sa.Column("provider", sa.Text, primary_key=True),
        sa.Column("strikes", sa.Integer, nullable=False),
        sa.Column("not_before", TIME, nullable=False),
    )


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        sa.Column("concurrency", sa.Integer),
        sa.Column("max_cost", USD),
        sa.Column("collection_id", sa.String(32), sa.ForeignKey("collections.id", ondelete="SET NULL")),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("own_key", sa.Boolean, nullable=False),
        sa.Column("growing", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("feeder", sa.Text),
        sa.Column("fed_until", TIME),
    )
    op.create_index("batches_by_owner", "batches", ["owner", "id"])
    op.create_index("batches_by_state", "batches", ["state", "id"])


def _rows() -> None:
    op.create_table(
        "batch_rows",
        sa.Column("batch_id", sa.String(32), sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("columns", sa.JSON),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("estimate_low", USD),
        sa.Column("estimate_high", USD),
        sa.Column("held", USD, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id")),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    op.create_index("batch_rows_by_state", "batch_rows", ["batch_id", "state", "position", "held"])
    op.create_index("batch_rows_by_job", "batch_rows", ["job_id"])
