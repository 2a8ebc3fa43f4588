"""The workbench's parts: each made once, when another one or the workbench asks for it."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from secrets import token_hex

from core.bootstrap.providers import providers_of
from core.bootstrap.workbench import Workbench
from core.domain.batch import MAX_CONCURRENCY
from core.domain.copies import CopyQuality
from core.domain.ledger import Budgets
from core.errors import NotFoundError
from core.offer import offering_of, router_of
from core.providers.catalogue import Catalogue, catalogue
from core.providers.offering import Offering
from core.queues.celery import PATIENCE_LEASES, CeleryQueue
from core.queues.inline import InlineQueue
from core.services.avatar_driving import AvatarDriver
from core.services.avatars import AvatarService
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
from core.services.ports import Clock, FileStore, JobQueue
from core.services.prompting import PromptDesk
from core.services.readiness import Readiness
from core.services.run import Runner
from core.services.sheets import SheetService
from core.services.studio import Studio
from core.services.sweep import Sweeper
from core.services.task_limits import TaskLimits
from core.services.thumbnailing import Thumbnails
from core.settings import Settings, no_such_default
from core.storage.avatars import SqlAvatars
from core.storage.batches import SqlBatches
from core.storage.collections import SqlCollections
from core.storage.database import Database
from core.storage.figures import SqlFigures
from core.storage.journal import SqlJournal
from core.storage.keys import SqlKeys
from core.storage.library import SqlLibrary
from core.storage.paces import SqlPace
from core.storage.transfer import SqlTransfers
from core.stores import files_of, objects_of
from core.writing import prompt_desk

AHEAD_PER_PLACE = 3
"""So many of a batch's jobs wait or run per job that runs at once: enough that no place stays empty for a moment."""
WINDOW_OF_WORKERS = 64
"""So many wait or run where workers take them, unless the batch or the setting says otherwise."""


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


class Parts:
    """Everything that settings and a clock determine. What the workbench has as a field is a part of the same name."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.worker = token_hex(8)
        self.shared = settings.shared_history
        self.budgets = Budgets(day=settings.budget_day_usd, month=settings.budget_month_usd)
        self.lease = timedelta(seconds=settings.lease_seconds)
        self.quality = CopyQuality.of(settings.image_compression_quality)

    def workbench(self) -> Workbench:
        """All of it, wired together."""
        return Workbench(**{field.name: getattr(self, field.name) for field in fields(Workbench)})

    def check_default_model(self) -> None:
        """Raise SettingsError unless the DEFAULT_MODEL, if one is set, is to be had."""
        if self.settings.default_model is None:
            return
        try:
            self.offering.check_default()
        except NotFoundError as error:
            raise no_such_default(self.settings.default_model) from error

    @cached_property
    def catalogue(self) -> Catalogue:
        return catalogue()

    @cached_property
    def offering(self) -> Offering:
        return offering_of(self.settings)

    @cached_property
    def database(self) -> Database:
        return Database.open(self.settings.database_url or f"sqlite:///{self.settings.sqlite_path}")

    @cached_property
    def objects(self) -> Objects:
        return objects_of(self.settings)

    @cached_property
    def files(self) -> FileStore:
        return files_of(self.settings, self.objects)

    @cached_property
    def journal(self) -> SqlJournal:
        return SqlJournal(self.database)

    @cached_property
    def shelf(self) -> SqlLibrary:
        return SqlLibrary(self.database)

    @cached_property
    def figures(self) -> SqlFigures:
        return SqlFigures(self.database)

    @cached_property
    def calls(self) -> CallLoop:
        return CallLoop()

    @cached_property
    def thumbnails(self) -> Thumbnails:
        return Thumbnails(files=self.files, quality=self.quality)

    @cached_property
    def editor(self) -> Editor:
        return Editor(files=self.files, limit_mb=self.settings.max_image_size_mb, quality=self.quality)

    # The one road: who sends, who queues, who submits, who feeds.

    @cached_property
    def limits(self) -> TaskLimits:
        return TaskLimits(
            soft_seconds=self.settings.task_soft_seconds,
            hard_seconds=self.settings.task_seconds,
            find_model=self.offering.settled,
        )

    @cached_property
    def runner(self) -> Runner:
        return Runner(
            journal=self.journal,
            files=self.files,
            providers=providers_of(self.settings, self.offering, SqlPace(self.database, self.clock), self.clock),
            find_model=self.offering.settled,
            editor=self.editor,
            calls=self.calls,
            clock=self.clock,
            worker=self.worker,
            lease=self.lease,
            thumbnail_soon=self.thumbnails.soon,
            limit=self.limits.soft if self.settings.queue == "celery" else lambda _: None,
        )

    @cached_property
    def queue(self) -> JobQueue:
        here = InlineQueue(
            send=self.runner.send,
            cancel=self.runner.cancel,
            beat=self.runner.beat,
            let_go=self.runner.let_go,
            concurrency=self.settings.concurrency,
            when_ended=lambda: self.feeder.wake(),
        )
        broker = self.settings.celery_broker_url
        return CeleryQueue(broker_url=broker, here=here) if self.settings.queue == "celery" and broker else here

    @property
    def patience(self) -> timedelta:
        """How long a queued job is left to whoever queued it: their lease, or what a broker may take."""
        return self.lease * (PATIENCE_LEASES if self.settings.queue == "celery" else 1)

    @cached_property
    def studio(self) -> Studio:
        return Studio(
            journal=self.journal,
            queue=self.queue,
            runner=self.runner,
            router=router_of(self.settings, self.offering),
            editor=self.editor,
            budgets=self.budgets,
            unknown_price=self.settings.unknown_price_usd,
            shared=self.shared,
            lease=self.patience,
            clock=self.clock,
        )

    @cached_property
    def feeder(self) -> Feeder:
        alone = self.settings.queue == "inline"
        usual = AHEAD_PER_PLACE * self.settings.concurrency if alone else WINDOW_OF_WORKERS
        window = self.settings.batch_window or usual
        feeder = Feeder(
            batches=SqlBatches(self.database),
            studio=self.studio,
            clock=self.clock,
            worker=self.worker,
            lease=self.lease,
            window=window,
            most=window if alone else MAX_CONCURRENCY,
            widens=not alone and self.settings.batch_window is None,
        )
        feeder.grow_by(lambda batch, visitor, progress: self.avatar_driver.grow(batch, visitor, progress))
        return feeder

    @cached_property
    def sweeper(self) -> Sweeper:
        days = {"cleanup_days": self.settings.auto_cleanup_days, "trash_days": self.settings.empty_trash_days}
        return Sweeper(
            journal=self.journal,
            files=self.files,
            runner=self.runner,
            queue=self.queue,
            clock=self.clock,
            patience=self.patience,
            keep_house=partial(self.history.keep_house, **days),
        )

    # What people do.

    @cached_property
    def library(self) -> LibraryService:
        return LibraryService(
            journal=self.journal,
            files=self.files,
            thumbnails=self.thumbnails,
            quality=self.quality,
            shared=self.shared,
        )

    @cached_property
    def history(self) -> HistoryService:
        collections = SqlCollections(self.database)
        return HistoryService(
            shelf=self.shelf, collections=collections, files=self.files, clock=self.clock, shared=self.shared
        )

    @cached_property
    def sheets(self) -> SheetService:
        return SheetService(history=self.history, library=self.library, clock=self.clock)

    @cached_property
    def ledger(self) -> LedgerService:
        return LedgerService(journal=self.journal, budgets=self.budgets, clock=self.clock, shared=self.shared)

    @cached_property
    def keys(self) -> KeyService:
        return KeyService(keys=SqlKeys(self.database), clock=self.clock)

    @cached_property
    def batches(self) -> BatchService:
        return BatchService(
            batches=SqlBatches(self.database),
            studio=self.studio,
            history=self.history,
            feeder=self.feeder,
            clock=self.clock,
            shared=self.shared,
            ask_above=self.settings.batch_ask_above_usd,
        )

    @cached_property
    def prompts(self) -> PromptDesk:
        return prompt_desk(self.settings, self.calls)

    @cached_property
    def avatar_driver(self) -> AvatarDriver:
        return AvatarDriver(
            avatars=SqlAvatars(self.database),
            batches=self.batches,
            desk=self.prompts,
            editor=self.editor,
            files=self.files,
            objects=self.objects,
            ledger=self.ledger,
            clock=self.clock,
        )

    @cached_property
    def avatars(self) -> AvatarService:
        return AvatarService(
            avatars=SqlAvatars(self.database),
            batches=self.batches,
            driver=self.avatar_driver,
            studio=self.studio,
            desk=self.prompts,
            ledger=self.ledger,
            journal=self.journal,
            files=self.files,
            clock=self.clock,
            shared=self.shared,
        )

    @cached_property
    def doctor(self) -> Doctor:
        return Doctor(
            journal=self.journal,
            files=self.files,
            thumbnails=self.thumbnails,
            shelf=self.shelf,
            sweeper=self.sweeper,
            clock=self.clock,
        )

    @cached_property
    def readiness(self) -> Readiness:
        return Readiness(answer=self.figures.answer, files=self.files, draining=lambda: self.queue.draining)

    @cached_property
    def exporter(self) -> Exporter:
        transfers = SqlTransfers(self.database)
        return Exporter(transfers=transfers, files=self.files, clock=self.clock, shared=self.shared)

    @cached_property
    def importer(self) -> Importer:
        transfers = SqlTransfers(self.database)
        archives = ArchiveImporter(transfers=transfers, files=self.files, clock=self.clock)
        pictures = PictureImporter(
            transfers=transfers,
            files=self.files,
            thumbnails=self.thumbnails,
            clock=self.clock,
            shared=self.shared,
            limit_mb=self.settings.max_image_size_mb,
        )
        return Importer(archives=archives, pictures=pictures)
