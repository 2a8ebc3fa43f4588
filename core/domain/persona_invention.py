"""Invents personas without any model: varied, plausible, adult, and the same for the same seed."""

import random

from core.domain.persona import Persona
from core.domain.persona_names import COUNTRIES, HOMES, MOTTOS, OLDER_ONLY, PASTIMES, WORK, Country
from core.errors import InvalidRequestError

MOST = 1000
YOUNGEST, OLDEST = 21, 68
NEITHER = 0.04
"""The share of people who are neither woman nor man."""
EMOJI = ("🌿", "☕", "🚲", "📚", "🎶", "🐾", "🌧️", "🍞")


def invent_personas(count: int, *, seed: int = 0) -> tuple[Persona, ...]:
    """``count`` (1 to 1,000) people who do not exist; the first ones are the same for a larger count.

    No two share a name while there are names left. Raises InvalidRequestError for a count out of bounds.
    """
    if not 1 <= count <= MOST:
        raise InvalidRequestError(f"{count} personas cannot be invented; ask for 1 to {MOST:,}.", param="count")
    names: set[str] = set()
    found: dict[str, Persona] = {}
    for number in range(count):
        persona = _another(names, seed, number)
        names.add(persona.name)
        found[persona.slug] = persona
    return tuple(found.values())


def _another(names: set[str], seed: int, number: int) -> Persona:
    """Somebody with a name of their own; only lists that are nearly used up lead to a name's second bearer."""
    for attempt in range(100):
        persona = _invented(random.Random(f"{seed}/{number}/{attempt}"), number + seed)
        if persona.name not in names:
            break
    return persona


def _invented(dice: random.Random, number: int) -> Persona:
    country = COUNTRIES[number * 5 % len(COUNTRIES)]  # 5 and 12 share no divisor: every country has its turn
    gender = _gender(dice, number)
    age = dice.randint(YOUNGEST, OLDEST)
    job, town = dice.choice(WORK), dice.choice(country.towns)
    first, second = dice.sample(PASTIMES, 2)
    mark = dice.choice(EMOJI)
    return Persona(
        firstname=_firstname(dice, country, gender),
        lastname=dice.choice(country.surnames),
        gender=gender,
        bio_facebook=f"{_about(dice, country, town, job, age)} Free time goes into {first[0]} and {second[0]}. "
        f"{dice.choice([home for home in HOMES if OLDER_ONLY.get(home, 0) <= age])}",
        bio_instagram=f"{town} {mark} {first[1]} {mark} {second[1]}",
        bio_x=dice.choice(MOTTOS).format(topic=second[0]),
        bio_tiktok=f"{first[2].capitalize()}. {job.capitalize()} by day.",
    )


def _gender(dice: random.Random, number: int) -> str:
    if dice.random() < NEITHER:
        return "non-binary"
    return ("female", "male")[(number + number // len(COUNTRIES)) % 2]


def _firstname(dice: random.Random, country: Country, gender: str) -> str:
    names = {"female": country.women, "male": country.men}.get(gender, country.women + country.men)
    return dice.choice(names)


def _about(dice: random.Random, country: Country, town: str, job: str, age: int) -> str:
    article = "an" if job[0] in "aeiou" else "a"
    return dice.choice(
        (
            f"I'm {age} and live in {town}, {country.name}, where I work as {article} {job}.",
            f"From {town} in {country.name}. I'm {age}, {article} {job}, and still not bored of it.",
            f"{article.capitalize()} {job} from {country.name}. I'm {age} and have been in {town} for most of my life.",
        )
    )
