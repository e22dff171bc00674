"""The tree a rule is parsed into; each node knows its JSON pointer. Nobody changes a node.

They are not frozen by the language: that would make each of them, and so the load of large sites, three times as dear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

BROKEN: Final = object()  # stands in a Literal where the rule could not be read; the rest is still checked


@dataclass(slots=True, unsafe_hash=True)
class Literal:
    """A value that stands in the rule; lists are tuples."""

    value: object
    pointer: str = ""


@dataclass(slots=True, unsafe_hash=True)
class Var:
    """A fact, or with a scope a part of a list's item (`""` is the item itself)."""

    name: str
    default: Node | None = None
    pointer: str = ""


@dataclass(slots=True, unsafe_hash=True)
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


def nesting(node: Node, audience: Callable[[str], int]) -> tuple[int, int]:
    """Measure how deep a tree nests, and how often an "if" stands in the condition of another.

    Each branch of an "if" nests in the one before; `audience` gives the depth of an audience by name.
    """
    deepest = most_choices = 0
    pending: list[tuple[Node, int, int]] = [(node, 1, 0)]
    while pending:
        part, depth, choices = pending.pop()
        if isinstance(part, Var) and part.default is not None:
            pending.append((part.default, depth + 1, choices))
        if isinstance(part, Call):
            if part.op not in ("if", "audience"):
                pending.extend((arg, depth + 1, choices) for arg in part.args if not isinstance(arg, Literal))
                deepest, most_choices = max(deepest, depth + 1), max(most_choices, choices)
                continue
            for place, arg in enumerate(part.args):
                tested = part.op == "if" and place % 2 == 0 and place + 1 < len(part.args)
                level = depth + 1 + (place // 2 if part.op == "if" else 0)
                pending.append((arg, level, choices + tested))
                if part.op == "audience" and isinstance(arg, Literal) and isinstance(arg.value, str):
                    depth += audience(arg.value)
        deepest, most_choices = max(deepest, depth), max(most_choices, choices)
    return deepest, most_choices
