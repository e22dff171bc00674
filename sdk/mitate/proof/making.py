"""Make a proof."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import cast

import msgspec

from mitate.consent import PURPOSES, Purposes
from mitate.deciding import HASHED, Draw, Hashed, Memory
from mitate.model import Decision, Site
from mitate_rules import WITHHELD, Context

from .addresses import is_address
from .canonical import canonical, digest, plain, signature
from .record import FORMAT, Outcome, Proof
from .walk import Walk


def prove(
    site: Site,
    decision: Decision,
    context: Context,
    memory: Memory,
    purposes: Purposes,
    key: str | None,
    now: float,
    draw: Draw = HASHED,
    *,
    secret: str | None = None,
) -> dict[str, object]:
    """Give the proof of one slot's decision as JSON-ready values; with the site's `secret`, signed."""
    walked = Walk(site, decision.slot, context, memory, draw)
    walked.decide(purposes, key, now)
    private = {name for name in walked.facts if is_address(site, name) or name in walked.compared}
    known = {name: value for name, value in walked.facts.items() if value is not WITHHELD}
    proof = Proof(
        format=FORMAT,
        site=site.name,
        version=site.version,
        slot=decision.slot,
        now=now,
        purposes=[one for one in PURPOSES if one in purposes],
        facts={name: plain(known[name]) for name in sorted(known) if name not in private or known[name] is None},
        withheld=sorted(name for name, value in walked.facts.items() if value is WITHHELD),
        addresses={name: walked.answers(name) for name in sorted(private & known.keys()) if known[name] is not None},
        memory={name: plain(value) for name, value in sorted(walked.remembered.items()) if value is not None},
        key=key if key in walked.draw.keys else None,
        drawn=None if isinstance(draw, Hashed) else walked.draw.answers,
        outcome=outcome_of(decision),
    )
    return sealed(cast("dict[str, object]", msgspec.to_builtins(proof)), secret)


def sealed(proof: Mapping[str, object], secret: str | None = None) -> dict[str, object]:
    """Give a proof its digest, and with the site's secret a signature."""
    said = {name: value for name, value in proof.items() if name not in ("digest", "signature")}
    said["digest"] = digest(said)
    return said if secret is None else {**said, "signature": signature(said, secret)}


def outcome_of(decision: Decision) -> Outcome:
    content = None if decision.kind is None else hashlib.sha256(canonical(plain(decision.value))).hexdigest()
    return Outcome(
        reason=decision.reason.value,
        basis=decision.basis.value,
        experience=decision.experience,
        variant=decision.variant,
        kind=decision.kind,
        content=content,
    )
