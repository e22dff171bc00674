"""The frozen tree a rule is parsed into; each node knows its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

BROKEN: Final = object()  # stands in a Literal where the rule could not be read; the rest is still checked


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the rule; lists are tuples."""

    value: object
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Var:
    """A fact, or with a scope a part of a list's item (`""` is the item itself)."""

    name: str
    default: Node | None = None
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """An operator and its operands."""

    op: str
    args: tuple[Node, ...]
    pointer: str = ""


Node = Literal | Var | Call


def walk(node: Node) -> Iterator[Node]:
    """Give every node, the outer ones first."""
    pending: list[Node] = [node]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, Call):
            pending.extend(reversed(node.args))
        elif isinstance(node, Var) and node.default is not None:
            pending.append(node.default)
