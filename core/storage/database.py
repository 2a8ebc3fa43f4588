"""The one database of an installation: SQLite by default, PostgreSQL by URL."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import InvalidRequestError, SettingsError, StorageError
from core.storage.migrations import HEAD

BUSY_SECONDS = 30
"""How long a SQLite writer waits for its turn, unless the URL says ``?timeout=seconds``."""
SAMPLED_ROWS = 1000
MIGRATION_LOCK = 0x6765_7373_6F01
"""Key of the PostgreSQL advisory lock that lets one process migrate at a time."""

# synchronous=FULL is deliberate: with NORMAL a power cut may lose the last commits of a WAL
# database, and a lost "sent" mark would let a request leave, and be billed, twice. fullfsync
# asks the same of macOS and does nothing elsewhere.
SQLITE_PRAGMAS = ("synchronous=FULL", "fullfsync=ON", "foreign_keys=ON")

SENTENCES = (
    ("database is locked", "The database is busy with another program's long write. Try again in a moment."),
    ("disk is full", "The disk is full. Free some space and try again."),
    ("No space left", "The database server's disk is full. Free some space there and try again."),
    ("readonly database", "The database file cannot be written. Check its permissions."),
    ("unable to open", "The database file cannot be opened. Check that its folder exists and can be written."),
    ("disk I/O error", "The disk reported an error while the database was being used. Check the disk."),
    ("no such table", "The database has no tables yet. Start Gesso once so that it can create them."),
    ("malformed", "The database file is damaged. Restore it from a backup."),
    ("not a database", "The database file is not a SQLite database. Check DATABASE_URL."),
)
NUL = "cannot contain NUL"
"""How psycopg refuses what SQLite simply does not find."""
NOT_CONNECTED = ("connection failed", "connection is bad", "connection timeout", "failed to resolve host")
"""How psycopg begins when there is no connection."""


@dataclass(frozen=True, slots=True)
class Database:
    """Hands out connections; one object per process, usable from all its threads.

    Every database failure that no caller can mend leaves ``read`` and ``write`` as a
    StorageError with a sentence. Do not open ``write`` inside ``write``: on SQLite the
    inner one waits for the outer one, in vain.
    """

    writer: Engine
    reader: Engine

    @classmethod
    def open(cls, url: str) -> "Database":
        """Prepare a database at ``sqlite:///path`` or ``postgresql://...``; connects at first use.

        Raises SettingsError for a URL that cannot be used; it repeats nothing of a password.
        """
        parsed = _parse(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        engine = _sqlite_engine(parsed) if sqlite else _postgresql_engine(parsed)
        # A read sees one moment of the database, however many statements it takes.
        reading = {} if sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return cls(writer=engine, reader=engine.execution_options(begin="BEGIN", **reading))

    @property
    def is_postgresql(self) -> bool:
        return self.writer.dialect.name == "postgresql"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction: committed at the end, rolled back on an exception."""
        with _sentences(), self.writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look at the database; never waits for a writer."""
        with _sentences(), self.reader.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the tables to the newest revision; any number of processes may call it at once."""
        revision = self._revision()
        if revision == HEAD:
            return
        if revision is not None and revision > HEAD:  # revisions are numbered
            raise StorageError("The database was written by a newer Gesso. Install that version or a later one.")
        # Alembic takes 0.4 s to import, and a start-up needs it only the first time.
        from core.storage.migrations.upgrade import upgrade

        with self.write() as connection:  # on SQLite BEGIN IMMEDIATE is the lock
            if self.is_postgresql:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            upgrade(connection)

    def tune(self) -> None:
        """Let the database learn how its rows are spread; without that some plans are much slower.

        PostgreSQL does it by itself. On SQLite some rows of each index are looked at, which takes milliseconds.
        """
        if not self.is_postgresql:
            with self.write() as connection:
                connection.exec_driver_sql(f"PRAGMA analysis_limit = {SAMPLED_ROWS}")
                connection.exec_driver_sql("ANALYZE")

    def version(self) -> tuple[str, str]:
        """Which database it is, and its version."""
        if not self.is_postgresql:
            return "sqlite", sqlite3.sqlite_version
        with self.read() as connection:
            return "postgresql", str(connection.execute(text("SHOW server_version")).scalar_one()).split()[0]

    def problems(self) -> tuple[str, ...]:
        """What the database finds wrong with itself; PostgreSQL looks after its own files."""
        if self.is_postgresql:
            return ()
        with self.read() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
            strays = [
                f"{row[0]} names a {row[2]} that is not there"
                for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
            ]
        return tuple(line for line in (*found, *strays[:20]) if line != "ok")

    def close(self) -> None:
        """Give all connections back; the object can be used again afterwards."""
        self.writer.dispose()

    def _revision(self) -> str | None:
        with self.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def in_turn(connection: Connection, lock: int, name: str) -> None:
    """Let one writer at a time go on from here that names the same lock and name, until its transaction ends.

    On SQLite there is one writer at a time anyway. Whoever takes several locks takes them in
    the same order as all others: a repeated request's, a key's, a batch's, an account's. ``lock`` has 32 bits.
    """
    if connection.dialect.name == "postgresql":
        taken = text("SELECT pg_advisory_xact_lock(:lock, hashtext(:name))")
        connection.execute(taken, {"lock": lock, "name": name})


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        float(str(parsed.query.get("timeout", "0")))
    except (ArgumentError, ValueError) as error:
        raise _unusable("DATABASE_URL is not a database URL, such as sqlite:///output/gesso.db.") from error
    match parsed.get_backend_name():
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case "sqlite" if parsed.database not in (None, "", ":memory:"):
            return parsed.set(drivername="sqlite")
        case name:
            raise _unusable(f"DATABASE_URL must be sqlite:///a-file or postgresql://..., not {name}.")


def _unusable(sentence: str) -> SettingsError:
    return SettingsError(sentence, name="DATABASE_URL")


def _sqlite_engine(url: URL) -> Engine:
    folder = Path(str(url.database)).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(f"The folder {folder} of DATABASE_URL cannot be created: {error.strerror}.") from error
    patient = url if "timeout" in url.query else url.update_query_dict({"timeout": str(BUSY_SECONDS)})
    engine = create_engine(patient)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql_engine(url: URL) -> Engine:
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    try:
        make_conninfo(**{**engine.dialect.create_connect_args(url)[1], "context": None})
    except ProgrammingError as error:
        raise _unusable("DATABASE_URL has an option, after the ?, that PostgreSQL does not know.") from error
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # None: the driver begins nothing by itself, so that _begin_sqlite decides how.
    connection.isolation_level = None
    _switch_to_wal(connection)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL; later connections find it switched.

    SQLite waits for other processes everywhere but here, so the waiting is ours.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A plain BEGIN that reads and then writes fails at once with "database is locked" when
    # somebody else wrote in between, whatever the time-out; BEGIN IMMEDIATE waits its turn.
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN IMMEDIATE"))


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise StorageError("Too many requests use the database at once. Try again in a moment.") from error
    except DatabaseError as error:
        message = str(error.orig)
        if NUL in message:
            raise InvalidRequestError("Text cannot hold a NUL character. Leave it out.") from error
        known = next((sentence for phrase, sentence in SENTENCES if phrase in message), None)
        if known is None and not isinstance(error, OperationalError):
            raise
        raise StorageError(known or _other(message.splitlines()[0])) from error


def _other(message: str) -> str:
    hint = ". Check DATABASE_URL and the server." if message.startswith(NOT_CONNECTED) else ""
    return f"The database cannot be used: {message}{hint}"
