"""Edits: an image is a result or the answer behind one, a result has its proof, a job has parent images."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Images so far are results: what a provider made from a prompt is what the person gets."""
    op.add_column("images", sa.Column("role", sa.Text, nullable=False, server_default="result"))
    op.add_column("images", sa.Column("protection", sa.JSON))
    op.create_table(
        "parents",
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id"), primary_key=True),
        sa.Column("image_id", sa.String(32), sa.ForeignKey("images.id"), primary_key=True),
    )
    op.create_index("parents_by_image", "parents", ["image_id", "job_id"])
