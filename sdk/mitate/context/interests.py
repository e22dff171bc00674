"""Interests: what a visitor keeps looking at, fading with time.

Each signal adds its weight to a topic's sum `s`; every half-life the sum halves. The score rules
read is s / (s + 2): one fresh signal gives 0.33, two 0.5, three 0.6; people see it as 0–100.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from mitate.model import Interest
from mitate.profiles import Add
from mitate.visitor import Visitor

from .fill import Fill
from .visits import DAY, pair

HALF_SCORE: Final = 2.0
"""The sum that scores 0.5."""


def score(total: float) -> float:
    """Give the score (0–1) of a sum of weights; never below 0."""
    return total / (total + HALF_SCORE) if total > 0 else 0.0


def sum_of(score_: float) -> float:
    """Give the sum of weights that has a score (0–1, 1 excluded)."""
    return HALF_SCORE * score_ / (1.0 - score_)


def faded(total: float, at: float, now: float, half_life: float) -> float:
    """Give what is left at `now` of a sum as it was at `at` (seconds); a clock set back takes nothing."""
    return total * math.exp2(-max(0.0, now - at) / half_life)


def interest(remembered: Mapping[str, object], topic: str, half_life: float, now: float) -> float:
    """Give the score (0–1) of a topic, 0 for one never looked at."""
    return _remembered_score(remembered, "interests." + topic, half_life, now)


def _remembered_score(remembered: Mapping[str, object], field: str, half_life: float, now: float) -> float:
    known = pair(remembered, field)
    return 0.0 if known is None else score(faded(*known, now, half_life))


def signals(
    interests: Mapping[str, Interest], context: Mapping[str, object], *, page_view: str, now: float
) -> list[Add]:
    """Give what a page view adds to the interests, each signal once per page-view id.

    Sensitive topics are never inferred, whatever the page.
    """
    return [
        Add("interests." + topic, signal.weight, f"signal:{topic}:{number}:{page_view}", now, declared.half_life)
        for topic, declared in interests.items()
        if not declared.sensitive
        for number, signal in enumerate(declared.signals)
        if signal.when(context) is True
    ]


def describe_interest(topic: str, value: float, threshold: float, half_life: float) -> tuple[int, int | None]:
    """Give what a score means: (views still needed to reach the threshold, whole days until it falls below).

    `topic` names it for the caller's sentence. Views weigh 1; `half_life` is in seconds. The days
    are None where the threshold isn't reached, or never lost (a threshold of 0); a threshold of 1
    is never reached, and its views are counted to just below it.
    """
    del topic
    total, needed = sum_of(min(value, 0.999)), sum_of(min(max(threshold, 0.0), 0.999))
    if value < threshold:
        return max(1, math.ceil(needed - total - 1e-9)), None
    if needed <= 0:
        return 0, None
    return 0, int(half_life * math.log2(max(1.0, total / needed)) // DAY)


def fill_interests(names: frozenset[str], interests: Mapping[str, Interest]) -> Fill:
    """Prepare `interests.<topic>` and `interests.top` (the strongest topic, sensitive ones left out)."""
    asked = {name[len("interests.") :] for name in names} - {"top"}
    wanted = [("interests." + topic, interests[topic].half_life) for topic in sorted(asked & interests.keys())]
    rivals = [(t, i.half_life) for t, i in interests.items() if not i.sensitive] if "interests.top" in names else []

    def fill(_visitor: Visitor, remembered: Mapping[str, object], now: float, facts: dict[str, object]) -> None:
        for name, half_life in wanted:  # a topic's fact and its field have one name
            facts[name] = _remembered_score(remembered, name, half_life, now) if name in remembered else 0.0
        if rivals and remembered:
            strongest, top = 0.0, None
            for topic, half_life in rivals:
                value = interest(remembered, topic, half_life, now)
                if value > strongest:
                    strongest, top = value, topic
            if top is not None:
                facts["interests.top"] = top

    return fill
