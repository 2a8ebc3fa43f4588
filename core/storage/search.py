"""Full-text search behind one spelling: FTS5 on SQLite, tsvector on PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, column, func, literal_column, select, table, text

from core.domain.searching import Term, words_of
from core.storage.tables import pictures

SQLITE = table("search", column("rowid"), column("words"))
POSTGRESQL = table("search", column("place"), column("words"))
ADD = {
    "sqlite": text("INSERT INTO search (rowid, words) VALUES (:place, :words)"),
    "postgresql": text("INSERT INTO search (place, words) VALUES (:place, to_tsvector('simple', :words))"),
}


def add_words(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Make these pictures findable by their texts, given as (place, text)."""
    values = [{"place": place, "words": " ".join(words_of(text))} for place, text in rows]
    if values:
        connection.execute(ADD[connection.dialect.name], values)


def is_indexed(connection: Connection, place: int) -> bool:
    """Whether the index has words at this place."""
    kept = SQLITE.c.rowid if connection.dialect.name == "sqlite" else POSTGRESQL.c.place
    return connection.execute(select(kept).where(kept == place)).first() is not None


def narrowed(query: Select[Any], terms: Sequence[Term], dialect: str) -> tuple[Select[Any], ColumnElement[int]]:
    """The query with only the pictures that match, and the column that has their place and orders cheapest."""
    wanted = [term for term in terms if not term.excluded]
    if dialect == "sqlite":
        return _with_fts5(query, terms, wanted)
    if terms:
        match = func.to_tsquery("simple", " & ".join(map(_in_tsquery, terms)))
        query = query.join(POSTGRESQL, POSTGRESQL.c.place == pictures.c.place).where(POSTGRESQL.c.words.op("@@")(match))
    return query, pictures.c.place


def _with_fts5(query: Select[Any], terms: Sequence[Term], wanted: list[Term]) -> tuple[Select[Any], ColumnElement[int]]:
    if not wanted:  # FTS5 cannot say what a text does not hold
        for term in terms:
            without = select(SQLITE.c.rowid).where(SQLITE.c.words.op("MATCH")(_in_fts5(term)))
            query = query.where(pictures.c.place.not_in(without))
        return query, pictures.c.place
    match = " AND ".join(map(_in_fts5, wanted))
    for term in terms:
        match = f"({match}) NOT {_in_fts5(term)}" if term.excluded else match
    query = query.join(SQLITE, SQLITE.c.rowid == pictures.c.place).where(SQLITE.c.words.op("MATCH")(match))
    return query, literal_column("search.rowid")


def _in_fts5(term: Term) -> str:
    # Words hold letters and digits only, so that quotes need no care.
    return f'"{" ".join(term.words)}"' + (" *" if term.prefix else "")


def _in_tsquery(term: Term) -> str:
    words = " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else "")
    return f"!({words})" if term.excluded else f"({words})"
