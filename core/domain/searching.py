"""The language of the search box: words, "whole phrases", pre* and -without, read the same for every database."""

import re
import unicodedata
from dataclasses import dataclass

from core.errors import InvalidRequestError

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
# Written without spaces, so that each character is a word of its own and a run of them a phrase.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff])")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One or more words that must follow each other; of the last only the beginning where ``prefix``."""

    words: tuple[str, ...]
    prefix: bool = False
    excluded: bool = False


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: no case, no accents, no punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return tuple(_WORD.findall(_UNSPACED.sub(r" \1 ", plain)))


def parse_search(text: str) -> tuple[Term, ...]:
    """What a person typed; any text means something, at worst nothing."""
    terms = []
    for minus, phrase, word in _TERM.findall(text):
        if words := words_of(phrase or word):
            terms.append(Term(words, prefix=word.endswith("*"), excluded=bool(minus)))
    return tuple(terms)


def checked_search(text: str) -> tuple[Term, ...]:
    """As ``parse_search``; raises InvalidRequestError where it means nothing, and so would find everything."""
    terms = parse_search(text)
    if not terms:
        raise InvalidRequestError("There is no word in this to search for. Write at least one.", param="text")
    return terms
