"""The library: one narrow row per picture with what it is filtered by, its words, tags and collections."""

from collections import Counter
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from core.domain.searching import words_of
from core.storage.tables import Data, Usd, UtcTime, Words

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
PLACE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables and file what is there."""
    op.add_column("images", sa.Column("purged_at", TIME))
    _pictures()
    _filing()
    if op.get_context().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search USING fts5(words, content='')")
    else:
        op.execute("CREATE TABLE search (place BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX search_words ON search USING gin (words)")
    _file_what_is_there()


def _pictures() -> None:
    op.create_table(
        "pictures",
        sa.Column("place", PLACE, primary_key=True, autoincrement=False),
        sa.Column("image_id", sa.String(32), sa.ForeignKey("images.id"), nullable=False),
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id"), nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("cost", sa.BigInteger, nullable=False),
        sa.Column("favourite", sa.Boolean, nullable=False),
        sa.Column("trashed_at", TIME),
    )
    op.create_index("pictures_by_image", "pictures", ["image_id"], unique=True)
    op.create_index("pictures_by_job", "pictures", ["job_id"])
    for name in ("kind", "provider", "model", "state", "cost"):
        op.create_index(f"pictures_by_{name}", "pictures", [name, "place"])
        op.create_index(f"pictures_by_owner_{name}", "pictures", ["owner", name, "place"])
    op.create_index("pictures_by_owner", "pictures", ["owner", "place"])
    for name, where in (("favourite", "favourite"), ("trash", "trashed_at IS NOT NULL")):
        condition = sa.text(where)
        op.create_index(f"pictures_{name}", "pictures", ["place"], sqlite_where=condition, postgresql_where=condition)


def _filing() -> None:
    op.create_table(
        "tags",
        sa.Column("tag", sa.Text, primary_key=True),
        sa.Column("place", PLACE, sa.ForeignKey("pictures.place", ondelete="CASCADE"), primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
    )
    op.create_index("tags_by_place", "tags", ["place", "tag"])
    op.create_index("tags_by_owner", "tags", ["owner", "tag"])
    op.create_table(
        "collections",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("cover", PLACE, sa.ForeignKey("pictures.place", ondelete="SET NULL")),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index("collections_by_owner", "collections", ["owner", "name"])
    op.create_table(
        "collected",
        sa.Column(
            "collection_id", sa.String(32), sa.ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("place", PLACE, sa.ForeignKey("pictures.place", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("collected_by_place", "collected", ["place"])


def _file_what_is_there() -> None:
    # As the tables were then: later columns are not asked for.
    jobs = sa.table("jobs", *(sa.column(n, t) for n, t in _JOBS.items()))
    images = sa.table("images", *(sa.column(n, t) for n, t in _IMAGES.items()))
    connection = op.get_bind()
    query = sa.select(images, *(jobs.c[name] for name in _JOBS if name != "id")).join(
        jobs, jobs.c.id == images.c.job_id
    )
    order = (images.c.created_at, images.c.job_id, images.c.position)
    rows = connection.execute(query.where(images.c.role == "result").order_by(*order)).mappings().all()
    siblings = Counter(row["job_id"] for row in rows)
    taken: set[int] = set()
    for row in rows:
        place = round(row["created_at"].timestamp() * 1_000_000)
        while place in taken:
            place += 1
        taken.add(place)
        _file(connection, row, place, row["charged"] / siblings[row["job_id"]])


def _file(connection: sa.Connection, row: sa.RowMapping, place: int, cost: Decimal) -> None:
    request = row["request"]
    kind = next((kind for field, kind in KINDS if request.get(field)), "generate")
    values = {name: row[name] for name in ("job_id", "owner", "provider", "state")}
    values |= {"place": place, "image_id": row["id"], "kind": kind, "model": request["model"], "cost": cost}
    connection.execute(sa.insert(PICTURES), values | {"favourite": False})
    words = " ".join(words_of(f"{request['prompt']} {row['revised_prompt'] or ''}"))
    if connection.dialect.name == "sqlite":
        connection.execute(
            sa.text("INSERT INTO search (rowid, words) VALUES (:place, :words)"), {"place": place, "words": words}
        )
    else:
        connection.execute(
            sa.text("INSERT INTO search VALUES (:place, to_tsvector('simple', :words))"),
            {"place": place, "words": words},
        )


KINDS = (("extension", "outpaint"), ("mask", "inpaint"), ("images", "edit"))
PICTURES = sa.table(
    "pictures",
    *(sa.column(name) for name in ("place", "image_id", "job_id", "owner", "kind", "provider", "model", "state")),
    sa.column("cost", Usd),
    sa.column("favourite", sa.Boolean),
)
_JOBS: dict[str, Any] = {
    "id": sa.String, "owner": sa.Text, "provider": sa.Text, "request": Data, "state": sa.Text, "charged": Usd,
}  # fmt: skip
_IMAGES: dict[str, Any] = {
    "id": sa.String, "job_id": sa.String, "position": sa.Integer, "revised_prompt": Words, "created_at": UtcTime,
    "role": sa.Text,
}  # fmt: skip
