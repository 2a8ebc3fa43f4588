"""Fonts for text in any script: what they can draw, and small fonts with just the characters of a text.

The fonts come with the packages manimgx-fonts (Noto Sans in 19 scripts, symbols, emoji in one colour) and
noto-cjk-sans-otc (Chinese, Japanese, Korean), so that a text looks the same on every machine.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import uharfbuzz as hb

BASE, BOLD, HAN = "base", "baseB", "han"
CJK = ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc")
FACES = {"ja": 0, "ko": 1, "zh": 2}
"""The faces of the CJK font: one character has several shapes, and readers expect those of their language."""
SCRIPTS = (
    "Emoji", "Sans Arabic", "Sans Armenian", "Sans Bengali", "Sans Devanagari", "Sans Ethiopic", "Sans Georgian",
    "Sans Gujarati", "Sans Gurmukhi", "Sans Hebrew", "Sans Kannada", "Sans Khmer", "Sans Lao", "Sans Malayalam",
    "Sans Myanmar", "Sans Oriya", "Sans Sinhala", "Sans Tamil", "Sans Telugu", "Sans Thai", "Sans Symbols",
)  # fmt: skip
JOINERS = frozenset("\u200c\u200d\u20e3\ufe0e\ufe0f")
"""They act on the character before them, so they are drawn with its font."""
INVISIBLE = frozenset({"Cf", "Zl", "Zp"})
KANA, HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u1100-\u11ff\uac00-\ud7af]")
SEMIBOLD = 600


@dataclass(frozen=True, kw_only=True, eq=False)
class Face:
    """One font of the packages, and the code points that it can draw."""

    name: str
    font: hb.Face
    drawable: frozenset[int]


def readable(text: str) -> str:
    """The text on one line, as it can be drawn; what no font here can draw becomes its code, such as [U+12000].

    Invisible formatting is left out, apart from what joins emoji and letters.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(map(_drawn_as, composed)).split())


def language(text: str) -> str:
    """Whose shapes its Chinese characters have: ja where there is kana, ko where there is Hangul, else zh."""
    if KANA.search(text):
        return "ja"
    return "ko" if HANGUL.search(text) else "zh"


def face_of(character: str) -> str | None:
    """The name of the font that draws a readable character; None for a joiner, which has its neighbour's."""
    if character in JOINERS:
        return None
    found = next((face for face in _faces() if ord(character) in face.drawable), None)
    return None if found is None else found.name


def fonts_for(texts: Iterable[str], folder: Path) -> dict[str, Path]:
    """Font files by name with the characters of these readable texts, and those of ASCII, written to a folder.

    ``BASE`` and ``BOLD`` are always there; the CJK font comes as han-zh, han-ja and han-ko.
    """
    wanted: dict[str, set[int]] = {BASE: set(range(0x20, 0x7F))}
    for text in texts:
        for character in text:
            if name := face_of(character):
                wanted.setdefault(f"{HAN}-{language(text)}" if name == HAN else name, set()).add(ord(character))
    made = {BOLD: _write(_base(), wanted[BASE], folder / f"{BOLD}.ttf", weight=SEMIBOLD)}
    for name, characters in wanted.items():
        made[name] = _write(_named(name), characters, folder / f"{name}.ttf")
    return made


def _drawn_as(character: str) -> str:
    if character.isspace():
        return " "
    if character in JOINERS:
        return character
    kind = unicodedata.category(character)
    if kind in INVISIBLE:
        return ""
    return character if kind != "Cc" and face_of(character) else f"[U+{ord(character):04X}]"


def _write(face: Face, characters: set[int], path: Path, *, weight: int | None = None) -> Path:
    """A font without axes, with these characters and, but for the base font, what joins them."""
    wanted = hb.SubsetInput()
    wanted.pin_all_axes_to_default(face.font)
    if weight is not None:
        wanted.pin_axis_location(face.font, "wght", weight)
    wanted.unicode_set.update(characters if face.name == BASE else {*characters, *map(ord, JOINERS)})
    path.write_bytes(hb.subset(face.font, wanted).blob.data)
    return path


def _named(name: str) -> Face:
    if name.startswith(HAN):
        return _face(HAN, *CJK, FACES[name.removeprefix(f"{HAN}-")])
    return next(face for face in _faces() if face.name == name)


def _base() -> Face:
    return _faces()[0]


@cache
def _faces() -> tuple[Face, ...]:
    """All fonts, in the order in which they are asked for a character."""
    others = (_face(name.lower().replace(" ", "-"), *_noto(name)) for name in SCRIPTS)
    return _face(BASE, *_noto("Sans")), _face(HAN, *CJK, FACES["zh"]), *others


def _noto(name: str) -> tuple[str, str]:
    return "manimgx_fonts", f"Noto{name.replace(' ', '')}[wght].ttf"


@cache
def _face(name: str, package: str, file: str, number: int = 0) -> Face:
    font = hb.Face(hb.Blob.from_file_path(str(files(package).joinpath(file))), number)
    return Face(name=name, font=font, drawable=frozenset(font.unicodes))
