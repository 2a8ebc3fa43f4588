"""Finds the ages in a biography and tells the writer's own from everybody else's: a check of words, no proof of age.

    own_ages(text, names)    the ages that the person states of themselves, in order, with the words they stand in

Every number is looked at with some words around it, within its sentence. Do they make it an age: "I'm", a unit, the
word age, or a place of its own as in "Amara, 16, Lagos"? Do they name another owner: a child, a dog, a whisky, a time
that has passed? What seems to be an age and has no other owner is the writer's.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.domain import persona_age_signs as signs
from core.domain.persona_age_words import ELSEWHERE, ENGLISH

ADULT, OLDEST = 18, 120
BEFORE, AFTER = 160, 80
"""Characters looked at around a number: so the time taken grows with the text and no faster."""
SENTENCE = re.compile(
    r"(?<=[.!?…;])(?<!\bno\.)(?<!\bNo\.)(?<!\bSt\.)\s+|(?<=[。！？])|(?<![,:;&])\s*\n\s*"
    r"|\s*[|•·\u2600-\u27BF\U0001F000-\U0001FAFF]+\s*"
)
NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0f\u20e3\ufeff]")
FRACTIONS = re.compile(r"[½¼¾]")
RESPELT = (
    (re.compile(r"[’‘`´]"), "'"),
    (re.compile(r"[‐‑‒]"), "-"),
    (re.compile(r"(?:\b|(?<=\d))y\s?[./]?\s?o\b\.?", re.IGNORECASE), "yo"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnAge:
    """One's own age in full years, or None for a minor who gives no number; ``words`` are what it was read from."""

    age: int | None
    words: str

    @property
    def is_adult(self) -> bool:
        return self.age is not None and self.age >= ADULT


@dataclass(frozen=True, kw_only=True, slots=True)
class _Number:
    """A number with what stands before and after it in its sentence; ``foreign`` for a word that is not English."""

    age: int
    before: str
    written: str
    after: str
    foreign: bool

    @property
    def is_spelt(self) -> bool:
        return not self.written[0].isdigit()

    def own(self) -> OwnAge:
        """ "Almost 18" is 17."""
        nearly = self.age == ADULT and signs.NEARLY.search(self.before)
        left = re.search(r"(?:\S+\s+){0,2}\S*$", self.before[-40:])
        right = re.match(r"\S*(?:\s\S+){0,2}", self.after[:30])
        told = f"{left[0] if left else ''}{self.written}{right[0] if right else ''}"
        return OwnAge(age=ADULT - 1 if nearly else self.age, words=told.strip(" ,;([|"))


def own_ages(text: str, names: Iterable[str] = ()) -> Iterator[OwnAge]:
    """The writer's own ages, 0 to 120, and what else makes them a minor, by sentence. ``names`` are the writer's."""
    others = False
    named = tuple(names)
    for sentence in _sentences(text):
        for number in _numbers(sentence):
            if number.age <= OLDEST and _is_own_age(number, named, others):
                yield number.own()
        yield from _minors(sentence)
        others = others or bool(signs.ANOTHER.search(sentence))


def _sentences(text: str) -> Iterator[str]:
    """Sentences in NFKC; a line that ends in a comma or a colon goes on in the next, a list's own numbers are gone."""
    text = unicodedata.normalize("NFKC", FRACTIONS.sub(".5", text))
    text = "\n".join(line for row in INVISIBLE.sub("", text).splitlines() if (line := " ".join(row.split())))
    for pattern, instead in RESPELT:
        text = pattern.sub(instead, text)
    if len(NUMBERED.findall(text)) > 1:
        text = NUMBERED.sub("", text)
    return (" ".join(sentence.split()) for sentence in SENTENCE.split(text) if sentence and sentence.strip())


def _numbers(sentence: str) -> Iterator[_Number]:
    for match in signs.NUMBER.finditer(sentence):
        before = sentence[max(0, match.start() - BEFORE) : match.start()]
        foreign = match["foreign"] is not None
        if not (foreign and signs.ENDS_LARGER.search(before)):
            after = sentence[match.end() : match.end() + AFTER]
            yield _Number(age=_value(match), before=before, written=match[0], after=after, foreign=foreign)


def _value(match: re.Match[str]) -> int:
    if match["digits"]:
        return int(match["digits"])
    if match["foreign"]:
        return ELSEWHERE[match["foreign"].lower()]
    return ENGLISH[(match["tens"] or match["english"]).lower()] + ENGLISH.get((match["ones"] or "").lower(), 0)


def _is_own_age(number: _Number, names: tuple[str, ...], others: bool) -> bool:
    """Whether a number is the writer's age, as far as the words tell; ``others`` if they were spoken of before."""
    if signs.NO_AGE.match(number.after) or signs.AT_HEART.match(number.after):
        return False
    for pattern in (signs.SAID, signs.SAID_TO_HAVE):
        if said := pattern.search(number.before):
            return _is_of_years(number, said) and not signs.UNREAL.search(number.before[: said.start()])
    if _is_said_of_the_writer(number, names, others):
        return not signs.COUNTED.match(number.after)
    return _has_an_ages_place(number) and not _is_anothers(number)


def _is_of_years(number: _Number, said: re.Match[str]) -> bool:
    """After "I'm", or its like: not "I'm 12 chapters in", "I'm a 10", "I'm one of them"."""
    if old := signs.OLD.match(number.after):
        return not signs.ITS_OWNER.match(number.after[old.end() :])
    if years := signs.IN_YEARS.match(number.after):
        return said.re is signs.SAID or bool(signs.ENDS.match(number.after[years.end() :]))
    if said.re is signs.SAID_TO_HAVE or signs.COUNTED.match(number.after) or (number.is_spelt and number.age < 3):
        return False
    if signs.ARTICLE.search(said[0]):
        return bool(signs.SEX.match(number.after))
    if signs.GERMAN.search(said[0]):
        return not re.match(r"\s+[A-ZÄÖÜ]", number.after)
    return not number.foreign


def _is_said_of_the_writer(number: _Number, names: tuple[str, ...], others: bool) -> bool:
    """ "Amara is 16" in Amara's biography, and "She is 16" while nobody else has been spoken of."""
    named = "|".join(re.escape(name) for name in names)
    verb = r"(?:\s+(?:is|ist|est|(?:just\s+)?turned)|'s)\s+(?:(?:only|just|now)\s+)?$"
    if named and re.search(rf"(?<!\w)(?:{named}){verb}", number.before, re.IGNORECASE):
        return True
    return bool(signs.HE_OR_SHE.search(number.before)) and not others and not signs.ANOTHER.search(number.before)


def _has_an_ages_place(number: _Number) -> bool:
    """A unit of age after it, the word age before it, or a place of its own between commas, brackets or ends."""
    before, after = number.before, number.after
    if signs.OLD.match(after):
        return not number.foreign or not re.match(r"[\s-]*y", after, re.IGNORECASE)
    begins, years = signs.STARTS.search(before), signs.IN_YEARS.match(after)
    if years and begins and ":" not in begins[0] and signs.ENDS.match(after[years.end() :]):
        return True
    if signs.AGE_WORD.search(before) or signs.TURNED.search(before):
        return not signs.COUNTED.match(after)
    if number.foreign or (number.is_spelt and number.age < 10):
        return False
    if signs.IN_A_LIST.match(after) or signs.LISTED.search(before):
        return False
    if (begins and signs.SEX_AND_SLASH.match(after)) or (signs.SEX_BEFORE.search(before) and signs.ENDS.match(after)):
        return True
    sex = signs.SEX.match(after)
    rest = after[sex.end() :] if sex else after
    return bool(begins and (signs.ENDS.match(rest) or (sex and re.match(r"\s+[A-Z]", rest))))


def _is_anothers(number: _Number) -> bool:
    """Whether the words around an age name another owner, or another time."""
    word = signs.AGE_WORD.search(number.before)
    before = number.before[: word.start()] if word else number.before
    if signs.MINE.search(before) or (word and signs.MY.search(before)):
        return False
    if signs.THEN.search(before) or signs.THEIRS.search(before) or (word and signs.AT_THE_TIME.search(before)):
        return True
    unit = signs.OLD.match(number.after)
    if signs.ITS_OWNER.match(number.after[unit.end() :] if unit else number.after) and (unit or word):
        return True
    again = [match.end() for match in signs.AGAIN.finditer(before)]
    since = before[again[-1] :] if again else before
    is_a_parents = number.age >= ADULT and not unit and not word and signs.IN_A_ROLE.search(since)
    return bool(signs.ANOTHER.search(since)) and not is_a_parents


def _minors(sentence: str) -> Iterator[OwnAge]:
    """Pupils, and minors who give no number."""
    for match in signs.MINOR.finditer(sentence):
        yield OwnAge(age=None, words=match[0].strip(" ,.!|"))
    for match in signs.PUPIL.finditer(sentence):
        before = sentence[max(0, match.start() - BEFORE) : match.start()]
        after = sentence[match.end() : match.end() + AFTER]
        is_none = signs.NO_PUPIL_BEFORE.search(before) or signs.NO_PUPIL_AFTER.match(after)
        if not is_none and not signs.THEIRS.search(before) and not signs.ANOTHER.search(before):
            yield OwnAge(age=None, words=match[0])
