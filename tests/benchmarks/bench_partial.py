"""What is left of 200 rules while five facts are withheld, against deciding all of them with everything known.

Three visitors: of one, who has not consented, facts of company, visits and purchases are withheld; of another, five
facts are known only to the browser, and each third rule has a trigger on them; of the last, the five facts are withheld
that the most rules read.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence

from shapes import Rule, Shape, every, targeting, test
from timing import cpu_microseconds, table

from mitate_rules import WITHHELD, Context

RULES = 200
MOST_READ = ("geo.country", "page.path", "campaign.name", "device.type", "geo.region")
CONSENT = ("account.employees", "account.industry", "account.stage", "visits.count", "purchases.count")
LIVE = ("live.scroll", "live.seconds", "live.idle", "live.exit_intent", "live.clicked.menu")


def _trigger(chance: random.Random) -> Rule:
    return chance.choice(
        [
            test(">=", "live.scroll", chance.randint(1, 9) / 10),
            test(">", "live.seconds", chance.randint(5, 60)),
            {"or": [test(">", "live.idle", 20), {"var": "live.exit_intent"}]},
            {"!": {"var": "live.clicked.menu"}},
        ]
    )


def triggered(shape: Shape) -> Shape:
    """Give each third rule a condition that only the browser can answer."""
    chance = random.Random(3)
    rules = {
        name: every(rule, _trigger(chance)) if place % 3 == 0 else rule
        for place, (name, rule) in enumerate(shape.rules.items())
    }
    facts = dict(shape.facts)
    facts.update({name: {"type": "number" if name in LIVE[:3] else "boolean"} for name in LIVE})
    return Shape(shape.name, rules, shape.visitors, shape.audiences, shape.lists, facts)


def measured(shape: Shape, withheld: Sequence[str], *, rounds: int, calls: int) -> tuple[dict[str, float], float]:
    """Give the cost of one full decision, and of the outcomes with what is left of each; and how many are left."""
    rules = shape.ruleset()
    known = [Context({**context, **dict.fromkeys(LIVE[:3], 30)}) for context in shape.contexts]
    unsure = [Context({**context, **dict.fromkeys(withheld, WITHHELD)}) for context in known]
    programs = [rules.program(name) for name in rules]

    def decided(number: int) -> object:
        return rules.match(known[number % len(known)])

    def undecided(number: int) -> object:
        return [answer for _, answer in rules.outcomes(unsure[number % len(unsure)])]

    def left(number: int) -> object:
        answers = rules.outcomes(unsure[number % len(unsure)])
        return [answer if answer is True else answer.rule for _, answer in answers]

    def one_by_one(number: int) -> object:
        context = known[number % len(known)]
        return [program(context) for program in programs]

    def partials(number: int) -> object:
        context = unsure[number % len(unsure)]
        return [program.partial(context) for program in programs]

    taken = cpu_microseconds(
        {
            "one full decision: the rules that match": decided,
            "undecided ones found, too": undecided,
            "… and what is left of each": left,
            "200 programs, one by one": one_by_one,
            "200 programs, what is left": partials,
        },
        rounds=rounds,
        calls=calls,
    )
    many = [len([one for _, one in rules.outcomes(context) if one is not True]) for context in unsure]
    return taken, sum(many) / len(many)


def main(argv: list[str] | None = None) -> None:
    """Run and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    tiny = parser.parse_args(argv).tiny
    rounds, calls = (3, 20) if tiny else (31, 200)
    plain = targeting(RULES)
    lots = (("no consent", plain, CONSENT), ("live facts", triggered(plain), LIVE), ("the most read", plain, MOST_READ))
    for title, shape, withheld in lots:
        taken, left = measured(shape, withheld, rounds=rounds, calls=calls)
        name = f"{RULES} rules, 5 facts withheld ({title}): {left:.1f} rules undecided"
        print(table(name, taken, "one full decision: the rules that match", goal="at most 5x one full decision"))


if __name__ == "__main__":
    main()
