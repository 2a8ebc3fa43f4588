"""Prompts with wildcards: how many they make, all of them, or some by chance.

    expand_prompt("{red|blue} fox, __season__", WILDCARDS)     red fox, spring; red fox, summer; ... blue fox, winter

``core.domain.wildcard_parsing`` has the language. Nothing is expanded before it is counted.
"""

import re
from collections.abc import Mapping, Sequence
from random import Random

from core.domain.batch import MAX_ROWS
from core.domain.wildcard_lists import WILDCARDS
from core.domain.wildcard_parsing import Parser
from core.domain.wildcard_tree import ENOUGH, Node
from core.errors import InvalidRequestError

MAX_VALUES = 10_000
MAX_CHARACTERS = 50_000_000
"""Of all prompts of a template together: what a machine holds without noticing."""
DRAWS = 20
"""How often chance is asked for each prompt before those that it found are enough."""


def count_prompts(template: str, wildcards: Mapping[str, Sequence[str]] = WILDCARDS) -> int:
    """How many prompts ``expand_prompt`` would make, at most ENOUGH; many raise nothing here."""
    return Parser(wildcards).parse(template).count


def expand_prompt(
    template: str, wildcards: Mapping[str, Sequence[str]] = WILDCARDS, *, limit: int = MAX_ROWS
) -> tuple[str, ...]:
    """Every combination, the first group varying slowest; blanks that an empty alternative leaves behind are closed.

    Alternatives that are written twice count once; different combinations may still read alike. Raises
    InvalidRequestError for what cannot be read, for an unknown wildcard and for more than ``limit`` prompts.
    """
    return _all(_counted(template, wildcards, limit))


def sample_prompts(
    template: str, wildcards: Mapping[str, Sequence[str]] = WILDCARDS, n: int = 1, seed: int = 0
) -> tuple[str, ...]:
    """``n`` different prompts by chance, all combinations being as likely; the same for the same seed.

    Fewer where there are no more. Raises InvalidRequestError as ``expand_prompt`` does, but not for many combinations.
    """
    if not 1 <= n <= MAX_ROWS:
        raise InvalidRequestError(f"{n:,} prompts cannot be drawn; 1 to {MAX_ROWS:,} can.", param="n")
    node, chance = Parser(wildcards).parse(template), Random(seed)
    _fits(node, min(n, node.count))
    if node.count <= MAX_ROWS and node.count * node.longest <= MAX_CHARACTERS:
        different = tuple(dict.fromkeys(_all(node)))
        return tuple(chance.sample(different, min(n, len(different))))
    drawn: dict[str, None] = {}
    for _ in range(DRAWS * n):
        drawn[_tidy(node.drawn(chance))] = None
        if len(drawn) == n:
            break
    return tuple(drawn)


def read_wildcards(text: str, name: str) -> tuple[str, ...]:
    """The values of a wildcard file, one a line; empty lines and those that begin with ``#`` are left out.

    A value may hold groups and wildcards; ``\\#`` begins one with a ``#``. ``name`` may be the file's. Raises
    InvalidRequestError for no value, too many, and for a name that no prompt could say.
    """
    called = wildcard_name(name)
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    values = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not 1 <= len(values) <= MAX_VALUES:
        raise InvalidRequestError(
            f"The wildcard {called} has {len(values):,} values; it must have 1 to {MAX_VALUES:,}, one a line.",
            param=called,
        )
    return values


def wildcard_name(name: str) -> str:
    """How prompts name it: ``Colours/Warm ones.txt`` is ``colours/warm_ones``; raises InvalidRequestError."""
    called = re.sub(r"\s+", "_", name.strip().removesuffix(".txt").casefold())
    if not re.fullmatch(r"[^\W_](?:(?!__)[\w/.\-]){0,58}(?<!_)", called):
        raise InvalidRequestError(
            f"{name[:60]!r} cannot be a wildcard's name. Take 1 to 59 letters and digits, with _ - . or / between.",
            param="name",
        )
    return called


def _counted(template: str, wildcards: Mapping[str, Sequence[str]], limit: int) -> Node:
    node = Parser(wildcards).parse(template)
    if node.count > limit:
        many = "far too many" if node.count == ENOUGH else f"{node.count:,}"
        raise InvalidRequestError(
            f"This makes {many} prompts; at most {limit:,} go into a batch. Take alternatives away, or draw some "
            "by chance.",
            param="prompt",
        )
    _fits(node, node.count)
    return node


def _fits(node: Node, count: int) -> None:
    if node.longest * count > MAX_CHARACTERS:
        raise InvalidRequestError(
            f"These {count:,} prompts of up to {node.longest:,} characters are too much text at once. Make fewer.",
            param="prompt",
        )


def _all(node: Node) -> tuple[str, ...]:
    return tuple(_tidy(node.at(index)) for index in range(node.count))


def _tidy(prompt: str) -> str:
    """Close the gaps that empty alternatives leave: two blanks, or one before a comma."""
    return re.sub(r"[ \t]+(?=,)", "", re.sub(r"[ \t]{2,}", " ", prompt)).strip()
