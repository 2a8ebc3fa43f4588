"""Reads a prompt for words that a demo picture can draw."""

import re
from dataclasses import dataclass

import numpy as np

from core.imaging.sketch_shapes import Colour, Dice, Stops, ramp, rgb

LANDS = {
    "sea": "sea ocean beach coast island harbor harbour wave lake river water shore whale",
    "mountain": "mountain alps peak summit valley volcano everest cliff",
    "forest": "forest wood woods jungle pine tree woodland park",
    "city": "city skyline street town tokyo paris london york building skyscraper cyberpunk urban neon",
    "desert": "desert dune sahara sand cactus canyon mars egypt",
    "hills": "hill field meadow countryside farm garden landscape grass tuscany village",
}
SUBJECTS = {
    "cat": "cat kitten kitty",
    "fox": "fox",
    "dog": "dog puppy corgi wolf",
    "bird": "bird robin sparrow parrot owl hummingbird",
    "flower": "flower rose tulip sunflower daisy bouquet blossom poppy",
    "boat": "boat ship sail sailboat sailing yacht",
    "house": "house cottage cabin hut barn home",
    "balloon": "balloon airship",
    "lighthouse": "lighthouse",
    "person": "person portrait woman man girl boy face people astronaut king queen child selfie",
    "tree": "tree oak bonsai",
}
TIMES = {
    "night": "night midnight moon star stars starry galaxy space neon cyberpunk aurora",
    "sunset": "sunset evening sundown",
    "dawn": "dawn sunrise morning pink",
    "dusk": "dusk twilight lighthouse",
    "golden": "golden autumn fall warm vintage",
    "mist": "fog foggy mist misty rain rainy storm grey gray overcast",
    "day": "day noon sunny summer spring bright",
}
ABSTRACT = "abstract pattern geometric shapes wallpaper gradient texture background bauhaus art"
TALL = "portrait person woman man girl boy tall vertical poster tower lighthouse flower phone"
WIDE = "wide panorama landscape banner wallpaper skyline horizontal"
STICKER = "sticker logo icon emblem cutout clipart transparent"
COLOURS = {
    "red": "d8443c",
    "orange": "ee8434",
    "yellow": "f2c14e",
    "green": "4c9a62",
    "teal": "2a9d8f",
    "blue": "3f7fc1",
    "purple": "8a5fb0",
    "violet": "8a5fb0",
    "pink": "e88aa6",
    "black": "33343f",
    "white": "f4f0e8",
    "brown": "8c5a3c",
    "grey": "8d96a3",
    "gray": "8d96a3",
    "gold": "d9a441",
    "ginger": "e08b45",
}
UNWANTED = re.compile(r"\b(?:no|not|without|never)\b[^.,;:!?\n]*")
DEFAULT_SUBJECT = {"sea": "boat", "mountain": "balloon", "forest": "tree", "city": "house", "desert": "balloon"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """The light of one time of day. ``daylight`` (0-1) is how much of a thing's own colour shows."""

    sky: Stops
    light: Colour
    far: Colour
    near: Colour
    haze: Colour
    daylight: float


def _palette(sky: str, light: str, far: str, near: str, haze: str, daylight: float) -> Palette:
    return Palette(
        sky=ramp(*map(rgb, sky.split())),
        light=rgb(light),
        far=rgb(far),
        near=rgb(near),
        haze=rgb(haze),
        daylight=daylight,
    )


PALETTES = {
    "dawn": _palette("5b6ba8 9c90c4 efb6b8 fdd9b5 fff0d2", "fff3d6", "c3aecb", "4b4a78", "fde0cf", 0.58),
    "day": _palette("3d8bd4 6fb3e8 aed8f2 e2f2f4", "fffbe8", "a8cde0", "2d6a68", "eff8f6", 0.85),
    "golden": _palette("5b93b0 a9c6bd f3dfae fbcf8c", "fff4cf", "dcbf93", "6a5233", "fde8bd", 0.72),
    "sunset": _palette("2c2b63 6a3f82 c9587a f4835f fdb765 fee0a0", "fff0bd", "b9688a", "2d2049", "fbb27a", 0.28),
    "dusk": _palette("1b2456 414a8c 8069a6 cf8fa6 f3b8a0", "fbeed6", "8477ab", "232450", "d9a6b4", 0.34),
    "night": _palette("060a22 0e1a44 21356c 3f5590", "f6f1d8", "3a4d86", "0a1130", "5d73ad", 0.16),
    "mist": _palette("94a6b3 bcc9cf dde2e0 eceae3", "fbfaf3", "bcc8cb", "3f545b", "eef0ec", 0.4),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to draw: ``lands`` from far to near, at most one ``subject``, or an abstract composition."""

    lands: tuple[str, ...]
    subject: str | None
    time: str
    snow: bool
    moon: bool
    stars: bool
    clouds: bool
    abstract: bool
    accent: Colour | None
    sticker: bool

    @property
    def palette(self) -> Palette:
        return PALETTES[self.time]


def read(prompt: str, dice: Dice, *, need_subject: bool = False) -> Plan:
    """Plan the picture of a prompt; what the words leave open, the dice decide."""
    words = _words(prompt)
    random = dice.of("plan")
    lands, time = _all(LANDS, words), _first(TIMES, words)
    subject = "person" if "selfie" in words else _first(SUBJECTS, words)  # whoever else its words are about
    known = bool(lands or subject or time or words & {"snow", "snowy", "winter"})
    abstract = not subject and bool(words & set(ABSTRACT.split()) or (not known and random.random() < 0.4))
    if not known and not abstract:
        subject = str(random.choice(["balloon", "tree", "boat", "house", "balloon"]))
    if not lands:
        lands = (str(random.choice(["mountain", "hills", "sea", "forest", "hills"])),)
    if subject in ("boat", "lighthouse") and "sea" not in lands:
        lands = (*[land for land in lands if land != "hills"][:1], "sea")
    time = time or str(random.choice(["dawn", "day", "golden", "sunset", "dusk", "day"]))
    if need_subject and subject is None:
        subject = DEFAULT_SUBJECT.get(lands[0], "balloon")
    return Plan(
        lands=lands,
        subject=subject,
        time=time,
        snow=bool(words & {"snow", "snowy", "winter", "christmas", "ice", "arctic"}),
        moon="moon" in words or time == "night",
        stars=bool(words & {"star", "stars", "starry", "galaxy"}) or time == "night",
        clouds=bool(words & {"cloud", "cloudy"}) or bool(random.random() < 0.75),
        abstract=abstract,
        accent=next((rgb(COLOURS[word]) for word in _ordered(prompt) if word in COLOURS), None),
        sticker=bool(words & set(STICKER.split())),
    )


def shape_of(prompt: str) -> str:
    """Which way a picture of these words lies: ``wide``, ``tall`` or ``square``."""
    words = _words(prompt)
    if words & set(TALL.split()):
        return "tall"
    if words & set(WIDE.split()) or _all(LANDS, words):
        return "wide"
    return "square"


def wants_transparency(prompt: str) -> bool:
    """Whether ``background=auto`` should be clear: stickers, logos and icons."""
    return bool(_words(prompt) & set(STICKER.split()))


def _ordered(prompt: str) -> list[str]:
    """The words, without what shall not be there: "no text, no logos"."""
    return re.findall(r"[a-z]+", UNWANTED.sub(" ", prompt[:4000].lower()))


def _words(prompt: str) -> set[str]:
    words = _ordered(prompt)
    return {*words, *(word[:-1] for word in words if word.endswith("s")), *(w[:-2] for w in words if w.endswith("es"))}


def _all(groups: dict[str, str], words: set[str]) -> tuple[str, ...]:
    order = ("city", "mountain", "hills", "desert", "forest", "sea")
    return tuple(name for name in order if words & set(groups[name].split()))


def _first(groups: dict[str, str], words: set[str]) -> str | None:
    return next((name for name, members in groups.items() if words & set(members.split())), None)


def chance(random: np.random.Generator, low: float, high: float) -> float:
    """A plain float between two bounds."""
    return float(random.uniform(low, high))
