"""Names that people give: without characters that steer a terminal or turn the order in which a text is read."""

import unicodedata

from core.errors import InvalidRequestError

TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Unicode's bidirectional classes of the characters that change the order of reading."""


def legible(text: str) -> str:
    """The text without such characters, and without halves of characters."""
    return "".join(character for character in text if not _steers(character))


def check_legible(text: str, what: str, param: str) -> None:
    """Raise InvalidRequestError if such a character is in it; ``what`` begins the sentence."""
    found = next(filter(_steers, text), None)
    if found is not None:
        sentence = f"{what} has no control characters, and here is one (U+{ord(found):04X}). Leave it out."
        raise InvalidRequestError(sentence, param=param)


def _steers(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or unicodedata.bidirectional(character) in TURNING
