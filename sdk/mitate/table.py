"""The slot table: what the loader in the page's head must know before it asks."""

from __future__ import annotations

import hashlib

import msgspec

from .model import Site


def slot_table(site: Site) -> dict[str, object]:
    """Give the slots that live experiences can change, with a hash that tells one table from another.

    Slots nothing can change are never hidden, so they are not in it.
    """
    live = {
        slot
        for one in site.experiences.values()
        if one.status == "live"
        for variant in one.variants
        for slot in variant.content
    }
    slots = [
        {"name": slot.name, "selector": slot.selector, "reserve": slot.reserve}
        for slot in site.slots.values()
        if slot.name in live
    ]
    digest = hashlib.sha256(msgspec.json.encode([site.name, slots])).hexdigest()[:8]
    return {"site": site.name, "hash": digest, "slots": slots}
