"""Avatar sets: their personas, and the pictures that were made of each."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
USD = sa.BigInteger


def upgrade() -> None:
    """New tables; no row is touched."""
    op.create_table(
        "avatar_sets",
        sa.Column("id", sa.String(32), sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index("avatar_sets_by_owner", "avatar_sets", ["owner", "id"])
    op.create_table(
        "avatar_personas",
        sa.Column("set_id", sa.String(32), sa.ForeignKey("avatar_sets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("persona", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("prompts", sa.JSON),
        sa.Column("writer", sa.Text, nullable=False),
        sa.Column("text_cost", USD),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("writing_until", TIME),
    )
    op.create_table(
        "avatar_tiles",
        sa.Column("set_id", sa.String(32), sa.ForeignKey("avatar_sets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("image_id", sa.String(32), nullable=False),
        sa.Column("ref", sa.JSON, nullable=False),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("box", sa.JSON),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("retakes", sa.Integer, nullable=False),
    )
