"""ComfyUI's graph of nodes as its files hold it: who is linked to whom, and the values that links lead to."""

from collections import deque
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from core.imaging.found.reading import json_object

DEEPEST = 40
"""Links that are followed from a value to where it is written."""
LONGEST_TEXT = 40_000
MOST_NODES = 5_000
"""More than that is no graph that anybody drew."""
SCALARS = ("value", "text", "string", "seed", "int", "float", "number", "prompt", "populated_text", "wildcard_text")
"""Names under which nodes that hold one value (primitives, strings, seeds) have it."""
JOINED = ("string_a", "string_b", "text_a", "text_b", "text_c", "text_d", "text1", "text2", "string1", "string2")

Scalar = str | int | float | None


@dataclass(frozen=True, slots=True)
class Node:
    """A node: what it is, and its inputs, each a value or a link."""

    id: str
    kind: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """The output ``slot`` of another node."""

    node: str
    slot: int


def nodes_of(text: str) -> dict[str, Node]:
    """The nodes of a graph in the form that ComfyUI's API takes; empty for anything else."""
    found: dict[str, Node] = {}
    for id, entry in islice(json_object(text).items(), MOST_NODES):
        match entry:
            case {"class_type": str() as kind, "inputs": dict() as inputs}:
                found[id] = Node(id, kind, inputs)
    return found


def link_of(value: object) -> Link | None:
    """A value as a link, if it is one."""
    match value:
        case [str() | int() as node, int() as slot]:
            return Link(str(node), slot)
    return None


def before(nodes: Mapping[str, Node], start: Node, through: Container[str] | None = None) -> Iterator[Node]:
    """The node and all that lead to it, the nearest first; only along inputs of the names ``through``, if given."""
    waiting, seen = deque([start]), {start.id}
    while waiting:
        node = waiting.popleft()
        yield node
        for name, value in node.inputs.items():
            link = link_of(value)
            if link and (through is None or name in through) and link.node in nodes and link.node not in seen:
                seen.add(link.node)
                waiting.append(nodes[link.node])


def scalar(nodes: Mapping[str, Node], value: object) -> Scalar:
    """A value, or the one that its link leads to; joined texts are joined."""
    return _scalar(nodes, value, {}, DEEPEST)


def _scalar(nodes: Mapping[str, Node], value: object, known: dict[str, Scalar], left: int) -> Scalar:
    """``known`` has what nodes came to: each is looked into once, however many links and circles there are."""
    link = link_of(value)
    if link is None:
        return value if isinstance(value, str | int | float) else None
    node = nodes.get(link.node)
    if node is None or left <= 0:
        return None
    if node.id not in known:
        known[node.id] = None
        known[node.id] = _held(nodes, node, known, left - 1)
    return known[node.id]


def _held(nodes: Mapping[str, Node], node: Node, known: dict[str, Scalar], left: int) -> Scalar:
    """What a node that holds or joins values comes to."""
    parts = [_scalar(nodes, node.inputs[name], known, left) for name in JOINED if name in node.inputs]
    if texts := [part for part in parts if isinstance(part, str) and part]:
        delimiter = node.inputs.get("delimiter", " ")
        return (delimiter if isinstance(delimiter, str) else " ").join(texts)[:LONGEST_TEXT]
    found = (_scalar(nodes, node.inputs[name], known, left) for name in SCALARS if name in node.inputs)
    return next((value for value in found if value is not None), None)
