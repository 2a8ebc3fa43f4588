"""Pictures by address: whose they are, how they are sent, and the cookie that decides."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.ui.cookie import COOKIE, VisitorCookie, owner_of
from app.ui.routes import (
    before_url,
    changes_url,
    download_url,
    image_url,
    input_url,
    mask_url,
    picture_routes,
    preview_url,
    thumbnail_url,
)
from core.bootstrap import Workbench
from core.domain.job import Job, StoredImage
from core.domain.mask import Mask, parse_region
from core.domain.request import EditRequest
from core.domain.visitor import Visitor
from core.imaging.upload import take_in
from tests.app.shell import painted

ANNA, BERT = "a" * 43, "b" * 43
SIZE = {"size": "1024x640"}
ADDRESSES = (image_url, thumbnail_url, download_url)


def owner(cookie: str) -> Visitor:
    return Visitor(owner=str(owner_of({COOKIE: cookie})))


def photo(width: int, height: int) -> bytes:
    """A PNG as the editor writes it."""
    return take_in(_png(Image.linear_gradient("L").resize((width, height)).convert("RGB"))).data


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def page(_request: Request) -> Response:
    return HTMLResponse("<p>page</p>", headers={"Cache-Control": "public"})


@pytest.fixture
def browser(bench: Workbench) -> Iterator[TestClient]:  # noqa: ARG001
    """A browser that has never been here."""
    app = Starlette(
        routes=[*picture_routes(), Route("/{path:path}", page)],
        middleware=[Middleware(VisitorCookie)],
    )
    with TestClient(app, base_url="http://gesso.test") as client:
        yield client


@pytest.fixture
def anna(browser: TestClient) -> TestClient:
    browser.cookies.set(COOKIE, ANNA)
    return browser


@pytest.fixture
def image(bench: Workbench) -> StoredImage:
    return painted(bench, owner(ANNA), "A red fox!", **SIZE).images[0]


def test_the_original_is_sent_as_it_was_stored(anna: TestClient, bench: Workbench, image: StoredImage) -> None:
    answer = anna.get(image_url(image.id))

    assert answer.content == bench.library.original(image)
    assert answer.headers["content-type"] == "image/png"


def test_every_picture_is_guarded_and_kept_by_this_browser_alone(anna: TestClient, image: StoredImage) -> None:
    for address in ADDRESSES:
        headers = anna.get(address(image.id)).headers

        assert headers["cache-control"] == "private, max-age=31536000, immutable"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_somebody_elses_picture_does_not_exist(browser: TestClient, image: StoredImage) -> None:
    for cookie in ("", BERT, "short", "ä" * 43):
        for address in ADDRESSES:
            answer = browser.get(address(image.id), headers={"cookie": f"{COOKIE}={cookie}".encode()})

            assert answer.status_code == 404
            assert image.ref.sha256 not in answer.text


def test_a_download_has_a_name_and_is_an_attachment(anna: TestClient, image: StoredImage) -> None:
    answer = anna.get(download_url(image.id))

    assert answer.headers["content-disposition"] == f'attachment; filename="a-red-fox-1-{image.id[-8:]}.png"'


def test_a_download_comes_in_the_form_asked_for(anna: TestClient, image: StoredImage) -> None:
    for form, start in {"png": b"\x89PNG", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}.items():
        answer = anna.get(download_url(image.id, form))

        assert answer.content.startswith(start)
        assert answer.headers["content-type"] == f"image/{form}"


def test_a_download_with_settings_carries_the_prompt(anna: TestClient, image: StoredImage) -> None:
    assert b"A red fox!" in anna.get(download_url(image.id, "settings")).content
    assert b"A red fox!" not in anna.get(download_url(image.id, "original")).content


def test_an_unknown_form_is_refused_with_a_sentence(anna: TestClient, image: StoredImage) -> None:
    answer = anna.get(f"{image_url(image.id)}/download?form=exe")

    assert answer.status_code == 400
    assert answer.text == "Choose one of these forms: original, settings, png, jpeg, webp."


def test_an_svg_leaves_only_as_an_attachment(anna: TestClient, bench: Workbench) -> None:
    svg = painted(bench, owner(ANNA), **SIZE, output_format="svg").images[0]

    for address in (image_url(svg.id), download_url(svg.id)):
        assert anna.get(address).headers["content-type"] == "image/svg+xml"
        assert anna.get(address).headers["content-disposition"].startswith("attachment")
    assert anna.get(thumbnail_url(svg.id)).content[8:12] == b"WEBP"


def test_a_preview_is_never_kept_and_only_a_picture(anna: TestClient, bench: Workbench) -> None:
    job = painted(bench, owner(ANNA), **SIZE)
    files = bench.library._files
    assert anna.get(preview_url(job.id, 0, 1)).status_code == 404

    files.put_preview(job.id, 0, b"<svg onload='alert(1)'/>")
    assert anna.get(preview_url(job.id, 0, 1)).status_code == 404

    files.put_preview(job.id, 0, bench.library.original(job.images[0]))
    answer = anna.get(preview_url(job.id, 0, 2))
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/png", "no-store")


@pytest.mark.parametrize("path", ["/", "/settings", "/anything/deep"])
def test_a_page_at_any_address_names_its_visitor(browser: TestClient, path: str) -> None:
    answer = browser.get(path)

    cookie = answer.headers["set-cookie"]
    assert cookie.endswith("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
    assert owner_of(browser.cookies) is not None
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_visitor_keeps_the_name_they_have(browser: TestClient) -> None:
    browser.get("/")
    name = browser.cookies[COOKIE]

    browser.get("/settings")

    assert browser.cookies[COOKIE] == name


@pytest.mark.parametrize("forged", ["short", "x" * 44, "<script>", "a;b"])
def test_a_name_that_is_not_ours_is_replaced(browser: TestClient, forged: str) -> None:
    answer = browser.get("/", headers={"cookie": f"{COOKIE}={forged}"})

    assert forged not in answer.headers["set-cookie"]


def test_pictures_set_no_cookie(anna: TestClient, image: StoredImage) -> None:
    assert "set-cookie" not in anna.get(image_url(image.id)).headers


def test_the_cookie_is_secure_behind_https(browser: TestClient) -> None:
    assert browser.get("/").headers["set-cookie"].endswith("SameSite=Lax")
    assert browser.get("/", headers={"x-forwarded-proto": "https"}).headers["set-cookie"].endswith("; Secure")


def test_the_owner_in_the_database_is_not_the_cookie() -> None:
    assert ANNA[:16] not in owner(ANNA).owner
    assert owner(ANNA) != owner(BERT)


@pytest.fixture
def inpainted(bench: Workbench) -> Job:
    """A finished inpaint of Anna's picture."""
    ref = bench.editor.take_in(photo(640, 480)).ref
    mask = Mask(width=640, height=480, operations=(parse_region("0,0,200,480"),))
    request = EditRequest(prompt="add a boat", model=bench.default_model, images=(ref,), mask=mask, quality="low")
    job = bench.studio.submit(request, owner(ANNA))
    return bench.studio.wait(job.id, seen=lambda _: None, interval=0.03)


def test_a_picture_that_was_brought_is_seen_with_the_ticket_of_its_visitor_only(
    anna: TestClient, inpainted: Job
) -> None:
    sha256 = inpainted.request.to_json()["images"][0]["sha256"]
    address = input_url(sha256, owner(ANNA).owner)

    assert anna.get(address).content == photo(640, 480)
    assert anna.get(f"{address}&edge=512").headers["content-type"] == "image/webp"
    assert anna.get(address.split("?")[0]).status_code == 404
    assert anna.get(input_url(sha256, owner(BERT).owner)).status_code == 404


def test_an_edit_shows_its_before_its_changes_and_its_mask_to_its_owner_only(anna: TestClient, inpainted: Job) -> None:
    addresses = (
        before_url(inpainted.id),
        changes_url(inpainted.id, inpainted.answers[0].id),
        mask_url(inpainted.id, "transparent"),
    )

    assert [anna.get(address).headers["content-type"] for address in addresses] == ["image/png"] * 3
    anna.cookies.set(COOKIE, BERT)
    assert [anna.get(address).status_code for address in addresses] == [404] * 3


def test_the_mask_is_downloaded_as_it_is_sent_or_in_black_and_white(anna: TestClient, inpainted: Job) -> None:
    sent, white = (anna.get(mask_url(inpainted.id, form)) for form in ("transparent", "white"))

    clear = Image.open(BytesIO(sent.content)).getchannel("A")
    assert (clear.getpixel((10, 10)), clear.getpixel((600, 10))) == (0, 255)
    assert Image.open(BytesIO(white.content)).convert("L").getpixel((10, 10)) == 255
    assert "attachment" in sent.headers["content-disposition"]


def test_what_was_composed_has_no_change_map_of_its_own(anna: TestClient, inpainted: Job) -> None:
    assert anna.get(changes_url(inpainted.id, inpainted.images[0].id)).status_code == 404


def test_what_an_edit_has_does_not_exist_for_other_jobs(anna: TestClient, image: StoredImage) -> None:
    assert anna.get(before_url(image.job_id)).status_code == 404
    assert anna.get(mask_url(image.job_id, "white")).status_code == 404
