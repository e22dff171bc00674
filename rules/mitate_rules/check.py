"""Frozen tree + vocabulary -> every finding: unknown words, wrong types, comparisons that say nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from mitate_rules.errors import Diagnostic, Severity, did_you_mean
from mitate_rules.facts import Fact
from mitate_rules.operators import (
    DAYS,
    OPERATORS,
    ORDER,
    VERSION_SIGNS,
    day_number,
    instant,
    minutes,
    network,
    version,
)
from mitate_rules.parse import MAX_CHOICES, MAX_DEPTH, parse
from mitate_rules.settle import cidrs_of, since_parts
from mitate_rules.tree import BROKEN, Call, Literal, Node, Var, nesting
from mitate_rules.values import is_number, kind_of, same, truth
from mitate_rules.vocabulary import Vocabulary

NUMBERS: Final = ("number", "integer")
TEXTS: Final = ("string", "date", "version")
PRIVATE_HINT: Final = 'an address never leaves the decision: use {"in_cidr": [{"var": …}, "203.0.113.0/24"]}'


@dataclass(frozen=True, slots=True)
class Kind:
    """What an operand is: a type name (`any` when unknown), and the fact or the literal it comes from."""

    name: str
    fact: Fact | None = None
    literal: Literal | None = None

    @property
    def said(self) -> str:
        """Name the kind for a message."""
        if self.literal is not None:
            return f"{self.name} {_said(self.literal.value)}" if self.name != "null" else "null"
        return f'{self.name} "{self.fact.name}"' if self.fact is not None else self.name


ANY: Final = Kind("any")


def check(rule: object, vocabulary: Vocabulary) -> tuple[Node | None, list[Diagnostic]]:
    """Parse and check a rule; the tree is None when there is an error."""
    parsed = parse(rule)
    if parsed.node is None:
        return None, parsed.diagnostics
    checker = Checker(vocabulary)
    checker.condition(parsed.node, True, None, frozenset())
    checker.depth(parsed.node)
    found = parsed.diagnostics + checker.found
    return None if any(one.severity == "error" for one in found) else parsed.node, found


class Checker:
    """One walk over one rule; `scope` is the type of a list's items inside a quantifier, else None."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.found: list[Diagnostic] = []

    def say(
        self,
        severity: Severity,
        code: str,
        message: str,
        node: Node,
        *,
        expected: str | None = None,
        got: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Collect a finding."""
        self.found.append(
            Diagnostic(
                code=code,
                severity=severity,
                message=message,
                pointer=node.pointer,
                expected=expected,
                got=got,
                hint=hint,
            )
        )

    # -- conditions

    def condition(self, node: Node, sign: bool, scope: str | None, guarded: frozenset[str]) -> None:
        """Check a condition; `guarded` are the facts known wherever it is asked."""
        if isinstance(node, Literal):
            self.literal_condition(node)
            return
        if isinstance(node, Var):
            kind = self.value(node, scope)
            if kind.name == "ip":
                self.private(node)
            self.note_unknown(node, sign, scope, guarded)
            return
        operator = OPERATORS[node.op]
        if operator.takes in ("conditions", "if"):
            if node.op in ("!", "!!"):
                self.condition(node.args[0], sign is (node.op == "!!"), scope, guarded)
                return
            if (node.op == "and") is sign and node.op in ("and", "or"):
                guarded |= {name for arg in node.args for name in self.requires(arg, sign)}
            for arg in node.args:
                self.condition(arg, sign, scope, guarded)
            return
        if operator.takes == "quantifier":
            self.quantifier(node, scope)
            self.note_unknown(node, sign, scope, guarded)
            return
        if operator.gives == "condition":
            OPERANDS[operator.takes](self, node, scope)
            self.note_unknown(node, sign, scope, guarded)
            return
        self.value(node, scope)

    def literal_condition(self, node: Literal) -> None:
        if node.value is BROKEN:
            return
        if isinstance(node.value, bool):
            if node.pointer:
                word = "true" if node.value else "false"
                self.say("warning", f"always-{word}", f"this condition is always {word}", node)
            return
        hint = f'a fact is read with {{"var": "{node.value}"}}' if isinstance(node.value, str) else None
        self.say(
            "error",
            "not-a-condition",
            "this is a value, not a condition",
            node,
            expected="a condition, true or false",
            got=_said(node.value),
            hint=hint,
        )

    def requires(self, node: Node, sign: bool) -> set[str]:
        """Name the facts that must be known for a part of a conjunction to hold."""
        if isinstance(node, Call) and node.op in ("!", "!!"):
            return self.requires(node.args[0], sign is (node.op == "!!"))
        if isinstance(node, Var):
            return {node.name} if sign else set()
        if isinstance(node, Literal) or OPERATORS[node.op].takes in ("conditions", "if", "quantifier", "audience"):
            return set()
        if self.holds_unknown(node, sign) is not False:
            return set()
        return {arg.name for arg in node.args if isinstance(arg, Var) and arg.default is None}

    def holds_unknown(self, node: Node, sign: bool) -> bool | None:
        """Tell whether a condition holds for a visitor of whom nothing is known; None when that is hard to say."""
        if isinstance(node, Literal):
            return truth(node.value) is sign
        if isinstance(node, Var):
            return not sign if node.default is None else None
        if node.op in ("!", "!!"):
            return self.holds_unknown(node.args[0], sign is (node.op == "!!"))
        if node.op in ("and", "or"):
            answers = [self.holds_unknown(arg, sign) for arg in node.args]
            if (node.op == "and") is sign:
                return False if False in answers else None if None in answers else True
            return True if True in answers else None if None in answers else False
        if node.op == "audience":
            name = _text(node.args[0])
            known = name is not None and name in self.vocabulary.audiences
            tree = self.vocabulary.audience(name).node if name is not None and known else None
            return self.holds_unknown(tree, sign) if tree is not None else None
        if node.op in ("some", "none", "all"):
            return sign if node.op == "none" else not sign
        takes = OPERATORS[node.op].takes
        if takes == "same":
            literals = [arg.value for arg in node.args if isinstance(arg, Literal)]
            plain = [arg for arg in node.args if isinstance(arg, Var) and arg.default is None]
            if len(literals) == 1 and len(plain) == 1:
                return same(None, literals[0]) is (sign is node.op.startswith("="))
            return None
        if takes in ("in", "in_list", "contains", "text", "in_cidr", "weekday"):
            return not sign
        return False if OPERATORS[node.op].gives == "condition" else None

    def note_unknown(self, node: Node, sign: bool, scope: str | None, guarded: frozenset[str]) -> None:
        """Note a condition that also holds where its fact is unknown, as `country != "JP"` does."""
        if scope is not None or (self.found and self.found[-1].severity == "error"):
            return
        if isinstance(node, Call) and node.op == "audience":
            name = _text(node.args[0])
            loops = name is not None and self.vocabulary.loop_from(name) is not None
            if not sign and not loops and self.holds_unknown(node, False) is True:
                message = f'also holds for visitors of whom nothing is known: they are outside "{name}"'
                self.say("note", "matches-unknown", message, node)
            return
        names = [node.name] if isinstance(node, Var) else [arg.name for arg in _args(node) if isinstance(arg, Var)]
        if not names or names[0] in guarded or _is_null_test(node) or self.holds_unknown(node, sign) is not True:
            return
        self.say(
            "note",
            "matches-unknown",
            f'also holds for visitors whose "{names[0]}" is not known',
            node,
            hint=f'to leave them out, add {{"!=": [{{"var": "{names[0]}"}}, null]}}',
        )

    def quantifier(self, node: Call, scope: str | None) -> Kind:
        kind = self.value(node.args[0], scope)
        if kind.name not in ("list", "any"):
            self.wrong(node.args[0], "a list", kind)
        items = kind.fact.items if kind.fact is not None and kind.fact.items else ""
        self.condition(node.args[1], True, items, frozenset())
        return Kind("list", kind.fact)

    def depth(self, node: Node) -> None:
        """Refuse operators nested too deep, once audiences stand in for their rules; an "if" nests its branches."""
        deepest, most_choices = nesting(node, self.vocabulary.depth_of)
        if deepest > MAX_DEPTH + 1:
            message = f"the rule and its audiences nest more than {MAX_DEPTH} operators"
            self.say("error", "too-deep", message, node)
        elif most_choices > MAX_CHOICES:
            message = f'an "if" stands in the condition of another more than {MAX_CHOICES} times over'
            self.say("error", "too-deep", message, node, hint='join conditions with "and" and "or"')

    # -- operands

    def value(self, node: Node, scope: str | None) -> Kind:
        """Check an operand and say what it is."""
        if isinstance(node, Literal):
            if node.value is BROKEN:
                return ANY
            name = "list" if isinstance(node.value, tuple) else kind_of(node.value)
            return Kind(name, literal=node)
        if isinstance(node, Var):
            return self.variable(node, scope)
        operator = OPERATORS[node.op]
        if node.op == "if":
            return self.chosen(node, scope)
        if operator.takes == "quantifier" and operator.gives == "list":
            return self.quantifier(node, scope)
        if operator.takes == "numbers":
            for arg in node.args:
                kind = self.value(arg, scope)
                if kind.name not in (*NUMBERS, "any"):
                    self.wrong(arg, "a number", kind)
            return Kind("number")
        self.say(
            "error",
            "condition-as-value",
            f'"{node.op}" is a condition and can\'t be an operand here',
            node,
            expected="a fact or a value",
            hint='join conditions with "and", "or" and "!"',
        )
        return ANY

    def variable(self, node: Var, scope: str | None) -> Kind:
        if scope is not None:
            kind = Kind(scope or "any") if node.name == "" else ANY
        elif node.name == "":
            self.say("error", "bad-var", "var without a name stands only for an item of a list", node)
            return ANY
        else:
            kind = self.known(node)
        if node.default is not None:
            default = self.value(node.default, scope)
            if not _compatible(kind, default):
                self.wrong(node.default, f"a default of type {kind.name}", default)
        return kind

    def known(self, node: Var) -> Kind:
        fact = self.vocabulary.facts.find(node.name)
        if node.name[:1] == "@" or "" in node.name.split("."):
            self.say("error", "bad-var", f'"{node.name}" is no name of a fact', node)
            return ANY
        if fact is None:
            hint = did_you_mean(node.name, self.vocabulary.facts)
            self.say("error", "unknown-fact", f'unknown fact "{node.name}"', node, hint=hint)
            return ANY
        name = "number" if fact.type == "integer" else fact.type or "any"
        return Kind(name, fact)

    def chosen(self, node: Call, scope: str | None) -> Kind:
        kinds: list[Kind] = []
        for place, arg in enumerate(node.args):
            if place % 2 == 0 and place + 1 < len(node.args):
                self.condition(arg, True, scope, frozenset())
            else:
                kinds.append(self.value(arg, scope))
        names = {kind.name for kind in kinds if kind.name != "null"}
        return Kind(names.pop()) if len(names) == 1 else ANY

    def wrong(self, node: Node, expected: str, kind: Kind, hint: str | None = None) -> None:
        """Report an operand of a wrong type."""
        self.say(
            "error",
            "wrong-type",
            f"expected {expected}, got {kind.said}",
            node,
            expected=expected,
            got=kind.said,
            hint=hint,
        )

    def private(self, node: Node) -> None:
        self.say("error", "private-fact", "an address is only read by in_cidr", node, hint=PRIVATE_HINT)

    def literal_text(self, node: Node, what: str) -> str | None:
        """Give an operand that must be written out as text."""
        text = _text(node)
        if text is None:
            self.wrong(node, what, self.value(node, "") if isinstance(node, Literal) else Kind("a computed value"))
        return text

    def fits(self, kind: Kind, other: Kind) -> None:
        """Check a literal against the fact it is compared with: form, enum."""
        literal, fact = other.literal, kind.fact
        if literal is None or fact is None or literal.value is None:
            return
        value = literal.value
        if fact.type == "date" and day_number(str(value)) is None:
            self.say("error", "bad-date", f"{_said(value)} is no date", literal, expected='a date like "2026-11-21"')
        elif fact.type == "version" and version(str(value)) is None:
            self.say("error", "bad-version", f"{_said(value)} is no version", literal, expected='a version like "17.5"')
        elif fact.enum is not None and not any(same(value, one) for one in fact.enum):
            self.say(
                "error",
                "not-in-enum",
                f'"{fact.name}" is never {_said(value)}',
                literal,
                expected="one of " + ", ".join(map(_said, fact.enum)),
                got=_said(value),
                hint=did_you_mean(str(value), [one for one in fact.enum if isinstance(one, str)]),
            )

    def within(self, op: str, kind: Kind, other: Kind, node: Node) -> None:
        """Warn of a comparison that a fact's range decides already."""
        fact, literal = kind.fact, other.literal
        if fact is None or literal is None or not is_number(literal.value):
            return
        bound = cast(float, literal.value)
        low, high = bounds(fact)
        answer = _decided(op, bound, low, high)
        if answer is None and op in ("==", "===") and fact.type == "integer" and bound != int(bound):
            answer = False
        if answer is None:
            return
        word = "always" if answer else "never"
        hint = None
        if fact.unit == "score" and bound > 1:
            hint = f"scores run from 0 to 1: write {bound / 100:g} for what people read as {bound:g}"
        self.say(
            "warning",
            "always-true" if answer else "always-false",
            f'"{fact.name}" {op} {bound:g} {word} holds where it is known: it runs from {_span(low, high)}',
            node,
            hint=hint,
        )


# -- one row for each kind of operands


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
    if not _compatible(left, right):
        checker.wrong(node.args[1], f"the type of {left.said}", right, _coercion_hint(left, right))
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
            checker.wrong(
                arg, f"the type of {kinds[0].said}", kind, 'use "before", "after" or "days_since" with instants'
            )
            return
        if not _compatible(kinds[0], kind):
            checker.wrong(arg, f"the type of {kinds[0].said}", kind, _coercion_hint(kinds[0], kind))
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
    items = _list_of(hay.literal)
    if hay.literal is not None and items is not None:
        if not items:
            checker.say("warning", "empty-list", "an empty list matches nobody", node.args[1], hint="name at least one")
        for place, item in enumerate(items):
            literal = Literal(item, f"{hay.literal.pointer}/{place}")
            kind = Kind(kind_of(item), literal=literal)
            if not _compatible(needle, kind) or needle.name == "list":
                checker.wrong(literal, f"the type of {needle.said}", kind, _coercion_hint(needle, kind))
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
    if needle.name in ("ip", "list") or not _compatible(kind, needle):
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
        checker.say("error", "unknown-list", f'unknown list "{name}"', node.args[1], hint=did_you_mean(name, lists))
    elif not checker.vocabulary.list_of(name):
        checker.say("warning", "empty-list", f'the list "{name}" is empty and matches nobody', node.args[1])


def _in_cidr(checker: Checker, node: Call, scope: str | None) -> None:
    kind = checker.value(node.args[0], scope)
    if kind.name not in ("ip", "any"):
        checker.wrong(node.args[0], "an address", kind)
    among, name = node.args[1], _text(node.args[1])
    several = _list_of(among)
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
                f"{_said(item)} is no network" + (f' (in the list "{name}")' if named else ""),
                where,
                expected='a network like "203.0.113.0/24" or the name of a list',
                got=_said(item),
                hint=did_you_mean(item, checker.vocabulary.lists) if isinstance(item, str) else None,
            )


def _sem_ver(checker: Checker, node: Call, scope: str | None) -> None:
    for place in (0, 2):
        kind = checker.value(node.args[place], scope)
        if kind.name not in ("string", "version", "any"):
            checker.wrong(node.args[place], "a version", kind)
        elif kind.literal is not None and version(str(kind.literal.value)) is None:
            message = f"{_said(kind.literal.value)} is no version"
            checker.say("error", "bad-version", message, node.args[place], expected='a version like "17.5.1"')
    sign = _text(node.args[1])
    if sign not in VERSION_SIGNS:
        checker.say(
            "error",
            "bad-comparison",
            "sem_ver compares in the middle",
            node.args[1],
            expected="one of " + " ".join(VERSION_SIGNS),
            got=_said(sign) if sign is not None else None,
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
            checker.wrong(arg, f"the type of {known[0].said}", kind, hint)


def _moment(checker: Checker, node: Node, scope: str | None) -> Kind:
    kind = checker.value(node, scope)
    if kind.literal is None:
        if kind.name not in ("instant", "date", "any"):
            checker.wrong(node, "an instant or a date", kind)
        return kind
    text = _text(node)
    if text is not None and day_number(text) is not None:
        return Kind("date", literal=kind.literal)
    if text is None or instant(text) is None:
        local = text is not None and instant(text + "Z") is not None
        hint = "add its offset, or use the schedule of the experience, which knows the site's and the visitor's zone"
        checker.say(
            "error",
            "bad-instant",
            f"{_said(kind.literal.value)} has no offset" if local else f"{_said(kind.literal.value)} is no instant",
            node,
            expected='an instant like "2026-11-21T09:00+09:00", or a date like "2026-11-21"',
            got=_said(kind.literal.value),
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


def _zone(checker: Checker, node: Node) -> str:
    text = _text(node)
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
                f"{_said(value)} is no time of day" if isinstance(arg, Literal) else "a time of day is written out"
            )
            checker.say("error", "bad-time", message, arg, expected='a time like "22:00"')
    first, last = (_text(arg) for arg in node.args[:2])
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
        for item in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
            days += 1
            if item not in DAYS and not (isinstance(item, int) and not isinstance(item, bool) and 1 <= item <= 7):
                hint = did_you_mean(item[:3].lower(), DAYS) if isinstance(item, str) else None
                checker.say(
                    "error",
                    "bad-weekday",
                    f"{_said(item)} is no day of the week" if isinstance(arg, Literal) else "days are written out",
                    arg,
                    expected="1 to 7 (Monday is 1), or mon tue wed thu fri sat sun",
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
        hint = did_you_mean(name, audiences)
        checker.say("error", "unknown-audience", f'unknown audience "{name}"', arg, hint=hint)
    else:
        _broken_audience(checker, name, arg)


def _broken_audience(checker: Checker, name: str, node: Node) -> None:
    """Report, at the reference, an audience that loops, is missing further down, or has errors of its own."""
    broken = checker.vocabulary.broken(name, check)
    if broken is not None:
        checker.say("error", broken.code, broken.message, node, hint=broken.hint)


OPERANDS: Final[Mapping[str, Callable[[Checker, Call, str | None], None]]] = {
    "same": _same,
    "order": _order,
    "in": _in,
    "contains": _contains,
    "text": _text_check,
    "in_list": _in_list,
    "in_cidr": _in_cidr,
    "sem_ver": _sem_ver,
    "moments": _moments,
    "days_since": _days_since,
    "time_between": _time_between,
    "weekday": _weekday,
    "audience": _audience,
}


# -- helpers


def bounds(fact: Fact) -> tuple[float | None, float | None]:
    """Give the range of a fact; a score runs from 0 to 1."""
    low, high = (0.0, 1.0) if fact.unit == "score" else (None, None)
    return fact.minimum if fact.minimum is not None else low, fact.maximum if fact.maximum is not None else high


def _decided(op: str, bound: float, low: float | None, high: float | None) -> bool | None:
    """Tell what a comparison with `bound` always says of a number from low to high; None when it depends."""
    below = low is not None and bound < low
    above = high is not None and bound > high
    at_low, at_high = low is not None and bound == low, high is not None and bound == high
    if op in ("==", "===", "!=", "!=="):
        return op.startswith("!") if below or above else None
    if op in (">=", "<"):
        settled = True if below or at_low else False if above else None
        return settled if op == ">=" or settled is None else not settled
    settled = True if below else False if above or at_high else None
    return settled if op == ">" or settled is None else not settled


def _compatible(a: Kind, b: Kind) -> bool:
    """Tell whether two operands compare without coercion."""
    if "any" in (a.name, b.name) or "null" in (a.name, b.name) or a.name == b.name:
        return True
    literal_text = (a.literal is not None and a.name == "string") or (b.literal is not None and b.name == "string")
    return literal_text and a.name in TEXTS and b.name in TEXTS


def _coercion_hint(a: Kind, b: Kind) -> str | None:
    literal = b.literal or a.literal
    other = a if b.literal is not None else b
    if literal is None:
        return "values of different types are never compared"
    if other.name == "number" and isinstance(literal.value, str):
        return f"write {literal.value} without quotes" if literal.value.strip().isdecimal() else None
    if other.name == "string" and is_number(literal.value):
        return f'write "{literal.value}" with quotes'
    if other.name == "boolean":
        return "write true or false, without quotes"
    return None


def _is_null_test(node: Node) -> bool:
    return any(isinstance(arg, Literal) and arg.value is None for arg in _args(node))


def _args(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Call) else ()


def _list_of(node: Node | None) -> tuple[object, ...] | None:
    value = node.value if isinstance(node, Literal) else None
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else None


def _text(node: Node) -> str | None:
    return node.value if isinstance(node, Literal) and isinstance(node.value, str) else None


def _span(low: float | None, high: float | None) -> str:
    if high is None:
        return f"{low:g} up"
    return f"{low:g} to {high:g}" if low is not None else f"below up to {high:g}"


def _said(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, tuple):
        return "a list"
    return f"{value:g}" if isinstance(value, float) else str(value)
