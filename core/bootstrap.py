"""The one place where adapters meet services: Settings -> Workbench."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from secrets import token_hex
from typing import Self

from core.domain.batch import MAX_CONCURRENCY
from core.domain.copies import CopyQuality
from core.domain.ledger import Budgets
from core.domain.model import Model, ModelStatus
from core.domain.visitor import Visitor
from core.errors import NotFoundError, UnsupportedOptionError
from core.offer import offering_of, router_of
from core.providers.catalogue import Catalogue, catalogue
from core.providers.configured import Service, known_presets
from core.providers.lazily import Providers
from core.providers.offering import DEMO, Offering
from core.queues.inline import InlineQueue
from core.services.batch_ports import Pace
from core.services.batches import BatchService
from core.services.calls import CallLoop
from core.services.doctor import Doctor
from core.services.editing import Editor
from core.services.exporting import Exporter
from core.services.feeding import Feeder
from core.services.history import HistoryService
from core.services.importing import Importer
from core.services.importing_archives import ArchiveImporter
from core.services.importing_pictures import PictureImporter
from core.services.keys import KeyService
from core.services.ledger import LedgerService
from core.services.library import LibraryService
from core.services.object_ports import Objects
from core.services.ports import Clock, JobQueue, Provider
from core.services.readiness import Readiness
from core.services.routing import Route
from core.services.run import Runner
from core.services.sheets import SheetService
from core.services.studio import Studio
from core.services.sweep import Sweeper
from core.services.task_limits import TaskLimits
from core.services.thumbnailing import Thumbnails
from core.settings import Settings, no_such_default
from core.storage.batches import SqlBatches
from core.storage.collections import SqlCollections
from core.storage.database import Database
from core.storage.disk import check_output_dir
from core.storage.figures import SqlFigures
from core.storage.files import LocalFiles
from core.storage.journal import SqlJournal
from core.storage.keys import SqlKeys
from core.storage.library import SqlLibrary
from core.storage.paces import SqlPace
from core.storage.signing import signing_secret
from core.storage.transfer import SqlTransfers
from core.stores import files_of, objects_of

AHEAD_PER_PLACE = 3
"""So many of a batch's jobs wait or run per job that runs at once: enough that no place stays empty for a moment."""
WINDOW_OF_WORKERS = 64
"""So many wait or run where workers take them, unless the batch or the setting says otherwise."""


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """Everything a door needs, wired together. Use it as a context manager, or ``close`` it."""

    settings: Settings
    catalogue: Catalogue
    offering: Offering
    studio: Studio
    editor: Editor
    library: LibraryService
    history: HistoryService
    sheets: SheetService
    ledger: LedgerService
    keys: KeyService
    doctor: Doctor
    readiness: Readiness
    figures: SqlFigures
    exporter: Exporter
    importer: Importer
    sweeper: Sweeper
    batches: BatchService
    feeder: Feeder
    limits: TaskLimits
    queue: JobQueue
    calls: CallLoop
    thumbnails: Thumbnails
    objects: Objects
    database: Database
    clock: Clock

    @property
    def default_model(self) -> str:
        return self.offering.default_model

    def models(self, visitor: Visitor | None = None) -> tuple[Model, ...]:
        """The models a person chooses from today, the default among them, by the names that requests have for them.

        The default provider's come first. Somebody with a key of their own chooses from where that key goes.
        """
        return tuple(self._chosen_from(visitor or Visitor(owner="")))

    def default_for(self, visitor: Visitor) -> Model:
        """The model chosen at first; the first of their own where a visitor's key cannot ask for the server's default.

        Raises NotFoundError where there is none at all.
        """
        models = self.models(visitor)
        found = next((model for model in models if model.id == self.default_model), None) or next(iter(models), None)
        return found or self.studio.model(self.default_model, visitor)

    def takes_any_model(self, visitor: Visitor) -> bool:
        """Whether some provider takes a model that nobody listed, so that a name can be typed."""
        services = self.offering.services if visitor.api_key is None else (self.settings.openai,)
        return any(service.preset.unknown_models for service in services)

    def _chosen_from(self, visitor: Visitor) -> Iterator[Model]:
        today, router, first = self.clock().date(), self.studio.router, self.studio.provider_of(visitor)
        others = [] if visitor.api_key is not None else [one for one in self.offering.services if one.name != first]
        self.offering.lists.begin([*others, *filter(None, [self.offering.service(first)])])
        models = [
            replace(model, id=router.name_of(Route(provider=first, model_id=model.id), visitor))
            for model in self.offering.models_of(first, today)
        ]
        if first == DEMO and others:
            models = [self.offering.titled(first, model) for model in models]  # beside real ones, play is called play
        if not any(model.id == self.default_model for model in models):
            yield from self._default(visitor, today)
        yield from models
        for service in others:
            for model in self.offering.models_of(service.name, today):
                name = router.name_of(Route(provider=service.name, model_id=model.id), visitor)
                if name != self.default_model:
                    yield replace(self.offering.titled(service.name, model), id=name)

    def _default(self, visitor: Visitor, today: date) -> Iterator[Model]:
        """The default model where the default provider's list lacks it, unless it has stopped."""
        try:
            default = self.studio.model(self.default_model, visitor)
        except (NotFoundError, UnsupportedOptionError):
            return  # a visitor's own provider need not have the server's default
        if default.status(today) is not ModelStatus.RETIRED:
            yield default

    @cached_property
    def secret(self) -> bytes:
        """What this server signs with: the same for all processes that share the database."""
        return signing_secret(self.database)

    def recover(self) -> None:
        """Bring what a crash left behind to a truthful state; sends nothing."""
        self.sweeper.recover_abandoned()

    def start(self) -> None:
        """Recover, take up waiting jobs and batches and keep watching: for doors that stay open."""
        self.queue.watch(self.sweeper.sweep)
        self.feeder.start()

    def drain(self) -> bool:
        """Let running jobs finish within the configured time; True if all did."""
        self.feeder.close()
        return self.queue.drain(self.settings.drain_seconds)

    def close(self) -> None:
        """Stop what still runs and let go of threads, connections and files."""
        self.feeder.close()
        self.queue.drain(0)
        self.calls.stop()
        self.queue.close()
        self.calls.close()
        self.thumbnails.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def build(settings: Settings, *, clock: Clock = utc_now) -> Workbench:
    """Wire a workbench: opens and migrates the database, starts nothing. Raises SettingsError or StorageError."""
    offering, shared = offering_of(settings), settings.shared_history
    _check_default_model(settings, offering)
    check_output_dir(settings.output_dir)
    database = Database.open(settings.database_url or f"sqlite:///{settings.sqlite_path}")
    database.migrate()
    objects = objects_of(settings)
    journal, files, shelf = SqlJournal(database), files_of(settings, objects), SqlLibrary(database)
    quality = CopyQuality.of(settings.image_compression_quality)
    thumbnails = Thumbnails(files=files, quality=quality)
    editor = Editor(files=files, limit_mb=settings.max_image_size_mb, quality=quality)
    calls = CallLoop()
    worker, pace, store = token_hex(8), SqlPace(database, clock), SqlBatches(database)
    limits = _limits(settings, offering)
    runner = Runner(
        journal=journal,
        files=files,
        providers=_providers(settings, offering, pace, clock),
        find_model=offering.settled,
        editor=editor,
        calls=calls,
        clock=clock,
        worker=worker,
        lease=timedelta(seconds=settings.lease_seconds),
        thumbnail_soon=thumbnails.soon,
        limit=limits.soft if settings.queue == "celery" else lambda _: None,
    )
    queue = _queue(settings, runner, when_ended=lambda: feeder.wake())
    studio = _studio(settings, offering, journal, queue, runner, editor, clock)
    feeder = _feeder(settings, store, studio, worker, clock)
    library = LibraryService(journal=journal, files=files, thumbnails=thumbnails, quality=quality, shared=shared)
    history = HistoryService(shelf=shelf, collections=SqlCollections(database), files=files, clock=clock, shared=shared)
    days = {"cleanup_days": settings.auto_cleanup_days, "trash_days": settings.empty_trash_days}
    sweeper = Sweeper(
        journal=journal, files=files, runner=runner, queue=queue, clock=clock, patience=_patience(settings),
        keep_house=partial(history.keep_house, **days),
    )  # fmt: skip
    exporter, importer = _transfers(settings, database, files, thumbnails, clock)
    return Workbench(
        settings=settings,
        catalogue=catalogue(),
        offering=offering,
        studio=studio,
        editor=editor,
        library=library,
        history=history,
        sheets=SheetService(history=history, library=library, clock=clock),
        ledger=LedgerService(journal=journal, budgets=_budgets(settings), clock=clock, shared=shared),
        keys=KeyService(keys=SqlKeys(database), clock=clock),
        doctor=Doctor(journal=journal, files=files, thumbnails=thumbnails, shelf=shelf, sweeper=sweeper, clock=clock),
        readiness=Readiness(answer=SqlFigures(database).answer, files=files, draining=lambda: queue.draining),
        figures=SqlFigures(database),
        exporter=exporter,
        importer=importer,
        sweeper=sweeper,
        batches=BatchService(
            batches=store, studio=studio, history=history, feeder=feeder, clock=clock, shared=shared,
            ask_above=settings.batch_ask_above_usd,
        ),  # fmt: skip
        feeder=feeder,
        limits=limits,
        queue=queue,
        calls=calls,
        thumbnails=thumbnails,
        objects=objects,
        database=database,
        clock=clock,
    )


def _limits(settings: Settings, offering: Offering) -> TaskLimits:
    return TaskLimits(
        soft_seconds=settings.task_soft_seconds, hard_seconds=settings.task_seconds, find_model=offering.settled
    )


def _queue(settings: Settings, runner: Runner, *, when_ended: Callable[[], None]) -> JobQueue:
    here = InlineQueue(
        send=runner.send, cancel=runner.cancel, beat=runner.beat, concurrency=settings.concurrency,
        when_ended=when_ended,
    )  # fmt: skip
    if settings.queue == "inline" or settings.celery_broker_url is None:
        return here
    from core.queues.celery import CeleryQueue

    return CeleryQueue(broker_url=settings.celery_broker_url, here=here)


def _patience(settings: Settings) -> timedelta:
    """How long a queued job is left to whoever queued it: their lease, or what a broker may take."""
    from core.queues.celery import PATIENCE_SECONDS

    return timedelta(seconds=PATIENCE_SECONDS if settings.queue == "celery" else settings.lease_seconds)


def _studio(
    settings: Settings, offering: Offering, journal: SqlJournal, queue: JobQueue, runner: Runner, editor: Editor,
    clock: Clock,
) -> Studio:  # fmt: skip
    return Studio(
        journal=journal,
        queue=queue,
        runner=runner,
        router=router_of(settings, offering),
        editor=editor,
        budgets=_budgets(settings),
        unknown_price=settings.unknown_price_usd,
        shared=settings.shared_history,
        lease=_patience(settings),
        clock=clock,
    )


def _feeder(settings: Settings, store: SqlBatches, studio: Studio, worker: str, clock: Clock) -> Feeder:
    alone = settings.queue == "inline"
    window = settings.batch_window or (AHEAD_PER_PLACE * settings.concurrency if alone else WINDOW_OF_WORKERS)
    return Feeder(
        batches=store, studio=studio, clock=clock, worker=worker, lease=timedelta(seconds=settings.lease_seconds),
        window=window, most=window if alone else MAX_CONCURRENCY,
    )  # fmt: skip


def _budgets(settings: Settings) -> Budgets:
    return Budgets(day=settings.budget_day_usd, month=settings.budget_month_usd)


def _transfers(
    settings: Settings, database: Database, files: LocalFiles, thumbnails: Thumbnails, clock: Clock
) -> tuple[Exporter, Importer]:
    rows, shared = SqlTransfers(database), settings.shared_history
    archives = ArchiveImporter(transfers=rows, files=files, clock=clock)
    pictures = PictureImporter(
        transfers=rows, files=files, thumbnails=thumbnails, clock=clock, shared=shared,
        limit_mb=settings.max_image_size_mb,
    )  # fmt: skip
    exporter = Exporter(transfers=rows, files=files, clock=clock, shared=shared)
    return exporter, Importer(archives=archives, pictures=pictures)


def _check_default_model(settings: Settings, offering: Offering) -> None:
    if settings.default_model is None:
        return
    try:
        offering.check_default()
    except NotFoundError as error:
        raise no_such_default(settings.default_model) from error


def _providers(settings: Settings, offering: Offering, pace: Pace, clock: Clock) -> Providers:
    def demo() -> Provider:
        from core.providers.demo import DemoProvider
        from core.providers.retrying import Retrying

        return Retrying(DemoProvider(catalogue(), latency_seconds=settings.demo_latency_seconds, clock=clock))

    def gone(name: str) -> Provider:
        from core.providers.gone import GoneProvider

        address = {known.name: known.base_url for known in known_presets(settings.own_presets)}.get(name, "")
        return GoneProvider(name, address)

    services = {service.name: service for service in (settings.openai, *offering.services)}
    makers = {name: partial(_service_provider, settings, service, pace) for name, service in services.items()}
    return Providers({**makers, DEMO: demo}, gone)


def _service_provider(settings: Settings, service: Service, pace: Pace) -> Provider:
    from core.providers.openai import OpenAIProvider
    from core.providers.retrying import Retrying

    return Retrying(
        OpenAIProvider(
            api_key=service.api_key,
            base_url=service.base_url,
            timeout_seconds=settings.request_timeout_seconds,
            preset=service.preset,
        ),
        pace=pace,
    )
