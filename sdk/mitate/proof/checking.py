"""Check a proof: replay it and say everything that doesn't hold."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from mitate.deciding import HASHED, Decider
from mitate.model import Experience, Experiment, Site
from mitate_rules import WITHHELD, Context
from mitate_rules.facts import Facts, looks

from .addresses import stand_in
from .canonical import digest, signature
from .making import outcome_of
from .record import FORMAT, Outcome, Proof
from .walk import Walk


def verify(site: Site, proof: Mapping[str, object], *, secret: str | None = None) -> list[str]:
    """Replay a proof against a document and say everything that doesn't hold; empty when all of it does.

    With `secret` a proof without the site's signature doesn't hold either.
    """
    try:
        said = msgspec.convert(dict(proof), Proof)
    except msgspec.ValidationError as error:
        return [f"this is no proof: {error}"]
    if said.format != FORMAT:
        return [f"the proof has format {said.format}; this version of mitate reads format {FORMAT}"]
    problems = [*_broken(said, proof), *_unsigned(proof, secret)]
    if said.site != site.name:
        return [*problems, f'the proof is of the site "{said.site}", and this is "{site.name}"']
    if said.version != site.version:
        problems.append(f"the document has changed since: this is version {site.version}, the proof has {said.version}")
    if said.slot not in Decider(site).slots:
        return [*problems, f'no experience fills the slot "{said.slot}"']
    try:
        problems += _replayed(site, said)
    except Exception as fault:  # a proof is anybody's text, and deciding expects a profile's
        problems.append(f"the decision can't be replayed from what the proof holds: {type(fault).__name__}: {fault}")
    # A value of the wrong type counts as missing; where something else is wrong too, it is worth knowing.
    return [*problems, *_mistyped(site, said)] if problems else []


def _broken(said: Proof, proof: Mapping[str, object]) -> list[str]:
    expected = digest(proof)
    if hmac.compare_digest(expected, said.digest):
        return []
    return [f"the digest is broken, so something in the proof was changed: {said.digest or 'none'}, not {expected}"]


def _unsigned(proof: Mapping[str, object], secret: str | None) -> list[str]:
    if secret is None:
        return []
    signed = proof.get("signature")
    if not isinstance(signed, str):
        return ["the proof has no signature"]
    if not hmac.compare_digest(signed, signature(proof, secret)):
        return ["the signature is not of this site's secret"]
    return []


def _replayed(site: Site, said: Proof) -> list[str]:
    """Decide again from what the proof holds, and say what comes out otherwise."""
    values: dict[str, object] = {**said.facts, **dict.fromkeys(said.withheld, WITHHELD)}
    for name, asked in said.addresses.items():
        values[name] = stand_in(site, asked)
        if values[name] is None:
            return [f"{name}: no address gives all the answers the proof has about networks"]
    context, purposes = Context(values), frozenset(said.purposes)
    draw = HASHED if said.drawn is None else _Drawn(said.drawn)
    walked = Walk(site, said.slot, context, said.memory, draw)
    walked.decide(purposes, said.key, said.now)
    decided = Decider(site).decide(context, said.memory, purposes, said.key, said.now, draw)[said.slot]
    again = outcome_of(decided)
    problems = [
        f"the outcome differs in its {name}: the proof says {_said(claimed)}, the document decides {_said(found)}"
        for name in Outcome.__struct_fields__
        if (claimed := getattr(said.outcome, name)) != (found := getattr(again, name))
    ]
    lacking, spare = sorted(walked.facts.keys() - values.keys()), sorted(values.keys() - walked.facts.keys())
    problems += [f"{name} is read by the decision, and the proof does not hold it" for name in lacking]
    problems += [f"{name} is in the proof, and the decision never reads it" for name in spare]
    return problems


def _mistyped(site: Site, said: Proof) -> Iterator[str]:
    facts = Facts.of(site.facts)
    for name, value in said.facts.items():
        fact = facts.find(name)
        if fact is not None and fact.type is not None and value is not None and not looks(fact.type)(value):
            yield f"{name} is of the wrong type: expected {fact.type}, got {_said(value)}"


class _Drawn:
    """A draw that answers as the proof says it did; what it was never asked is answered with no."""

    def __init__(self, answers: Mapping[str, bool | int | None]) -> None:
        self.answers = answers

    def held_out_everywhere(self, share: float, key: str) -> bool:
        return self.answers.get("site") is True

    def in_layer(self, layer: str, size: int, place: int, key: str) -> bool:
        return self.answers.get(f"layer:{layer}:{place}") is True

    def held_out(self, experiment: Experiment, key: str) -> bool:
        return self.answers.get(f"{experiment.seed}:holdout") is True

    def arm(self, experience: Experience, key: str, weights: Sequence[float]) -> int | None:
        place = self.answers.get(f"{experience.experiment.seed}:arm")
        return place if isinstance(place, int) and 0 <= place < len(weights) else None


def _said(value: object) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)
