"""Reads multipart/form-data as strictly as the local Images API needs it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One field: its name, its bytes, and for a file its name and media type."""

    name: str
    data: bytes
    filename: str | None = None
    media_type: str | None = None

    @property
    def text(self) -> str:
        return self.data.decode()


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """The parts in order; raises ValueError for anything that is not whole multipart/form-data."""
    match = re.fullmatch(r'multipart/form-data;\s*boundary="?([^";]+)"?', content_type)
    if match is None:
        raise ValueError("not multipart/form-data")
    edge = b"--" + match[1].encode()
    first, *middle, last = (b"\r\n" + body).split(b"\r\n" + edge)
    if first or last.strip(b"\r\n") != b"--":
        raise ValueError("the body does not begin and end with its boundary")
    return [_part(section) for section in middle]


def _part(section: bytes) -> Part:
    head, separator, data = section.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if not separator:
        raise ValueError("a part has no head")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    fields = {name.lower(): value for name, value in headers.items()}
    disposition = dict(re.findall(r'(\w+)="([^"]*)"', fields["content-disposition"]))
    return Part(disposition["name"], data, disposition.get("filename"), fields.get("content-type"))
