"""The language of prompts with wildcards, read into a tree whose size is known without expanding it.

    {red|blue {a|b}} fox, __season__      alternatives, nested; a list by its name
    {|very } big                          an alternative may be empty
    {2$$a|b|c}  {1-2$$ and $$a|b|c}       two of them with ", ", one or two with " and "
    {0.5::a|b}                            weights are read and left aside: every combination counts once
    __animals/*__                         all lists whose name fits
    \\{ \\| \\} \\_\\_ \\# \\\\                  the characters themselves

It is that of Dynamic Prompts, save that several of a group come in the order written (no second picture for ``b, a``)
and that variables are refused.
"""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import chain, combinations
from math import comb
from typing import NoReturn

from core.domain.batch import MAX_ROWS
from core.domain.wildcard_tree import Choice, Node, Words, any_of, joined
from core.errors import InvalidRequestError

MAX_DEPTH = 20
TOKEN = re.compile(
    r"\\(?P<escaped>[{}|_#$\\])"
    r"|(?P<variable>\$\{\s*\w+\s*[=:}])"
    r"|(?P<mark>[{}|])"
    r"|__(?P<name>(?:[^\W_]|\*)(?:[\w/*.\-]{0,60}?[\w*])??)__"
    r"|(?P<text>[^\\{}|_$]+|.)",
    re.DOTALL,
)
WEIGHT = re.compile(r"\s*(?:[0-9]{1,6}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})::")
SEVERAL = re.compile(r"\s*(?=-?[0-9])(?P<low>[0-9]{0,3})(?P<dash>-?)(?P<high>[0-9]{0,3})\$\$")
SEPARATOR = re.compile(r"([^{}|$]*)\$\$")


class Parser:
    """Reads templates; a list is read once, when a template first names it."""

    def __init__(self, wildcards: Mapping[str, Sequence[str]]) -> None:
        self._lists = {name.casefold(): values for name, values in wildcards.items()}
        self._read: dict[str, tuple[Node, ...]] = {}
        self._open: list[str] = []
        self._depth = 0

    def parse(self, template: str) -> Node:
        """The template's tree; raises InvalidRequestError for what cannot be read and for lists that are not there."""
        return _Template(self, template).parse()

    def deeper(self, by: int) -> None:
        """Count how deep groups and lists lie in each other, both together."""
        self._depth += by
        if self._depth > MAX_DEPTH:
            raise InvalidRequestError(
                f"Groups and wildcards lie more than {MAX_DEPTH} deep in each other.", param="prompt"
            )

    def named(self, name: str, *, amid_word: bool) -> Node | None:
        """The list of this name (or of all names that fit); None if there is none and it may be a part of a word."""
        key = name.casefold()
        fitting = [one for one in self._lists if fnmatchcase(one, key)] if "*" in key else [key] * (key in self._lists)
        if fitting:
            return any_of(option for one in fitting for option in self._options(one))
        if amid_word:
            return None
        known = ", ".join(sorted(self._lists)) or "none"
        raise InvalidRequestError(
            f"There is no wildcard __{name}__. There are: {known}. Write \\_\\_ for two plain underscores.",
            param="prompt",
        )

    def _options(self, key: str) -> tuple[Node, ...]:
        if key in self._open:
            way = " -> ".join(f"__{one}__" for one in [*self._open[self._open.index(key) :], key])
            raise InvalidRequestError(f"These wildcards name each other in a circle: {way}.", param="prompt")
        if key not in self._read:
            self._open.append(key)
            self.deeper(1)
            if not (values := self._lists[key]):
                raise InvalidRequestError(f"The wildcard __{key}__ has no values.", param="prompt")
            self._read[key] = tuple(self.parse(value) for value in values)
            self.deeper(-1)
            self._open.pop()
        return self._read[key]


class _Template:
    """One template on its way through the parser."""

    def __init__(self, parser: Parser, template: str) -> None:
        self._parser = parser
        self._template = template
        self._at = 0

    def parse(self) -> Node:
        return self._series(inside=False)

    def _series(self, *, inside: bool) -> Node:
        """What stands until the end of the template, or of an alternative."""
        parts: list[Node] = []
        while token := TOKEN.match(self._template, self._at):
            if inside and token["mark"] in ("|", "}"):
                break
            self._at = token.end()
            parts.append(self._part(token))
        return joined(parts)

    def _part(self, token: re.Match[str]) -> Node:
        if token["variable"]:
            self._refuse(token, "Variables (${name=...}) cannot be used here; write a group or a wildcard instead")
        if token["mark"] == "{":
            return self._group(token)
        if token["mark"] == "}":
            self._refuse(token, "There is a } without its {; write \\} for the character itself")
        if token["name"]:
            before, after = self._template[: token.start()][-1:], self._template[token.end() : token.end() + 1]
            found = self._parser.named(token["name"], amid_word=before.isalnum() or after.isalnum())
            return Words(token[0]) if found is None else found
        return Words(token["escaped"] or token[0])

    def _group(self, opening: re.Match[str]) -> Node:
        self._parser.deeper(1)
        several = self._several()
        options: list[Node] = []
        mark = "|"
        while mark == "|":
            self._skip(WEIGHT)
            options.append(self._series(inside=True))
            mark = self._template[self._at : self._at + 1]
            self._at += 1
        if not mark:
            self._refuse(opening, "There is a { without its }; write \\{ for the character itself")
        self._parser.deeper(-1)
        return any_of(options) if several is None else self._chosen(opening, several, options)

    def _several(self) -> tuple[int, int | None, str] | None:
        """How many of a group, at least and at most, and what stands between them; None where it is one."""
        match = self._skip(SEVERAL)
        if match is None:
            return None
        between = self._skip(SEPARATOR)
        low = int(match["low"] or 1)
        high = int(match["high"]) if match["high"] else (None if match["dash"] else low)
        return low, high, ", " if between is None else between[1]

    def _chosen(self, opening: re.Match[str], several: tuple[int, int | None, str], options: list[Node]) -> Node:
        """Every set of so many different options, in the order in which they are written."""
        low, high, between = several
        if len(options) == 1 and isinstance(options[0], Choice):
            options = list(options[0].options)
        options = list(dict.fromkeys(options))
        sizes = range(min(low, len(options)), min(len(options) if high is None else high, len(options)) + 1)
        if sum(comb(len(options), size) for size in sizes) > MAX_ROWS:
            self._refuse(opening, f"Choosing from these {len(options)} makes more than {MAX_ROWS:,} sets")
        if not sizes:
            self._refuse(opening, "A group chooses at least as many as at most, such as {1-2$$a|b|c}")
        sets = chain.from_iterable(combinations(options, size) for size in sizes)
        return any_of(joined([part for one in chosen for part in (Words(between), one)][1:]) for chosen in sets)

    def _skip(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Step over what the pattern finds here, if it does."""
        if match := pattern.match(self._template, self._at):
            self._at = match.end()
        return match

    def _refuse(self, token: re.Match[str], sentence: str) -> NoReturn:
        raise InvalidRequestError(f"{sentence} (character {token.start() + 1}).", param="prompt")
