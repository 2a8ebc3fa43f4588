"""Settings -> what there is to choose from: no database, nothing sent, nothing heavy to import."""

from core.providers.catalogue import catalogue
from core.providers.listing import ModelLists
from core.providers.offering import Offering
from core.services.routing import Router
from core.settings import Settings


def offering_of(settings: Settings) -> Offering:
    """The models of the providers that are set up."""
    return Offering(
        catalogue=catalogue(),
        services=settings.services,
        openai=settings.openai,
        default_provider=settings.provider_name,
        default_model=settings.default_model,
        lists=ModelLists(settings.output_dir / "model-lists.json"),
    )


def router_of(settings: Settings, offering: Offering) -> Router:
    """Who is asked for which model."""
    return Router(
        names=offering.titles,
        default_provider=settings.provider_name,
        visitor_provider=settings.openai.name,
        find_model=offering.find,
    )
