"""What rules do together, told of experiences: the engine's findings, in slots, in time, through experiments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from mitate.document.folder import Part
from mitate.document.shapes import quoted
from mitate.model import Experience, Site
from mitate_rules import WITHHELD, Context, Facts
from mitate_rules.analysis import Finding, analyse
from mitate_rules.check import check
from mitate_rules.errors import Severity
from mitate_rules.solve import solutions
from mitate_rules.vocabulary import Vocabulary

from .competing import Contender, contenders, covers, meet, needs_consent, takes_slot
from .plain import runs_no_more
from .saying import Saying

SEVERITIES: Final[Mapping[str, Severity]] = {
    "never-true": "warning",
    "always-true": "warning",
    "contradictory": "warning",
    "redundant": "warning",
    "undecided": "note",
}
"""How grave what the engine says of one rule is; who competes is told here."""


def rule_findings(say: Saying, *, overlaps: bool) -> None:
    """Collect what the rules show."""
    site = say.site
    who = {name: one for name, one in contenders(site).items() if not runs_no_more(one.experience, site, say.now)}
    rules = {name: one.experience.when for name, one in who.items()}
    audiences = {name: {"when": one.when} for name, one in site.audiences.items()}

    def taken_by(first: str, second: str) -> bool:
        one, other = who[first], who[second]
        return one.slot == other.slot and covers(one.experience, other.experience, site.timezone)

    def sharing(first: str, second: str) -> bool:
        one, other = who[first], who[second]
        return one.slot == other.slot and meet(one.experience, other.experience, site.timezone)

    found = analyse(
        rules,
        site.facts,
        audiences=audiences,
        lists=site.lists,
        competing=taken_by,
        wins=lambda name: takes_slot(who[name].experience),
        overlaps=0,
    )
    found += _after_everyone(who, taken_by)
    _single(say, who, found)
    _shadowed(say, who, [one for one in found if one.kind == "shadowed"])
    _suppressed(say, [one.experience for name, one in who.items() if "@" not in name], audiences)
    if overlaps:
        found = analyse(rules, site.facts, audiences=audiences, lists=site.lists, competing=sharing)
        _overlapping(say, who, [one for one in found if one.kind == "overlapping"])


# -- one rule


def _after_everyone(who: Mapping[str, Contender], taken_by: Callable[[str, str], bool]) -> Iterator[Finding]:
    """Find experiences for everyone below another one for everyone: of a rule that is `true` the engine says nothing."""
    everyone = [name for name, one in who.items() if one.experience.when is True]
    for place, name in enumerate(everyone):
        for first in everyone[:place]:
            if taken_by(first, name) and takes_slot(who[first].experience):
                yield Finding(kind="shadowed", id=name, message="", others=(first,), witness={})
                break


def _single(say: Saying, who: Mapping[str, Contender], found: Iterable[Finding]) -> None:
    for one in found:
        severity = SEVERITIES.get(one.kind)
        if severity is None or "@" in one.id:
            continue
        part, paused = _rule_place(say, who, one.id)
        say.say(
            "note" if paused else severity,
            one.kind,
            one.message,
            part,
            at=one.pointer,
            hint=one.repair,
            witness=one.witness,
            patch=one.patch,
        )


def _rule_place(say: Saying, who: Mapping[str, Contender], name: str) -> tuple[Part, bool]:
    kind, _, audience = name.partition(":")
    if kind == "audience":
        return say.places.audience(audience).inside("when"), False
    return say.places.experience(name).inside("when"), who[name].experience.status == "paused"


# -- several rules


def _shadowed(say: Saying, who: Mapping[str, Contender], found: list[Finding]) -> None:
    lost: dict[str, list[Finding]] = {}
    for one in found:
        lost.setdefault(who[one.id].experience.id, []).append(one)
    for name, findings in lost.items():
        experience = say.site.experiences[name]
        if len(findings) == len(experience.slots):
            findings = findings[:1]
        for one in findings:
            _say_shadowed(say, who, one, whole=len(findings) == 1)


def _say_shadowed(say: Saying, who: Mapping[str, Contender], one: Finding, *, whole: bool) -> None:
    loser, winners = who[one.id], [who[name].experience for name in one.others]
    what = quoted(loser.experience.id)
    severity: Severity = "warning"
    never = f"{what} never shows" if whole else f"{what} never fills the slot {quoted(loser.slot)}"
    if _only_with_consent(say.site, loser.experience, winners, one.witness or {}):
        severity, never = "note", f"only visitors without consent see {what}"
    if loser.experience.status == "paused":
        severity = "note"
    message = f"{never}: {_taken(winners)}"
    part = say.places.experience(loser.experience.id).inside("when")
    hint = one.repair or f"move {what} above {quoted(winners[0].id)}, or narrow that one's rule"
    say.say(severity, "shadowed", message, part, hint=hint, witness=one.witness)


def _taken(winners: list[Experience]) -> str:
    names = " and ".join(quoted(one.id) for one in winners)
    if all(one.when is True for one in winners):
        return f"{names} comes earlier and takes everyone"
    return f"whoever meets its rule is taken by {names}, which come{'s' if len(winners) == 1 else ''} earlier"


def _only_with_consent(site: Site, loser: Experience, winners: list[Experience], witness: Mapping[str, object]) -> bool:
    """Tell whether the earlier ones need consent that the later one doesn't: to split by an id, or to read a fact."""
    facts = Facts.of(site.facts)
    program = site.rules.program(loser.id)
    if needs_consent(facts, program.facts_read):
        return False
    if any(one.splits for one in winners):
        return True
    known = {name: WITHHELD if needs_consent(facts, [name]) else value for name, value in witness.items()}
    for one in winners:
        reads = site.rules.program(one.id).facts_read
        known |= {name: WITHHELD for name in reads if needs_consent(facts, [name])}
    context = Context(known)
    return program(context) is True and all(site.rules.program(one.id)(context) is not True for one in winners)


def _overlapping(say: Saying, who: Mapping[str, Contender], found: list[Finding]) -> None:
    for one in found:
        first, second = who[one.id], [who[name] for name in one.others]
        names = " and ".join(quoted(other.experience.id) for other in second)
        message = f"some visitors meet {quoted(first.experience.id)} and {names}; in {quoted(first.slot)} the earlier one wins"
        part = say.places.experience(first.experience.id).inside("when")
        say.say("note", "overlapping", message, part, witness=one.witness)


def _suppressed(say: Saying, experiences: Iterable[Experience], audiences: Mapping[str, Mapping[str, object]]) -> None:
    vocabulary = Vocabulary(say.site.facts, audiences, say.site.lists)
    for one in experiences:
        if one.suppress is None:
            continue
        when, suppress = (check(rule, vocabulary)[0] for rule in (one.when, one.suppress.rule))
        if when is None or suppress is None:
            continue
        allowed = solutions([(when, True), (suppress, False)], vocabulary)
        if allowed.complete and not len(allowed):
            message = f"{quoted(one.id)} never shows: everyone who meets its rule is suppressed"
            hint = "narrow `suppress`: it speaks of whom to leave out although the rule holds"
            say.about(one, "warning", "always-suppressed", message, "suppress", hint=hint)
