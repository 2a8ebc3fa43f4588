"""Opening, migrating and failing with a sentence."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.errors import InvalidRequestError, NotFoundError, SettingsError, StorageError
from core.storage.database import Database
from core.storage.journal import SqlJournal
from core.storage.migrations import HEAD
from core.storage.migrations.upgrade import config
from core.storage.tables import metadata
from tests.storage.samples import opened

REPOSITORY = Path(__file__).parents[2]


def test_the_migrated_tables_are_those_of_the_code(database: Database) -> None:
    with database.read() as connection:
        options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or "search" not in name}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_the_one_the_code_names() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_what_no_text_can_hold_is_not_found_or_refused(journal: SqlJournal) -> None:
    with pytest.raises((NotFoundError, InvalidRequestError)):
        journal.get("a\0b")


def test_a_second_migration_does_not_import_alembic(database_url: str, database: Database) -> None:  # noqa: ARG001
    code = (
        "import sys; from core.storage.database import Database\n"
        f"Database.open({database_url!r}).migrate(); sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True)


def test_it_migrates_from_any_working_directory(tmp_path: Path) -> None:
    code = "from core.storage.database import Database; Database.open('sqlite:///new/gesso.db').migrate()"
    path = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=path, check=True)

    assert (tmp_path / "new/gesso.db").stat().st_size > 0


@pytest.mark.parametrize("statement", ["UPDATE ledger SET held = 0", "DELETE FROM ledger"])
def test_the_ledger_refuses_changes_and_deletions(database: Database, statement: str) -> None:
    opened(SqlJournal(database))

    with pytest.raises(IntegrityError, match="append-only"), database.write() as connection:
        connection.execute(text(statement))


def test_sqlite_keeps_every_commit_through_a_power_cut(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/gesso.db")

    with database.read() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    database.close()

    assert found == ["wal", 2]


def test_an_exception_rolls_a_writing_transaction_back(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:  # noqa: PT012
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))

    assert database._revision() == HEAD


def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    with database.write() as writer:
        writer.execute(text("DELETE FROM alembic_version"))
        assert database._revision() == HEAD


def test_a_locked_database_is_a_sentence(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/gesso.db?timeout=0.05")
    database.migrate()
    other = sqlite3.connect(tmp_path / "gesso.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageError, match="busy"), database.write():
        pass
    other.close()
    database.close()


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/gesso.db")
    database.migrate()

    with pytest.raises(StorageError, match="disk is full"), database.write() as connection:  # noqa: PT012
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # the file may not grow any more
        connection.exec_driver_sql("CREATE TABLE large AS SELECT zeroblob(1000000)")
    database.close()


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "gesso.db").write_bytes(b"a letter to my aunt\n" * 100)

    with pytest.raises(StorageError, match="not a SQLite database"):
        Database.open(f"sqlite:///{tmp_path}/gesso.db").migrate()


def test_a_database_server_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    database = Database.open(f"postgresql://ada:secret@/gesso?host={tmp_path}")

    with pytest.raises(StorageError) as caught:
        database.migrate()

    assert "secret" not in str(caught.value)
    assert "Check DATABASE_URL and the server." in str(caught.value)


def test_a_database_of_a_newer_version_is_left_alone_with_a_sentence(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StorageError, match="newer Gesso"):
        database.migrate()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://x/y",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///a.db?timeout=long",
        "postgresql://host:port/name",
        "postgresql://ada:hush@host/name?hush=hush",
        "sqlite:////dev/null/gesso.db",
        "nonsense",
    ],
)
def test_an_unusable_url_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as caught:
        Database.open(url)
    assert "hush" not in str(caught.value)
