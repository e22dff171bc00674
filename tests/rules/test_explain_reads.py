"""An explanation holds what the evaluation read: all of it, and nothing else."""

from __future__ import annotations

import json

from hypothesis import given, settings

from mitate_rules import WITHHELD, Context, compile_rule

from .test_properties import RULES, compiled, contexts, var

ADDRESSES = ("10.1.2.3", "2001:db8::1", "192.0.2.1")


class Noted(Context):
    """A context that notes what is read of it."""

    __slots__ = ("read",)

    def __init__(self, values: Context) -> None:
        super().__init__(values)
        self.read: dict[str, object] = {}

    def get(self, name: str, default: object = None, /) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        value = self.read[name] = super().get(name, default)
        return value


@given(RULES, contexts())
@settings(max_examples=500)
def test_every_fact_of_an_explanation_was_read_by_the_evaluation_and_none_else(rule: object, context: Context) -> None:
    program = compiled(rule)
    evaluated, explained = Noted(context), Noted(context)
    program(evaluated)
    explanation = program.explain(explained)
    assert explained.read.keys() == evaluated.read.keys()
    assert explanation.facts.keys() == evaluated.read.keys() - {"request.ip"}
    assert all(explanation.facts[name] is value for name, value in evaluated.read.items() if name != "request.ip")


@given(RULES, contexts(wrong=False))
def test_an_address_is_in_no_reading_of_an_explanation(rule: object, context: Context) -> None:
    explanation = compiled(rule).explain(context)
    read = [explanation.tree(lang) + explanation.sentence(lang) for lang in ("en", "ja")]
    said = " ".join([*read, json.dumps(explanation.to_dict()), repr(explanation)])
    assert not any(address in said for address in ADDRESSES)


def test_words_read_nothing_more() -> None:
    rule = {"and": [{"time_between": ["22:00", "06:00"]}, {">=": [var("count"), {"var": ["number", 3]}]}, var("flag")]}
    context = Noted(Context({"time.hour": 23, "time.minute": 5, "count": 2, "flag": WITHHELD}))
    explanation = compiled(rule).explain(context)
    context.read.clear()
    assert explanation.sentence("en")
    assert explanation.tree("ja")
    assert explanation.to_dict()["facts"] == {"time.hour": 23, "time.minute": 5, "count": 2, "number": None}
    assert context.read == {}


def test_what_is_compared_inside_an_item_as_an_address_stays_private() -> None:
    rule = compile_rule({"some": [var("logins"), {"in_cidr": [var("ip"), "203.0.113.0/24"]}]})
    explanation = rule.explain({"logins": [{"ip": "203.0.113.77"}]})
    assert explanation.result is True
    assert "203.0.113.77" not in json.dumps(explanation.to_dict()) + explanation.tree() + repr(explanation)


def test_one_explainer_serves_every_visitor() -> None:
    program = compiled({"or": [{"audience": "first"}, {"audience": "second"}]})
    told = [program.explain(Context({"number": number, "text": "a"})) for number in (1, 2, 1)]
    assert [one.result for one in told] == [True, False, True]
    assert told[0].to_dict() == told[2].to_dict()
    assert told[0].facts == {"number": 1}
