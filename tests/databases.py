"""New databases for tests, copied from ones that were migrated once."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from core.domain.ids import new_id
from core.storage.database import Database

SQLITE = "gesso.sqlite3"
"""What the database is called in an output folder."""


def migrate(url: str) -> None:
    """Make all tables of a database."""
    opened = Database.open(url)
    opened.migrate()
    opened.close()


def copied(template: Path, path: Path) -> None:
    """Put a copy of the SQLite template where a test will look for its database."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, path)


@contextmanager
def new_postgresql(server: str, template: str) -> Iterator[str]:
    """A new database on a server, a copy of the template; it goes at the end."""
    name = f"gesso_{new_id()}"
    on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.replace("/postgres?", f"/{name}?")
    on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def on_server(url: str, *statements: str) -> None:
    """Run statements that no transaction may hold."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
