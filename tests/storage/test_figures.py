"""The figures for those who watch a server, on both databases."""

from core.domain.figures import Figures
from core.storage.database import Database
from core.storage.figures import SqlFigures


def test_an_empty_database_answers_and_has_nothing_to_count(database: Database) -> None:
    figures = SqlFigures(database)
    figures.answer()
    assert figures.read() == Figures(ended=(), spent={}, queued=0, running=0)


def test_a_database_names_itself_and_its_version(database: Database) -> None:
    name, number = database.version()
    assert name == ("postgresql" if database.is_postgresql else "sqlite")
    assert number[0].isdigit()
