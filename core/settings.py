"""Settings: read once from the environment, a ``.env`` file and Streamlit's secrets, in that order.

Each field carries its variable and what it means; ``.env.example`` repeats them, and a test
holds the two together.
"""

import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from core.domain.library import MAX_DAYS
from core.errors import SettingsError
from core.providers.addresses import problem_of_address
from core.providers.configured import Service, configured, known_presets, openai_service, what_is_missing
from core.providers.own_file import read_own
from core.providers.presets import Preset

PROVIDERS = ("auto", "openai", "demo")
OWN_FILE = "providers.toml"
S3_NAMES = ("S3_BUCKET_NAME", "S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_PUBLIC_BASE_URL")
WEEK = 604_800
"""In seconds: no signed link of S3 is good for longer."""
LOG_FORMATS = ("text", "json")
QUEUES = ("inline", "celery")
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
MAX_SECONDS = 1e9
"""Some thirty years: a date so far away can still be reckoned with."""
MAX_USD = Decimal(1_000_000_000)
"""What the ledger's rows can hold, with room to add."""
PERCENT = 100
REPEAT_AT_MOST = 20
"""A longer value is not repeated: it may be a key or a URL in the wrong place."""


def _setting(default: Any, variable: str, help: str) -> Any:
    return field(default=default, metadata={"variable": variable, "help": help})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can choose. Amounts are USD, times seconds."""

    openai_api_key: str | None = field(
        default=None,
        repr=False,
        metadata={"variable": "OPENAI_API_KEY", "help": "Your key. Without one Gesso runs on its demo provider."},
    )
    openai_base_url: str | None = _setting(
        None, "OPENAI_BASE_URL", "Another server that speaks the Images API, such as http://localhost:8080/v1."
    )
    provider: str = _setting(
        "auto",
        "PROVIDER",
        "auto (OpenAI if there is a key or a base URL, else demo), openai, another provider's name, or demo alone.",
    )
    providers_file: Path | None = _setting(
        None, "PROVIDERS_FILE", "Providers of your own; empty means providers.toml here, if there is one."
    )
    default_model: str | None = _setting(
        None, "DEFAULT_MODEL", "The model chosen at first; empty means the catalogue's."
    )
    budget_day_usd: Decimal | None = _setting(
        None, "BUDGET_DAY_USD", "Spend at most this much a day (UTC); empty means no limit."
    )
    budget_month_usd: Decimal | None = _setting(
        None, "BUDGET_MONTH_USD", "Spend at most this much a calendar month (UTC); empty means no limit."
    )
    unknown_price_usd: Decimal = _setting(
        Decimal("0.25"),
        "UNKNOWN_PRICE_USD",
        "Held against the budget per image, or written prompt, when a model's price is unknown.",
    )
    max_image_size_mb: int = _setting(
        50, "MAX_IMAGE_SIZE_MB", "The largest picture or mask file that is taken in, in MB (1 to 100)."
    )
    image_compression_quality: int | None = _setting(
        None,
        "IMAGE_COMPRESSION_QUALITY",
        "JPEG and WebP quality (1 to 100) of copies, never of originals; empty: 80 to look at, 90 to download.",
    )
    auto_cleanup_days: int | None = _setting(
        None, "AUTO_CLEANUP_DAYS", "Move pictures older than this to the trash, favourites and collections excepted."
    )
    empty_trash_days: int | None = _setting(
        None, "EMPTY_TRASH_DAYS", "Delete for good what has lain in the trash for this long; empty means by hand only."
    )
    output_dir: Path = _setting(
        Path("output"), "OUTPUT_DIR", "Where images, thumbnails, spooled answers and the SQLite file go."
    )
    database_url: str | None = _setting(
        None, "DATABASE_URL", "Empty means SQLite in OUTPUT_DIR; or postgresql://user:password@host/name."
    )
    s3_bucket_name: str | None = _setting(
        None, "S3_BUCKET_NAME", "A bucket for pictures, which many machines can share; empty: they lie in OUTPUT_DIR."
    )
    s3_endpoint: str | None = _setting(
        None, "S3_ENDPOINT", "The server that has the bucket, such as http://localhost:9000; empty means Amazon's."
    )
    s3_region: str | None = _setting(
        None, "S3_REGION", "The bucket's region; with S3_ENDPOINT it may be empty, which says us-east-1."
    )
    s3_access_key: str | None = field(
        default=None,
        repr=False,
        metadata={"variable": "S3_ACCESS_KEY", "help": "A key that may list, read, write and delete in the bucket."},
    )
    s3_secret_key: str | None = field(
        default=None, repr=False, metadata={"variable": "S3_SECRET_KEY", "help": "The secret that belongs to it."}
    )
    s3_public_base_url: str | None = _setting(
        None, "S3_PUBLIC_BASE_URL", "Where anybody reads the bucket, such as a CDN; empty: links are signed and expire."
    )
    s3_link_seconds: int = _setting(
        86400, "S3_LINK_SECONDS", "How long a signed link to an object is good; at most 604800, a week."
    )
    concurrency: int = _setting(4, "CONCURRENCY", "How many jobs one process runs at once.")
    queue: str = _setting("inline", "QUEUE", "inline (threads of this process) or celery (workers, `gesso worker`).")
    celery_broker_url: str | None = field(
        default=None,
        repr=False,
        metadata={
            "variable": "CELERY_BROKER_URL",
            "help": "Where workers get their jobs, such as redis://localhost:6379/0 or amqp://guest@localhost//",
        },
    )
    task_soft_seconds: float = _setting(
        240.0, "TASK_SOFT_SECONDS", "With QUEUE=celery: how long a provider may take for one job before it is stopped."
    )
    task_seconds: float = _setting(
        300.0, "TASK_SECONDS", "With QUEUE=celery: how long a worker may take for one job before it is given up."
    )
    batch_window: int | None = _setting(
        None,
        "BATCH_WINDOW",
        "How many of a batch's jobs wait or run at once; empty: 3 x CONCURRENCY; with celery 64, or twice what runs.",
    )
    batch_ask_above_usd: Decimal = _setting(
        Decimal(5), "BATCH_ASK_ABOVE_USD", "Ask once more before a batch that may cost more than this."
    )
    prompt_model: str | None = _setting(
        None, "PROMPT_MODEL", "A chat model that writes avatars' prompts, such as gpt-5-mini; empty: a template."
    )
    flowise_url: str | None = _setting(
        None, "FLOWISE_URL", "A Flowise server that writes avatars' prompts instead, such as http://localhost:3000."
    )
    flowise_chatflow_id: str | None = _setting(None, "FLOWISE_CHATFLOW_ID", "The chatflow that writes image prompts.")
    flowise_persona_chatflow_id: str | None = _setting(
        None, "FLOWISE_PERSONA_CHATFLOW_ID", "A chatflow that invents personas, if there is one."
    )
    flowise_api_key: str | None = field(
        default=None,
        repr=False,
        metadata={"variable": "FLOWISE_API_KEY", "help": "A key for these chatflows, if they ask for one."},
    )
    request_timeout_seconds: float = _setting(
        600.0, "REQUEST_TIMEOUT_SECONDS", "How long to wait for a silent provider before the outcome is called unknown."
    )
    drain_seconds: float = _setting(
        120.0, "DRAIN_SECONDS", "How long running jobs may finish when the server is told to stop."
    )
    lease_seconds: float = _setting(
        15.0, "LEASE_SECONDS", "A process that gives no sign of life for this long is taken for dead."
    )
    shared_history: bool = _setting(
        False, "SHARED_HISTORY", "true: every visitor sees all jobs and images; false: each browser sees its own."
    )
    demo_latency_seconds: float = _setting(2.0, "DEMO_LATENCY_SECONDS", "How long the demo provider pretends to think.")
    log_level: str = _setting("INFO", "LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.")
    log_format: str = _setting("text", "LOG_FORMAT", "text, or json: one object a line, for machines that read logs.")
    metrics: bool = _setting(False, "METRICS", "true: counters for Prometheus at /metrics; they name no person.")
    app_password: str | None = field(
        default=None,
        repr=False,
        metadata={
            "variable": "APP_PASSWORD",
            "help": "Asked before any page unless the server listens on this machine only; the API has its own keys.",
        },
    )

    others: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """All variables as they were found, for the keys and addresses that providers name."""

    @property
    def provider_name(self) -> str:
        """The provider of a request that names none, with auto decided."""
        if self.provider != "auto":
            return self.provider
        return "openai" if self.openai_api_key or self.openai_base_url else "demo"

    @cached_property
    def own_presets(self) -> tuple[Preset, ...]:
        """The entries of one's own file; raises SettingsError."""
        return () if self.providers_file is None else read_own(self.providers_file)

    @cached_property
    def openai(self) -> Service:
        """OpenAI, or the server that stands in its place; visitors' own keys go there."""
        return openai_service(self.openai_api_key, self.openai_base_url, self.own_presets)

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Who can be asked, openai first; nobody but the demo provider if that was chosen by name."""
        if self.provider == "demo":
            return ()
        others = configured(self.own_presets, self.others)
        is_set_up = self.openai_api_key or self.openai_base_url or self.provider == "openai"
        return (self.openai, *others) if is_set_up else others

    @property
    def sqlite_path(self) -> Path:
        return self.output_dir / "gesso.sqlite3"

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, *, folder: Path | None = None) -> "Settings":
        """Read the settings; real environment variables win over ``.env``, that over secrets.

        ``folder`` (the working directory) or a parent may hold ``.env`` and ``.streamlit/secrets.toml``.
        Raises SettingsError with the variable's name for a value that cannot be used.
        """
        start = folder or _working_directory()
        layers = (os.environ if environ is None else environ, _dotenv(start), _secrets(start))
        found = {name: text.strip() for layer in reversed(layers) for name, text in layer.items() if text.strip()}
        values: dict[str, Any] = {"others": found}
        for item in _told_fields():
            variable = item.metadata["variable"]
            if (text := found.get(variable)) is not None:
                values[item.name] = _read(variable, str(item.type), text)
        if "providers_file" not in values and os.path.isfile(start / OWN_FILE):
            values["providers_file"] = start / OWN_FILE
        settings = cls(**values)
        _check(settings)
        settings.services  # noqa: B018 - reads one's own file and the addresses now, so that mistakes come to light
        return settings


def no_such_default(model_id: str) -> SettingsError:
    """The error for a DEFAULT_MODEL that the provider does not have."""
    return SettingsError(
        f"DEFAULT_MODEL={model_id!r} is no model of this provider. Change it, or leave it empty for the usual one.",
        name="DEFAULT_MODEL",
    )


def variables() -> Iterator[tuple[str, Any, str]]:
    """Each setting's variable, default and meaning, in order."""
    for item in _told_fields():
        yield item.metadata["variable"], item.default, item.metadata["help"]


def _told_fields() -> Iterator[Field[Any]]:
    """The fields that a variable sets."""
    return (item for item in fields(Settings) if item.metadata)


def _read(variable: str, kind: str, text: str) -> Any:
    """Turn a variable's text into the kind of value its field has."""
    try:
        if "\0" in text:
            raise ValueError(variable)
        if "Decimal" in kind:
            return _amount(text)
        if "Path" in kind:
            return Path(text).expanduser()
        if "bool" in kind:
            return _boolean(text)
        if "int" in kind:
            return int(text)
        return _seconds(text) if "float" in kind else text
    except (ValueError, InvalidOperation, RuntimeError):  # RuntimeError: a ~ that nobody's home stands for
        raise SettingsError(f"{_told(variable, text)} cannot be read. {_meaning(variable)}", name=variable) from None


def _amount(text: str) -> Decimal:
    amount = Decimal(text.lstrip("$"))
    if not amount.is_finite() or not 0 <= amount <= MAX_USD:
        raise ValueError(text)
    return abs(amount)  # no -0


def _seconds(text: str) -> float:
    seconds = float(text)
    if not math.isfinite(seconds) or seconds > MAX_SECONDS:
        raise ValueError(text)
    return seconds


def _boolean(text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ValueError(text)


def _check(settings: Settings) -> None:
    _check_provider(settings)
    if settings.openai_base_url is not None and (problem := problem_of_address(settings.openai_base_url)):
        # The address itself is not repeated: it may hold a password.
        raise SettingsError(
            f"OPENAI_BASE_URL {problem}. Write it like http://localhost:8080/v1.", name="OPENAI_BASE_URL"
        )
    _check_queue(settings)
    _check_bucket(settings)
    _check_flowise(settings)
    for name in ("concurrency", "batch_window", "auto_cleanup_days", "empty_trash_days"):
        if (value := getattr(settings, name)) is not None and value < 1:
            raise SettingsError(f"{name.upper()} must be at least 1.", name=name.upper())
    for name in ("auto_cleanup_days", "empty_trash_days"):
        if (value := getattr(settings, name)) is not None and value > MAX_DAYS:
            raise SettingsError(f"{name.upper()} must be at most {MAX_DAYS:,}, a hundred years.", name=name.upper())
    for name in ("max_image_size_mb", "image_compression_quality"):
        if (value := getattr(settings, name)) is not None and not 1 <= value <= PERCENT:
            raise SettingsError(f"{name.upper()} must be from 1 to {PERCENT}.", name=name.upper())
    for name in ("request_timeout_seconds", "lease_seconds", "task_soft_seconds", "task_seconds"):
        if getattr(settings, name) <= 0:
            raise SettingsError(f"{name.upper()} must be more than 0.", name=name.upper())
    for name in ("drain_seconds", "demo_latency_seconds"):
        if getattr(settings, name) < 0:
            raise SettingsError(f"{name.upper()} cannot be negative.", name=name.upper())
    if settings.log_level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        told = _told("LOG_LEVEL", settings.log_level)
        raise SettingsError(f"{told} is unknown. Choose one: {_meaning('LOG_LEVEL')}", name="LOG_LEVEL")
    if settings.log_format not in LOG_FORMATS:
        told = _told("LOG_FORMAT", settings.log_format)
        raise SettingsError(f"{told} is unknown. Choose one: {_meaning('LOG_FORMAT')}", name="LOG_FORMAT")


def _check_queue(settings: Settings) -> None:
    if settings.queue not in QUEUES:
        told = _told("QUEUE", settings.queue)
        raise SettingsError(f"{told} is unknown. Choose one: {_meaning('QUEUE')}", name="QUEUE")
    if settings.queue == "celery" and not settings.celery_broker_url:
        sentence = f"QUEUE=celery needs CELERY_BROKER_URL. {_meaning('CELERY_BROKER_URL')}."
        raise SettingsError(sentence, name="CELERY_BROKER_URL")
    if settings.task_seconds < settings.task_soft_seconds:
        raise SettingsError("TASK_SECONDS must not be less than TASK_SOFT_SECONDS.", name="TASK_SECONDS")


def _check_flowise(settings: Settings) -> None:
    if settings.flowise_url is None:
        return
    if problem := problem_of_address(settings.flowise_url):
        # The address itself is not repeated: it may hold a password.
        raise SettingsError(f"FLOWISE_URL {problem}. Write it like http://localhost:3000.", name="FLOWISE_URL")
    if not settings.flowise_chatflow_id and not settings.flowise_persona_chatflow_id:
        raise SettingsError(
            "FLOWISE_URL needs FLOWISE_CHATFLOW_ID, the chatflow that writes image prompts, or "
            "FLOWISE_PERSONA_CHATFLOW_ID. Flowise shows a chatflow's id in its address.",
            name="FLOWISE_CHATFLOW_ID",
        )


def _check_bucket(settings: Settings) -> None:
    """Either nothing of S3 is set, or all that is needed; addresses are not repeated: they may hold a password."""
    told = {name: getattr(settings, name.lower()) for name in S3_NAMES}
    needed = ["S3_BUCKET_NAME", "S3_ACCESS_KEY", "S3_SECRET_KEY", *([] if told["S3_ENDPOINT"] else ["S3_REGION"])]
    missing = [name for name in needed if not told[name]]
    if missing and any(told.values()):
        names = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
        hint = " Without S3_ENDPOINT the bucket is Amazon's, who wants its region." if "S3_REGION" in missing else ""
        raise SettingsError(f"Pictures in a bucket need {names} as well.{hint}", name=missing[0])
    for name in ("S3_ENDPOINT", "S3_PUBLIC_BASE_URL"):
        if told[name] and (problem := problem_of_address(told[name])):
            raise SettingsError(f"{name} {problem}. Write it like https://s3.example.com.", name=name)
    if not 1 <= settings.s3_link_seconds <= WEEK:
        raise SettingsError(f"S3_LINK_SECONDS must be from 1 to {WEEK} (a week).", name="S3_LINK_SECONDS")


def _check_provider(settings: Settings) -> None:
    """Read who is set up, which tells mistakes in one's own file, and see that PROVIDER is one of them."""
    if settings.provider in PROVIDERS or settings.provider in [service.name for service in settings.services]:
        return
    for known in known_presets(settings.own_presets):
        if known.name == settings.provider and (missing := what_is_missing(known, settings.others)):
            raise SettingsError(f"PROVIDER={known.name} is not set up yet: {missing}.", name="PROVIDER")
    told = _told("PROVIDER", settings.provider)
    raise SettingsError(f"{told} is unknown. Choose one: {_meaning('PROVIDER')}", name="PROVIDER")


def _told(variable: str, text: str) -> str:
    return f"{variable}={text!r}" if len(text) <= REPEAT_AT_MOST else f"The value of {variable}"


def _meaning(variable: str) -> str:
    return next(help for name, _, help in variables() if name == variable)


def _dotenv(start: Path) -> dict[str, str]:
    path = _nearest(start, ".env")
    if path is None:
        return {}
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    text = _text(path)
    for line in parse_stream(StringIO(text)):
        if line.error:  # dotenv_values would leave it out, and a guard with it
            where = f"{path}, line {line.original.line}"
            raise SettingsError(f"{where} is no NAME=value; is a quotation mark missing?", name=path.name)
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value is not None}


def _secrets(start: Path) -> dict[str, str]:
    path = _nearest(start, ".streamlit/secrets.toml")
    if path is None:
        return {}
    try:
        data = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}", name=path.name) from error
    return {name: str(value) for name, value in data.items() if not isinstance(value, dict | list)}


def _text(path: Path) -> str:
    """A settings file's text, without the mark that some editors put before it."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text. Save it as UTF-8.", name=path.name) from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", name=path.name) from error


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise SettingsError("The working directory is gone. Change to another one.", name="PWD") from error


def _nearest(start: Path, name: str) -> Path | None:
    # os.path: a parent folder that may not be looked into holds no settings for us.
    return next((path for folder in (start, *start.parents) if os.path.isfile(path := folder / name)), None)
