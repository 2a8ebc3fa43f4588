"""The one place where adapters meet services: Settings -> Workbench."""

from core.bootstrap.parts import Parts, utc_now
from core.bootstrap.workbench import Workbench
from core.services.ports import Clock
from core.settings import Settings
from core.storage.disk import check_output_dir

__all__ = ["Workbench", "build", "utc_now"]


def build(settings: Settings, *, clock: Clock = utc_now) -> Workbench:
    """Wire a workbench: opens and migrates the database, starts nothing. Raises SettingsError or StorageError."""
    parts = Parts(settings, clock)
    parts.check_default_model()
    check_output_dir(settings.output_dir)
    parts.database.migrate()
    return parts.workbench()
