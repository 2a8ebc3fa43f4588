"""The workbench: everything a door needs, wired together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self

from core.domain.model import Model, ModelStatus
from core.domain.visitor import Visitor
from core.errors import NotFoundError, UnsupportedOptionError
from core.providers.catalogue import Catalogue
from core.providers.offering import DEMO, Offering
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
from core.services.keys import KeyService
from core.services.ledger import LedgerService
from core.services.library import LibraryService
from core.services.object_ports import Objects
from core.services.ports import Clock, JobQueue
from core.services.prompting import PromptDesk
from core.services.readiness import Readiness
from core.services.routing import Route
from core.services.sheets import SheetService
from core.services.studio import Studio
from core.services.sweep import Sweeper
from core.services.task_limits import TaskLimits
from core.services.thumbnailing import Thumbnails
from core.settings import Settings
from core.storage.database import Database
from core.storage.figures import SqlFigures
from core.storage.signing import signing_secret


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
    avatars: AvatarService
    avatar_driver: AvatarDriver
    prompts: PromptDesk
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
        self.avatar_driver.close()
        self.queue.close()
        self.calls.close()
        self.thumbnails.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
