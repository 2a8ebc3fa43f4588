"""Reads from an edit's prompt what the demo provider can do about it: paint, take away, recolour or regrade."""

import re
from dataclasses import dataclass

from core.imaging.sketch_shapes import Colour, rgb
from core.imaging.sketch_words import COLOURS, LANDS, SUBJECTS

SKY_SUBJECTS = {"moon": "moon", "sun": "sun", "cloud": "cloud clouds"}
ADDING = "add put place insert draw include give"
REMOVAL = "remove erase delete without clean hide away rid nothing empty disappear"
POINTS_AT = "the this that these those my his her their our its"
"""Words before a thing that is in the picture already, and so is not painted anew."""
GRADES = {
    "mono": ("black and white", "black-and-white", "monochrome", "grayscale", "greyscale", "noir"),
    "sepia": ("sepia", "vintage", "old photo", "retro"),
    "sketch": ("sketch", "pencil", "drawing", "line art", "engraving", "charcoal"),
    "poster": (
        "poster",
        "cartoon",
        "comic",
        "pop art",
        "anime",
        "illustration",
        "painting",
        "watercolor",
        "watercolour",
    ),
    "night": ("night", "midnight", "moonlight", "in the dark"),
    "sunset": ("sunset", "sunrise", "golden hour", "dusk", "evening", "dawn"),
    "snow": ("snow", "snowy", "winter", "blizzard"),
    "rain": ("rain", "rainy", "storm", "stormy"),
    "fog": ("fog", "foggy", "mist", "misty", "haze", "hazy"),
    "autumn": ("autumn", "fall colours", "fall colors"),
    "blur": ("blur", "blurry", "dreamy", "soft focus", "out of focus"),
    "warm": ("warm", "warmer"),
    "cool": ("cool", "cooler", "cold", "colder"),
    "bright": ("bright", "brighter", "lighter", "sunny"),
    "dark": ("darker", "moody", "dim", "gloomy"),
    "vivid": ("vivid", "colourful", "colorful", "vibrant", "saturated"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a prompt asks for: at most one ``subject`` to paint, ``lands`` to lay in, ``grades`` in order.

    ``adds`` says that the subject comes on top of what is there instead of taking its place.
    ``colour`` belongs to the subject, or to what is selected where there is none.
    """

    subject: str | None
    adds: bool
    lands: bool
    removes: bool
    grades: tuple[str, ...]
    colour: Colour | None


def wish(prompt: str, *, selected: bool) -> Wish:
    """Read a prompt. Where a place is ``selected`` a thing that is named is painted there.

    Without one, "the boat" is a boat that the picture has, and only "a boat" is a new one.
    """
    text = re.sub(r"\bdemo:\w+=\S+", " ", prompt[:4000].lower())
    words = re.findall(r"[a-z]+", text)
    removes = bool(set(words) & set(REMOVAL.split())) and "with" not in words
    wanted = _wanted(words)
    subject = None if removes else _subject(wanted, selected=selected)
    return Wish(
        subject=subject,
        adds=subject is not None and bool(set(words) & set(ADDING.split())),
        lands=not removes
        and subject is None
        and any(_is_one_of(word, names) for word in wanted for names in LANDS.values()),
        removes=removes,
        grades=tuple(name for name, phrases in GRADES.items() if any(_says(text, phrase) for phrase in phrases)),
        colour=next((rgb(COLOURS[word]) for word in wanted if word in COLOURS), None),
    )


def _wanted(words: list[str]) -> list[str]:
    """What shall be there: in "replace the cat with a fox" the words after "with"."""
    if "instead" in words:
        words = words[: words.index("instead")]
    if words and words[0] in ("replace", "turn", "change", "swap", "transform", "exchange"):
        for joint in ("with", "into", "to", "for", "by"):
            if joint in words:
                return words[words.index(joint) + 1 :]
    return words


def _subject(words: list[str], *, selected: bool) -> str | None:
    for place, word in enumerate(words):
        for name, names in (SUBJECTS | SKY_SUBJECTS).items():
            if _is_one_of(word, names) and (selected or not set(words[max(place - 2, 0) : place]) & _POINTERS):
                return name
    return None


_POINTERS = set(POINTS_AT.split())


def _is_one_of(word: str, names: str) -> bool:
    known = names.split()
    return word in known or word.removesuffix("s") in known or word.removesuffix("es") in known


def _says(text: str, phrase: str) -> bool:
    return re.search(rf"\b{re.escape(phrase)}\b", text) is not None
