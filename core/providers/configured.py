"""The services that somebody has set up: presets joined with the keys and addresses of the environment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from core.errors import SettingsError
from core.providers.addresses import PLACEHOLDER, problem_of_address
from core.providers.presets import DEFAULT, GENERIC, Preset, preset, preset_for, presets


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """One provider as it is set up here; its name is also the account that pays for it."""

    name: str
    preset: Preset
    base_url: str
    api_key: str | None = field(default=None, repr=False)

    @property
    def title(self) -> str:
        return self.preset.title


def openai_service(api_key: str | None, base_url: str | None, own: Iterable[Preset]) -> Service:
    """The provider called openai: OpenAI itself, or whatever server OPENAI_BASE_URL names instead."""
    known = next((one for one in own if one.name == DEFAULT), preset(DEFAULT))
    if base_url is not None:
        known = replace(preset_for(base_url), api_key_variable=known.api_key_variable)
    return Service(name=DEFAULT, preset=known, base_url=base_url or known.base_url, api_key=api_key)


def configured(own: Iterable[Preset], variables: Mapping[str, str]) -> tuple[Service, ...]:
    """The services besides openai that have what they need, ours first, then those of one's own file.

    Raises SettingsError for an address that cannot be used.
    """
    services = (_service(known, variables) for known in known_presets(own) if known.name not in (DEFAULT, GENERIC))
    return tuple(service for service in services if service is not None)


def known_presets(own: Iterable[Preset]) -> tuple[Preset, ...]:
    """Ours, each replaced by one's own of the same name, then the others of one's own."""
    by_name = {known.name: known for known in presets()} | {known.name: known for known in own}
    return tuple(by_name.values())


def what_is_missing(known: Preset, variables: Mapping[str, str]) -> str:
    """What would make a service one of the providers, to end a sentence with; empty if it has all that it needs."""
    wanted = [known.api_key_variable] if not known.keyless else []
    if known.keyless or PLACEHOLDER in known.base_url or not known.base_url:
        wanted.append(known.base_url_variable)
    missing = [name for name in wanted if name and _of(variables, name) is None]
    return "set " + " and ".join(missing) if missing else ""


def _service(known: Preset, variables: Mapping[str, str]) -> Service | None:
    key, told = _of(variables, known.api_key_variable), _of(variables, known.base_url_variable)
    if told is not None and (problem := problem_of_address(told)):
        # The address itself is not repeated: it may hold a password.
        variable = str(known.base_url_variable)
        raise SettingsError(f"{variable} {problem}. Write it like http://localhost:8080/v1.", name=variable)
    address = told or known.base_url
    if not address or PLACEHOLDER in address:
        return None
    is_set_up = key is not None if not known.keyless else told is not None or known.own
    return Service(name=known.name, preset=known, base_url=address, api_key=key) if is_set_up else None


def _of(variables: Mapping[str, str], name: str | None) -> str | None:
    return variables.get(name) or None if name else None
