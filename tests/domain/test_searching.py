"""The language of the search box."""

import pytest

from core.domain.searching import Term, parse_search, words_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("red fox", [Term(("red",)), Term(("fox",))]),
        ('"red fox" snow', [Term(("red", "fox")), Term(("snow",))]),
        ("light*", [Term(("light",), prefix=True)]),
        ('fox -"early light"', [Term(("fox",)), Term(("early", "light"), excluded=True)]),
        ("black-and-white", [Term(("black", "and", "white"))]),
        ('"never closed', [Term(("never", "closed"))]),
        ("  - * \" ' ) OR (", [Term(("or",))]),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_terms(text: str, terms: list[Term]) -> None:
    assert list(parse_search(text)) == terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café ÉTÉ", ("cafe", "ete")),
        ("Straße", ("strasse",)),
        ("16:9, f/1.8_RAW", ("16", "9", "f", "1", "8", "raw")),
        ("赤い狐", ("赤", "い", "狐")),
        ("рыжая Лиса", ("рыжая", "лиса")),
    ],
)
def test_words_are_compared_without_case_accents_and_punctuation(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words
