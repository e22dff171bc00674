"""Ways to a condition: what the others of its rule must be for it to be asked, and to decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.vocabulary import Vocabulary

from .coverage import Point, audience, audience_of, leaves

Wanted: TypeAlias = tuple[Node, bool]
"""A condition that must be True, or (False) anything but True."""


def routes(node: Node, owner: str, point: Point, words: Vocabulary) -> Iterator[list[Wanted]]:
    """Give what must hold for a condition to be evaluated with an answer, from a rule down to it.

    First so that it alone decides (what follows it leaves the answer open), then so that it is asked at all; each
    time first by what the facts are, then by their missing.
    """
    for alone in (True, False):
        for leaf, way in _ways(node, owner, point, words, alone, ()):
            wanted = [*way, (leaf, point.holds is True)]
            if not point.holds and (known := _known(leaf)):
                yield [*wanted, *known]
            yield wanted


def _known(leaf: Node) -> list[Wanted]:
    """Say that the facts a condition compares are not missing."""
    args = leaf.args if isinstance(leaf, Call) else ()
    return [(Call("!=", (arg, Literal(None))), True) for arg in args if isinstance(arg, Var) and arg.default is None]


def _ways(
    node: Node, owner: str, point: Point, words: Vocabulary, alone: bool, seen: tuple[str, ...]
) -> Iterator[tuple[Node, list[Wanted]]]:
    if owner == point.owner and node.pointer == point.what and list(leaves(node)) == [node]:
        yield node, []
    name = audience_of(node)
    if name is not None:
        inner = words.audience(name).node
        if inner is not None and name not in seen:
            yield from _ways(inner, audience(name), point, words, alone, (*seen, name))
    elif isinstance(node, Call) and node.op in ("and", "or", "!", "!!", "if"):
        for place, arg in enumerate(node.args):
            for leaf, way in _ways(arg, owner, point, words, alone, seen):
                yield leaf, [*_siblings(node, place, alone), *way]


def _siblings(node: Call, place: int, alone: bool) -> list[Wanted]:
    """Say what the other operands must be for one to be asked: and, for it to decide alone."""
    if node.op == "if":
        return _branches(node, place)
    neutral = node.op == "and"
    others = node.args[:place] + (node.args[place + 1 :] if alone else ())
    return [(arg, neutral) for arg in others]


def _branches(node: Call, place: int) -> list[Wanted]:
    """Say the same for "if": conditions and results in turn, and what holds otherwise."""
    chosen = place - place % 2
    before: list[Wanted] = [(arg, False) for arg in node.args[:chosen:2]]
    return [*before, (node.args[chosen], True)] if place % 2 else before
