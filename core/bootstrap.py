"""The one place where adapters meet services: Settings -> Workbench."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Self

from core.domain.ledger import Budgets
from core.domain.model import Model, ModelStatus
from core.errors import NotFoundError
from core.providers.catalogue import Catalogue, catalogue
from core.providers.presets import Preset, preset_for
from core.queues.inline import InlineQueue
from core.services.calls import CallLoop
from core.services.doctor import Doctor
from core.services.editing import Editor
from core.services.history import HistoryService
from core.services.ledger import LedgerService
from core.services.library import LibraryService
from core.services.ports import Clock, Provider
from core.services.run import Runner
from core.services.studio import Studio
from core.services.sweep import Sweeper
from core.settings import Settings, no_such_default
from core.storage.collections import SqlCollections
from core.storage.database import Database
from core.storage.disk import check_output_dir
from core.storage.files import LocalFiles
from core.storage.journal import SqlJournal
from core.storage.library import SqlLibrary


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """Everything a door needs, wired together. Use it as a context manager, or ``close`` it."""

    settings: Settings
    catalogue: Catalogue
    preset: Preset
    studio: Studio
    editor: Editor
    library: LibraryService
    history: HistoryService
    ledger: LedgerService
    doctor: Doctor
    sweeper: Sweeper
    queue: InlineQueue
    calls: CallLoop
    database: Database
    clock: Clock

    @property
    def default_model(self) -> str:
        return self.settings.default_model or self.catalogue.default_model

    def models(self) -> tuple[Model, ...]:
        """The models a person chooses from today, the default among them."""
        usable = self.catalogue.usable(self.clock().date())
        if any(model.id == self.default_model for model in usable):
            return usable
        default = self.catalogue.find(self.default_model, allow_unknown=self.preset.unknown_models)
        retired = default.status(self.clock().date()) is ModelStatus.RETIRED
        return usable if retired else (default, *usable)

    def recover(self) -> None:
        """Bring what a crash left behind to a truthful state; sends nothing."""
        self.sweeper.recover_abandoned()

    def start(self) -> None:
        """Recover, take up waiting jobs and keep watching: for doors that stay open."""
        self.queue.watch(self.sweeper.sweep)

    def drain(self) -> bool:
        """Let running jobs finish within the configured time; True if all did."""
        return self.queue.drain(self.settings.drain_seconds)

    def close(self) -> None:
        """Stop what still runs and let go of threads, connections and files."""
        self.queue.drain(0)
        self.calls.close()
        self.queue.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class Providers(Mapping[str, Provider]):
    """Providers by name, each made when its first job runs: the SDK alone takes half a second to import."""

    def __init__(self, makers: Mapping[str, Callable[[], Provider]]) -> None:
        self._makers = makers
        self._made: dict[str, Provider] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Provider:
        with self._lock:
            if name not in self._made:
                self._made[name] = self._makers[name]()
            return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def build(settings: Settings, *, clock: Clock = utc_now) -> Workbench:
    """Wire a workbench: opens and migrates the database, starts nothing. Raises SettingsError or StorageError."""
    models = catalogue()
    preset = preset_for(settings.openai_base_url)
    _check_default_model(settings, models, preset)
    check_output_dir(settings.output_dir)
    database = Database.open(settings.database_url or f"sqlite:///{settings.sqlite_path}")
    database.migrate()
    journal, files = SqlJournal(database), LocalFiles(settings.output_dir)
    budgets = Budgets(day=settings.budget_day_usd, month=settings.budget_month_usd)
    editor = Editor(files=files)
    calls, lease = CallLoop(), timedelta(seconds=settings.lease_seconds)

    def find_model(provider: str, model_id: str) -> Model:
        if provider != "openai":
            return models.find(model_id)
        return preset.offered(models.find(model_id, allow_unknown=preset.unknown_models))

    runner = Runner(
        journal=journal,
        files=files,
        providers=_providers(settings, models, preset, clock),
        find_model=lambda model_id: models.find(model_id, allow_unknown=True),
        editor=editor,
        calls=calls,
        clock=clock,
        worker=token_hex(8),
        lease=lease,
    )
    queue = InlineQueue(
        send=runner.send,
        cancel=runner.cancel,
        beat=runner.beat,
        concurrency=settings.concurrency,
    )
    studio = Studio(
        journal=journal,
        queue=queue,
        runner=runner,
        find_model=find_model,
        default_provider=settings.provider_name,
        visitor_provider="openai",
        editor=editor,
        budgets=budgets,
        unknown_price=settings.unknown_price_usd,
        shared=settings.shared_history,
        lease=lease,
        clock=clock,
    )
    history = HistoryService(
        shelf=SqlLibrary(database),
        collections=SqlCollections(database),
        files=files,
        clock=clock,
        shared=settings.shared_history,
    )
    days = {"cleanup_days": settings.auto_cleanup_days, "trash_days": settings.empty_trash_days}
    sweeper = Sweeper(
        journal=journal,
        files=files,
        runner=runner,
        queue=queue,
        clock=clock,
        keep_house=partial(history.keep_house, **days),
    )
    return Workbench(
        settings=settings,
        catalogue=models,
        preset=preset,
        studio=studio,
        editor=editor,
        library=LibraryService(journal=journal, files=files, shared=settings.shared_history),
        history=history,
        ledger=LedgerService(journal=journal, budgets=budgets, clock=clock),
        doctor=Doctor(journal=journal, files=files, sweeper=sweeper, clock=clock),
        sweeper=sweeper,
        queue=queue,
        calls=calls,
        database=database,
        clock=clock,
    )


def _check_default_model(settings: Settings, models: Catalogue, preset: Preset) -> None:
    if settings.default_model is None:
        return
    try:
        models.find(settings.default_model, allow_unknown=preset.unknown_models)
    except NotFoundError as error:
        raise no_such_default(settings.default_model) from error


def _providers(settings: Settings, models: Catalogue, preset: Preset, clock: Clock) -> Providers:
    def openai() -> Provider:
        from core.providers.openai import OpenAIProvider
        from core.providers.retrying import Retrying

        return Retrying(
            OpenAIProvider(
                api_key=settings.openai_api_key,
                base_url=settings.openai_base_url,
                timeout_seconds=settings.request_timeout_seconds,
                preset=preset,
            )
        )

    def demo() -> Provider:
        from core.providers.demo import DemoProvider
        from core.providers.retrying import Retrying

        return Retrying(DemoProvider(models, latency_seconds=settings.demo_latency_seconds, clock=clock))

    return Providers({"openai": openai, "demo": demo})
