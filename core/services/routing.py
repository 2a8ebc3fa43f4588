"""Who is asked: a model is written ``provider/model``, or its id alone for the default provider.

    gpt-image-2                                       the default provider
    airefinery/black-forest-labs/FLUX.1-schnell       airefinery, model black-forest-labs/FLUX.1-schnell

The first segment counts as a provider only if one of that name is set up, since ids hold slashes too.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from core.domain.found import FoundSettings
from core.domain.job import Job
from core.domain.model import Model
from core.domain.request import Request
from core.domain.visitor import Visitor
from core.errors import NotFoundError, UnsupportedOptionError


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where a request goes: the provider's name, and the id that the provider itself has for the model."""

    provider: str
    model_id: str


class Router:
    """Reads and writes models' names; ``find_model`` knows a provider's model by the provider's own id."""

    def __init__(
        self,
        *,
        names: Collection[str],
        default_provider: str,
        visitor_provider: str,
        find_model: Callable[[str, str], Model],
    ) -> None:
        self._names = names
        self._default = default_provider
        self._visitors = visitor_provider
        self._find_model = find_model

    def provider_of(self, visitor: Visitor) -> str:
        """Who serves this visitor where no provider is named: their own key goes to the real one."""
        return self._default if visitor.api_key is None else self._visitors

    def route(self, name: str, visitor: Visitor) -> Route:
        """Where a model of this name is asked for; raises UnsupportedOptionError, or NotFoundError for half a name."""
        head, slash, rest = name.partition("/")
        if not slash or head not in self._names:
            return Route(provider=self.provider_of(visitor), model_id=name)
        if not rest:
            raise NotFoundError(f"Name a model of {head}: {head}/MODEL.", kind="model", id=name)
        if visitor.api_key is not None and head != self._visitors:
            raise UnsupportedOptionError(
                f"Your own key goes to {self._visitors} only. Forget it in Settings to use {head}.",
                model=name,
                param="model",
            )
        return Route(provider=head, model_id=rest)

    def name_of(self, route: Route, visitor: Visitor) -> str:
        """How a request of this visitor names the model; ``route`` reads it back."""
        head, slash, _ = route.model_id.partition("/")
        is_plain = route.provider == self.provider_of(visitor) and not (slash and head in self._names)
        return route.model_id if is_plain else f"{route.provider}/{route.model_id}"

    def name_in(self, found: FoundSettings, visitor: Visitor) -> str:
        """The model that a picture's file names, as a request names it: our own files tell the provider too."""
        provider = found.options.get("provider", "")
        if not found.model or not found.is_ours or provider not in self._names:
            return found.model or ""
        return self.name_of(Route(provider=provider, model_id=found.model), visitor)

    def model(self, name: str, visitor: Visitor) -> Model:
        """The model as its provider has it, under the name by which a request asks for it; raises NotFoundError."""
        route = self.route(name, visitor)
        found = self._find_model(route.provider, route.model_id)
        return replace(found, id=self.name_of(route, visitor))

    def sent(self, request: Request, visitor: Visitor) -> tuple[str, Request]:
        """The provider, and the request as it receives it."""
        route = self.route(request.model, visitor)
        return route.provider, replace(request, model=route.model_id)

    def again(self, job: Job, visitor: Visitor) -> Request:
        """A job's request as it would be asked once more: of the same provider, if this visitor can ask it."""
        is_theirs = visitor.api_key is not None and job.provider != self._visitors
        if job.provider not in self._names or is_theirs:
            return job.request
        return replace(
            job.request, model=self.name_of(Route(provider=job.provider, model_id=job.request.model), visitor)
        )
