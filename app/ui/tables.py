"""Facts and tables as small HTML that reads on a phone too; every text in them is escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers."""

    title: str
    number: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell: a line, and a smaller one under it; ``quiet`` where it is of less weight."""

    text: str
    small: str = ""
    quiet: bool = False


def show_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Names and values, one under the other."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    st.html(f'<dl class="gesso-facts">{rows}</dl>')


def show_table(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    """A table on a wide screen, a list of cards on a narrow one."""
    heads = "".join(f'<th scope="col"{_number(column)}>{escape(column.title)}</th>' for column in columns)
    body = "".join(f"<tr>{_row(columns, row)}</tr>" for row in rows)
    st.html(f'<table class="gesso-table"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>')


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    return "".join(_cell(column, cell) for column, cell in zip(columns, row, strict=True))


def _cell(column: Column, cell: Cell) -> str:
    small = f"<small>{escape(cell.small)}</small>" if cell.small else ""
    kind = ' class="quiet"' if cell.quiet else ""
    return (
        f'<td data-label="{escape(column.title)}"{_number(column)}><span{kind}>{escape(cell.text)}{small}</span></td>'
    )


def _number(column: Column) -> str:
    return ' class="number"' if column.number else ""
