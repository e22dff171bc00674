"""A text that is no date counts as missing in an index too."""

from __future__ import annotations

import pytest

from mitate_rules import Context, RuleSet, compile_rule

FACTS: dict[str, dict[str, object]] = {"day": {"type": "date"}, "time.date": {"type": "date"}}
DAY = {"var": "day"}
RULES: dict[str, object] = {
    "after": {"after": [DAY, "2000-01-01"]},
    "not after": {"!": {"after": [DAY, "2000-01-01"]}},
    "less": {"<": [DAY, "2000-01-01"]},
    "between": {"between": [DAY, "0001-01-01", "9999-12-31"]},
    "differs": {"!=": [DAY, "2000-01-01"]},
    "is": {"==": [DAY, "2000-01-01"]},
    "in": {"in": [DAY, ["2000-01-01", "2000-01-02"]]},
    "not in": {"!": {"in": [DAY, ["2000-01-01"]]}},
    "null": {"==": [DAY, None]},
    "truth": DAY,
    "no truth": {"!": DAY},
    "starts": {"starts_with": [DAY, "2"]},
    "ends": {"ends_with": [DAY, "1"]},
    "no end": {"!": {"ends_with": [DAY, "1"]}},
    "glob": {"matches_glob": [DAY, "*"]},
    "since": {"days_since": [DAY, ">=", 0]},
}


@pytest.mark.parametrize("text", ["none", "", "2026-02-30", "2026-11-1", "0000-01-01", "2026-11-21"])
def test_an_index_takes_a_text_that_is_no_date_as_missing(text: str) -> None:
    context = Context({"day": text, "time.date": "2026-11-22"})
    expected = [name for name, rule in RULES.items() if compile_rule(rule, FACTS)(context) is True]
    assert RuleSet(RULES, FACTS).match(context) == expected
