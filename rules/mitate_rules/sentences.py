"""Explanations in words: the marketer's sentence and the developer's tree."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from mitate_rules.facts import Fact, is_live
from mitate_rules.messages import ASKED, CATALOGUE, DAY_NAMES, MONTHS, UNITS, VERSIONS, WINDOWS, WORDS, Forms, said_as
from mitate_rules.operators import OPERATORS, day_number, elapsed_days
from mitate_rules.settle import cidrs_of, since_parts, weekdays_of, window_parts
from mitate_rules.steps import MARKS, NO_ITEM, Step, misfits
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import WITHHELD, is_number, shown, to_number, to_text
from mitate_rules.vocabulary import Vocabulary
from mitate_rules.windows import counted, length

_ARITHMETIC = {"+": "+", "-": "−", "*": "×", "/": "÷", "%": "mod"}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_COUNTED = ("times", "days", "seconds", "count")
_MOST_CLAUSES = 3  # an audience of more conditions is called by its name
_OPPOSITE = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


# -- sentences


def clauses(step: Step, vocabulary: Vocabulary, lang: str) -> list[str]:
    """Give the conditions that decided: all that held, or the first that didn't and how many more."""
    return _Speaker(vocabulary, lang).clauses(step)


def because(said: Sequence[str], lang: str) -> str:
    """Join clauses so that a sentence can go on."""
    if lang != "ja":
        return WORDS[lang]["and"].join([", ".join(said[:-1]), said[-1]] if len(said) > 2 else said)
    joined = WORDS[lang]["and"].join(said)
    bare = _bare(joined)
    if joined.endswith(("該当", "一致")):
        return joined + "するため"
    return joined + ("ため" if bare.endswith(("む", "る", "い", "た", "う")) else "のため")


def sentence(step: Step, vocabulary: Vocabulary, lang: str) -> str:
    """Give one sentence: why the rule matches, or what kept it from matching."""
    words, said = WORDS[lang], clauses(step, vocabulary, lang)
    if step.result is True:
        return words["matches"].format(c=because(said, lang))
    text = words["and"].join(said)
    if lang == "ja":
        polite = _bare(text).endswith(("です", "ます", "ません", "ました"))
        return text + ("。" if polite else "です。")
    return text[:1].upper() + words["not matched"].format(c=text[1:])


def say(value: object, fact: Fact | None, vocabulary: Vocabulary, lang: str) -> str:
    """Say a value as people read it: labels, units, dates."""
    return _Speaker(vocabulary, lang).value(value, fact)


def say_window(window: str, lang: str) -> str:
    """Say a time to look back: "the last 30 days", "this visit"."""
    size, unit = length(window) or (0, window)
    said = WINDOWS[lang][unit].format(n=f"{size:g}")
    return said.replace(" 1 ", " ").removesuffix("s") if lang == "en" and size == 1 else said


class _Speaker:
    """Says the steps of one explanation in one language."""

    def __init__(self, vocabulary: Vocabulary, lang: str) -> None:
        self.vocabulary = vocabulary
        self.lang = lang
        self.words = WORDS[lang]
        self.catalogue = CATALOGUE[lang]

    def clauses(self, step: Step) -> list[str]:
        if step.op in ("and", "or"):
            return self.joined(step)
        if step.op == "always":
            return [self.catalogue["always"][0 if step.result is True else 1]]
        if step.op == "audience":
            return self.audience(step)
        if step.result is WITHHELD:
            return [self.withheld(step)]
        if step.missing and not _asks_for_null(step.node):
            return [self.missing(step)]
        return [self.leaf(step)]

    def joined(self, step: Step) -> list[str]:
        decided = [part for part in step.parts if part.result is step.result]
        if step.result is True and step.op == "and":
            telling = [part for part in step.parts if not _goes_without_saying(part, step.parts)]
            return list(dict.fromkeys(clause for part in telling for clause in self.clauses(part)))
        if not decided:
            return [self.catalogue["always"][0 if step.result is True else 1]]
        first = self.clauses(decided[0])
        if step.result is True or len(decided) == 1:
            return first
        text = self.words["and"].join(first)
        return [text + self.words["more"].format(n=len(decided) - 1)]

    def audience(self, step: Step) -> list[str]:
        """Say an audience by the conditions that decided, and by its name where those would be too many."""
        forms = self.catalogue["audience"]
        name = cast(str, cast(Literal, cast(Call, step.node).args[0]).value)
        label = self.vocabulary.label(name).get(self.lang) or name
        if step.result is WITHHELD:
            return self.clauses(step.parts[0])[:1] if step.parts else [self.withheld(step)]
        if not step.parts:
            return [self.choose(forms, step).format(l=label, c="")]
        inner = self.clauses(step.parts[0])
        if step.sign and 0 < len(inner) <= _MOST_CLAUSES:
            return inner
        if not step.sign and step.result is False:
            if _lacks(step.parts[0]):
                return inner[:1]
            inner = self.clauses(step.parts[0].flipped())
        c = self.words["aside"].format(c=self.words["beside"].join(self.unbracketed(one) for one in inner))
        return [self.choose(forms, step).format(l=label, c=c if inner else "")]

    def unbracketed(self, text: str) -> str:
        """Say what stands in a clause's brackets after a comma, so that the clause can stand in brackets itself."""
        head, inner = _split(text)
        return f"{head.rstrip()}{self.words['comma']}{inner}" if inner else text

    def choose(self, forms: Forms, step: Step) -> str:
        """Pick the form for whether a condition or its negation is meant, and whether it held."""
        if step.sign or not forms.not_holds:
            return forms.holds if step.result is True else forms.fails
        return forms.not_holds if step.result is True else forms.not_fails

    def withheld(self, step: Step) -> str:
        names = [name for name, value in step.reads.items() if value is WITHHELD]
        if not names:
            names = [arg.name for arg in _args(step.node) if isinstance(arg, Var)]
        row = "missing" if names and is_live(names[0]) else "withheld"
        fact = self.vocabulary.facts.find(names[0]) if names else None
        return self.catalogue[row].fails.format(f=self.label(names[0]) if names else "", be=_be(fact))

    def missing(self, step: Step) -> str:
        """Say what is missing, the first fact without a usable value: in its own words where it has some."""
        for name, value in step.reads.items():
            if value is None or misfits(self.vocabulary.facts, name, value):
                fact = self.vocabulary.facts.find(name)
                said = fact.absent.get(self.lang) if fact is not None and value is None else None
                if said and step.result is not True:
                    return said
                return self.lacks(step, self.label(name), fact)
        node = step.node if isinstance(step.node, Var) else _args(step.node)[0]
        return self.lacks(step, self.describe(node), self.fact_of(node))

    def lacks(self, step: Step, label: str, fact: Fact | None) -> str:
        return self.catalogue["missing"][0 if step.result is True else 1].format(f=label, be=_be(fact))

    # -- one condition

    def leaf(self, step: Step) -> str:
        node = step.node
        if step.op == "truth" or not isinstance(node, Call):
            return self.truth(step)
        special = _SPECIAL.get(OPERATORS[node.op].takes)
        if special is not None:
            return special(self, step, node)
        return self.compared(step, node)

    def truth(self, step: Step) -> str:
        value = step.operands[0]
        name = step.node.name if isinstance(step.node, Var) else None
        fact = self.vocabulary.facts.find(name) if name is not None else None
        boolean = isinstance(value, bool) or (fact is not None and fact.type == "boolean")
        forms = self.yes_or_no(step.node) if boolean else self.catalogue["present"]
        return self.choose(forms, step).format(f=self.describe(step.node), a=self.value(value, fact), be=_be(fact))

    def yes_or_no(self, node: Node) -> Forms:
        """Give the forms of a fact that is yes or no; what goes on in a page has happened, or not yet."""
        return self.catalogue["happened" if isinstance(node, Var) and is_live(node.name) else "truth"]

    def compared(self, step: Step, node: Call) -> str:
        """Say a comparison of what was asked about with what the rule wants."""
        op, args, operands = node.op, list(node.args), list(step.operands)
        if isinstance(args[0], Literal) and not isinstance(args[1], Literal) and len(args) == 2:
            if OPERATORS[op].takes in ("same", "order"):
                op, args, operands = _FLIPPED.get(op, op), args[::-1], operands[::-1]
            elif op == "in":
                op, args, operands = "contains", args[::-1], operands[::-1]
        holds = step.result is True
        if OPERATORS[op].takes == "same":
            return self.same(step, op, args, operands)
        if len(args) == 3 and op in ("<", "<="):
            op, args, operands = "range", [args[1], args[0], args[2]], [operands[1], operands[0], operands[2]]
        elif not step.sign and OPERATORS[op].negated is not None:
            op = cast(str, OPERATORS[op].negated)
            template = self.catalogue[said_as(op)][0 if holds else 1]
            return self.fill(template, args, operands, step)
        row = said_as(op)
        if row == "starts_with" and isinstance(args[0], Var) and args[0].name == "page.path":
            row = "starts_with page"
        return self.fill(self.choose(self.catalogue[row], step), args, operands, step)

    def same(self, step: Step, op: str, args: Sequence[Node], operands: Sequence[object]) -> str:
        equal = op.startswith("=") is step.sign
        wanted = args[1].value if isinstance(args[1], Literal) else operands[1]
        if wanted is None:
            forms = self.catalogue["missing"]
            held = step.result is True
            template = (forms.holds, forms.not_fails)[not held] if equal else (forms.not_holds, forms.fails)[not held]
        elif isinstance(wanted, bool):
            affirmed = equal is wanted
            forms = self.yes_or_no(args[0])
            held = step.result is True
            template = (
                (forms.holds, forms.fails)[not held] if affirmed else (forms.not_holds, forms.not_fails)[not held]
            )
        else:
            template = self.catalogue["==" if equal else "!="][0 if step.result is True else 1]
        return self.fill(template, args, operands, step)

    def fill(self, template: str, args: Sequence[Node], operands: Sequence[object], step: Step) -> str:
        subject = self.fact_of(args[0])
        page = " 以下" in template or "page" in template
        a = self.value(operands[0], subject, beside=args[1:])
        raw = '"{v}"' in template or page
        wanted = [self.wanted(arg, value, subject, raw) for arg, value in zip(args[1:], operands[1:], strict=False)]
        about = _be(subject) if len(operands) < 2 or operands[1] is None else self.takes(operands[1], subject)
        return template.format(
            f=self.describe(args[0]),
            a=a,
            v=wanted[0] if wanted else "",
            w=wanted[1] if len(wanted) > 1 else "",
            be=about,
        )

    def takes(self, wanted: object, fact: Fact | None) -> str:
        """Give the verb for what is wanted: "30 days are needed", "¥500 is needed"."""
        several = fact is not None and fact.unit in _COUNTED and is_number(wanted) and wanted != 1
        return "are" if several else "is"

    def wanted(self, node: Node, value: object, subject: Fact | None, raw: bool) -> str:
        literal = node.value if isinstance(node, Literal) else value
        if raw and isinstance(literal, str):
            labels = subject.values.get(literal) if subject is not None else None
            return (labels.get(self.lang) if labels is not None else None) or literal
        return self.value(literal, subject)

    def fact_of(self, node: Node) -> Fact | None:
        if isinstance(node, Var):
            return self.vocabulary.facts.find(node.name)
        if isinstance(node, Call) and node.op in ("min", "max", "+", "-"):
            return next((fact for fact in map(self.fact_of, node.args) if fact is not None), None)
        return None

    # -- words for things

    def label(self, name: str) -> str:
        fact = self.vocabulary.facts.find(name)
        return (fact.label.get(self.lang) if fact is not None else None) or name

    def describe(self, node: Node) -> str:
        """Name an operand: a fact by its label, arithmetic by its parts."""
        if isinstance(node, Var):
            return self.label(node.name)
        if isinstance(node, Literal):
            return self.value(node.value, None)
        if node.op == "filter":
            return self.describe(node.args[0])
        if node.op in _ARITHMETIC and len(node.args) > 1:
            return f" {_ARITHMETIC[node.op]} ".join(map(self.describe, node.args))
        if node.op in ("max", "min"):
            parts = [self.describe(arg) for arg in node.args]
            return self.words[node.op].format(c=self.listed(parts))
        return f"{node.op}({', '.join(map(self.describe, node.args))})"

    def listed(self, shown: list[str]) -> str:
        """Join the parts of a whole: "a, b and c"."""
        if self.lang == "ja":
            return "、".join(shown)
        return self.words["and"].join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 2 else shown)

    def value(self, value: object, fact: Fact | None, beside: Sequence[Node] = ()) -> str:
        """Say a value as people read it: labels, units, dates."""
        if value == ():
            return self.words["empty"]
        if value is None:
            return self.words["unknown"]
        if value == "" or value == []:
            return self.words["nothing"]
        if isinstance(value, (tuple, list, frozenset)):
            return self.several(list(cast("Sequence[object]", value)), fact)
        labels = fact.values.get(to_text(value)) if fact is not None and fact.values else None
        if labels is not None and labels.get(self.lang):
            return self.quoted(labels[self.lang])
        if isinstance(value, bool):
            return self.words["yes" if value else "no"]
        if fact is not None and fact.type == "instant" and (is_number(value) or isinstance(value, str)):
            return self.instant(value, beside)
        if is_number(value):
            return self.number(cast(float, value), fact.unit if fact is not None else None)
        if isinstance(value, str) and day_number(value) is not None and (fact is None or fact.type == "date"):
            return self.date(datetime.date.fromisoformat(value), beside)
        return self.quoted(to_text(value))

    def quoted(self, text: str) -> str:
        text = text if len(text) <= 80 else text[:79] + "…"
        return f"「{text}」" if self.lang == "ja" else text

    def several(self, items: Sequence[object], fact: Fact | None) -> str:
        shown = [self.value(item, fact) for item in items[:3]]
        text = ("" if self.lang == "ja" and all(isinstance(item, str) for item in items) else self.words["or"]).join(
            shown
        )
        if self.lang == "en" and len(shown) == 3:
            text = f"{shown[0]}, {shown[1]} or {shown[2]}"
        return self.words["others"].format(c=text, n=len(items) - 3) if len(items) > 3 else text

    def number(self, value: float, unit: str | None) -> str:
        value = to_number(value)
        if unit == "score":
            return f"{value * 100:.0f}"
        text = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
        if abs(value) >= 1e15 or (value and abs(value) < 0.005):
            text = f"{value:g}"
        form = UNITS[self.lang].get(unit or "")
        if form is None:
            return text
        said = form.format(n=text)
        return said.removesuffix("s") if self.lang == "en" and text == "1" and unit in ("days", "seconds") else said

    def date(self, day: datetime.date, beside: Sequence[Node] = ()) -> str:
        year = any(
            isinstance(node, Literal) and isinstance(node.value, str) and node.value[:4] != f"{day.year:04}"
            for node in beside
        )
        name = DAY_NAMES[self.lang][day.weekday()]
        if self.lang == "ja":
            return f"{day.year}年" * year + f"{day.month}月{day.day}日({name})"
        return f"{name[:3]} {day.day} {MONTHS[day.month - 1]}" + f" {day.year}" * year

    def instant(self, value: object, beside: Sequence[Node]) -> str:
        """Say an instant in the zone in which the rule writes its bound, else in UTC."""
        zone: datetime.tzinfo = datetime.UTC
        for node in beside:
            if isinstance(node, Literal) and isinstance(node.value, str):
                zone = datetime.datetime.fromisoformat(node.value).tzinfo or zone
        try:
            if isinstance(value, str):
                moment = datetime.datetime.fromisoformat(value)
            else:
                moment = datetime.datetime.fromtimestamp(cast(float, value), zone)
        except (ValueError, OverflowError, OSError):
            return to_text(value)
        return f"{self.date(moment.date(), beside)} {moment.hour}:{moment.minute:02}"

    # -- operators with a way of their own to speak

    def sem_ver(self, step: Step, node: Call) -> str:
        sign, wanted = (arg.value if isinstance(arg, Literal) else "" for arg in node.args[1:])
        v = VERSIONS[self.lang][cast(str, sign)].format(v=wanted)
        a = str(step.operands[0])
        return self.choose(self.catalogue["sem_ver"], step).format(f=self.describe(node.args[0]), a=a, v=v)

    def in_list(self, step: Step, node: Call) -> str:
        name = cast(Literal, node.args[1]).value
        label = self.list_label(cast(str, name))
        return self.choose(self.catalogue["in_list"], step).format(f=self.describe(node.args[0]), l=label)

    def list_label(self, name: str) -> str:
        return self.vocabulary.list_label(name).get(self.lang) or self.words["list"].format(v=name)

    def in_cidr(self, step: Step, node: Call) -> str:
        among = cast(Literal, node.args[1]).value
        if isinstance(among, str) and among in self.vocabulary.lists:
            label = self.list_label(among)
        else:
            label = self.words["network"].format(v=", ".join(cidrs_of(node.args[1], self.vocabulary)[:3]))
        return self.choose(self.catalogue["in_cidr"], step).format(l=label)

    def moments(self, step: Step, node: Call) -> str:
        args, operands = list(node.args), [step.operands[0], *node.args[1:]]
        op = node.op
        if not step.sign and OPERATORS[op].negated is not None:
            template = self.catalogue[cast(str, OPERATORS[op].negated)][0 if step.result is True else 1]
        else:
            template = self.choose(self.catalogue[op], step)
        subject = self.fact_of(args[0])
        a = self.value(operands[0], subject or Fact("", "instant"), beside=args[1:])
        fact = subject if subject is not None and subject.type else Fact("", "instant")
        said: list[str] = []
        for arg, value in zip(args[1:], step.operands[1:], strict=True):
            literal = arg.value if isinstance(arg, Literal) else value
            date = isinstance(literal, str) and day_number(literal) is not None
            said.append(self.value(literal, None if date else fact))
        return template.format(f=self.describe(args[0]), a=a, v=said[0], w=said[-1])

    def days_since(self, step: Step, node: Call) -> str:
        since, sign, _ = since_parts(node.args)
        sign = sign if step.sign else _OPPOSITE[sign]
        days = elapsed_days(step.operands[0], step.operands[3])
        template = self.catalogue["days_since " + sign][0 if step.result is True else 1]
        a = self.number(days, "days" if self.lang == "en" else None) if days is not None else self.words["unknown"]
        v = self.number(cast(float, step.operands[2]), None)
        return template.format(f=self.describe(since), a=a, v=v)

    def count_events(self, step: Step, node: Call) -> str:
        event, window, _ = window_parts(node.args)
        times, since, wanted, now = step.operands
        found, least = counted(times, since, now) or 0, cast(int, wanted)
        return self.choose(self.catalogue["count_events"], step).format(
            f=self.words["event"].format(v=event),
            a=self.words["once" if found == 1 else "times"].format(n=self.number(found, None)),
            v=self.number(least, None),
            w=say_window(window, self.lang),
            n=self.number(least - found, None),
        )

    def time_between(self, step: Step, node: Call) -> str:
        hour, minute = (to_number(value) for value in step.operands[2:4])
        start, end = (cast(str, cast(Literal, arg).value) for arg in node.args[:2])
        template = self.choose(self.catalogue["time_between"], step)
        return template.format(a=f"{hour:.0f}:{minute:02.0f}", v=start.removeprefix("0"), w=end.removeprefix("0"))

    def weekday(self, step: Step, node: Call) -> str:
        names = DAY_NAMES[self.lang]
        today = step.operands[1]
        known = is_number(today) and today in range(1, 8)
        a = names[int(cast(float, today)) - 1] if known else "?"
        days = [names[day - 1] for day in weekdays_of(node.args)]
        v = "・".join(days) if self.lang == "ja" else " or ".join(days)
        return self.choose(self.catalogue["weekday"], step).format(a=a, v=v)

    # -- lists

    def quantifier(self, step: Step, node: Call) -> str:
        """Say a condition on a list by the item that decided, else by what is in the list."""
        fact, found = self.fact_of(node.args[0]), step.operands[0]
        items = list(cast("Sequence[object]", found)) if isinstance(found, (list, tuple)) else []
        label = self.describe(node.args[0])
        if not items:
            return self.catalogue["empty"][0 if step.result is True else 1].format(f=label, be=_be(fact))
        hidden = isinstance(node.args[0], Var) and node.args[0].name not in step.reads
        inner = Fact("", fact.items, unit=fact.unit, values=fact.values) if fact is not None else Fact("")
        negated = node.op == "all"
        asked, opposite = self.asked(node.args[1], True, inner), self.asked(node.args[1], False, inner)
        is_object = isinstance(step.item, Mapping)
        item = self.words["item"] if hidden or is_object or step.item is NO_ITEM else self.value(step.item, inner)
        aside = item if self.lang == "ja" else (opposite if negated else asked).removeprefix("is ")
        if is_object:
            aside = self.about_item(step.parts[0])
        says_it = step.item is NO_ITEM or (not negated and _is_equality(node.args[1]))
        return self.choose(self.catalogue[node.op], step).format(
            f=label,
            a=self.words["items"].format(n=len(items)) if hidden else self.contents(items, inner),
            i=item,
            t=asked,
            n=opposite,
            c="" if says_it and not is_object else self.words["aside"].format(c=aside),
            be=_be(fact),
        )

    def about_item(self, part: Step) -> str:
        """Say what the parts of an object have to do with its being the item that decided."""
        told = self.clauses(part.flipped() if part.result is False else part)
        return self.words["beside"].join(map(self.unbracketed, told))

    def contents(self, items: Sequence[object], inner: Fact) -> str:
        """Say what is in a list: the first three, and how many more."""
        if any(isinstance(item, (Mapping, list, tuple)) for item in items):
            return self.words["items"].format(n=len(items))
        shown = [self.value(item, inner) for item in items[:3]]
        text = ("" if self.lang == "ja" and all(isinstance(item, str) for item in items) else self.words["comma"]).join(
            shown
        )
        return self.words["others"].format(c=text, n=len(items) - 3) if len(items) > 3 else text

    def asked(self, node: Node, sign: bool, inner: Fact) -> str:
        """Say what a list's item is asked for, without an actual value."""
        while isinstance(node, Call) and node.op in ("!", "!!"):
            sign = sign is (node.op == "!!")
            node = node.args[0]
        op = said_as(_name(node))
        if op == "!=":
            op, sign = "==", not sign
        rows, args = ASKED[self.lang], _args(node)
        if op not in rows or len(args) != 2 or not isinstance(args[0], Var) or not isinstance(args[1], Literal):
            return self.words["fits" if sign else "unfit"]
        if args[1].value is None:
            return self.words["fits" if sign else "unfit"]
        part, fact = args[0].name, inner if args[0].name == "" else Fact(args[0].name)
        v = self.list_label(cast(str, args[1].value)) if op == "in_list" else self.value(args[1].value, fact)
        text = rows[op][0 if sign else 1].format(v=v)
        if not part:
            return text
        if self.lang == "ja":
            return f"{part}が{text}" + ("のもの" if sign and op in ("==", "in") else "")
        return f"has a {part} that {text}"


_SPECIAL: Mapping[str, Callable[[_Speaker, Step, Call], str]] = {
    "sem_ver": _Speaker.sem_ver,
    "in_list": _Speaker.in_list,
    "in_cidr": _Speaker.in_cidr,
    "moments": _Speaker.moments,
    "days_since": _Speaker.days_since,
    "count_events": _Speaker.count_events,
    "time_between": _Speaker.time_between,
    "weekday": _Speaker.weekday,
    "quantifier": _Speaker.quantifier,
}


def _goes_without_saying(step: Step, beside: Sequence[Step]) -> bool:
    """Tell whether a condition only asks that a fact be known, when another one says its value."""
    node = step.node
    if not (isinstance(node, Call) and node.op in ("!=", "!==") and step.sign and step.result is True):
        return False
    var, wanted = node.args
    if not (isinstance(var, Var) and isinstance(wanted, Literal) and wanted.value is None):
        return False
    return any(other is not step and other.op != "audience" and var.name in other.reads for other in beside)


def _lacks(step: Step) -> bool:
    return step.lacking or any(map(_lacks, step.parts))


def _split(text: str) -> tuple[str, str]:
    """Split a clause from the brackets at its end: "a (b (c))" gives "a " and "b (c)"."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == ")") - (text[place] == "(")
        if depth <= 0:
            return (text[:place], text[place + 1 : -1]) if text[place] == "(" else (text, "")
    return text, ""


def _bare(text: str) -> str:
    """Take the brackets off a clause's end."""
    head, inner = _split(text)
    while inner:
        text = head.rstrip()
        head, inner = _split(text)
    return text


def _be(fact: Fact | None) -> str:
    """Give the verb of a fact's label: that of a list is plural, unless it says when something happened."""
    several = fact is not None and fact.type == "list" and not fact.label.get("en", "").startswith("when ")
    return "are" if several else "is"


def _asks_for_null(node: Node) -> bool:
    """Tell whether a condition itself asks for a value to be missing."""
    return any(isinstance(arg, Literal) and arg.value is None for arg in _args(node))


def _is_equality(node: Node) -> bool:
    return isinstance(node, Call) and node.op in ("==", "===") and isinstance(node.args[0], Var)


def _args(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Call) else ()


# -- the developer's tree


def tree(step: Step, vocabulary: Vocabulary, lang: str) -> str:
    """Give one line for each condition: its mark, the operands with their values, and what was left out."""
    return "\n".join(_lines(step, vocabulary, WORDS[lang], 0))


def _lines(step: Step, vocabulary: Vocabulary, words: Mapping[str, str], level: int) -> list[str]:
    text = f"{'  ' * level}{MARKS[step.result]} {_title(step, vocabulary, words)}"
    if step.why == "seen above":
        return [f"{text}   ({words['seen above']})"]
    if step.why is not None:
        return [f"{text}   ({words['not evaluated'].format(c=words[step.why])})"]
    if step.lacking and isinstance(step.node, Call) and _needs_all(step.node):
        text += f"   ({words['lacking']})"
    return [text, *(line for part in step.parts for line in _lines(part, vocabulary, words, level + 1))]


def _title(step: Step, vocabulary: Vocabulary, words: Mapping[str, str]) -> str:
    node = step.node
    if step.op in ("and", "or") and step.why is None:
        return step.op
    negated = ""
    op = _name(node)
    if not step.sign:
        opposite = OPERATORS[op].negated if op in OPERATORS and op not in ("and", "or") else None
        three = isinstance(node, Call) and len(node.args) == 3
        if opposite is not None and not three:
            op = opposite
        else:
            negated = "not "
    if isinstance(node, Call):
        shown = [_operand(arg, step, vocabulary, words) for arg in node.args]
        if OPERATORS[node.op].takes == "quantifier" or (node.op in ("and", "or", "if", "!", "!!")):
            shown = shown[:1] if OPERATORS[node.op].takes == "quantifier" else ["…"]
        if node.op in ("time_between", "weekday"):
            return f"{negated}{op} {', '.join(shown)}   {_clock(step, vocabulary, words)}".rstrip()
        if len(shown) == 2 and op != "count_events":
            return f"{negated}{shown[0]} {op} {shown[1]}"
        clock = [_named(name, step, vocabulary, words) for name in step.reads if name not in _names(node)]
        return f"{negated}{op} {', '.join(shown)}" + (f"   {', '.join(clock)}" if clock else "")
    return negated + _operand(node, step, vocabulary, words)


def _clock(step: Step, vocabulary: Vocabulary, words: Mapping[str, str]) -> str:
    """Show the clock that was read as people read one: `site_time 8:05`, `time Saturday`."""
    clock = next(iter(step.reads), "").rpartition(".")[0]
    read = {name.rpartition(".")[2]: value for name, value in step.reads.items() if is_number(value)}
    hour, minute, day = read.get("hour"), read.get("minute"), read.get("weekday")
    if hour in range(24) and minute in range(60):
        return f"{clock} {cast(float, hour):.0f}:{cast(float, minute):02.0f}"
    if day in range(1, 8):
        return f"{clock} {DAY_NAMES['en'][int(cast(float, day)) - 1]}"
    return ", ".join(_named(name, step, vocabulary, words) for name in step.reads)


def _name(node: Node) -> str:
    return node.op if isinstance(node, Call) else ""


def _needs_all(node: Call) -> bool:
    return OPERATORS[node.op].takes in ("order", "moments", "days_since", "count_events", "time_between", "sem_ver")


def _names(node: Node) -> set[str]:
    if isinstance(node, Var):
        return {node.name}
    return {name for arg in _args(node) for name in _names(arg)}


def _operand(node: Node, step: Step, vocabulary: Vocabulary, words: Mapping[str, str]) -> str:
    if isinstance(node, Var):
        return _named(node.name, step, vocabulary, words)
    if isinstance(node, Literal):
        return _code(node.value)
    parts = ", ".join(_operand(arg, step, vocabulary, words) for arg in node.args)
    return f"{node.op}({parts})"


def _named(name: str, step: Step, vocabulary: Vocabulary, words: Mapping[str, str]) -> str:
    if name not in step.reads:
        private = name and step.result is not None
        return f"{name} ({words['private']})" if private else name or "item"
    value = step.reads[name]
    if value is WITHHELD:
        return f"{name} ({words['in page' if is_live(name) else 'withheld']})"
    if value is None:
        return f"{name} ({words['missing']})"
    wrong = f", {words['wrong']}" if misfits(vocabulary.facts, name, value) else ""
    return f"{name} ({_code(value)}{wrong})"


def _code(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 80 else f'"{value[:79]}…"'
    if isinstance(value, (tuple, list)):
        items = cast("Sequence[object]", value)
        more = f", … {len(items) - 5} more" if len(items) > 5 else ""
        return f"[{', '.join(map(_code, items[:5]))}{more}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and 1e-4 < abs(value) < 1e15 and not value.is_integer():
        return f"{value:.6g}"
    text = to_text(value) if is_number(value) else shown(value)
    return text if len(text) <= 80 else text[:79] + "…"
