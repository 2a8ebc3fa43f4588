"""A prompt with wildcards as a tree: how many prompts it makes, the longest, any by its number, one by chance.

A list that is named in many places is one node with many parents, so a tree is small even where it makes millions;
nodes are therefore compared by what they are, never by what they hold.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate, groupby
from random import Random

from core.domain.request import MAX_PROMPT_CHARACTERS
from core.errors import InvalidRequestError

ENOUGH = 10**18
"""Counts stop here: what makes more is refused long before, and nobody needs the exact number."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they are."""

    text: str

    @property
    def count(self) -> int:
        return 1

    @property
    def longest(self) -> int:
        """Characters of the longest prompt."""
        return len(self.text)

    def at(self, index: int) -> str:  # noqa: ARG002 - there is one
        return self.text

    def drawn(self, chance: Random) -> str:  # noqa: ARG002 - there is one
        return self.text


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Parts one after the other; the first varies slowest."""

    parts: tuple["Node", ...]
    count: int = field(init=False)
    longest: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", reduce(_times, (part.count for part in self.parts), 1))
        object.__setattr__(self, "longest", sum(part.longest for part in self.parts))

    def at(self, index: int) -> str:
        """The combination with this number, from 0."""
        words = []
        for part in reversed(self.parts):
            index, own = divmod(index, part.count)
            words.append(part.at(own))
        return "".join(reversed(words))

    def drawn(self, chance: Random) -> str:
        return "".join(part.drawn(chance) for part in self.parts)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several."""

    options: tuple["Node", ...]
    ends: tuple[int, ...] = field(init=False)
    count: int = field(init=False)
    longest: int = field(init=False)

    def __post_init__(self) -> None:
        ends = tuple(accumulate(option.count for option in self.options))
        object.__setattr__(self, "ends", ends)
        object.__setattr__(self, "count", min(ends[-1], ENOUGH))
        object.__setattr__(self, "longest", max(option.longest for option in self.options))

    def at(self, index: int) -> str:
        place = bisect_right(self.ends, index)
        return self.options[place].at(index - (self.ends[place - 1] if place else 0))

    def drawn(self, chance: Random) -> str:
        """One at random, each combination as likely as any other."""
        return self.options[bisect_right(self.ends, chance.randrange(self.ends[-1]))].drawn(chance)


Node = Words | Series | Choice


def joined(parts: Sequence[Node]) -> Node:
    """The parts in a row, words that touch as one; raises InvalidRequestError where no prompt may be so long."""
    longest = sum(part.longest for part in parts)
    if longest > MAX_PROMPT_CHARACTERS:
        raise InvalidRequestError(
            f"The longest prompt would have more than {MAX_PROMPT_CHARACTERS:,} characters.", param="prompt"
        )
    merged: list[Node] = []
    for are_words, group in groupby(parts, key=lambda part: isinstance(part, Words)):
        run = list(group)
        merged += [Words("".join(part.at(0) for part in run))] if are_words else run
    kept = tuple(part for part in merged if part != Words(""))
    if len(kept) == 1:
        return kept[0]
    return Series(kept) if kept else Words("")


def any_of(options: Iterable[Node]) -> Node:
    """One of these; words that are there twice count once."""
    different = tuple(dict.fromkeys(options))
    return different[0] if len(different) == 1 else Choice(different)


def _times(count: int, more: int) -> int:
    return min(count * more, ENOUGH)
