"""Conditions on what happens in a page that no page can be told: found by asking for them of imagined visitors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mitate.context.facts import find
from mitate.document.raw import as_object
from mitate.document.shapes import quoted
from mitate.model import Experience, Site
from mitate_rules import WITHHELD, Context, Kept, Program, compile_rule
from mitate_rules.facts import is_live
from mitate_rules.solving.spelling import at, place_of, spell
from mitate_rules.tree import Call, Literal, Node

from .saying import Saying

_WHY: Final = {
    "carries": "the page would have to be told about the visitor ({facts})",
    "lists": "the page would have to be told a list",
    "operators": "a page has no such operator",
    "reads": "it also asks what a page can't know ({facts})",
}
_HINTS: Final = {
    "carries": "compare what happens in the page with a number written in the rule; to choose between two, use if",
    "lists": "ask for the list, and for what happens in the page, in two conditions joined by and",
    "operators": "a page knows ==, !=, <, <=, >, >=, and, or, ! and if, which must end with what else to take",
    "reads": "ask for it in a condition of its own",
}
# A visitor of whom nothing is known, and two of whom everything is.
_SAMPLES: Final[tuple[Mapping[str, object], ...]] = (
    {
        "number": 7,
        "integer": 7,
        "boolean": True,
        "string": "a",
        "list": ["a"],
        "instant": 1_700_000_000.0,
        "date": "2026-01-01",
        "version": "1.2.3",
        "ip": "192.0.2.1",
    },
    {"number": 0, "integer": 0, "boolean": False, "string": "", "list": []},
    {},
)


def told_findings(say: Saying) -> None:
    """Collect the conditions of experiences that wait for the page in vain."""
    for one in say.site.experiences.values():
        if one.status == "draft":
            continue
        programs = {"when": say.site.rules.program(one.id), "suppress": one.suppress}
        for key, program in programs.items():
            if program is not None and any(map(is_live, program.facts_read)):
                _of_rule(say, one, key, program)
                _of_redirects(say, one, key)


def _of_rule(say: Saying, one: Experience, key: str, program: Program) -> None:
    for leaf in _conditions(program.node):
        condition = at(program.rule, place_of(leaf))
        kept = _kept(say.site, condition)
        if kept is not None:
            why = _WHY[kept.reason].format(facts=", ".join(sorted(kept.facts)))
            message = f"no page can wait for {spell(leaf)}: {why}; where it matters, {quoted(one.id)} never shows"
            part = say.places.experience(one.id).inside(key)
            say.say("warning", "untold", message, part, at=place_of(leaf), hint=_HINTS[kept.reason])


def _of_redirects(say: Saying, one: Experience, key: str) -> None:
    """Nobody is sent away from what they may be reading: a redirect that waits for the page is told of, and not followed."""
    if any(content.kind == "redirect" for variant in one.variants for content in variant.content.values()):
        message = (
            f"{quoted(one.id)} redirects nobody whom it has to wait for: only what the server decides leads elsewhere"
        )
        hint = "redirect by what is known before, or fill the slot with a block that links to the other page"
        say.about(one, "warning", "late-redirect", message, key, hint=hint)


def _conditions(node: Node) -> Iterator[Node]:
    """Give the single conditions of a rule; an audience is one."""
    if isinstance(node, Call) and node.op in ("and", "or", "!", "!!", "if", "?:"):
        for arg in node.args:
            yield from _conditions(arg)
    elif not isinstance(node, Literal):
        yield node


def _kept(site: Site, condition: object) -> Kept | None:
    """Give why a page can't be told a condition, for the first visitor of whom that is so."""
    audiences = {one.name: {"when": one.when} for one in site.audiences.values()}
    program = compile_rule(condition, site.facts, audiences=audiences, lists=site.lists)
    if not any(map(is_live, program.facts_read)):
        return None
    for sample in _SAMPLES:
        told = program.for_browser(_visitor(site, program, sample))
        if isinstance(told, Kept):
            return told
    return None


def _visitor(site: Site, program: Program, sample: Mapping[str, object]) -> Context:
    context = Context()
    for name in program.facts_read:
        declared = as_object(find(name, site.facts)) or {}
        value = sample.get(str(declared.get("type")))
        if isinstance(value, list) and value and declared.get("items") in ("number", "integer"):
            value = [7]
        context[name] = WITHHELD if is_live(name) else value
    return context
