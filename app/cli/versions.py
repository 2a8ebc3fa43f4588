"""Which versions run here: what a report of a problem should say."""

import platform
from importlib.metadata import version

from core.bootstrap import Workbench

PACKAGES = ("gesso", "streamlit", "fastapi", "openai", "pillow", "sqlalchemy")


def versions(bench: Workbench) -> dict[str, str]:
    """Names and versions, the database's among them; may raise StorageError."""
    database, number = bench.database.version()
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES} | {database: number}
