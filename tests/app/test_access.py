"""The password before the pages: what is asked where, what opens, and how guessing is slowed down."""

from collections.abc import Iterator

import pytest
import streamlit.config
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.ui import access
from app.ui.cookie import VisitorCookie
from app.ui.routes import picture_routes
from app.ui.sign_in import PasswordGate
from app.ui.throttle import ALL_TOGETHER, MOST_CLIENTS, Throttle, network_of
from tests.app.shell import all_text, run_page

WORD = "open sesame"
PAGE = {"accept": "text/html"}


def page(_request: Request) -> Response:
    return HTMLResponse("<p>page</p>")


async def talk(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


@pytest.fixture
def guarded(surroundings: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A workbench behind a password; what another test guessed wrong is forgotten."""
    surroundings.setenv("APP_PASSWORD", WORD)
    access.throttle.cache_clear()
    return surroundings


@pytest.fixture
def browser(guarded: pytest.MonkeyPatch) -> Iterator[TestClient]:  # noqa: ARG001
    """A browser that has never been here; no address is configured, which is every address."""
    routes = [*picture_routes(), Route("/v1/models", page), WebSocketRoute("/_stcore/stream", talk)]
    app = Starlette(
        routes=[*routes, Route("/{path:path}", page)],
        middleware=[Middleware(PasswordGate, open_paths=("/v1",)), Middleware(VisitorCookie)],
    )
    with TestClient(app, base_url="http://gesso.test", follow_redirects=False) as client:
        yield client


@pytest.fixture
def on_loopback() -> Iterator[None]:
    before = streamlit.config.get_option("server.address")
    streamlit.config.set_option("server.address", "127.0.0.1")
    yield
    streamlit.config.set_option("server.address", before)


def sign_in(browser: TestClient, word: str = WORD, **fields: str) -> Response:
    return browser.post("/gesso/sign-in", data={"password": word, **fields})  # type: ignore[return-value]


def test_nothing_but_the_api_opens_before_the_password(browser: TestClient) -> None:
    answer = browser.get("/history?tag=fox", headers=PAGE)
    assert (answer.status_code, "gesso_visitor" in answer.headers.get("set-cookie", "")) == (401, False)
    assert 'name="next" value="/history?tag=fox"' in answer.text
    for path in ("/gesso/images/abc", "/gesso/exports/everything", "/gesso/sheets/x", "/media/x.png", "/v1x"):
        assert browser.get(path).status_code == 401
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("ws://gesso.test/_stcore/stream"):
        pass
    assert browser.get("/v1/models").status_code == 200
    assert browser.get("/history", headers=PAGE | {"host": "x/v1?"}).status_code == 401


def test_the_password_opens_everything_until_signing_out(browser: TestClient) -> None:
    answer = sign_in(browser, next="/history?tag=fox")
    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/history?tag=fox")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert browser.get("/history", headers=PAGE).text == "<p>page</p>"
    assert browser.get("/gesso/images/abc").status_code == 404
    with browser.websocket_connect("ws://gesso.test/_stcore/stream"):
        pass
    held = browser.cookies[access.COOKIE]
    assert browser.post("/gesso/sign-in", data={"leave": "yes"}).status_code == 303
    browser.cookies.set(access.COOKIE, held)  # a tab that still has it
    assert browser.get("/history", headers=PAGE).status_code == 401


@pytest.mark.parametrize(
    "target", ["//evil.test", "https://evil.test", "/\\evil.test", "/a\r\nx: y", "", "javascript:1"]
)
def test_signing_in_leads_nowhere_else(browser: TestClient, target: str) -> None:
    assert sign_in(browser, next=target).headers["location"] == "/"


def test_a_cookie_that_was_forged_or_outlived_its_password_opens_nothing(
    browser: TestClient, guarded: pytest.MonkeyPatch
) -> None:
    from app.workbench import shutdown

    sign_in(browser)
    until, id, signature = browser.cookies[access.COOKIE].split(".")
    for forged in (f"{int(until) + 9}.{id}.{signature}", f"{until}.{id}.{'0' * 64}", "x", ""):
        assert not access.admits(forged)
    guarded.setenv("APP_PASSWORD", "another")
    shutdown()
    assert browser.get("/", headers=PAGE).status_code == 401


def test_guessing_waits_longer_and_longer(browser: TestClient) -> None:
    said = [sign_in(browser, "guess").text for _ in range(4)]
    assert "That is not the password. Try again." in said[0]
    assert "Try again in 1 second." in said[2]
    assert "too many wrong passwords" in said[3]
    assert "too many wrong passwords" in sign_in(browser).text  # even the right one


def test_the_throttle_forgets_forgives_and_stays_small() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(8):
        throttle.attempt("1.2.3.4", lambda: False)
        now[0] += 1000
    assert throttle.attempt("1.2.3.4", lambda: True) is None
    assert throttle.attempt("1.2.3.4", lambda: False) == "That is not the password. Try again."
    for number in range(ALL_TOGETHER):
        throttle.attempt(f"10.0.0.{number}", lambda: False)
    assert "Try again in 60 seconds" in str(throttle.attempt("10.0.1.1", lambda: True))
    for number in range(MOST_CLIENTS + 10):
        now[0] += 100
        throttle.attempt(f"client {number}", lambda: False)
    assert len(throttle._clients) == MOST_CLIENTS
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2::9") != network_of("2001:db8:1:3::9")


@pytest.mark.usefixtures("on_loopback")
def test_on_this_machine_nothing_is_asked_unless_a_proxy_stands_before_it(browser: TestClient) -> None:
    here = {**PAGE, "host": "localhost:8501"}
    assert browser.get("/", headers=here).status_code == 200
    assert browser.get("/", headers=here | {"x-forwarded-for": "203.0.113.9"}).status_code == 401
    assert browser.get("/", headers=here | {"host": "gesso.example.org"}).status_code == 401


@pytest.mark.usefixtures("guarded")
def test_a_plain_script_asks_in_the_page_itself() -> None:
    app = run_page("app/ui/frame.py")
    assert [one.label for one in app.text_input] == ["Password"]
    app.text_input[0].input("guess")
    app.button[0].click().run()
    assert "That is not the password" in app.error[0].value
    app.text_input[0].input(WORD)
    app.button[0].click().run()
    assert "This host keeps pictures only for a while" in all_text(app)
    assert app.text_area  # the first page
