"""The built-in image prompts for a persona, and the frame around prompts that somebody else wrote.

Names never go into an image prompt, the person's own are taken out of the quoted biography: a model might draw
somebody who bears the name, or write it on a cup.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.domain.persona import Persona, words_for
from core.domain.persona_nameless import nameless
from core.domain.persona_situations import situations

TILES = 4
CORNERS = ("Top left", "Top right", "Bottom left", "Bottom right")
MOST_OF_A_BIO = 600
YOUNGEST, OLDEST = 25, 62
"""Ages drawn where a biography neither states nor hints at one: adults beyond doubt."""
AGE_HINTS = (
    (
        re.compile(r"\bretired\b|\bpensioner|\bgrandparent|\bgrandkids?\b|\bgrandchild|\bgrand(?:ma|pa) of", re.I),
        62,
        74,
    ),
    (re.compile(r"\bstudent\b|\bstudying\b|\bfreshman\b|\bsophomore\b", re.I), 21, 27),
)
ELSEWHERE = re.compile(
    r"https?://|www\.|\S+\.(?:com|net|org|io)\b|(?<!\w)@\w|facebook|instagram|\binsta\b|tiktok|twitter|youtube|linkedin"
    r"|snapchat|\bthreads\b|whatsapp|telegram|onlyfans|patreon|\b[Dd]m\b|\bfollow|\bsubscribe|link in bio",
    re.IGNORECASE,
)
"""What a profile says about the internet instead of the person."""
PICTOGRAPHS = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D\u20E3#]+")
LOOKS = (
    "a faint crease between the brows, slightly uneven eyebrows",
    "a few freckles and a small scar on the chin",
    "laughter lines, one front tooth a little crooked",
    "a slightly crooked nose, light shadows under the eyes",
    "a mole on one cheek, slightly dry lips",
    "a round face with a little redness on the cheeks",
    "a high forehead, ears that stick out a little",
    "an open, slightly tired face, a few old acne marks",
)
PLACES = (
    "in a lived-in living room near a window, daylight from one side",
    "in a kitchen in the morning, soft window light, a few things left on the counter",
    "on an ordinary residential street under a bright overcast sky",
    "on a small balcony in the late afternoon, low sun on one cheek",
    "in a park with trees out of focus only as much as a phone does it, shade and patches of light",
    "at the open door of a stairwell, daylight from outside",
)
MOODS = (
    "a small, unposed smile",
    "a relaxed half-smile, as if about to say something",
    "a friendly, slightly sceptical look",
    "a calm look with the corners of the mouth just lifted",
    "a short laugh caught a moment too late",
)
CAMERA = (
    "Taken with the front camera of an ordinary phone: slight wide-angle distortion, a little noise in the shadows, "
    "imperfect white balance, framing a little off-centre and not quite level."
)
SKIN = (
    "Real skin with pores, fine lines and small blemishes; a natural, asymmetric face; flyaway hair; everyday clothes "
    "that have been worn before. No retouching, no beauty filter, no make-up artist, no studio light, no model pose."
)
FACE = "The whole face is visible, sharp and turned to the camera: no sunglasses, no mask, no hand or phone before it."
CLEAN = (
    "An unedited photograph, not an illustration or a render. Nothing in the picture is readable: no text, no letters, "
    "no logos, no brand marks, no watermark, no date stamp, no app interface, no frame, no border."
)
SAME = (
    "The person is the one in the given picture and must stay the same person: same face, same age, same skin with all "
    "its marks, same eyes, same hair colour and build. Only clothes, hairdo, expression, place and light change."
)
LAYOUT = (
    "Layout: one square picture, divided exactly in half in both directions into a 2x2 grid of four separate "
    "photographs of equal size. Between them runs one thin, straight, even, pure white gutter from top to bottom and "
    "one from left to right, of the same width, crossing in the middle of the picture. No frame around the outside, no "
    "rounded corners, no shadows, no captions, no numbers. Nothing reaches from one photograph into another, and each "
    "shows the person exactly once, with the head well inside its own photograph."
)
ALONE = "Nobody else can be recognised in the picture."


class PictureKind(StrEnum):
    """What a prompt is for: the base portrait, a grid of four made from it, or one picture made from it."""

    PORTRAIT = "portrait"
    GRID = "grid"
    SINGLE = "single"


@dataclass(frozen=True, kw_only=True, slots=True)
class PromptTask:
    """One prompt to be written. ``number`` counts grids, or single pictures, from 0.

    Tile t of grid g (both from 0) has the same situation as single picture 4g + t.
    """

    persona: Persona
    kind: PictureKind
    number: int = 0

    @property
    def scenes(self) -> tuple[str, ...]:
        """The situations it is about: none for a portrait, four for a grid, one for a single picture."""
        count = {PictureKind.PORTRAIT: 0, PictureKind.GRID: TILES, PictureKind.SINGLE: 1}[self.kind]
        known = situations(self.persona)
        return tuple(known[place % len(known)] for place in range(self.number * count, (self.number + 1) * count))


def template_prompt(task: PromptTask) -> str:
    """The built-in prompt for a task; needs no key and is the same every time."""
    match task.kind:
        case PictureKind.PORTRAIT:
            who = task.persona
            names = (who.firstname, who.lastname)
            return portrait_prompt(who.bios[0], who.gender, age=who.stated_age, seed=who.slug, names=names)
        case PictureKind.GRID:
            return framed(task, _tiles(task.scenes))
        case PictureKind.SINGLE:
            return framed(task, f"Situation: {task.scenes[0]}.")


def portrait_prompt(
    bio: str, gender: str, *, age: int | None = None, seed: str = "", names: tuple[str, str] | None = None
) -> str:
    """The amateur-selfie prompt for a base portrait; ``seed`` tells people of one biography apart.

    ``names``, first and last, are taken out of what is quoted.
    """
    noun, pronoun, possessive = words_for(gender)
    digest = hashlib.sha256(f"{seed}\n{bio}\n{gender}".encode()).digest()
    low, high = next(((low, high) for hint, low, high in AGE_HINTS if hint.search(bio)), (YOUNGEST, OLDEST))
    years = age if age is not None else low + digest[0] % (high - low)
    told = about_oneself(nameless(bio, *names) if names else bio)
    who = f"one ordinary adult {noun}, {years} years old"
    parts = (
        f"Casual amateur selfie of {who}, {_one_of(PLACES, digest[1])}. Held at arm's length, head and shoulders, "
        f"{_one_of(MOODS, digest[2])}, {_one_of(LOOKS, digest[3])}.",
        f"This is what {pronoun} {'say' if pronoun == 'they' else 'says'} in {possessive} own words, to be shown only "
        f"through looks, clothes and surroundings, never as writing: “{told}”" if told else "",
        f"Natural light only, as it happens to be. {CAMERA} {SKIN}",
        f"{FACE} {ALONE}",
        CLEAN,
    )  # fmt: skip
    return _joined(parts)


def grid_prompt(persona: Persona, number: int = 0) -> str:
    """The prompt for a 2x2 grid from the base portrait; grid 1 has other situations than grid 0."""
    return template_prompt(PromptTask(persona=persona, kind=PictureKind.GRID, number=number))


def variation_prompts(persona: Persona, count: int) -> tuple[str, ...]:
    """Prompts for ``count`` single pictures from the base portrait, in the situations that grids would show."""
    tasks = (PromptTask(persona=persona, kind=PictureKind.SINGLE, number=number) for number in range(count))
    return tuple(template_prompt(task) for task in tasks)


def framed(task: PromptTask, written: str) -> str:
    """What somebody wrote, with the rules that the next steps rest on: the grid's layout, one face, nothing to read.

    A writer that forgot the gutters would cost a grid that cannot be split, so they are never left to it.
    """
    match task.kind:
        case PictureKind.PORTRAIT:
            return _joined((written, FACE, ALONE, CLEAN))
        case PictureKind.GRID:
            begin = "Four different everyday phone photographs of the person in the given picture, as one picture."
            return _joined((begin, SAME, written, LAYOUT, f"In every photograph: {CAMERA} {SKIN}", FACE, ALONE, CLEAN))
        case PictureKind.SINGLE:
            begin = "A new everyday phone photograph of the person in the given picture."
            return _joined((begin, SAME, written, CAMERA, SKIN, FACE, ALONE, CLEAN))


def about_oneself(bio: str) -> str:
    """A biography without links, handles, platforms, hashtag signs and pictographs, at most 600 characters.

    Empty if it speaks of nothing else.
    """
    sentences = re.split(r"(?<=[.!?…])\s+|\s*[\n|•·]+\s*", PICTOGRAPHS.sub(" ", bio))
    kept = [" ".join(sentence.split()).replace("“", '"').replace("”", '"') for sentence in sentences]
    return " ".join(_within(MOST_OF_A_BIO, (text for text in kept if text and not ELSEWHERE.search(text))))


def _within(most: int, sentences: Iterable[str]) -> Iterator[str]:
    """As many whole sentences as fit; of a first one that is too long, its beginning."""
    used = 0
    for sentence in sentences:
        if used and used + len(sentence) > most:
            return
        used += len(sentence) + 1
        yield sentence[:most]


def _tiles(scenes: Iterable[str]) -> str:
    return "\n".join(f"{corner}: {scene}." for corner, scene in zip(CORNERS, scenes, strict=True))


def _one_of(choices: tuple[str, ...], number: int) -> str:
    return choices[number % len(choices)]


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(text for part in parts if (text := part.strip()))
