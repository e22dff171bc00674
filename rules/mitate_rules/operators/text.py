"""Membership, and text: its beginning, its end, its parts, and paths."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import cast

from mitate_rules.values import same


def is_in(needle: object, haystack: object) -> bool:
    """Tell whether a value is in a list, or a text in a text."""
    if isinstance(haystack, (tuple, list)):
        return any(same(needle, item) for item in cast("Sequence[object]", haystack))
    if isinstance(haystack, frozenset):
        return isinstance(needle, str) and needle in cast("frozenset[str]", haystack)
    return isinstance(needle, str) and isinstance(haystack, str) and haystack.find(needle) >= 0


def on_texts(test: Callable[[str, str], bool], fold: bool = False) -> Callable[[object, object], bool]:
    def run(value: object, wanted: object) -> bool:
        if not isinstance(value, str) or not isinstance(wanted, str):
            return False
        return test(value.lower(), wanted.lower()) if fold else test(value, wanted)

    return run


def contains(value: object, wanted: object) -> bool:
    return is_in(wanted, value)


def icontains(value: object, wanted: object) -> bool:
    if isinstance(value, (tuple, list)) and isinstance(wanted, str):
        items = cast("Sequence[object]", value)
        return any(isinstance(item, str) and item.lower() == wanted.lower() for item in items)
    return isinstance(value, str) and isinstance(wanted, str) and wanted.lower() in value.lower()


def glob(pattern: str) -> Callable[[str], bool]:
    """Compile a path glob: `*` within a segment, `**` across, `?` one character.

    Backtracking costs length to the power of the stars; so beyond two of them an automaton, whose states are the
    bits of one integer, reads each character once.
    """
    tokens = re.findall(r"\*+|\?|[^*?]", pattern)
    stars = ["**" if len(token) > 1 else "*" for token in tokens if token[0] == "*"]
    if len(stars) <= 2:
        forms = {"*": "[^/]*", "?": "[^/]"}
        parts = [forms.get(token) or (".*" if token[0] == "*" else re.escape(token)) for token in tokens]
        whole = re.compile("".join(parts), re.DOTALL)
        return lambda text: whole.fullmatch(text) is not None
    skip = across = within = one = 0
    literal: dict[str, int] = {}
    for place, token in enumerate(tokens):
        bit = 1 << place
        if token == "?":
            one |= bit
        elif token[0] == "*":
            skip |= bit
            within |= bit if token == "*" else 0
            across |= bit if token != "*" else 0
        else:
            literal[token] = literal.get(token, 0) | bit
    accepting = 1 << len(tokens)

    def matches(text: str) -> bool:
        states = 1 | (1 & skip) << 1
        for character in text:
            inside = character != "/"
            step = (states & (literal.get(character, 0) | (one if inside else 0))) << 1
            states = step | states & (across | (within if inside else 0))
            states |= (states & skip) << 1
            if not states:
                return False
        return bool(states & accepting)

    return matches


def matches_glob(value: object, pattern: object) -> bool:
    """Tell whether a path fits a glob."""
    return isinstance(value, str) and isinstance(pattern, str) and _glob(pattern)(value)


_glob = functools.lru_cache(maxsize=512)(glob)
