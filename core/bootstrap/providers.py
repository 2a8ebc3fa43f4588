"""Settings -> the providers by name, each made when its first job runs."""

from functools import partial

from core.providers.catalogue import catalogue
from core.providers.configured import Service, known_presets
from core.providers.lazily import Providers
from core.providers.offering import DEMO, Offering
from core.services.batch_ports import Pace
from core.services.ports import Clock, Provider
from core.settings import Settings


def providers_of(settings: Settings, offering: Offering, pace: Pace, clock: Clock) -> Providers:
    """Those that are set up, the demo provider, and what stands for names that jobs bear and nobody has any more."""

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
