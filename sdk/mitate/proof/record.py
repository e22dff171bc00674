"""What a proof is: frozen records, as they stand in its JSON."""

from __future__ import annotations

from typing import Final

import msgspec

FORMAT: Final = 1


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question about an address: whether it is in these networks, or in a list of the document, and the answer."""

    networks: str | list[str]
    answer: bool


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was decided. `content` is the SHA-256 of what the slot shows, None where the page's own stays."""

    reason: str
    basis: str
    experience: str | None = None
    variant: str | None = None
    kind: str | None = None
    content: str | None = None


class Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The proof of one slot's decision.

    `now` is in seconds (UTC). `facts` are the values read, null where nothing was known; `addresses` has the answers
    for each fact that is an address. `memory` is what was remembered and read, `key`
    what the visitor was bucketed by. `drawn` has the answers of a draw that was chosen and not hashed.
    """

    format: int
    site: str
    version: str
    slot: str
    now: float
    purposes: list[str]
    facts: dict[str, object]
    outcome: Outcome
    withheld: list[str] = []
    addresses: dict[str, list[Asked]] = {}
    memory: dict[str, object] = {}
    key: str | None = None
    drawn: dict[str, bool | int | None] | None = None
    digest: str = ""
    signature: str | None = None
