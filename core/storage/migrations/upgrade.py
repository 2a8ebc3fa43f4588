"""Runs Alembic on a connection that is already in a transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings; they need no ini file and no particular working directory."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def upgrade(connection: Connection) -> None:
    """Run the missing revisions inside the connection's transaction: all of them or none."""
    command.upgrade(config(connection), "head")
