"""Links of answers: followed to the provider and to the public internet, and nowhere else."""

import asyncio
import contextlib
import gzip
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from core.providers.fetching import Fetcher, FetchError, is_public
from tests.images_api import ImagesApi

PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
def api() -> Iterator[ImagesApi]:
    with ImagesApi() as server:
        server.files["/image.png"] = (200, {}, PNG)
        yield server


def fetch(base_url: str, url: str, **more: Any) -> bytes:
    return asyncio.run(Fetcher(base_url=base_url, api_key="sk-secret", **more).fetch(url))


def redirect(location: str) -> tuple[int, dict[str, str], bytes]:
    return 302, {"location": location}, b""


class PublicInternet:
    """A scripted outside world: names, addresses, and what answers there."""

    def __init__(self, names: dict[str, list[str]], answers: dict[str, httpx2.Response]) -> None:
        self.names, self.answers = names, answers
        self.requests: list[httpx2.Request] = []

    async def resolve(self, host: str, port: int) -> list[str]:  # noqa: ARG002
        return self.names.get(host, [host])

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self.answers[request.headers["host"] + request.url.path]

    def fetch(self, url: str) -> bytes:
        transport = httpx2.MockTransport(self.answer)
        return fetch("https://api.example.com/v1", url, resolve=self.resolve, transport=transport)


def image(content: bytes = PNG) -> httpx2.Response:
    return httpx2.Response(200, content=content, headers={"content-type": "image/png"})


@pytest.mark.parametrize(
    "url", ["/image.png", "http://127.0.0.1:{port}/image.png", "http://localhost:{port}/image.png"]
)
def test_the_providers_own_links_are_followed_with_the_key(api: ImagesApi, url: str) -> None:
    assert fetch(api.url, url.format(port=api.port)) == PNG
    assert api.requests[0].headers["authorization"] == "Bearer sk-secret"


def test_a_path_without_a_slash_is_relative_to_the_base_url(api: ImagesApi) -> None:
    api.files["/v1/out/1.png"] = (200, {}, PNG)
    assert fetch(api.url, "out/1.png") == PNG


def test_another_port_of_the_same_host_is_not_the_provider(api: ImagesApi) -> None:
    with pytest.raises(FetchError, match="neither the provider's own nor a public https address"):
        fetch(f"http://127.0.0.1:{api.port + 1}/v1", f"http://127.0.0.1:{api.port}/image.png")
    assert api.requests == []


def test_a_public_link_is_fetched_by_its_checked_address_and_without_the_key() -> None:
    world = PublicInternet({"cdn.example.net": ["93.184.216.34"]}, {"cdn.example.net/a.png": image()})
    assert world.fetch("https://cdn.example.net/a.png?sig=1") == PNG
    request = world.requests[0]
    assert request.url.host == "93.184.216.34"
    assert request.extensions["sni_hostname"] == "cdn.example.net"
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["93.184.216.34", "169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"], []]
)
def test_a_name_that_leads_into_a_private_network_is_refused(addresses: list[str]) -> None:
    world = PublicInternet({"sly.example.net": addresses}, {})
    with pytest.raises(FetchError, match=r"private network \(sly.example.net\)"):
        world.fetch("https://sly.example.net/a.png")
    assert world.requests == []


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "10.0.0.1", "169.254.169.254"),
        *("[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[64:ff9b::7f00:1]"),
    ],
)
def test_no_way_of_writing_a_private_address_is_followed(host: str) -> None:
    with pytest.raises(FetchError, match="private network"):
        fetch("https://api.example.com/v1", f"https://{host}:9/a.png")


@pytest.mark.parametrize(
    "url", ["https://api.example.com@10.0.0.1/a", "https://10.0.0.1#@api.example.com/", "//10.0.0.1/a"]
)
def test_a_link_that_only_looks_like_the_providers_is_refused_without_a_request(url: str) -> None:
    world = PublicInternet({}, {})
    with pytest.raises(FetchError, match=r"private network \(10.0.0.1\)"):
        world.fetch(url)
    assert world.requests == []


@pytest.mark.parametrize("location", ["https://sly.example.net/a", "https://[::ffff:10.0.0.1]/a", "//2130706433/a"])
def test_a_redirect_to_a_name_that_leads_into_a_private_network_is_refused(location: str) -> None:
    hop = httpx2.Response(302, headers={"location": location})
    names = {"cdn.example.net": ["93.184.216.34"], "sly.example.net": ["10.0.0.1"], "2130706433": ["127.0.0.1"]}
    world = PublicInternet(names | {"::ffff:10.0.0.1": ["::ffff:10.0.0.1"]}, {"cdn.example.net/a.png": hop})
    with pytest.raises(FetchError, match="private network"):
        world.fetch("https://cdn.example.net/a.png")
    assert len(world.requests) == 1


def test_a_redirect_into_a_private_network_is_refused() -> None:
    hop = httpx2.Response(302, headers={"location": "https://10.0.0.1/a.png"})
    world = PublicInternet({"cdn.example.net": ["93.184.216.34"]}, {"cdn.example.net/a.png": hop})
    with pytest.raises(FetchError, match="private network"):
        world.fetch("https://cdn.example.net/a.png")


def test_a_redirect_away_from_the_provider_leaves_the_key_behind() -> None:
    hop = httpx2.Response(302, headers={"location": "https://cdn.example.net/b.png"})
    answers = {"api.example.com/a.png": hop, "cdn.example.net/b.png": image()}
    world = PublicInternet({"cdn.example.net": ["93.184.216.34"]}, answers)
    assert world.fetch("/a.png") == PNG
    assert ["authorization" in request.headers for request in world.requests] == [True, False]


def test_a_redirect_from_the_provider_to_plain_http_is_refused(api: ImagesApi) -> None:
    api.files["/image.png"] = redirect("http://169.254.169.254/latest/meta-data")
    with pytest.raises(FetchError, match="neither the provider's own"):
        fetch(api.url, "/image.png")


def test_three_redirects_are_followed_and_a_fourth_is_not(api: ImagesApi) -> None:
    for number in range(1, 5):
        api.files[f"/{number}"] = redirect(f"/{number + 1}" if number < 4 else "/image.png")
    assert fetch(api.url, "/2") == PNG
    with pytest.raises(FetchError, match="redirected more than 3 times"):
        fetch(api.url, "/1")


def test_too_many_bytes_are_refused(api: ImagesApi) -> None:
    api.files["/big.png"] = (200, {}, b"x" * (2**20 + 1))
    with pytest.raises(FetchError, match="larger than 1 MiB"):
        fetch(api.url, "/big.png", max_bytes=2**20)


def test_a_web_page_is_not_an_image(api: ImagesApi) -> None:
    api.files["/login"] = (200, {"media_type": "text/html"}, b"<html>")
    with pytest.raises(FetchError, match="sent text/html instead of an image"):
        fetch(api.url, "/login")


def test_silence_ends_after_the_time_allowed(api: ImagesApi) -> None:
    api.hold("/slow.png")
    with pytest.raises(FetchError, match=r"127.0.0.1 did not deliver the image within 0.2 s"):
        fetch(api.url, "/slow.png", timeout_seconds=0.2)


async def from_a_server_that_sends(chunks: list[bytes], pause: float, **more: Any) -> bytes:
    """What a server answers that writes these, one by one, with a pause after each."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        with contextlib.suppress(ConnectionError), contextlib.closing(writer):
            for chunk in chunks:
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(pause)

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        return await Fetcher(base_url=f"http://127.0.0.1:{port}/v1", **more).fetch("/a.png")


def test_a_body_that_trickles_ends_after_the_time_allowed() -> None:
    trickle = [b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n", *[b"x"] * 40]
    with pytest.raises(FetchError, match=r"did not deliver the image within 0.3 s"):
        asyncio.run(from_a_server_that_sends(trickle, 0.05, timeout_seconds=0.3))


def test_a_body_without_a_length_is_not_read_for_ever() -> None:
    endless = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 2**18] * 8]
    with pytest.raises(FetchError, match="larger than 1 MiB"):
        asyncio.run(from_a_server_that_sends(endless, 0, max_bytes=2**20))


@pytest.mark.parametrize("times", [1, 2])
def test_a_packed_body_is_not_unfolded_past_the_limit(times: int) -> None:
    bomb = gzip.compress(bytes(16 * 2**20))
    packed = bomb if times == 1 else gzip.compress(bomb)
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(packed)}\r\n"
    head += f"content-encoding: {', '.join(['gzip'] * times)}\r\n\r\n"
    with pytest.raises(FetchError, match="larger than 1 MiB"):
        asyncio.run(from_a_server_that_sends([head.encode(), packed], 0, max_bytes=2**20))


def test_a_body_that_breaks_off_is_a_sentence() -> None:
    half = [b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n", b"x"]
    with pytest.raises(FetchError, match="could not be fetched"):
        asyncio.run(from_a_server_that_sends(half, 0))


@pytest.mark.parametrize("url", ["/root/.xinference/image/1.png", "/tmp/1.png", "file:///tmp/1.png", "C:\\out\\1.png"])
def test_a_file_path_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(FetchError, match="file path on its own disk"):
        fetch("http://127.0.0.1:9997/v1", url)


@pytest.mark.parametrize("url", ["http://[broken", "http://host:99999999/", "ftp://example.com/a.png", "//evil.test/a"])
def test_a_broken_or_foreign_link_is_a_sentence_and_not_a_crash(url: str) -> None:
    with pytest.raises(FetchError):
        fetch("http://127.0.0.1:9/v1", url)


def test_many_links_are_fetched_and_each_failure_stays_its_own(api: ImagesApi) -> None:
    fetched = asyncio.run(Fetcher(base_url=api.url).fetch_all(["/image.png", "/gone.png", "/image.png"]))
    assert fetched == {"/image.png": PNG, "/gone.png": "127.0.0.1 answered 404 instead of the image."}


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_global_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "::", "::1", "fe80::1%eth0", "fc00::1"),
        *("ff0e::1", "fec0::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::", "::127.0.0.1"),
    ],
)
def test_every_other_address_is_not(address: str) -> None:
    assert not is_public(address)
