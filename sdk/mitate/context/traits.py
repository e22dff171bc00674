"""What only a backend may say: `user.*`, `cart.*`, purchases, log-ins, the account, a site's own facts.

A value that doesn't fit its declaration is ignored, as if it were unknown, and noted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from mitate.visitor import Visitor

from .facts import BUILT_IN, Declaration, find
from .fill import Fill
from .misfits import Misfit, ignore

# Known otherwise too; there a backend's word counts more.
_OVERRULED: Final = ("account.", "purchases.", "visits.logins", "visits.total_seconds", "interests.", "events.")


def may_say(name: str, declaration: Declaration) -> bool:
    """Tell whether a backend may say this fact: its own, and those it knows better. Never what the request shows."""
    if find(name, BUILT_IN) is None:
        return declaration.get("from") != "browser"
    return declaration.get("from") == "backend" or name.startswith(_OVERRULED)


def fill_traits(said: Mapping[str, Declaration], misfit: Misfit = ignore) -> Fill:
    """Prepare facts that a visitor's traits may carry; `misfit` hears of those that don't fit."""
    fits = {name: fitting(declaration) for name, declaration in sorted(said.items())}
    wanted = [(name, fit) for name, fit in fits.items() if not name.endswith(".*")]
    groups = [(name[:-1], fit) for name, fit in fits.items() if name.endswith(".*")]

    def fill(visitor: Visitor, _remembered: Mapping[str, object], _now: float, facts: dict[str, object]) -> None:
        traits = visitor.traits
        if traits:
            for name, fit in [*wanted, *_each(groups, traits)] if groups else wanted:
                if (value := traits.get(name)) is None:
                    continue
                if (fact := fit(value)) is None:
                    misfit(name, value)
                else:
                    facts[name] = fact

    return fill


def _each(
    groups: Sequence[tuple[str, Callable[[object], object]]], traits: Mapping[str, object]
) -> Iterator[tuple[str, Callable[[object], object]]]:
    """Give each trait of a group that is read whole (`affinity.color.*`)."""
    for prefix, fit in groups:
        yield from ((name, fit) for name in traits if name.startswith(prefix))


def fitting(declaration: Declaration) -> Callable[[object], object]:
    """Give a function from a value to the fact it makes under a declaration, None where it doesn't fit."""
    read = _TYPES.get(str(declaration.get("type", "")), _any)
    enum, low, high = declaration.get("enum"), declaration.get("minimum"), declaration.get("maximum")

    def fit(value: object) -> object:
        found = read(value)
        if isinstance(enum, (list, tuple)) and found not in enum:
            return None
        if isinstance(low, (int, float)) and isinstance(found, (int, float)) and found < low:
            return None
        if isinstance(high, (int, float)) and isinstance(found, (int, float)) and found > high:
            return None
        return found

    return fit


def _any(value: object) -> object:
    return value


def _string(value: object) -> object:
    return value[:2048] if isinstance(value, str) else None


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def _integer(value: object) -> object:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _boolean(value: object) -> object:
    return value if isinstance(value, bool) else None


def _instant(value: object) -> object:
    """Read epoch seconds, or ISO 8601 with an offset."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            return moment.timestamp() if moment.tzinfo is not None else None
        except (ValueError, OverflowError):
            return None
    return _number(value)


def _date(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _list(value: object) -> object:
    if not isinstance(value, (list, tuple, set, frozenset)):
        return None
    items: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType]
    kept = [item for item in items if isinstance(item, (str, int, float)) and not isinstance(item, bool)]
    return kept[:1000]


_TYPES: Final[Mapping[str, Callable[[object], object]]] = {
    "string": _string,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "instant": _instant,
    "date": _date,
    "list": _list,
    "ip": _string,
    "version": _string,
}
