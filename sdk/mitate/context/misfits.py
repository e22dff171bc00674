"""Values that are not of the form their fact is declared in: they count as missing, and somebody is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, cast

from .facts import Declaration

Misfit: TypeAlias = Callable[[str, object], None]
"""(name of the fact, the value that doesn't fit): called for each, and must not raise."""

_MANY: Final = 10
_KINDS: Final[Mapping[type[object], str]] = {
    dict: "object",
    list: "list",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
}


def ignore(name: str, value: object) -> None:
    """Tell nobody."""


def expected(declaration: Declaration) -> str:
    """Say what a fact's values look like: "integer, 0 or more", "string, one of on off"."""
    parts = [str(declaration.get("type", "any"))]
    low, high, enum = (declaration.get(key) for key in ("minimum", "maximum", "enum"))
    if low is not None:
        parts.append(f"{low} or more" if high is None else f"{low} to {high}")
    elif high is not None:
        parts.append(f"{high} or less")
    if isinstance(enum, (list, tuple)):
        values = [str(one) for one in cast("Sequence[object]", enum)]
        parts.append("one of " + " ".join(values) if len(values) <= _MANY else "one of those declared")
    return ", ".join(parts)


def got(value: object, declaration: Declaration) -> str:
    """Say what came instead, by its form alone: a value may be personal."""
    kind = _KINDS.get(type(value), "no JSON value")
    return f"another {kind}" if kind == declaration.get("type") else kind
