"""What an explanation costs against the decision it explains: the answer, then its steps, then its words."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from timing import cpu_microseconds, table

from mitate_rules import Context, Program, compile_rule

FACTS: Mapping[str, Mapping[str, object]] = {
    "geo.country": {"type": "string", "label": {"en": "country", "ja": "国"}},
    "visits.count": {"type": "integer", "unit": "times", "label": {"en": "visits", "ja": "訪問回数"}},
    "visits.days_since_last": {"type": "integer", "unit": "days"},
    "device.type": {"type": "string"},
    "page.path": {"type": "string"},
    "cart.value": {"type": "number", "unit": "yen"},
    "cart.items": {"type": "integer"},
    "interests.nurse-shoes": {"type": "number", "unit": "score"},
    "campaign.source": {"type": "string"},
    "account.industry": {"type": "string"},
    "account.employees": {"type": "integer"},
    "time.hour": {"type": "integer"},
    "time.minute": {"type": "integer"},
    "purchases.categories": {"type": "list", "items": "string"},
}


def var(name: str) -> dict[str, str]:
    """Name a fact."""
    return {"var": name}


FIVE: dict[str, object] = {
    "and": [
        {"==": [var("geo.country"), "JP"]},
        {">=": [var("visits.count"), 2]},
        {"in": [var("device.type"), ["phone", "tablet"]]},
        {"starts_with": [var("page.path"), "/nurse/"]},
        {"<": [var("cart.value"), 10_000]},
    ]
}
AUDIENCES: Mapping[str, Mapping[str, object]] = {
    "nurses": {
        "when": {
            "or": [
                {">=": [var("interests.nurse-shoes"), 0.4]},
                {"some": [var("purchases.categories"), {"starts_with": [{"var": ""}, "shoes-nurse"]}]},
            ]
        }
    },
    "regulars": {
        "when": {"and": [{">=": [var("visits.count"), 3]}, {"<": [var("visits.days_since_last"), 30]}]},
    },
    "clinics": {
        "when": {"and": [{"==": [var("account.industry"), "health"]}, {">=": [var("account.employees"), 50]}]},
    },
}
AUDIENCE: dict[str, object] = {
    "and": [
        {"or": [{"audience": "nurses"}, {"audience": "clinics"}]},
        {"audience": "regulars"},
        {"!=": [var("geo.country"), "US"]},
        {"!": {"in": [var("campaign.source"), ["print", "partner"]]}},
        {"time_between": ["18:00", "02:00"]},
        {"if": [{">": [var("cart.items"), 0]}, {">=": [var("cart.value"), 5_000]}, True]},
    ]
}
VISITOR = Context(
    {
        "geo.country": "JP",
        "visits.count": 3,
        "visits.days_since_last": 6,
        "device.type": "phone",
        "page.path": "/nurse/white",
        "cart.value": 8_000,
        "cart.items": 2,
        "interests.nurse-shoes": 0.12,
        "purchases.categories": ["care", "shoes-nurse-white"],
        "time.hour": 21,
        "time.minute": 10,
    }
)


def measured(program: Program, *, rounds: int, calls: int) -> dict[str, float]:
    """Give the cost of deciding, of the explanation, and of what the readers see of it."""
    assert program(VISITOR) is True
    return cpu_microseconds(
        {
            "evaluate": lambda number: program(VISITOR),
            "explain: every step and value": lambda number: program.explain(VISITOR),
            "… and the marketer's sentence": lambda number: program.explain(VISITOR).sentence("ja"),
            "… or the developer's tree": lambda number: program.explain(VISITOR).tree(),
        },
        rounds=rounds,
        calls=calls,
    )


def main(argv: list[str] | None = None) -> None:
    """Run and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    tiny = parser.parse_args(argv).tiny
    rounds, calls = (3, 20) if tiny else (31, 500)
    for title, rule in (("A rule of 5 conditions", FIVE), ("A rule over 3 audiences, 12 conditions", AUDIENCE)):
        program = compile_rule(rule, FACTS, audiences=AUDIENCES)
        taken = measured(program, rounds=rounds, calls=calls)
        print(table(title, taken, "evaluate", goal="explain at most 25x evaluate"))


if __name__ == "__main__":
    main()
