"""How often an event happened in a window of time that ends now."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final, cast

from mitate_rules.values import is_number

KEPT: Final = 50
"""How many of an event's instants are remembered, the newest; a condition can't ask for more."""

VISIT: Final = "visit"
"""The window that began with this visit."""

SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}

EVENT: Final = re.compile(r"[a-z0-9_-]{1,64}")
_LENGTH: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([smhdw])")


def length(text: str) -> tuple[float, str] | None:
    """Read a window such as "30d" as a number and its unit; None when it is none."""
    found = _LENGTH.fullmatch(text)
    if found is None or float(found[1]) <= 0:
        return None
    return float(found[1]), found[2]


def seconds(text: str) -> float | None:
    """Read a window such as "30d" as seconds; None when it is none."""
    found = length(text)
    return found[0] * SECONDS[found[1]] if found is not None else None


def times_of(event: str) -> str:
    """Name the fact that holds an event's instants."""
    return f"events.{event}.times"


def counted(times: object, since: object, now: object, most: float = math.inf) -> int | None:
    """Count the instants from `since` to `now`, both included, up to `most`; None when an operand is missing."""
    if not isinstance(times, (list, tuple)) or not is_number(since) or not is_number(now):
        return None
    first, last, found = cast(float, since), cast(float, now), 0
    for one in reversed(cast("Sequence[object]", times)):  # the newest is the last
        if is_number(one) and first <= cast(float, one) <= last:
            found += 1
            if found >= most:
                break
    return found


def count_events(times: object, since: object, least: object, now: object) -> bool | None:
    """Tell whether enough of an event's instants lie between two moments."""
    if not is_number(least):
        return None
    found = counted(times, since, now, cast(float, least))
    return found >= cast(float, least) if found is not None else None
