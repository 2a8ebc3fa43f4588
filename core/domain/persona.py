"""A persona: who a set of avatar pictures is of, from a name, a gender and what the person says in four profiles."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property

from core.domain.persona_ages import ADULT, OwnAge, own_ages
from core.errors import InvalidRequestError

BIOS = ("bio_facebook", "bio_instagram", "bio_x", "bio_tiktok")
NEEDED = ("firstname", "lastname", "gender")
FIELDS = (*NEEDED, *BIOS)
MAX_NAME, MAX_GENDER, MAX_BIO = 80, 40, 4000
"""Characters; a profile's own limit is a tenth of that."""
WOMAN, MAN, PERSON = ("woman", "she", "her"), ("man", "he", "his"), ("person", "they", "their")
GENDERS: Mapping[str, tuple[str, str, str]] = {
    **dict.fromkeys(("f", "w", "female", "woman", "women", "fem", "cis woman", "trans woman"), WOMAN),
    **dict.fromkeys(
        ("weiblich", "frau", "femme", "féminin", "mujer", "femenino", "mulher", "feminino", "donna"), WOMAN
    ),
    **dict.fromkeys(("m", "male", "man", "men", "masc", "cis man", "trans man"), MAN),
    **dict.fromkeys(("männlich", "mann", "homme", "masculin", "hombre", "masculino", "homem", "uomo"), MAN),
}
NO_MARKS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "å": "a",
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "đ": "d",
        "ð": "d",
        "þ": "th",
    }
    | {"ł": "l", "ı": "i", "ħ": "h", "ŋ": "n"}
)
SPELT = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэі", "abvgdeziyklmnoprstufyei", strict=True))
    | {"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu"}
    | {"я": "ya", "є": "ye", "ї": "yi", "ґ": "g"}
    | dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True))
    | {"θ": "th", "χ": "ch", "ψ": "ps"}
)
"""Cyrillic and Greek letters as they sound, roughly: a folder's name is for finding, not for reading aloud."""
SLUG_NAME, SLUG_MARK = 40, 8


@dataclass(frozen=True, kw_only=True)
class Persona:
    """One person who does not exist: names, a gender in any words, and at least one biography.

    Texts are stripped, names are one line. Raises InvalidRequestError, with the field as ``param``.
    """

    firstname: str
    lastname: str
    gender: str
    bio_facebook: str = ""
    bio_instagram: str = ""
    bio_x: str = ""
    bio_tiktok: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            text = getattr(self, field.name)
            if not isinstance(text, str):
                raise InvalidRequestError(f"{field.name} must be text, not {text!r:.40}.", param=field.name)
            object.__setattr__(self, field.name, _clean(text, one_line=field.name in NEEDED))
        for name in NEEDED:
            _check(name, getattr(self, name), MAX_GENDER if name == "gender" else MAX_NAME)
        for name in BIOS:
            _check(name, getattr(self, name), MAX_BIO, needed=False)
        if not self.bios:
            raise InvalidRequestError(
                f"There is no biography. Fill in at least one of {', '.join(BIOS)}.", param="bio_facebook"
            )
        for name, found in self._own_ages():
            if not found.is_adult:
                raise InvalidRequestError(_no_adult(found), param=name)

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Persona":
        """From a mapping that may lack fields; what it has beyond them is left out. Raises InvalidRequestError."""
        return cls(**{name: values.get(name, "") for name in FIELDS})

    @property
    def name(self) -> str:
        return f"{self.firstname} {self.lastname}"

    @property
    def bios(self) -> tuple[str, ...]:
        """The biographies there are, Facebook's first; one that says the same as another counts once."""
        return tuple(dict.fromkeys(text for name in BIOS if (text := getattr(self, name))))

    @property
    def stated_age(self) -> int | None:
        """The age that a biography states of the person ("I'm 34"), the first one found; not a child's."""
        return next((found.age for _, found in self._own_ages()), None)

    def _own_ages(self) -> Iterator[tuple[str, OwnAge]]:
        """Every age that the person seems to state of themselves, with the biography that it stands in."""
        names = (self.name, self.firstname)
        return ((name, found) for name in BIOS for found in own_ages(getattr(self, name), names))

    @cached_property
    def slug(self) -> str:
        """A folder's name for this persona: ``amara-okafor-1f3a9c2e``; ASCII, safe on every file system.

        The end is a hash of all fields: two people of one name differ, and one person read twice is the same.
        """
        words = re.sub(r"[^a-z0-9]+", "-", _ascii(self.name)).strip("-")[:SLUG_NAME].strip("-")
        digest = hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()
        return f"{words or 'persona'}-{digest[:SLUG_MARK]}"

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def words_for(gender: str) -> tuple[str, str, str]:
    """Noun, pronoun and possessive for a gender: woman, she, her; anything we do not know is a person, they, their."""
    return GENDERS.get(gender.strip().casefold(), PERSON)


def _no_adult(found: OwnAge) -> str:
    """Which words say so, and what to do about them."""
    seems = "under age" if found.age is None else str(found.age)
    return (
        f"A biography seems to say that the person is {seems}: “{found.words}”. Avatar sets are of adults only; change "
        f"that to {ADULT} or more. If that is somebody else's age, say whose."
    )


def _clean(text: str, *, one_line: bool) -> str:
    """Composed characters, no control characters, no white space at the ends; one line if told so."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return " ".join(text.split()) if one_line else text.strip()


def _check(name: str, text: str, most: int, *, needed: bool = True) -> None:
    if needed and not text:
        raise InvalidRequestError(f"{name} is empty.", param=name)
    if len(text) > most:
        raise InvalidRequestError(f"{name} has {len(text):,} characters; at most {most:,} are taken.", param=name)


def _ascii(text: str) -> str:
    spelt = text.casefold().translate(NO_MARKS).translate(SPELT)
    folded = unicodedata.normalize("NFKD", spelt).translate(SPELT)
    return folded.encode("ascii", "ignore").decode()
