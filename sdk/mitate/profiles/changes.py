"""What can happen to a profile: changes that commute and count once.

A profile is a flat dict of dotted field names. A store never overwrites one: it reads the fields and applies changes,
so that workers, tabs and devices that write at the same time lose nothing. Whatever the order in which changes come,
and however often one is sent again, the fields end the same.

How each kind is stored:

    Add      a number; with a half-life `[sum, at]`, the sum as it was at that instant
    Latest   the value          (the instant in "_latest")
    First    the value          (the instant in "_first")
    Append   a sorted list

Names that begin with `_` are bookkeeping: "_ids" (which Add, Append and Merge were already applied), "_latest",
"_first" and "_half_lives". A field belongs to one kind of change for life.
"""

from __future__ import annotations

import math
from binascii import b2a_base64
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TypeAlias, cast

import msgspec

REMEMBERED_IDS = 256
"""How many ids a profile remembers. A repetition comes within seconds (a retry, a second tab), not after 256 changes."""

MOST_FIELDS = 1000
"""How many fields a profile may have. A page names its events as it likes; further new counters are left out."""

_ID_LENGTH = 8


class Add(msgspec.Struct, frozen=True):
    """Add `amount` to a number, once per `id`.

    With `half_life` (seconds) the sum fades: it is stored as `[sum, at]`, and two of them meet at the later instant.
    `math.inf` never fades and still keeps the instant: `[count, last]`. `at` is in epoch seconds.
    """

    field: str
    amount: float
    id: str
    at: float = 0.0
    half_life: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.amount) and math.isfinite(self.at)):
            raise ValueError(f"expected a finite amount and instant, got {self.amount!r} at {self.at!r}")
        if self.half_life is not None and not self.half_life > 0:
            raise ValueError(f"expected a half-life above 0 seconds, got {self.half_life!r}")


class Latest(msgspec.Struct, frozen=True):
    """Keep the value with the latest `at` (of two at the same instant, the greater); None clears the field."""

    field: str
    value: object
    at: float
    id: str | None = None

    def __post_init__(self) -> None:
        _check_instant(self.at)


class First(msgspec.Struct, frozen=True):
    """Keep the value with the earliest `at` (of two at the same instant, the smaller)."""

    field: str
    value: object
    at: float

    def __post_init__(self) -> None:
        _check_instant(self.at)


class Append(msgspec.Struct, frozen=True):
    """Add a value to a list, once per `id`; the list is kept sorted and only the greatest `keep` stay.

    Give instants, or `[at, value]` pairs, so that the newest are the ones that stay.
    """

    field: str
    value: object
    id: str
    keep: int = 100

    def __post_init__(self) -> None:
        if self.keep < 1:
            raise ValueError(f"expected to keep 1 value or more, got {self.keep!r}")


class Merge(msgspec.Struct, frozen=True):
    """Take in all of another profile's fields, once per `id` (the other profile's id): sums add up, lists join."""

    data: Mapping[str, object]
    id: str
    keep: int = 100


Change: TypeAlias = Add | Latest | First | Append | Merge


def apply(data: Mapping[str, object], changes: Iterable[Change]) -> dict[str, object]:
    """Return the fields after `changes`; `data` and the values in it are never altered.

    Raises TypeError when a field already holds another kind of value than the change expects.
    """
    fields = dict(data)
    for change in changes:
        if isinstance(change, Add):
            if _is_new(fields, change.field, change.id):
                _add(fields, change.field, change.amount, change.at, change.half_life)
        elif isinstance(change, Latest):
            _keep_latest(fields, change.field, change.value, change.at)
        elif isinstance(change, First):
            _keep_first(fields, change.field, change.value, change.at)
        elif isinstance(change, Append):
            if _is_new(fields, change.field, change.id):
                _append(fields, change.field, [change.value], change.keep)
        elif _is_new(fields, "", change.id):
            _merge(fields, change.data, change.keep)
    return fields


def _check_instant(at: float) -> None:
    if not math.isfinite(at):
        raise ValueError(f"expected a finite instant, got {at!r}")


def _is_new(fields: dict[str, object], field: str, change_id: str) -> bool:
    """Remember a change by 8 characters of its hash; the oldest is forgotten first."""
    digest = blake2b(f"{field}\n{change_id}".encode("utf-8", "surrogatepass"), digest_size=6).digest()
    mark = b2a_base64(digest, newline=False).decode("ascii")
    marks = fields.get("_ids", "")
    if not isinstance(marks, str):
        raise TypeError(f"expected text in the field '_ids', got {marks!r}")
    found = marks.find(mark)
    while found % _ID_LENGTH and found > 0:
        found = marks.find(mark, found + 1)
    if found >= 0:
        return False
    fields["_ids"] = (marks + mark)[-REMEMBERED_IDS * _ID_LENGTH :]
    return True


def _add(fields: dict[str, object], field: str, amount: float, at: float, half_life: float | None) -> None:
    if field not in fields and len(fields) >= MOST_FIELDS:
        return
    if half_life is None:
        fields[field] = _number(field, fields.get(field, 0)) + amount
        return
    known = fields.get(field)
    if known is None:
        fields[field] = [amount, at]
    else:
        total, last = _sum_and_instant(field, known)
        latest = max(last, at)
        fields[field] = [total * _left(latest - last, half_life) + amount * _left(latest - at, half_life), latest]
    # None stands for a sum that never fades: JSON has no infinity.
    _note(fields, "_half_lives", field, None if math.isinf(half_life) else half_life)


def _left(age: float, half_life: float) -> float:
    return 1.0 if age == 0 or math.isinf(half_life) else 2.0 ** -(age / half_life)


def _keep_latest(fields: dict[str, object], field: str, value: object, at: float) -> None:
    known = _noted(fields, "_latest").get(field)
    if isinstance(known, (int, float)) and (at, _order(value)) <= (known, _order(fields.get(field))):
        return
    fields[field] = value
    _note(fields, "_latest", field, at)


def _keep_first(fields: dict[str, object], field: str, value: object, at: float) -> None:
    known = _noted(fields, "_first").get(field)
    if isinstance(known, (int, float)) and (at, _order(value)) >= (known, _order(fields.get(field))):
        return
    fields[field] = value
    _note(fields, "_first", field, at)


def _append(fields: dict[str, object], field: str, values: list[object], keep: int) -> None:
    # A page makes up the names of its events, never those of the experiences that are capped.
    if field.startswith("events.") and field not in fields and len(fields) >= MOST_FIELDS:
        return
    fields[field] = sorted([*_list(field, fields.get(field, [])), *values], key=_order)[-keep:]


def _merge(fields: dict[str, object], other: Mapping[str, object], keep: int) -> None:
    latest, first, half_lives = (_noted(other, name) for name in ("_latest", "_first", "_half_lives"))
    for field, value in other.items():
        if field.startswith("_"):
            continue
        if field in latest:
            _keep_latest(fields, field, value, _number(field, latest[field]))
        elif field in first:
            _keep_first(fields, field, value, _number(field, first[field]))
        elif field in half_lives:
            half_life = half_lives[field]
            total, at = _sum_and_instant(field, value)
            _add(fields, field, total, at, math.inf if half_life is None else _number(field, half_life))
        elif isinstance(value, list):
            _append(fields, field, cast("list[object]", value), keep)
        else:
            _add(fields, field, _number(field, value), 0.0, None)


def _noted(fields: Mapping[str, object], name: str) -> Mapping[str, object]:
    notes = fields.get(name)
    if notes is None:
        return {}
    if not isinstance(notes, dict):
        raise TypeError(f"expected a mapping in the field {name!r}, got {notes!r}")
    return cast("dict[str, object]", notes)


def _note(fields: dict[str, object], name: str, field: str, value: object) -> None:
    notes = _noted(fields, name)
    if field not in notes or notes[field] != value:
        fields[name] = {**notes, field: value}


def _number(field: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"expected a number in the field {field!r}, got {value!r}")
    return value


def _list(field: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list in the field {field!r}, got {value!r}")
    return cast("list[object]", value)


def _sum_and_instant(field: str, value: object) -> tuple[float, float]:
    pair = _list(field, value)
    if len(pair) != 2:
        raise TypeError(f"expected [sum, instant] in the field {field!r}, got {value!r}")
    return _number(field, pair[0]), _number(field, pair[1])


def _order(value: object) -> tuple[int, object]:
    """Order any two JSON values, so that a tie is decided the same way everywhere."""
    if value is None:
        return (0, 0)
    if isinstance(value, (int, float)):
        return (1, (value, isinstance(value, bool)))
    if isinstance(value, str):
        return (2, value)
    if isinstance(value, list):
        return (3, [_order(item) for item in cast("list[object]", value)])
    return (4, msgspec.json.encode(value, order="deterministic"))
