"""How the operands of each kind of condition are checked: one row for each `takes` of the operator table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from mitate_rules.errors import did_you_mean
from mitate_rules.hints import TIMES, nearest
from mitate_rules.kinds import ANY, NUMBERS, TEXTS, Kind, coercion_hint, compatible, like, list_of, spoken, text_of
from mitate_rules.operators import DAYS, ORDER, VERSION_SIGNS, day_number, instant, minutes, network, version
from mitate_rules.patterns import matches_all, problem_of, runs_in_javascript
from mitate_rules.settle import cidrs_of, since_parts
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import kind_of
from mitate_rules.windows import EVENT, KEPT, VISIT, seconds, times_of

if TYPE_CHECKING:
    from mitate_rules.check import Checker


def _same(checker: Checker, node: Call, scope: str | None) -> None:
    left, right = (checker.value(arg, scope) for arg in node.args)
    for kind, arg in ((left, node.args[0]), (right, node.args[1])):
        if kind.name == "ip":
            checker.private(arg)
            return
        if kind.name == "list":
            checker.wrong(arg, "a single value", kind, 'use "in", "contains", "some" or "all" with lists')
            return
        if kind.name == "instant" and "null" not in (left.name, right.name):
            checker.wrong(arg, "a value that can be equal", kind, 'use "before", "after" or "days_since" with instants')
            return
    if not compatible(left, right):
        checker.wrong(node.args[1], like(left), right, coercion_hint(left, right))
        return
    for kind, other in ((left, right), (right, left)):
        checker.fits(kind, other)
        checker.within(node.op, kind, other, node)


def _order(checker: Checker, node: Call, scope: str | None) -> None:
    kinds = [checker.value(arg, scope) for arg in node.args]
    for kind, arg in zip(kinds, node.args, strict=True):
        if kind.name == "ip":
            checker.private(arg)
            return
        if kind.name == "version":
            checker.wrong(
                arg, "a number", kind, f'use {{"sem_ver": [{{"var": …}}, "{node.op}", "1.2.3"]}} with versions'
            )
            return
        if kind.name in ("boolean", "list", "null"):
            checker.wrong(arg, "a number, text, a date or an instant", kind)
            return
    for kind, arg in zip(kinds[1:], node.args[1:], strict=True):
        if "instant" in (kinds[0].name, kind.name) and (kinds[0].literal or kind.literal):
            checker.wrong(arg, like(kinds[0]), kind, 'use "before", "after" or "days_since" with instants')
            return
        if not compatible(kinds[0], kind):
            checker.wrong(arg, like(kinds[0]), kind, coercion_hint(kinds[0], kind))
            return
    first, second = kinds[:2]
    flipped = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    for kind, other, op in ((first, second, node.op), (second, first, flipped[node.op])):
        checker.fits(kind, other)
        checker.within(op, kind, other, node)
    if len(kinds) == 3:
        checker.within(node.op, second, kinds[2], node)


def _in(checker: Checker, node: Call, scope: str | None) -> None:
    needle, hay = (checker.value(arg, scope) for arg in node.args)
    if needle.name == "ip":
        checker.private(node.args[0])
        return
    items = list_of(hay.literal)
    if hay.literal is not None and items is not None:
        if not items:
            checker.say("warning", "empty-list", "an empty list matches nobody", node.args[1], hint="name at least one")
        for place, item in enumerate(items):
            literal = Literal(item, f"{hay.literal.pointer}/{place}")
            kind = Kind(kind_of(item), literal=literal)
            if not compatible(needle, kind) or needle.name == "list":
                checker.wrong(literal, like(needle), kind, coercion_hint(needle, kind))
            else:
                checker.fits(needle, kind)
                checker.within("==", needle, kind, literal)
        return
    if hay.name == "list":
        _item_fits(checker, node.args[0], needle, hay)
    elif hay.name in (*TEXTS, "any"):
        if hay.name != "any" and needle.name not in (*TEXTS, "any"):
            checker.wrong(node.args[0], "text", needle)
    else:
        checker.wrong(node.args[1], "a list or text", hay)


def _contains(checker: Checker, node: Call, scope: str | None) -> None:
    hay, needle = (checker.value(arg, scope) for arg in node.args)
    if hay.name == "list":
        _item_fits(checker, node.args[1], needle, hay)
        return
    _text_operands(checker, node, (hay, needle))


def _item_fits(checker: Checker, node: Node, needle: Kind, hay: Kind) -> None:
    items = hay.fact.items if hay.fact is not None else None
    kind = Kind("number" if items == "integer" else items) if items else ANY
    if needle.name in ("ip", "list") or not compatible(kind, needle):
        checker.wrong(node, f"an item of the list ({items or 'a single value'})", needle)


def _text_check(checker: Checker, node: Call, scope: str | None) -> None:
    value, wanted = (checker.value(arg, scope) for arg in node.args)
    _text_operands(checker, node, (value, wanted))


def _text_operands(checker: Checker, node: Call, kinds: Sequence[Kind]) -> None:
    for kind, arg in zip(kinds, node.args, strict=True):
        if kind.name == "ip":
            checker.private(arg)
        elif kind.name not in (*TEXTS, "any"):
            checker.wrong(arg, "text", kind)
    if kinds[1].literal is not None and kinds[1].literal.value == "":
        if node.op == "matches_glob":
            checker.say("warning", "always-false", "only an empty text matches an empty glob", node.args[1])
        else:
            checker.say("warning", "always-true", "every text has an empty text in it", node.args[1])


def _regex(checker: Checker, node: Call, scope: str | None) -> None:
    value = checker.value(node.args[0], scope)
    if value.name == "ip":
        checker.private(node.args[0])
    elif value.name not in (*TEXTS, "any"):
        checker.wrong(node.args[0], "text", value)
    pattern = checker.literal_text(node.args[1], "a regular expression, written out")
    if pattern is None:
        return
    problem = problem_of(pattern)
    if problem is not None:
        at = f" (character {problem.place})" if problem.place is not None else ""
        checker.say("error", problem.code, problem.message + at, node.args[1], hint=problem.hint)
        return
    if matches_all(pattern):
        checker.say("warning", "always-true", "something in every text fits this pattern", node.args[1])
    why = runs_in_javascript(pattern)
    if why is not None:
        live = isinstance(node.args[0], Var) and node.args[0].name.startswith("live.")
        what = "only the browser knows this fact, and" if live else "a browser could not answer this:"
        checker.say("error" if live else "note", "not-in-browser", f"{what} {why}", node.args[1])


def _in_list(checker: Checker, node: Call, scope: str | None) -> None:
    kind = checker.value(node.args[0], scope)
    if kind.name == "ip":
        checker.private(node.args[0])
    elif kind.name not in (*TEXTS, "any"):
        checker.wrong(node.args[0], "text", kind)
    name = checker.literal_text(node.args[1], "the name of a list")
    lists = checker.vocabulary.lists
    if name is None:
        return
    if name not in lists:
        checker.say(
            "error",
            "unknown-list",
            f'unknown list "{name}"',
            node.args[1],
            expected="a declared list",
            got=spoken(name),
            hint=nearest(name, lists, "list"),
        )
    elif not checker.vocabulary.list_of(name):
        checker.say("warning", "empty-list", f'the list "{name}" is empty and matches nobody', node.args[1])


def _in_cidr(checker: Checker, node: Call, scope: str | None) -> None:
    kind = checker.value(node.args[0], scope)
    if kind.name not in ("ip", "any"):
        checker.wrong(node.args[0], "an address", kind)
    among, name = node.args[1], text_of(node.args[1])
    several = list_of(among)
    if several is None and name is None:
        checker.wrong(among, "a network like 203.0.113.0/24, a list of them, or the name of a list", ANY)
        return
    if several == ():
        checker.say("warning", "empty-list", "an empty list matches nobody", among)
    texts = cidrs_of(among, checker.vocabulary)
    named = name is not None and name in checker.vocabulary.lists and texts != (name,)
    for place, item in enumerate(texts if several is None else several):
        if not isinstance(item, str) or network(item) is None:
            where = Literal(item, f"{among.pointer}/{place}" if several is not None else among.pointer)
            checker.say(
                "error",
                "bad-network",
                f"{spoken(item)} is no network" + (f' (in the list "{name}")' if named else ""),
                where,
                expected='a network like "203.0.113.0/24" or the name of a list',
                got=spoken(item),
                hint=did_you_mean(item, checker.vocabulary.lists) if isinstance(item, str) else None,
            )


def _sem_ver(checker: Checker, node: Call, scope: str | None) -> None:
    for place in (0, 2):
        kind = checker.value(node.args[place], scope)
        if kind.name not in ("string", "version", "any"):
            checker.wrong(node.args[place], "a version", kind)
        elif kind.literal is not None and version(str(kind.literal.value)) is None:
            message = f"{spoken(kind.literal.value)} is no version"
            checker.say("error", "bad-version", message, node.args[place], expected='a version like "17.5.1"')
    sign = text_of(node.args[1])
    if sign not in VERSION_SIGNS:
        checker.say(
            "error",
            "bad-comparison",
            "sem_ver compares in the middle",
            node.args[1],
            expected="one of " + " ".join(VERSION_SIGNS),
            got=spoken(sign) if sign is not None else None,
            hint='use "="' if sign in ("==", "===") else None,
        )


def _moments(checker: Checker, node: Call, scope: str | None) -> None:
    kinds = [_moment(checker, arg, scope) for arg in node.args]
    known = [kind for kind in kinds if kind.name in ("instant", "date")]
    for kind, arg in zip(kinds, node.args, strict=True):
        if known and kind.name in ("instant", "date") and kind.name != known[0].name:
            hint = None
            if "date" in (kind.name, known[0].name) and kind.literal is not None:
                hint = 'an instant has a time and an offset: "2026-11-21T09:00+09:00"'
            checker.wrong(arg, like(known[0]), kind, hint)


def _moment(checker: Checker, node: Node, scope: str | None) -> Kind:
    kind = checker.value(node, scope)
    if kind.literal is None:
        if kind.name not in ("instant", "date", "any"):
            checker.wrong(node, "an instant or a date", kind)
        return kind
    text = text_of(node)
    if text is not None and day_number(text) is not None:
        return Kind("date", literal=kind.literal)
    if text is None or instant(text) is None:
        local = text is not None and instant(text + "Z") is not None
        hint = "add its offset, or use the schedule of the experience, which knows the site's and the visitor's zone"
        checker.say(
            "error",
            "bad-instant",
            f"{spoken(kind.literal.value)} has no offset" if local else f"{spoken(kind.literal.value)} is no instant",
            node,
            expected='an instant like "2026-11-21T09:00+09:00", or a date like "2026-11-21"',
            got=spoken(kind.literal.value),
            hint=hint if local else None,
        )
        return ANY
    return Kind("instant", literal=kind.literal)


def _days_since(checker: Checker, node: Call, scope: str | None) -> None:
    since, sign, days = since_parts(node.args)
    _moment(checker, since, scope)
    if sign not in ORDER:
        checker.say(
            "error",
            "bad-comparison",
            "days_since compares in the middle",
            node.args[1],
            expected="one of " + " ".join(ORDER),
            hint='{"days_since": [{"var": …}, "<", 60]} is "less than 60 days ago"',
        )
    kind = checker.value(days, scope)
    if kind.name not in (*NUMBERS, "any"):
        checker.wrong(days, "a number of days", kind)
    _clock(checker, node, "time.date" if _is_date(checker, since) else "time.now")


def _is_date(checker: Checker, node: Node) -> bool:
    fact = checker.vocabulary.facts.find(node.name) if isinstance(node, Var) else None
    return fact is not None and fact.type == "date"


def _clock(checker: Checker, node: Call, *names: str) -> None:
    for name in names:
        if checker.vocabulary.facts.find(name) is None:
            checker.say("error", "unknown-fact", f'"{node.op}" reads the fact "{name}", which is not declared', node)


def _count_events(checker: Checker, node: Call, scope: str | None) -> None:
    event = checker.literal_text(node.args[0], "the name of an event")
    if event is not None and EVENT.fullmatch(event) is None:
        meant = re.sub(r"[^a-z0-9_-]+", "-", event.strip().casefold()[:64]).strip("-")
        hint = f'events are recorded under such names: write "{meant}"' if meant else None
        expected = "a to z, 0 to 9, - and _, at most 64 of them"
        message = f"{spoken(event)} is no name of an event"
        checker.say("error", "bad-event", message, node.args[0], expected=expected, got=spoken(event), hint=hint)
        event = None
    window = checker.literal_text(node.args[1], "a time, written out")
    if window is not None and window != VISIT and seconds(window) is None:
        expected = 'a time such as "30d" or "24h" (s, m, h, d or w), or "visit"'
        message = f"{spoken(window)} is no time to look back"
        checker.say("error", "bad-window", message, node.args[1], expected=expected, got=spoken(window))
    if len(node.args) == 3:
        _least(checker, node.args[2])
    if event is not None:
        _clock(checker, node, times_of(event), "visit.started" if window == VISIT else "time.now", "time.now")


def _least(checker: Checker, node: Node) -> None:
    least = node.value if isinstance(node, Literal) else None
    if isinstance(least, int) and not isinstance(least, bool) and 1 <= least <= KEPT:
        return
    got = spoken(least) if isinstance(node, Literal) else "a computed value"
    hint = "events.<name>.count counts them all" if isinstance(least, int) and least > KEPT else None
    message = f"of each event the {KEPT} newest times are remembered"
    if not isinstance(least, int) or isinstance(least, bool) or least < 1:
        message = "how often is a whole number from 1 up"
    checker.say("error", "bad-count", message, node, expected=f"a whole number, 1 to {KEPT}", got=got, hint=hint)


def _zone(checker: Checker, node: Node) -> str:
    text = text_of(node)
    if text not in ("site", "visitor"):
        checker.say(
            "error",
            "bad-zone",
            "a clock is the site's or the visitor's",
            node,
            expected='"site" or "visitor"',
            got=text,
        )
    return "site_time." if text == "site" else "time."


def _time_between(checker: Checker, node: Call, scope: str | None) -> None:
    for arg in node.args[:2]:
        value = arg.value if isinstance(arg, Literal) else None
        if minutes(value) is None:
            message = (
                f"{spoken(value)} is no time of day" if isinstance(arg, Literal) else "a time of day is written out"
            )
            checker.say(
                "error",
                "bad-time",
                message,
                arg,
                expected='a time like "22:00"',
                got=spoken(value) if isinstance(arg, Literal) else "a computed value",
                hint=TIMES,
            )
    first, last = (text_of(arg) for arg in node.args[:2])
    if first is not None and first == last:
        checker.say("warning", "always-false", "the time begins where it ends: it matches nobody", node)
    zone = _zone(checker, node.args[2]) if len(node.args) == 3 else "time."
    _clock(checker, node, zone + "hour", zone + "minute")


def _weekday(checker: Checker, node: Call, scope: str | None) -> None:
    zone, days = "time.", 0
    for place, arg in enumerate(node.args):
        value = arg.value if isinstance(arg, Literal) else None
        if place and value in ("site", "visitor"):
            zone = _zone(checker, arg)
            continue
        many = isinstance(value, tuple)
        for number, item in enumerate(cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)):
            days += 1
            if item not in DAYS and not (isinstance(item, int) and not isinstance(item, bool) and 1 <= item <= 7):
                hint = did_you_mean(item[:3].lower(), DAYS) if isinstance(item, str) else None
                checker.say(
                    "error",
                    "bad-weekday",
                    f"{spoken(item)} is no day of the week" if isinstance(arg, Literal) else "days are written out",
                    Literal(item, f"{arg.pointer}/{number}") if many else arg,
                    expected="1 to 7 (Monday is 1), or mon tue wed thu fri sat sun",
                    got=spoken(item) if isinstance(arg, Literal) else "a computed value",
                    hint=hint,
                )
    if not days:
        checker.say("warning", "empty-list", "no day is named: it matches nobody", node)
    _clock(checker, node, zone + "weekday")


def _audience(checker: Checker, node: Call, scope: str | None) -> None:
    arg = node.args[0]
    name = checker.literal_text(arg, "the name of an audience")
    if name is None:
        return
    audiences = checker.vocabulary.audiences
    if scope is not None:
        message = "an audience describes a visitor and can't be asked of a list's item"
        checker.say("error", "audience-in-list", message, node)
    elif name not in audiences:
        checker.say(
            "error",
            "unknown-audience",
            f'unknown audience "{name}"',
            arg,
            expected="a declared audience",
            got=spoken(name),
            hint=nearest(name, audiences, "audience"),
        )
    else:
        _broken_audience(checker, name, arg)


def _broken_audience(checker: Checker, name: str, node: Node) -> None:
    """Report, at the reference, an audience that loops, is missing further down, or has errors of its own."""
    broken = checker.broken(name)
    if broken is not None:
        checker.say("error", broken.code, broken.message, node, hint=broken.hint)


OPERANDS: Final[Mapping[str, Callable[[Checker, Call, str | None], None]]] = {
    "same": _same,
    "order": _order,
    "in": _in,
    "contains": _contains,
    "text": _text_check,
    "regex": _regex,
    "in_list": _in_list,
    "in_cidr": _in_cidr,
    "sem_ver": _sem_ver,
    "moments": _moments,
    "days_since": _days_since,
    "count_events": _count_events,
    "time_between": _time_between,
    "weekday": _weekday,
    "audience": _audience,
}
