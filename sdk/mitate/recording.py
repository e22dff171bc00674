"""What a page reports: made into events worth storing, and into changes of the profile."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec

from mitate_rules.windows import KEPT, times_of

from .consent import Purposes
from .events import Event
from .ids import is_id, new_id
from .model import Site
from .profiles import Add, Append, Change, First, Latest
from .visitor import Visitor

MAX_AGO: Final = 86_400_000
"""How old a report may claim to be, in milliseconds: a page kept open offline for a day."""

PURCHASE: Final = "purchase"
"""The event that `purchases.*` counts, when a backend says it: its value, and the property `category`."""

MAX_PROPERTIES: Final = 32
MAX_TEXT: Final = 1024

MAX_WHOLE: Final = 2**63
MAX_FLOAT: Final = 10**308
"""Whole numbers that every database and JSON reader has end below 2**63; larger ones are kept as fractions."""

_NAME: Final = re.compile(r"[a-z0-9_-]{1,64}")


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a page says happened; `ago` is how many milliseconds ago.

    `type` is ``exposure`` (a slot was seen), ``track`` (an event of the site), ``visit`` (time spent) or ``dismiss``
    (the visitor doesn't want to see an experience again).
    """

    type: Literal["exposure", "track", "visit", "dismiss"]
    id: str | None = None
    ago: float = 0
    slot: str | None = None
    experience: str | None = None
    variant: str | None = None
    reason: str | None = None
    name: str | None = None
    value: float | None = None
    props: dict[str, object] = {}
    seconds: float | None = None


def accepted(
    site: Site, visitor: Visitor, visitor_id: str | None, reported: Iterable[Reported], purposes: Purposes, now: float
) -> list[Event]:
    """Give the reports that make sense, as events.

    An exposure or a dismissal of an experience the site doesn't have is dropped (a page may be older
    than the document); a `track` name is mapped to a-z, 0-9, _ and -.
    """
    events: list[Event] = []
    for one in reported:
        of_experience = one.type in ("exposure", "dismiss")
        if of_experience and one.experience not in site.experiences:
            continue
        name = to_name(one.name or "") if one.type == "track" else one.type
        if not name:
            continue
        ago = min(max(one.ago, 0.0), MAX_AGO) if math.isfinite(one.ago) else 0.0
        value = one.seconds if one.type == "visit" else one.value
        events.append(
            Event(
                id=one.id if one.id is not None and is_id(one.id) else new_id(),
                at=now - ago / 1000,
                site=site.name,
                version=site.version,
                type=one.type,
                name=name,
                visitor=visitor_id,
                page_view=visitor.page_view,
                slot=one.slot if one.slot in site.slots else None,
                experience=one.experience if of_experience else None,
                variant=_cut(one.variant),
                reason=_cut(one.reason),
                value=value if value is not None and math.isfinite(value) else None,
                props=_small(one.props),
                purposes=sorted(purposes),
            )
        )
    return events


def profile_changes(events: Sequence[Event], *, from_browser: bool) -> list[Change]:
    """Give what these events change in the visitor's profile: caps, dismissals, counts, time spent, purchases.

    A browser is not believed about money: from one, a `purchase` is only an event that was counted.
    """
    changes: list[Change] = []
    for event in events:
        if event.type == "exposure" and event.experience is not None:
            # Once for an experience and page view, whatever number of slots it fills.
            seen = f"{event.page_view or event.id}:{event.experience}"
            changes.append(Append(f"exposures.{event.experience}", event.at, seen))
            changes.append(Add(f"exposures.{event.experience}.count", 1, seen))
        elif event.type == "dismiss" and event.experience is not None:
            changes.append(First(f"dismissed.{event.experience}", event.at, event.at))
        elif event.type == "track":
            changes.append(Add(f"events.{event.name}", 1, event.id, event.at, math.inf))
            changes.append(Append(times_of(event.name), event.at, event.id, KEPT))
            if event.name == PURCHASE and not from_browser:
                changes += _purchase(event)
        elif event.type == "visit" and event.value is not None:
            changes.append(Add("total_seconds", min(max(event.value, 0.0), 1800.0), event.id))
    return changes


def _purchase(event: Event) -> list[Change]:
    changes: list[Change] = [Add("purchases.count", 1, event.id), Latest("purchases.last", event.at, event.at)]
    if event.value is not None:
        changes.append(Add("purchases.total_value", event.value, event.id))
    category = event.props.get("category")
    if isinstance(category, str):
        changes.append(Latest("purchases.last_category", category, event.at))
    return changes


def to_name(said: str) -> str:
    """Map an event's name to the form events have: ``Add To Cart`` becomes ``add-to-cart``."""
    name = re.sub(r"[^a-z0-9_-]+", "-", said.strip().casefold()[:64]).strip("-")
    return name if _NAME.fullmatch(name) else ""


def _small(props: dict[str, object]) -> dict[str, object]:
    """Keep plain values of modest size; nested ones have no place in an event."""
    kept: dict[str, object] = {}
    for name, value in props.items():
        if len(kept) >= MAX_PROPERTIES:
            break
        if isinstance(value, str):
            kept[name[:64]] = value[:MAX_TEXT]
        elif isinstance(value, int) and not -MAX_WHOLE <= value < MAX_WHOLE:
            if abs(value) < MAX_FLOAT:  # a number of hundreds of digits is none
                kept[name[:64]] = float(value)
        elif value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
            kept[name[:64]] = value
    return kept


def _cut(text: str | None) -> str | None:
    return text[:64] if text is not None else None
