"""Settings: where they come from, and what a wrong one says."""

from decimal import Decimal
from pathlib import Path

import pytest
from dotenv import dotenv_values

from core.errors import SettingsError
from core.providers.presets import preset_variables
from core.settings import Settings, variables

ROOT = Path(__file__).parents[1]


def test_env_example_names_every_setting_with_its_default() -> None:
    example = dotenv_values(ROOT / ".env.example")
    ours, services = [variable for variable, _, _ in variables()], [variable for variable, _ in preset_variables()]
    assert list(example) == [*ours, *services, "APP_ADDRESS", "APP_PORT"]
    assert Settings.load({name: value or "" for name, value in example.items()}, folder=Path("/")) == Settings()


def test_env_example_explains_every_setting_as_settings_do() -> None:
    text = (ROOT / ".env.example").read_text()
    told = [(variable, help) for variable, _, help in variables()]
    assert all(f"# {help}\n{variable}=" in text for variable, help in (*told, *preset_variables()))


def test_the_environment_wins_over_dotenv_and_that_over_secrets(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CONCURRENCY=2\nBUDGET_DAY_USD=5\n")
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('BUDGET_DAY_USD = "9"\nBUDGET_MONTH_USD = 40\n')
    settings = Settings.load({"CONCURRENCY": "7"}, folder=tmp_path)
    assert (settings.concurrency, settings.budget_day_usd, settings.budget_month_usd) == (7, Decimal(5), Decimal(40))


def test_dotenv_is_found_in_a_parent_folder(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PROVIDER=demo\n")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    assert Settings.load({}, folder=tmp_path / "deep" / "er").provider == "demo"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CONCURRENCY", "many"),
        ("CONCURRENCY", "0"),
        ("MAX_IMAGE_SIZE_MB", "0"),
        ("MAX_IMAGE_SIZE_MB", "101"),
        ("IMAGE_COMPRESSION_QUALITY", "101"),
        ("IMAGE_COMPRESSION_QUALITY", "best"),
        ("AUTO_CLEANUP_DAYS", "99999999"),
        ("EMPTY_TRASH_DAYS", "36501"),
        ("BUDGET_DAY_USD", "-1"),
        ("BUDGET_DAY_USD", "NaN"),
        ("BUDGET_MONTH_USD", "1e30"),
        ("UNKNOWN_PRICE_USD", "1e999999"),
        ("OUTPUT_DIR", "out\0put"),
        ("PROVIDER", "azure?"),
        ("SHARED_HISTORY", "perhaps"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("REQUEST_TIMEOUT_SECONDS", "0"),
        ("LEASE_SECONDS", "inf"),
        ("DEMO_LATENCY_SECONDS", "nan"),
        ("OUTPUT_DIR", "~nobody-has-this-name/output"),
        ("FLOWISE_URL", "localhost:3000"),
        ("OPENAI_BASE_URL", "localhost:8080/v1"),
        ("OPENAI_BASE_URL", "ftp://localhost/v1"),
        ("OPENAI_BASE_URL", "http:///v1"),
        ("OPENAI_BASE_URL", "http://localhost:99999/v1"),
        ("OPENAI_BASE_URL", "http://localhost:http/v1"),
        ("OPENAI_BASE_URL", "http://[::1/v1"),
        ("OPENAI_BASE_URL", "http://a host/v1"),
        ("OPENAI_BASE_URL", "http://☃.example/v1"),
        ("OPENAI_BASE_URL", "http://localhost:8080/v1?key=1"),
    ],
)
def test_a_setting_that_cannot_be_used_names_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable) as caught:
        Settings.load({variable: value}, folder=Path("/"))
    assert caught.value.name == variable


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080/v1",
        "https://my_host.example.com/v1/",
        "http://[::1]:8080/v1",
        "http://10.0.0.1",
        "HTTP://A/v1",
    ],
)
def test_an_address_is_taken_as_it_is(url: str) -> None:
    assert Settings.load({"OPENAI_BASE_URL": url}, folder=Path("/")).openai_base_url == url


def test_an_address_without_its_beginning_is_told_what_is_missing() -> None:
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL must begin with http:// or https://"):
        Settings.load({"OPENAI_BASE_URL": "localhost:8080/v1"}, folder=Path("/"))


@pytest.mark.parametrize("variable", ["PROVIDER", "LOG_LEVEL", "CONCURRENCY", "SHARED_HISTORY", "BUDGET_DAY_USD"])
def test_a_key_in_the_wrong_variable_is_not_repeated(variable: str) -> None:
    with pytest.raises(SettingsError, match=f"The value of {variable}") as caught:
        Settings.load({variable: "sk-proj-0123456789abcdef"}, folder=Path("/"))
    assert "sk-" not in str(caught.value)


def test_a_password_in_an_address_that_is_refused_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load({"OPENAI_BASE_URL": "http://ada:secret@localhost:port/v1"}, folder=Path("/"))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["\ufeffPROVIDER=demo\n", "export PROVIDER=demo\r\n", "PROVIDER='demo'\n", 'PROVIDER = "demo"  # "auto" or so\n'],
)
def test_dotenv_is_read_however_an_editor_or_a_shell_likes_it(tmp_path: Path, text: str) -> None:
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    assert Settings.load({}, folder=tmp_path).provider == "demo"


@pytest.mark.parametrize("text", ['A=1\nBUDGET_DAY_USD="5\n', "A=1\nAPP_PASSWORD='it's secret'\n"])
def test_a_line_of_dotenv_that_cannot_be_read_is_named_and_not_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / ".env").write_text(text)
    with pytest.raises(SettingsError, match=r"\.env, line 2 is no NAME=value"):
        Settings.load({}, folder=tmp_path)


@pytest.mark.parametrize("name", [".env", ".streamlit/secrets.toml"])
def test_a_settings_file_that_is_no_text_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes("# Füchse\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=f"{name} is not UTF-8 text"):
        Settings.load({}, folder=tmp_path)


@pytest.mark.parametrize(
    ("environ", "provider"),
    [
        ({}, "demo"),
        ({"OPENAI_API_KEY": "sk-x"}, "openai"),
        ({"OPENAI_BASE_URL": "http://localhost:8080/v1"}, "openai"),
        ({"OPENAI_API_KEY": "sk-x", "PROVIDER": "demo"}, "demo"),
    ],
)
def test_the_provider_follows_from_what_is_set(environ: dict[str, str], provider: str) -> None:
    assert Settings.load(environ, folder=Path("/")).provider_name == provider


BUCKET = {"S3_BUCKET_NAME": "pictures", "S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "sk-secret", "S3_REGION": "eu-west-1"}


@pytest.mark.parametrize(
    ("without", "more", "sentence"),
    [
        (["S3_BUCKET_NAME"], {}, "need S3_BUCKET_NAME as well"),
        (["S3_ACCESS_KEY", "S3_SECRET_KEY"], {}, "need S3_ACCESS_KEY and S3_SECRET_KEY as well"),
        (["S3_REGION"], {}, "need S3_REGION as well. Without S3_ENDPOINT"),
        ([], {"S3_ENDPOINT": "localhost:9000"}, "S3_ENDPOINT must begin with http"),
        ([], {"S3_PUBLIC_BASE_URL": "ftp://cdn"}, "S3_PUBLIC_BASE_URL must begin with http"),
        ([], {"S3_LINK_SECONDS": "604801"}, "S3_LINK_SECONDS must be from 1 to 604800"),
    ],
)
def test_half_a_bucket_says_what_is_missing(without: list[str], more: dict[str, str], sentence: str) -> None:
    environ = {name: value for name, value in (BUCKET | more).items() if name not in without}
    with pytest.raises(SettingsError, match=sentence) as caught:
        Settings.load(environ, folder=Path("/"))
    assert "sk-secret" not in str(caught.value)


def test_a_bucket_is_amazons_or_another_servers() -> None:
    amazons = Settings.load(BUCKET | {"S3_ACCESS_KEY": "sk-secret-too"}, folder=Path("/"))
    assert amazons.s3_endpoint is None
    assert "sk-secret" not in repr(amazons)
    elsewhere = {**BUCKET, "S3_REGION": "", "S3_ENDPOINT": "http://localhost:9000"}
    assert Settings.load(elsewhere, folder=Path("/")).s3_region is None


def test_flowise_without_a_chatflow_says_which_setting_is_missing() -> None:
    with pytest.raises(SettingsError, match="FLOWISE_URL needs FLOWISE_CHATFLOW_ID"):
        Settings.load({"FLOWISE_URL": "http://localhost:3000"}, folder=Path("/"))


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "APP_PASSWORD", "FLOWISE_API_KEY"])
def test_a_secret_is_in_no_representation_of_the_settings(variable: str) -> None:
    assert "sk-secret" not in repr(Settings.load({variable: "sk-secret"}, folder=Path("/")))
