"""The slot table: what the loader in the page's head must know before it asks."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from .model import ContentKind, Experience, Site, Slot, standard_selector
from .schedule import earliest_and_latest

OPS_KINDS: Final = frozenset({"attributes", "operations", "order", "redirect"})
"""Content that only ops.js can apply."""

Table = Mapping[str, object]


class SlotTables:
    """The slot tables of one loaded site: another one from each moment on at which an experience is over for good.

    Every thread may ask.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        live = [one for one in site.experiences.values() if one.status == "live"]
        self._live = [(_end(one, site.timezone), one) for one in live]
        self._ends = sorted({end for end, _ in self._live if end is not None})
        self._made: tuple[int, Table] = (-1, {})

    def at(self, now: float) -> Table:
        """Give the slots that live experiences can change from `now` (seconds, UTC) on; nobody may change it.

        Its `hash` tells one table from another: it is the same as long as nothing in it changes.
        """
        period = bisect_right(self._ends, now)
        made, table = self._made
        if made != period:
            running = [one for end, one in self._live if end is None or now < end]
            table = _table(self._site, running)
            self._made = period, table
        return table


def _end(one: Experience, site_zone: str) -> float | None:
    """Give the first instant from which an experience runs for nobody any more."""
    if one.schedule is None or one.schedule.until is None:
        return None
    return earliest_and_latest(one.schedule.until, one.schedule.zone, site_zone)[1]


def _table(site: Site, running: Iterable[Experience]) -> Table:
    """Write the table. Slots nothing can change are never hidden, so they are not in it."""
    contents = [content for one in running for content in _contents(one)]
    changed = {slot for slot, _ in contents}
    table: dict[str, object] = {"site": site.name}
    if any(kind in OPS_KINDS for _, kind in contents):
        table["ops"] = True
    if site.forward:
        table["forward"] = list(site.forward)
    table["slots"] = [_row(slot) for slot in site.slots.values() if slot.name in changed]
    return {**table, "hash": hashlib.sha256(msgspec.json.encode(table)).hexdigest()[:8]}


def _contents(one: Experience) -> Iterator[tuple[str, ContentKind]]:
    for variant in one.variants:
        for slot, content in variant.content.items():
            yield slot, content.kind


def _row(slot: Slot) -> dict[str, object]:
    """Write one slot; what it doesn't say is as the loader takes it."""
    row: dict[str, object] = {"name": slot.name}
    if slot.selector != standard_selector(slot.name):
        row["selector"] = slot.selector
    if slot.reserve is not None:
        row["reserve"] = slot.reserve
    return row | {key: True for key, said in (("live", slot.live), ("shadow", slot.shadow)) if said}
