"""SVG as a picture: its size, what is active in it, and a PNG of it, so that no page needs the SVG itself.

resvg opens any file that an ``href`` names, dies of deep nesting, can be kept busy for minutes by
one filter and holds the interpreter lock meanwhile (all measured with 0.5.0). So it is given a
cleaned copy, and runs in a process of its own with a limit on time and memory.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from core.errors import InvalidImageError

MAX_SVG_BYTES = 20 * 1024 * 1024
MAX_EDGE = 4096
MAX_OWN_EDGE = 1_000_000
MAX_DEPTH = 128
RENDER_SECONDS = 20

_NAMESPACE = "http://www.w3.org/2000/svg"
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_INSIDE = re.compile(r"\s*(#|data:image/(png|jpe?g|gif|webp)[;,])", re.IGNORECASE)
_OUTSIDE_CSS = re.compile(r"@import|url\((?!\s*[\"']?\s*(#|data:))", re.IGNORECASE)
_DROPPED = ("script", "foreignObject", "iframe", "handler")

# Reads "edge" and the SVG, writes a PNG. Not a module of ours: the child needs no part of the project.
_RENDERER = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
import resvg_py
edge = int(sys.argv[1])
text = sys.stdin.buffer.read().decode()
sys.stdout.buffer.write(resvg_py.svg_to_bytes(svg_string=text, width=edge, height=edge))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Svg:
    """What a parse found: own size in pixels (0 x 0 if it has none), reasons to call it active, a clean copy.

    ``root_at`` is where the root's tag begins, in bytes of the data. ``clean`` has no scripts, event
    handlers, foreign objects or references to anything outside.
    """

    width: int
    height: int
    root_at: int
    active: tuple[str, ...]
    clean: str


def parse(data: bytes) -> Svg:
    """Read an SVG of UTF-8 text without following anything in it.

    Raises InvalidImageError for broken XML, another root element, a DOCTYPE (entities live
    there) or nesting too deep to draw.
    """
    if len(data) > MAX_SVG_BYTES:
        raise InvalidImageError(f"The SVG has {len(data):,} bytes; at most {MAX_SVG_BYTES:,} are allowed.")
    reader = _Reader()
    try:
        reader.read(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidImageError("The SVG is not UTF-8 text. Save it again as UTF-8.") from error
    except expat.ExpatError as error:
        raise InvalidImageError(f"The SVG is broken or cut off ({error}).") from error
    width, height = _size(reader.root)
    return Svg(
        width=width,
        height=height,
        root_at=reader.root_at + 3 * data.startswith(b"\xef\xbb\xbf"),
        active=tuple(sorted(reader.active)),
        clean="".join(reader.parts),
    )


def is_active(data: bytes) -> bool:
    """Whether the SVG has scripts, event handlers, foreign objects, links or references to the outside."""
    return bool(parse(data).active)


def rasterise(data: bytes, edge: int, *, seconds: float = RENDER_SECONDS) -> bytes:
    """Draw an SVG as a PNG whose longer edge is ``edge`` pixels (1 to 4096).

    Takes about 0.1 s. Text is drawn with the fonts of this machine. Raises InvalidImageError
    if it cannot be drawn in that time and 2 GB of memory.
    """
    clean = parse(data).clean
    command = [sys.executable, "-I", "-c", _RENDERER, str(min(max(edge, 1), MAX_EDGE))]
    # Not the whole environment: it has keys, and the renderer needs none.
    env = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    try:
        done = subprocess.run(command, input=clean.encode(), capture_output=True, timeout=seconds, env=env)
    except subprocess.TimeoutExpired as error:
        raise InvalidImageError(f"The SVG is too complex: not drawn within {seconds} seconds.") from error
    if done.returncode != 0 or not done.stdout:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["the renderer stopped"])[-1]
        raise InvalidImageError(f"The SVG cannot be drawn ({reason[:200]}).")
    return done.stdout


class _Reader:
    """Walks the XML once: writes the clean copy into ``parts`` and notes what it leaves out in ``active``."""

    def __init__(self) -> None:
        self.root: dict[str, str] = {}
        self.root_at = 0
        self.active: set[str] = set()
        self.parts: list[str] = []
        self._depth = 0
        self._dropping = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, text: str) -> None:
        self._parser.Parse(text.encode(), True)

    def _doctype(self, *_: object) -> None:
        raise InvalidImageError("The SVG has a DOCTYPE, which can hide entities. Remove that line and try again.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise InvalidImageError(f"The SVG nests more than {MAX_DEPTH} elements; simplify it.")
        if self._depth == 1:
            self._begin(name, attributes)
        if self._dropping or _local(name) in _DROPPED:
            self._dropping += 1
            self.active.add("script" if _local(name) in ("script", "handler") else "foreign object")
            return
        kept = {key: value for key, value in attributes.items() if self._is_kept(key, value)}
        self.parts.append("<" + name + "".join(f" {key}={quoteattr(value)}" for key, value in kept.items()) + ">")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) != "svg":
            raise InvalidImageError(f"This is XML, but its root is <{name[:40]}>, not <svg>.")
        self.root = dict(attributes)
        self.root_at = self._parser.CurrentByteIndex
        if name == "svg":
            attributes.setdefault("xmlns", _NAMESPACE)

    def _is_kept(self, key: str, value: str) -> bool:
        if key.lower().startswith("on"):
            self.active.add("event handler")
            return False
        if _local(key) in ("href", "src") and not _INSIDE.match(value):
            self.active.add("external reference")
            return False
        if not key.startswith("xmlns") and _OUTSIDE_CSS.search(value):
            self.active.add("external reference")
            return False
        return True

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._dropping:
            self._dropping -= 1
        else:
            self.parts.append(f"</{name}>")

    def _text(self, text: str) -> None:
        if self._dropping:
            return
        if _OUTSIDE_CSS.search(text):
            self.active.add("external reference")
            text = _OUTSIDE_CSS.sub("none(", text)
        self.parts.append(escape(text))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _size(root: dict[str, str]) -> tuple[int, int]:
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    box_width, box_height = (_length(box[2]), _length(box[3])) if len(box) == 4 else (0.0, 0.0)
    if box_width and box_height:
        scale = width / box_width if width else height / box_height if height else 1.0
        width, height = width or box_width * scale, height or box_height * scale
    if not (width and height):
        return 0, 0
    if max(width, height) > MAX_OWN_EDGE:
        raise InvalidImageError(f"The SVG says it is {width:.0f} x {height:.0f} pixels; {MAX_OWN_EDGE:,} is the limit.")
    return max(1, round(width)), max(1, round(height))


def _length(text: str) -> float:
    """Pixels, or 0 for what has no absolute length (percentages, ``auto``, negative numbers)."""
    match = re.fullmatch(rf"\s*({_NUMBER})(px|pt|pc|in|cm|mm)?\s*", text[:64])
    return max(0.0, float(match[1]) * _PIXELS[match[2] or ""]) if match else 0.0
