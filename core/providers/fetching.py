"""Fetches an image that an answer only links to, from nowhere but the provider or the public internet."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2

MAX_BYTES = 64 * 1024 * 1024
TIMEOUT_SECONDS = 60.0
MAX_REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
DISK_ROOTS = ("home", "root", "tmp", "var", "usr", "opt", "mnt", "Users", "private", "workspace")
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[Iterable[str]]]


class FetchError(Exception):
    """The image could not be fetched; the text is a sentence that names no more of the link than its host."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host; raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Fetcher:
    """Follows the links of one provider's answers.

    A link to the provider's own origin (scheme, host and port of ``base_url``) is followed
    wherever that is and carries the API key. Any other must be https, gets no key, and is
    connected to by an address that was checked to be public: the name is resolved once, so
    a name that changes its mind between check and connection leads nowhere. Redirects are
    held to the same rules. ``transport`` and ``resolve`` are for scripted tests.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        max_bytes: int = MAX_BYTES,
        resolve: Resolver = resolve,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/") + "/"
        self._api_key = api_key
        self._timeout_seconds = timeout_seconds
        self._max_bytes = max_bytes
        self._resolve = resolve
        self._transport = transport

    async def fetch_all(self, urls: Iterable[str]) -> dict[str, bytes | str]:
        """Each link's bytes, or a sentence saying why not."""
        wanted = list(dict.fromkeys(urls))
        fetched = await asyncio.gather(*(self._fetch_or_say(url) for url in wanted))
        return dict(zip(wanted, fetched, strict=True))

    async def _fetch_or_say(self, url: str) -> bytes | str:
        try:
            return await self.fetch(url)
        except FetchError as error:
            return str(error)

    async def fetch(self, url: str) -> bytes:
        """The image's bytes, at most ``max_bytes``; what they are is for the codec to find out.

        Raises FetchError.
        """
        try:
            _refuse_paths(url)
            async with asyncio.timeout(self._timeout_seconds):
                return await self._follow(urljoin(self._base_url, url))
        except TimeoutError as error:
            raise FetchError(
                f"{_host(url, self._base_url)} did not deliver the image within {self._timeout_seconds:g} s."
            ) from error
        except (httpx2.RequestError, httpx2.InvalidURL, OSError, ValueError) as error:
            raise FetchError(f"The image at {_host(url, self._base_url)} could not be fetched.") from error

    async def _follow(self, url: str) -> bytes:
        # No proxy from the environment: it would connect to a name nobody checked.
        client = httpx2.AsyncClient(transport=self._transport, trust_env=False, timeout=self._timeout_seconds)
        async with client, AsyncExitStack() as stack:
            for _ in range(MAX_REDIRECTS + 1):
                request = await self._request(client, url)
                response = await client.send(request, stream=True)
                stack.push_async_callback(response.aclose)
                if not response.has_redirect_location:
                    return await self._body(response, url)
                url = urljoin(url, response.headers["location"])
        raise FetchError(f"The image's link was redirected more than {MAX_REDIRECTS} times.")

    async def _request(self, client: httpx2.AsyncClient, url: str) -> httpx2.Request:
        """The request for an allowed link, pinned to a checked address unless it is the provider's own."""
        parts = urlsplit(url)
        # A packed answer could unfold to any size in one step.
        headers = {"Accept": "image/*", "Accept-Encoding": "identity"}
        if _origin(parts) == _origin(urlsplit(self._base_url)):
            if self._api_key is not None:
                headers["Authorization"] = f"Bearer {self._api_key}"
            return client.build_request("GET", url, headers=headers)
        if parts.scheme != "https" or not parts.hostname:
            raise FetchError("The image's link is neither the provider's own nor a public https address.")
        address = await self._public_address(parts)
        pinned = httpx2.URL(url).copy_with(host=address)
        return client.build_request(
            "GET",
            pinned,
            headers={**headers, "Host": parts.netloc.rpartition("@")[2]},
            extensions={"sni_hostname": parts.hostname},
        )

    async def _public_address(self, parts: SplitResult) -> str:
        host = parts.hostname or ""
        addresses = list(await self._resolve(host, parts.port or PORTS["https"]))
        if not addresses or not all(is_public(address) for address in addresses):
            raise FetchError(f"The image's link leads into a private network ({host}) and was not followed.")
        return addresses[0]

    async def _body(self, response: httpx2.Response, url: str) -> bytes:
        host = _host(url, self._base_url)
        if response.status_code != 200:
            raise FetchError(f"{host} answered {response.status_code} instead of the image.")
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type and not media_type.startswith("image/") and not media_type.endswith("/octet-stream"):
            raise FetchError(f"{host} sent {media_type[:60]} instead of an image.")
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self._max_bytes:
                raise FetchError(f"The image at {host} is larger than {self._max_bytes // 2**20} MiB.")
        return bytes(body)


def is_public(address: str) -> bool:
    """Whether an IP address is global unicast, also when an IPv4 address hides inside an IPv6 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return all(_is_global_unicast(part) for part in _unwrapped(ip))


def _is_global_unicast(ip: Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address):
        return ip.is_global and ip in GLOBAL_UNICAST
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _unwrapped(ip: Address) -> tuple[Address, ...]:
    if isinstance(ip, ipaddress.IPv4Address):
        return (ip,)
    if ip.ipv4_mapped is not None:
        return (ip.ipv4_mapped,)
    if ip in NAT64:
        return (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF),)
    hidden = [*(ip.teredo or ()), *([ip.sixtofour] if ip.sixtofour else [])]
    return (ip, *hidden)


def _refuse_paths(url: str) -> None:
    """Refuse a path on the server's disk, which some servers give for a link."""
    scheme, first = urlsplit(url).scheme, url.lstrip("/").partition("/")[0]
    if scheme == "file" or len(scheme) == 1 or (url.startswith("/") and first in DISK_ROOTS):
        raise FetchError(
            "The server answered with a file path on its own disk. Set it up to answer with base64 images or links."
        )


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    """Scheme, host and port; the names of this machine count as one."""
    host = parts.hostname or ""
    return parts.scheme, "localhost" if host in LOOPBACK else host, parts.port or PORTS.get(parts.scheme)


def _host(url: str, base_url: str) -> str:
    try:
        return urlsplit(urljoin(base_url, url)).hostname or "The server"
    except ValueError:
        return "The server"
