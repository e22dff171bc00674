"""What would have to be otherwise, in words: one row for each form and language.

{f} is the fact's label, {v} and {w} what is needed, {a} what it is now, {n} a number and {c} other wishes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from mitate_rules.facts import Fact
from mitate_rules.messages import DAY_NAMES, VERSIONS, WORDS
from mitate_rules.operators import OPERATORS, day_number
from mitate_rules.sentences import say, say_window
from mitate_rules.settle import cidrs_of, since_parts, weekdays_of, window_parts
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import WITHHELD, is_number
from mitate_rules.vocabulary import Vocabulary

FORMS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "more": "{f}: {n} more",
        "at least": "{f} at least {v} (now {a})",
        "at most": "{f} at most {v} (now {a})",
        "exactly": "{f} exactly {v} (now {a})",
        "is": "{f}: {v}",
        "other": "{f}: any but {v}",
        "yes": "{f}: yes",
        "no": "{f}: no",
        "known": "{f} known",
        "gone": "{f} not known",
        "starts": '{f} starting with "{v}"',
        "page": "on a page under {v}",
        "ends": '{f} ending with "{v}"',
        "contains": '"{v}" in {f}',
        "fits": "{f} fitting {v}",
        "listed": '{f} in the list "{v}"',
        "without": '{f} without "{v}"',
        "network": "in the network {v}",
        "clock": "between {v} and {w}",
        "not clock": "not between {v} and {w}",
        "weekday": "on {v}",
        "version": "{f} {v}",
        "range": "{f} from {v} to {w} (now {a})",
        "period": "{f} from {v} to {w}",
        "from": "{f} {v} or later",
        "before": "{f} before {v}",
        "since >=": "{v} days or more since {f}",
        "since >": "more than {v} days since {f}",
        "since <": "fewer than {v} days since {f}",
        "since <=": "at most {v} days since {f}",
        "since ==": "{v} days since {f}",
        "since !=": "not {v} days since {f}",
        "events": "{f} at least {v} in {w}",
        "few events": "{f} at most {v} in {w}",
        "no event": "{f} not once in {w}",
        "some": "{f} with one that fits the condition",
        "no item": "{f} with none that fits the condition",
        "device": "on {v}",
        "consent": "after consent: {c}",
        "join": ", ",
        "or": " or ",
    },
    "ja": {
        "more": "{f}があと{n}",
        "at least": "{f}が{v}以上(いま{a})",
        "at most": "{f}が{v}以下(いま{a})",
        "exactly": "{f}がちょうど{v}(いま{a})",
        "is": "{f}が{v}",
        "other": "{f}が{v}以外",
        "yes": "{f}に該当",
        "no": "{f}に該当しない",
        "known": "{f}がわかる",
        "gone": "{f}がない",
        "starts": "{f}が「{v}」で始まる",
        "page": "{v} 以下のページを閲覧",
        "ends": "{f}が「{v}」で終わる",
        "contains": "{f}に「{v}」を含む",
        "fits": "{f}が「{v}」の形に一致",
        "listed": "{f}がリスト「{v}」に該当",
        "without": "{f}に「{v}」を含まない",
        "network": "ネットワーク「{v}」に該当",
        "clock": "{v}〜{w}の時間内",
        "not clock": "{v}〜{w}の時間外",
        "weekday": "{v}曜日",
        "version": "{f}が{v}",
        "range": "{f}が{v}〜{w}(いま{a})",
        "period": "{f}が{v}〜{w}",
        "from": "{f}が{v}以降",
        "before": "{f}が{v}より前",
        "since >=": "{f}から{v}日以上",
        "since >": "{f}から{v}日超",
        "since <": "{f}から{v}日未満",
        "since <=": "{f}から{v}日以内",
        "since ==": "{f}からちょうど{v}日",
        "since !=": "{f}から{v}日以外",
        "events": "{w}で{f}が{v}以上",
        "few events": "{w}で{f}が{v}以下",
        "no event": "{w}で{f}がない",
        "some": "{f}に条件に合うものがある",
        "no item": "{f}に条件に合うものがない",
        "device": "{v}で閲覧",
        "consent": "同意後、{c}",
        "join": "、",
        "or": "・",
    },
}
COUNTED: Final = ("times", "count")


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that would have to be otherwise: the facts, the form that says it, and the condition it fulfils.

    `until` is the other end where a number may be anything from the value needed to it.
    """

    facts: tuple[str, ...]
    form: str
    node: Node | None = None
    until: float | None = None


def speak(wishes: Sequence[Wish], facts: Mapping[str, tuple[object, object]], vocabulary: Vocabulary, lang: str) -> str:
    """Say what would have to change."""
    speaker = _Wisher(facts, vocabulary, lang)
    plain = [speaker.wish(wish) for wish in wishes if not speaker.withheld(wish)]
    later = [speaker.wish(wish) for wish in wishes if speaker.withheld(wish)]
    join = FORMS[lang]["join"]
    if later:
        plain.append(FORMS[lang]["consent"].format(c=join.join(later)))
    return join.join(plain)


class _Wisher:
    def __init__(self, facts: Mapping[str, tuple[object, object]], vocabulary: Vocabulary, lang: str) -> None:
        self.facts = facts
        self.vocabulary = vocabulary
        self.lang = lang
        self.forms = FORMS[lang]

    def withheld(self, wish: Wish) -> bool:
        return any(self.facts[name][0] is WITHHELD for name in wish.facts)

    def wish(self, wish: Wish) -> str:
        name = wish.facts[0]
        now, needed = self.facts[name]
        fact = self.vocabulary.facts.find(name) or Fact(name)
        words = {"f": fact.label.get(self.lang) or name, "a": self.value(now, fact), "v": self.value(needed, fact)}
        form = wish.form
        if fact.unit in COUNTED and is_number(now) and is_number(needed) and cast(float, needed) > cast(float, now):
            form = "more"
            words["n"] = self.value(cast(float, needed) - cast(float, now), fact)
            words["f"] = words["f"].removeprefix("number of ") if self.lang == "en" else words["f"]
        elif wish.until is not None:
            words["w"] = self.value(wish.until, fact)
        elif isinstance(wish.node, Call):
            words |= self.asked(wish.form, wish.node, fact)
        if wish.form in ("is", "yes") and name == "device.type":
            return self.device(words["v"])
        text = self.forms[form].format(n=words.pop("n", ""), w=words.pop("w", ""), **words)
        return text.replace("(now not known)", "(not known yet)").replace("(いままだ", "(まだ")

    def value(self, value: object, fact: Fact) -> str:
        if value is WITHHELD:
            return WORDS[self.lang]["unknown"]
        return say(value, fact, self.vocabulary, self.lang)

    def device(self, text: str) -> str:
        text = text.strip("「」")
        if self.lang == "en":
            text = f"{'an' if text[:1] in 'aeiou' else 'a'} {text}"
        return self.forms["device"].format(v=text)

    def since(self, node: Call) -> str:
        since = since_parts(node.args)[0]
        fact = self.vocabulary.facts.find(since.name) if isinstance(since, Var) else None
        label = fact.label.get(self.lang) if fact is not None else None
        return label or (since.name if isinstance(since, Var) else self.value(cast(Literal, since).value, Fact("")))

    def events(self, node: Call, many: bool) -> dict[str, str]:
        event, window, least = window_parts(node.args)
        count, words = cast(int, least) - (not many), WORDS[self.lang]
        v = words["once" if count == 1 else "times"].format(n=count)
        return {"f": words["event"].format(v=event), "v": v, "w": say_window(window, self.lang)}

    def moment(self, value: object, fact: Fact) -> str:
        date = isinstance(value, str) and day_number(value) is not None
        return self.value(value, Fact("", "date" if date else "instant") if fact.type is None else fact)

    def asked(self, form: str, node: Call, fact: Fact) -> dict[str, str]:
        """Say what the condition asks for, in the words of the rule."""
        literals = [arg.value for arg in node.args if isinstance(arg, Literal)]
        if form in ("clock", "not clock"):
            start, end = cast("tuple[str, str]", literals[:2])
            return {"v": start.removeprefix("0"), "w": end.removeprefix("0")}
        if form == "weekday":
            return {"v": self.forms["or"].join(DAY_NAMES[self.lang][day - 1] for day in weekdays_of(node.args))}
        if form == "network":
            return {"v": ", ".join(cidrs_of(node.args[1], self.vocabulary)[:3])}
        if form == "version":
            sign, wanted = cast("tuple[str, str]", literals[:2])
            return {"v": VERSIONS[self.lang][sign].format(v=wanted)}
        if form.startswith("since"):
            return {"f": self.since(node), "v": self.value(cast(Literal, since_parts(node.args)[2]).value, Fact(""))}
        if form in ("events", "few events", "no event"):
            return self.events(node, form == "events")
        if form in ("period", "from", "before"):
            said = [self.moment(value, fact) for value in literals]
            return {"v": said[0], "w": said[-1]}
        if form == "is" and OPERATORS[node.op].takes in ("same", "in") and literals:
            return {"v": self.value(literals[0], fact)}
        if form in ("other", "starts", "page", "ends", "contains", "fits", "listed", "without") and literals:
            plain = form != "other" and isinstance(literals[0], str)
            return {"v": cast(str, literals[0]) if plain else self.value(literals[0], fact)}
        return {}


def form_of(node: Node, sign: bool, name: str) -> str | None:
    """Give the form that says a condition on a fact; None where only its new value says it."""
    if isinstance(node, Var) or not isinstance(node, Call):
        return None
    takes, op = OPERATORS[node.op].takes, node.op
    literals = [arg.value for arg in node.args if isinstance(arg, Literal)]
    if takes in ("same", "in"):
        if takes == "same" and literals and literals[0] is None:
            return "gone" if op.startswith("=") is sign else "known"
        hay = takes == "in" and isinstance(node.args[0], Literal)
        if hay:
            return "contains" if sign else "without"
        equal = sign if takes == "in" else op.startswith("=") is sign
        return "is" if equal else "other"
    if takes == "text" and op != "matches_glob":
        if not sign:
            return None
        return "ends" if "ends" in op else "page" if name == "page.path" else "starts"
    if op == "matches_glob":
        return "fits" if sign else None
    if takes == "count_events":
        return "events" if sign else "few events" if cast(int, window_parts(node.args)[2]) > 1 else "no event"
    if takes == "days_since":
        compare = since_parts(node.args)[1]
        return f"since {compare if sign else _OPPOSITE[compare]}"
    if takes == "moments":
        return ("period" if sign else None) if op == "between" else "from" if (op == "after") is sign else "before"
    if takes == "quantifier":
        return "some" if (op == "some") is sign and op != "all" else "no item" if op in ("some", "none") else None
    row = _SIGNED.get(takes)
    return row[0 if sign else 1] if row is not None else None


_OPPOSITE: Final = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_SIGNED: Final[dict[str, tuple[str | None, str | None]]] = {
    "contains": ("contains", "without"),
    "regex": ("fits", None),
    "in_list": ("listed", None),
    "in_cidr": ("network", None),
    "time_between": ("clock", "not clock"),
    "weekday": ("weekday", None),
    "sem_ver": ("version", None),
}
