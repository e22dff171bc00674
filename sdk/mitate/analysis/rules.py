"""What rules do together, told of experiences: the engine's findings, in slots, in time, through experiments."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

from mitate.context.links import assume
from mitate.document.folder import Part
from mitate.document.shapes import quoted
from mitate.model import Experience, Site
from mitate_rules import WITHHELD, Context, Facts
from mitate_rules.analysis import Finding, analyse
from mitate_rules.check import check
from mitate_rules.errors import Severity
from mitate_rules.solving import solutions
from mitate_rules.vocabulary import Vocabulary

from .competing import Contender, contenders, covers, meet, needs_consent, takes_slot
from .plain import audiences_in, runs_no_more
from .saying import Saying

AUDIENCE: Final = "audience:"
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
        return (
            one.slot == other.slot
            and covers(one.experience, other.experience, site.timezone)
            and live_facts(site, first) <= live_facts(site, second)
        )

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
        assume=assume(site.facts),
        overlaps=0,
    )
    found += _after_everyone(who, taken_by)
    _single(say, who, found)
    _shadowed(say, who, [one for one in found if one.kind == "shadowed"])
    _suppressed(say, [one.experience for name, one in who.items() if "@" not in name], audiences)
    if overlaps:
        found = analyse(rules, site.facts, audiences=audiences, lists=site.lists, competing=sharing)
        _overlapping(say, who, [one for one in found if one.kind == "overlapping"])


def live_facts(site: Site, name: str) -> frozenset[str]:
    """Give what a rule reads that only the browser will know: until then the rule takes nothing."""
    reads = site.rules.program(name.partition("@")[0]).facts_read
    return frozenset(fact for fact in reads if fact.startswith("live."))


# -- one rule


def _after_everyone(who: Mapping[str, Contender], taken_by: Callable[[str, str], bool]) -> Iterator[Finding]:
    """Find experiences for everyone below another one for everyone: of a rule that is `true` the engine says nothing."""
    everyone = [name for name, one in who.items() if one.experience.when is True]
    for place, name in enumerate(everyone):
        for first in everyone[:place]:
            if taken_by(first, name) and takes_slot(who[first].experience):
                yield Finding(kind="shadowed", id=name, message="", others=(first,), witness={})
                break


_HINTS: Final = {"undecided": "no mistake in itself; a case in cases/ shows that somebody meets it"}


def _single(say: Saying, who: Mapping[str, Contender], found: list[Finding]) -> None:
    dead = {one.id.removeprefix(AUDIENCE) for one in found if one.kind == "never-true" and one.id.startswith(AUDIENCE)}
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
            hint=one.repair or _HINTS.get(one.kind) or _dead_audience(say.site, one, dead),
            witness=one.witness,
            patch=one.patch,
        )


def _dead_audience(site: Site, one: Finding, dead: Collection[str]) -> str | None:
    """Name the audience to repair where a rule fails only for it."""
    if one.kind != "never-true" or one.id.startswith(AUDIENCE):
        return None
    named = [name for name in audiences_in(site.experiences[one.id].when) if name in dead]
    return f"repair the audience {quoted(named[0])}" if named else None


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
        whole = len(findings) == len(say.site.experiences[name].slots)
        for one in findings[:1] if whole else findings:
            _say_shadowed(say, who, one, whole=whole)


def _say_shadowed(say: Saying, who: Mapping[str, Contender], one: Finding, *, whole: bool) -> None:
    loser, winners = who[one.id], [who[name].experience for name in one.others]
    what, names = quoted(loser.experience.id), " or ".join(quoted(winner.id) for winner in winners)
    severity: Severity = "note" if loser.experience.status == "paused" else "warning"
    slot = quoted(loser.slot)
    never = f"{what} never shows" if whole else f"{what} never fills the slot {slot}"
    takes = "it" if not whole else f"the slot {slot}" if len(loser.experience.slots) == 1 else "its slots"
    message = f"{never}: whoever meets its rule meets {names} first, which takes {takes}"
    if any(winner.when is True for winner in winners):
        message = f"{never}: {names} comes first and takes {takes} for everyone"
    if _only_with_consent(say.site, loser.experience, winners, one.witness or {}):
        severity = "note"
        message = f"only visitors without consent see {what}: for all others {names} comes first and takes {takes}"
    if loser.experience.status == "paused":
        message += f" ({what} is paused)"
    part = say.places.experience(loser.experience.id).inside("when")
    hint = f"move {what} above {quoted(winners[0].id)}, or narrow the rule of {names}"
    if not whole:
        hint = f"move {what} above {quoted(winners[0].id)}, or take {slot} out of its slots"
    elif one.repair is not None and one.repair.startswith("drop"):
        hint = f"both ask for the same: drop {what}, or let it ask for something else"
    say.say(severity, "shadowed", message, part, hint=hint, witness=one.witness)


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
    """Say each pair once, with all slots in which they meet."""
    pairs: dict[tuple[str, tuple[str, ...]], list[Finding]] = {}
    for one in found:
        others = tuple(who[name].experience.id for name in one.others)
        pairs.setdefault((who[one.id].experience.id, others), []).append(one)
    for (name, others), findings in pairs.items():
        first = " or ".join(map(quoted, others))
        slots = " and ".join(quoted(who[one.id].slot) for one in findings)
        message = f"some who meet {quoted(name)} meet {first} first, which takes {slots}"
        part = say.places.experience(name).inside("when")
        say.say("note", "overlapping", message, part, witness=findings[0].witness)


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
            hint = 'narrow "suppress", or the rule: as they are, one undoes the other'
            met = next(iter(solutions([(when, True)], vocabulary)), None)
            part = say.places.experience(one.id).inside("suppress")
            say.say("warning", "always-suppressed", message, part, hint=hint, witness=met)
