"""What there is to choose from: the models of every provider that is set up, each as that provider has it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from core.domain.model import Model, ModelStatus
from core.providers.catalogue import Catalogue
from core.providers.configured import Service
from core.providers.listing import ModelLists
from core.providers.presets import DEFAULT

DEMO = "demo"


class Offering:
    """The models of the providers, by the providers' own ids. ``openai`` is known even where it is not offered."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        services: tuple[Service, ...],
        openai: Service,
        default_provider: str,
        default_model: str | None,
        lists: ModelLists,
    ) -> None:
        self._catalogue = catalogue
        self._services = {openai.name: openai} | {service.name: service for service in services}
        self._offered = services
        self._default_provider = default_provider
        self._default_model = default_model
        self._lists = lists

    @property
    def services(self) -> tuple[Service, ...]:
        """Who can be asked, besides the demo provider."""
        return self._offered

    @property
    def lists(self) -> ModelLists:
        return self._lists

    @property
    def titles(self) -> Mapping[str, str]:
        """The names that may stand before a model's id, with what people call them; the default first."""
        titles = {service.name: service.title for service in self._offered}
        first = {self._default_provider: titles.get(self._default_provider, "Demo")}
        return first | titles

    @property
    def default_model(self) -> str:
        """What is chosen at first, as it is written in a request."""
        if self._default_model is not None:
            return self._default_model
        service = self._services.get(self._default_provider)
        own = () if service is None else service.preset.models
        return own[0] if own else self._catalogue.default_model

    def service(self, provider: str) -> Service | None:
        """How a provider is set up; None for the demo provider and for one that is not."""
        return self._services.get(provider)

    def find(self, provider: str, model_id: str) -> Model:
        """A model as this provider has it; raises NotFoundError."""
        service = self._services.get(provider)
        if service is None:
            return self._catalogue.find(model_id)
        known = service.preset
        allowed = known.unknown_models or model_id in known.models
        return known.offered(self._catalogue.find(model_id, allow_unknown=allowed))

    def settled(self, provider: str, model_id: str) -> Model:
        """The model that a finished job is priced with, whether or not it could be asked for today."""
        model = self._catalogue.find(model_id, allow_unknown=True)
        service = self._services.get(provider)
        return model if service is None else replace(model, image_price=service.preset.prices.get(model_id))

    def models_of(self, provider: str, today: date) -> tuple[Model, ...]:
        """What one chooses from at a provider; its list is asked for where it has one."""
        service = self._services.get(provider)
        if service is None:
            return self._catalogue.usable(today)
        catalogue = [model.id for model in self._catalogue.usable(today)] if provider == DEFAULT else []
        ids = dict.fromkeys([*catalogue, *service.preset.models, *self._listed(service)])
        found = (self.find(provider, id) for id in ids)
        return tuple(model for model in found if model.status(today) is not ModelStatus.RETIRED)

    def _listed(self, service: Service) -> tuple[str, ...]:
        """The models of its list; for a strict service only those that can be asked for."""
        return tuple(id for id in self._lists.models_of(service) if service.preset.unknown_models)

    def titled(self, provider: str, model: Model) -> Model:
        """The model as it is named beside those of other providers."""
        name = model.title if model.known else model.id.rpartition("/")[2] or model.id
        return replace(model, title=f"{self.titles.get(provider, provider)}: {name}")

    def check_default(self) -> None:
        """Raise NotFoundError for a default model that its provider does not have."""
        head, slash, rest = self.default_model.partition("/")
        if slash and head in self.titles:
            self.find(head, rest)
        else:
            self.find(self._default_provider, self.default_model)
