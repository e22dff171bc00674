"""Rules and contexts over the whole targeting dialect, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mitate_rules import WITHHELD, Context

from .comparing import Words

Rule = object
Draw = random.Random

FACTS: Final[dict[str, dict[str, object]]] = {
    "text": {"type": "string"},
    "other": {"type": "string"},
    "number": {"type": "number"},
    "count": {"type": "integer"},
    "flag": {"type": "boolean"},
    "list": {"type": "list", "items": "number"},
    "names": {"type": "list", "items": "string"},
    "flags": {"type": "list", "items": "boolean"},
    "things": {"type": "list"},
    "instant": {"type": "instant"},
    "date": {"type": "date"},
    "version": {"type": "version"},
    "request.ip": {"type": "ip"},
    "time.now": {"type": "instant"},
    "time.date": {"type": "date"},
    "time.hour": {"type": "integer"},
    "time.minute": {"type": "integer"},
    "time.weekday": {"type": "integer"},
    "site_time.hour": {"type": "integer"},
    "site_time.minute": {"type": "integer"},
    "site_time.weekday": {"type": "integer"},
    "visit.started": {"type": "instant"},
    "events.*.times": {"type": "list", "items": "instant"},
    "interests.*": {"type": "number"},
    "interests.special": {"type": "string"},
    "anything": {},
}
AUDIENCES: Final[dict[str, dict[str, object]]] = {
    "many": {"when": {">=": [{"var": "count"}, 2]}},
    "odd": {"when": {"or": [{"!": {"audience": "many"}}, {"!=": [{"var": "text"}, "a"]}]}},
    "deep": {"when": {"if": [{"audience": "odd"}, {"var": "flag"}, {"<": [{"var": "number"}, 1]}]}},
    "loop": {"when": {"audience": "pool"}},
    "pool": {"when": {"and": [{"var": "flag"}, {"audience": "loop"}]}},
    "broken": {"when": {"fliter": 1}},
}
LISTS: Final[dict[str, list[str]]] = {
    "few": ["a", "ab", "𝒳"],
    "none": [],
    "offices": ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7", "198.51.100.0/255.255.255.0", "203.0.113.0/0.0.0.127"],
    "bad": ["10.0.0.0/33"],
}
DOCUMENT: Final = Words(FACTS, AUDIENCES, LISTS)

TEXTS: Final = [
    "", "a", "ab", "AB", "b", "/a/b", "/a/", "a/b/c", "日本", "İ", "ΑΣ", "ας", "ß", "ſ", "K", "k",
    "𝒳", "\uffff", "\U00010000x", "é", "e\u0301", "10", "9", "2026-11-21", "1.2.3", "a\nb", "constructor", "toString",
]  # fmt: skip
NUMBERS: Final = [
    0, -0.0, 1, -1, 2, 2.5, 3, 7, 0.1, 0.2, 0.3, 1e-7, 1e21, 1e300, -1e300, 2**53, 2**53 - 1, -(2**53), 86400, 1e308,
]  # fmt: skip
INSTANTS: Final = [0, 1e9, 1795219200, 1795219200.5, 1795132800.001, -1e9, 1e300]
INSTANT_TEXTS: Final = [
    "2026-11-21T09:00+09:00", "2026-11-21T00:00:00Z", "2026-11-21T00:00:00.5Z", "2000-02-29T23:59:59.999-03:30",
    "0001-01-01T00:00+10:00", "1969-12-31T23:59:59Z",
]  # fmt: skip
DATES: Final = ["2026-11-21", "2024-02-29", "0001-01-01", "9999-12-31", "2026-11-22"]
BAD_DATES: Final = ["2026-02-30", "none", "", "0000-01-01", "2026-11-1", "2023-02-29"]
VERSIONS: Final = [
    "1", "1.2.3", "1.2", "v1.2.3", "1.2.3.0", "1.2.3.4", "1.2.3-rc.1", "1.2.3-rc.11", "1.2.3-rc.2", "1.2.3-rc", "1.2.3-a.b",
    "2.0.0-01", "2.0.0-1", "2.0.0-99999999999999999999", "2.0.0-99999999999999999998", "1.2.3+build", "999999999999999.0.1",
]  # fmt: skip
BAD_VERSIONS: Final = ["", "?", "1.", "1.2.3-", "1234567890123456", "1.2.3\n", "1.2.3-é"]
ADDRESSES: Final = [
    "10.1.2.3", "2001:db8::1", "192.0.2.7", "192.0.2.8", "::ffff:10.0.0.1", "::ffff:a00:1", "198.51.100.9", "203.0.113.200",
    "203.0.113.5", "fe80::1%eth0", " 10.0.0.1 ", "1:2:3:4:5:6:7::", "::", "1::8",
]  # fmt: skip
BAD_ADDRESSES: Final = [
    "?",
    "",
    "10.0.0",
    "10.0.0.01",
    "1:2:3:4:5:6:7:8:9",
    ":::",
    "1::2::3",
    "10.0.0.256",
    "::g",
    "1:2",
]
NETWORKS: Final = [
    "10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "::/0", "2001:db8::/33", "::ffff:10.0.0.0/104", "192.0.2.0/255.255.255.248",
    "198.51.100.0/0.0.0.255", "10.0.0.0/08", " 10.0.0.0/8",
]  # fmt: skip
BAD_NETWORKS: Final = ["10.0.0.0/33", "10.0.0.0/", "x", "", "::/129", "10.0.0.0/255.0.255.0", "few", "10.0.0.0/8/8"]
GLOBS: Final = [
    "*",
    "**",
    "/a/*",
    "/*/b",
    "?",
    "a*",
    "*a*b*c",
    "/**/b",
    "a.b",
    "[a]",
    "***",
    "𝒳",
    "??",
    "*/*",
    "",
    "**b**",
]
PATTERNS: Final = ["^a", "b$", "a.b", "[a-c]+", "^/a/(b|c)?$", "日", "^.$", "\\d", "\\w{2}", "x*"]
SPANS: Final = ["30d", "1.5h", "90s", "2w", "visit", "000001m"]
CLOCKS: Final = ["00:00", "22:00", "06:00", "24:00", "12:30", "23:59"]
THINGS: Final[list[object]] = [
    [], [1, 2, 3], ["a", "b", None], [True, False], [{"n": 1, "t": "a"}, {"n": 2}, {"t": None}], [[1], [2, 3]], [None],
    [{"length": 3, "__proto__": 1, "constructor": 2}], ["1"], [0], [[]], [{"n": {"m": [5, 6]}}],
]  # fmt: skip
JUNK: Final[list[object]] = [
    None, True, False, 0, 1, -1, 2.5, "", "a", "1", "true", [], [1], ["a"], [None], {}, {"n": 1}, [[]], "2026-11-21", 1e21,
]  # fmt: skip

POOLS: Final[dict[str, list[object]]] = {
    "string": [*TEXTS],
    "number": [*NUMBERS],
    "integer": [-1, 0, 1, 2, 3, 5, 7, 12, 23, 24, 30, 59, 60],
    "boolean": [True, False],
    "instant": [*INSTANTS],
    "date": [*DATES, *BAD_DATES],
    "version": [*VERSIONS, *BAD_VERSIONS],
    "ip": [*ADDRESSES, *BAD_ADDRESSES],
}


def known(draw: Draw, name: str, declaration: Mapping[str, object]) -> object:
    """Draw a value of a fact's type."""
    if name == "things":
        return draw.choice(THINGS)
    kind = declaration.get("type")
    if kind == "list":
        pool = POOLS[str(declaration["items"])]
        return [draw.choice(JUNK if draw.random() < 0.15 else pool) for _ in range(draw.randrange(4))]
    return draw.choice(POOLS[kind] if isinstance(kind, str) else JUNK)


NAMES: Final = [
    *(name for name in FACTS if "*" not in name), "events.pay.times", "interests.shoes", "interests.shoes.red",
]  # fmt: skip


def declared(name: str) -> Mapping[str, object]:
    """Give the declaration that covers one of `NAMES`."""
    wild = "events.*.times" if name.startswith("events.") else "interests.*"
    return FACTS.get(name, FACTS[wild])


def context(draw: Draw) -> Context:
    """Draw a visitor: each fact missing, known, withheld or of a wrong type."""
    found = Context()
    for name in NAMES:
        kind = draw.choices(("gone", "known", "withheld", "wrong", "null"), (20, 60, 10, 8, 2))[0]
        if kind == "known":
            found[name] = known(draw, name, declared(name))
        elif kind != "gone":
            found[name] = WITHHELD if kind == "withheld" else None if kind == "null" else draw.choice(JUNK)
    return found


@dataclass
class Writer:
    """Draws rules. `inside` says that a list's item is asked; `edge` adds what only the edge build has."""

    draw: Draw
    edge: bool
    inside: bool = False

    def rule(self, depth: int) -> Rule:
        """Draw a condition that nests at most so deep."""
        if depth <= 0 or self.draw.random() < 0.3:
            return self.leaf()
        kind = self.draw.choices(("and", "or", "!", "!!", "if", "?:", "list"), (5, 5, 4, 1, 3, 1, 3))[0]
        if kind in ("and", "or"):
            return {kind: [self.rule(depth - 1) for _ in range(self.draw.randrange(1, 5))]}
        if kind in ("!", "!!"):
            inner = self.rule(depth - 1)
            return {kind: [inner] if isinstance(inner, bool) or self.draw.random() < 0.5 else inner}
        if kind == "list" and self.edge:
            return self.quantified(depth)
        count = 3 if kind == "?:" else self.draw.randrange(2, 7)
        return {"?:" if kind == "?:" else "if": [self.rule(depth - 2) for _ in range(count)]}

    def quantified(self, depth: int) -> Rule:
        """Draw a condition on a list's items."""
        items = self.items(depth)
        outer, self.inside = self.inside, True
        holds = self.rule(depth - 2)
        self.inside = outer
        return {self.draw.choice(("some", "all", "none")): [items, holds]}

    def items(self, depth: int) -> Rule:
        names = ["", "n.m", "n"] if self.inside else ["list", "names", "flags", "things", "anything"]
        found: Rule = {"var": self.draw.choice(names)}
        if depth > 1 and self.draw.random() < 0.3:
            outer, self.inside = self.inside, True
            found = {"filter": [found, self.rule(depth - 2)]}
            self.inside = outer
        return found

    def var(self, *names: str) -> Rule:
        """Draw a fact, or a part of an item."""
        name = self.draw.choice(names)
        if self.inside:
            name = self.draw.choice(("", "", "n", "t", "0", "n.m", "n.m.1", "length", "__proto__", "constructor"))
        return {"var": name} if self.draw.random() < 0.7 else {"var": [name]}

    def defaulted(self, pool: list[object], *names: str) -> Rule:
        """Draw a fact, sometimes with what to take where it is missing."""
        if self.inside or self.draw.random() < 0.8:
            return self.var(*names)
        return {"var": [self.draw.choice(names), self.draw.choice(pool)]}

    def choose(self, make: Callable[[], Rule]) -> Rule:
        """Draw an operand, sometimes one of two by a condition."""
        if self.draw.random() < 0.08:
            return {"if": [self.leaf(), make(), *([make()] if self.draw.random() < 0.7 else [])]}
        return make()

    def number(self, depth: int = 2) -> Rule:
        if depth <= 0 or self.draw.random() < 0.55:
            if self.draw.random() < 0.4:
                return self.draw.choice(NUMBERS)
            return self.defaulted([*NUMBERS], "number", "count", "interests.shoes", "interests.shoes.red", "anything")
        op = self.draw.choice(("+", "-", "*", "/", "%", "min", "max"))
        most = 2 if op in "-/%" else 4
        least = 2 if op in "/%" else 1
        return {op: [self.choose(lambda: self.number(depth - 1)) for _ in range(self.draw.randint(least, most))]}

    def text(self) -> Rule:
        if self.draw.random() < 0.15:
            return self.draw.choice(TEXTS)
        return self.choose(lambda: self.defaulted([*TEXTS], "text", "other", "anything"))

    def leaf(self) -> Rule:
        """Draw a condition without conditions in it."""
        kinds = [self.same, self.order, self.membership, self.textual, self.truth]
        if self.edge:
            kinds += [self.clock, self.moments, self.special]
        return self.draw.choice(kinds)()

    def same(self) -> Rule:
        op = self.draw.choice(("==", "!=", "===", "!=="))
        pairs: list[Callable[[], list[object]]] = [
            lambda: [self.text(), self.draw.choice([*TEXTS, None])],
            lambda: [self.number(), self.draw.choice([*NUMBERS, None])],
            lambda: [self.var("flag"), self.draw.choice([True, False, None])],
            lambda: [self.var("anything"), self.draw.choice(["a", 1, True, None, 0])],
            lambda: [self.text(), self.text()],
            lambda: [self.number(), self.number()],
            lambda: [self.var("anything"), self.var("anything")],
        ]
        pair = self.draw.choice(pairs)()
        return {op: pair[::-1] if self.draw.random() < 0.2 else pair}

    def order(self) -> Rule:
        make = self.text if self.draw.random() < 0.3 else self.number
        three = self.draw.random() < 0.2
        op = self.draw.choice(("<", "<=") if three else ("<", "<=", ">", ">="))
        return {op: [make() for _ in range(3 if three else 2)]}

    def membership(self) -> Rule:
        draw = self.draw
        choices: list[Callable[[], Rule]] = [
            lambda: {"in": [self.text(), draw.sample(TEXTS, draw.randrange(4))]},
            lambda: {"in": [self.number(), draw.sample(NUMBERS, draw.randrange(4))]},
            lambda: {"in": [self.draw.choice(TEXTS), self.var("text", "names", "anything")]},
            lambda: {"in": [self.var("anything"), self.var("anything", "things")]},
            lambda: {"contains": [self.var("names", "text", "anything"), self.text()]},
            lambda: {"icontains": [self.var("names", "text", "anything"), draw.choice(TEXTS)]},
            lambda: {"contains": [self.var("list"), draw.choice(NUMBERS)]},
        ]
        return draw.choice(choices)()

    def textual(self) -> Rule:
        op = self.draw.choice(
            ("starts_with", "istarts_with", "ends_with", "iends_with", "matches_glob", "matches_glob")
        )
        return {op: [self.text(), self.draw.choice(GLOBS) if op == "matches_glob" else self.text()]}

    def truth(self) -> Rule:
        if self.draw.random() < 0.2:
            return self.draw.random() < 0.5
        if self.draw.random() < 0.3:
            return {"+": [self.number()]}
        return self.var("flag", "text", "number", "anything", "list", "things", "gone" if not self.edge else "flag")

    def clock(self) -> Rule:
        draw = self.draw
        whose = draw.choice([[], ["site"], ["visitor"]])
        if draw.random() < 0.5:
            return {"time_between": [draw.choice(CLOCKS), draw.choice(CLOCKS), *whose]}
        days: list[object] = [draw.choice([1, 2, 6, 7, "mon", "sun", ["sat", 3]]) for _ in range(draw.randrange(1, 4))]
        return {"weekday": [*days, *whose]}

    def moments(self) -> Rule:
        draw = self.draw
        op = draw.choice(("before", "after", "between", "days_since", "days_since", "count_events"))
        if op == "count_events":
            least = [draw.randrange(1, 4)] if draw.random() < 0.5 else []
            return {op: ["pay", draw.choice(SPANS), *least]}
        dated = draw.random() < 0.5

        def moment() -> Rule:
            if draw.random() < 0.4:
                return draw.choice(DATES if dated else INSTANT_TEXTS)
            return self.choose(lambda: self.var(*(("date", "time.date") if dated else ("instant", "time.now"))))

        if op == "days_since":
            sign = [draw.choice(("==", "!=", "<", "<=", ">", ">="))] if draw.random() < 0.7 else []
            return {op: [moment(), *sign, self.number(1)]}
        return {op: [moment() for _ in range(3 if op == "between" else 2)]}

    def special(self) -> Rule:
        draw = self.draw
        choices: list[Callable[[], Rule]] = [
            lambda: {"sem_ver": [
                draw.choice(VERSIONS) if draw.random() < 0.2 else self.var("version", "anything"),
                draw.choice(("=", "!=", "<", "<=", ">", ">=", "~", "^")),
                draw.choice(VERSIONS),
            ]},
            lambda: {"in_cidr": [
                self.var("request.ip"),
                draw.choice(["offices", draw.choice(NETWORKS), draw.sample(NETWORKS, 3), []]),
            ]},
            lambda: {"in_list": [self.text(), draw.choice(("few", "none"))]},
            lambda: {"regex": [self.text(), draw.choice(PATTERNS)]},
        ]  # fmt: skip
        if not self.inside:
            choices += [lambda: {"audience": draw.choice(("many", "odd", "deep"))}] * 2
        return draw.choice(choices)()


BREAKERS: Final[list[Callable[[Draw, Rule], Rule]]] = [
    lambda draw, rule: {"fliter": [rule]},
    lambda draw, rule: {"constructor": [rule]},
    lambda draw, rule: {"__proto__": [rule]},
    lambda draw, rule: {"map": [{"var": "list"}, rule]},
    lambda draw, rule: {"and": [rule], "or": [rule]},
    lambda draw, rule: {},
    lambda draw, rule: [rule],
    lambda draw, rule: {"in": [{"var": "text"}, [{"var": "text"}]]},
    lambda draw, rule: {"==": [rule]},
    lambda draw, rule: {"==": [{"var": "text"}, "a", "b"]},
    lambda draw, rule: {">": [1, {"var": "count"}, 3]},
    lambda draw, rule: {"==": [{"<": [1, 2]}, True]},
    lambda draw, rule: {"!": []},
    lambda draw, rule: draw.choice(["text", 1, None, [], 0.5]),
    lambda draw, rule: {"==": [{"var": draw.choice(["", "a..b", ".", "@text", "gone", "tex"])}, 1]},
    lambda draw, rule: {"==": [{"var": draw.choice([{"var": "text"}, 1, None, ["x"]])}, 1]},
    lambda draw, rule: {"sem_ver": [{"var": "version"}, draw.choice(["==", "<>", 1, None]), "1"]},
    lambda draw, rule: {"sem_ver": [{"var": "version"}, "=", draw.choice(BAD_VERSIONS)]},
    lambda draw, rule: {"in_cidr": [{"var": "request.ip"}, draw.choice([*BAD_NETWORKS, "bad", ["10.0.0.0/8", "?"], None, 1])]},
    lambda draw, rule: {"in_list": [{"var": "text"}, draw.choice(["fwe", "__proto__", "length", 1, None, {"var": "text"}])]},
    lambda draw, rule: {"audience": draw.choice(["loop", "broken", "mnay", "toString", 1, None])},
    lambda draw, rule: {"some": [{"var": "names"}, {"audience": "many"}]},
    lambda draw, rule: {"before": [{"var": "instant"}, draw.choice([
        "2026-11-21T09:00", "2026-02-30T09:00Z", "2026-11-21T24:00Z", "2026-11-21 09:00Z", "2026-11-21T09:00+24:00", "?", None,
        "2026-W47-6T09:00Z", "20261121T0900Z", "2026-11-21T09Z", "2026-11-21T09:00:00.1234Z", 1,
    ])]},
    lambda draw, rule: {"days_since": [{"var": "instant"}, draw.choice(["~", "=", None, ["<"]]), 1]},
    lambda draw, rule: {"days_since": [draw.choice(["now", "2026-13-01", None]), 1]},
    lambda draw, rule: {"time_between": [draw.choice(["9:00", "24:01", "12:60", 9, None, {"var": "text"}]), "10:00"]},
    lambda draw, rule: {"time_between": ["09:00", "10:00", draw.choice(["mine", 1, None])]},
    lambda draw, rule: {"weekday": draw.choice(["someday", [0], [8], [[1, 9]], [None], [True], ["site"], [{"var": "text"}]])},
    lambda draw, rule: {"count_events": [draw.choice(["Pay", "", "a b", 1, None]), "30d"]},
    lambda draw, rule: {"count_events": ["pay", draw.choice(["30", "d", "0d", "-1d", "1y", 30, "visits"])]},
    lambda draw, rule: {"count_events": ["pay", "1d", draw.choice([0, -1, 51, 1.5, "1", True, None])]},
    lambda draw, rule: {"regex": [{"var": "text"}, draw.choice(["(", "(?=a)", "\\1", "(a|b)+", "(?i)a", "\\pL", "\\s", "[[:alpha:]]", 1])]},
    lambda draw, rule: _nested(draw.choice([99, 100, 101, 102, 300]), rule),
    lambda draw, rule: _choices(draw.choice([4, 5, 6])),
    lambda draw, rule: {"if": [value for _ in range(draw.choice([49, 98, 99, 100, 101, 200])) for value in ({"var": "flag"}, True)]},
    lambda draw, rule: {"in": [{"var": "text"}, ["x"] * 20_001]},
    lambda draw, rule: {"==": [{"var": "text"}, "𝒳" * draw.choice([9_999, 10_000, 10_001])]},
    lambda draw, rule: {"==": [{"var": "text"}, "\ud800"]},
    lambda draw, rule: {"<": [{"var": "number"}, draw.choice([None, True, [1]])]},
]  # fmt: skip


def _nested(depth: int, rule: Rule) -> Rule:
    for _ in range(depth):
        rule = {"!": rule}
    return rule


def _choices(depth: int) -> Rule:
    rule: Rule = {"var": "flag"}
    for _ in range(depth):
        rule = {"if": [rule, {"var": "flag"}, {"==": [{"var": "text"}, "a"]}]}
    return rule


def rules(seed: int, count: int, *, edge: bool) -> Iterator[Rule]:
    """Draw rules, of which one in ten is broken on purpose."""
    draw = Draw(seed)
    for _ in range(count):
        rule = Writer(draw, edge).rule(draw.randrange(5))
        if edge and draw.random() < 0.1:
            rule = draw.choice(BREAKERS)(draw, rule)
            if draw.random() < 0.5:
                rule = {draw.choice(("and", "or")): [{"var": "flag"}, rule]}
        yield rule


# -- where targeting and official JSON-Logic mean the same: nothing is missing, withheld or of a wrong type, arithmetic
# has a result, and text is looked for in a text that isn't empty

PLAIN_FACTS: Final[dict[str, dict[str, object]]] = {
    name: FACTS[name] for name in ("text", "other", "number", "count", "flag", "list", "names")
}
PLAIN_TEXTS: Final = [text for text in TEXTS if text]
PLAIN_NUMBERS: Final = [0, 1, -1, 2, 2.5, 3, 7, 0.1, 0.2, 1e-7, 1e21, 2**53, 86400]


def plain_context(draw: Draw) -> Context:
    """Draw a visitor of whom everything is known."""
    numbers, texts = PLAIN_NUMBERS, PLAIN_TEXTS
    return Context(
        text=draw.choice(texts),
        other=draw.choice(texts),
        number=draw.choice(numbers),
        count=draw.choice(numbers),
        flag=draw.random() < 0.5,
        list=draw.sample(numbers, draw.randrange(4)),
        names=draw.sample(texts, draw.randrange(4)),
    )


def plain_rules(seed: int, count: int) -> Iterator[Rule]:
    """Draw rules that both dialects read alike."""
    draw = Draw(seed)
    for _ in range(count):
        yield _plain(draw, draw.randrange(5))


def _plain(draw: Draw, depth: int) -> Rule:
    if depth <= 0 or draw.random() < 0.25:
        return _plain_leaf(draw)
    op = draw.choice(("and", "or", "!", "!!", "if", "?:"))
    count = {"!": 1, "!!": 1, "?:": 3, "if": draw.choice((3, 5))}.get(op, draw.randrange(1, 4))
    return {op: [_plain(draw, depth - 1) for _ in range(count)]}


def _plain_leaf(draw: Draw) -> Rule:
    number, text, item = _plain_number(draw, 2), _plain_text(draw), {"var": ""}
    bound, word = draw.choice(PLAIN_NUMBERS), draw.choice(PLAIN_TEXTS)
    quantifier = draw.choice(("some", "all", "none"))
    few: Rule = {"filter": [{"var": "list"}, {"<": [item, bound]}]}
    return draw.choice(
        [
            {
                draw.choice(("==", "!=", "===", "!==")): draw.choice(
                    [[number, bound], [text, word], [text, {"var": "other"}]]
                )
            },
            {draw.choice(("<", "<=", ">", ">=")): draw.choice([[number, _plain_number(draw, 1)], [text, word]])},
            {draw.choice(("<", "<=")): [bound, number, _plain_number(draw, 1)]},
            {"in": draw.choice([[text, draw.sample(PLAIN_TEXTS, 3)], [number, draw.sample(PLAIN_NUMBERS, 3)]])},
            {"in": draw.choice([[word, {"var": "names"}], [word, text], [number, {"var": "list"}]])},
            {quantifier: [{"var": "list"}, {draw.choice(("<", "==", ">=")): [item, bound]}]},
            {quantifier: [{"var": "names"}, {"in": [item, draw.sample(PLAIN_TEXTS, 3)]}]},
            {quantifier: [few, {">": [item, draw.choice(PLAIN_NUMBERS)]}]},
            {"!!": draw.choice([[{"var": "list"}], [few], [{"+": [number]}], [text]])},
            {"var": draw.choice(("flag", "text", "number", "list"))},
        ]
    )


def _plain_number(draw: Draw, depth: int) -> Rule:
    if depth <= 0 or draw.random() < 0.6:
        return draw.choice([{"var": "number"}, {"var": "count"}, {"var": ["count", 1]}, draw.choice(PLAIN_NUMBERS)])
    op = draw.choice(("+", "-", "*", "/", "%", "min", "max"))
    first = _plain_number(draw, depth - 1)
    return {op: [first, draw.choice((1, 2, 3, 0.5)) if op in "/%" else _plain_number(draw, depth - 1)]}


def _plain_text(draw: Draw) -> Rule:
    texts: list[Rule] = [{"var": "text"}, {"if": [{"var": "flag"}, {"var": "text"}, {"var": "other"}]}]
    return draw.choice(texts)
