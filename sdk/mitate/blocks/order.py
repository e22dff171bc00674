"""Order: the page's own items, ranked or highlighted by what a visitor likes.

The page gets the weights of the values this visitor likes, and no other facts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

LANGUAGE: Final = "page.language"
"""The fact that chooses a label's language."""
MOST: Final = 50
"""So many values at most are told to a page."""
PREFERRED: Final = "mitate-preferred"
"""The class of a highlighted item, where the document names none."""

Do = Literal["rank", "highlight"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a slot's items are ordered or marked. `scores` are the facts that weigh their values, name -> value."""

    items: str
    key: str
    do: Do
    scores: Mapping[str, str]
    prefix: str | None = None
    """Facts of which only the beginning is declared (`affinity.color.`): what follows is the value."""
    at_least: float = 0.0
    fixed: int = 0
    unexpected: float = 0.0
    marked: str | None = None
    """The class of items that are liked."""
    label: str | Mapping[str, str] | None = None

    @property
    def facts_read(self) -> frozenset[str]:
        """Name every fact the weights and the label's language come from; one may end in ``*``."""
        spoken = {LANGUAGE} if isinstance(self.label, Mapping) else set[str]()
        return self.weighed_by | spoken

    @property
    def weighed_by(self) -> frozenset[str]:
        """Name the facts the weights come from."""
        return frozenset(self.scores) | (set[str]() if self.prefix is None else {f"{self.prefix}*"})

    def fill(self, context: Mapping[str, object]) -> dict[str, object]:
        """Return what the page needs for this visitor: the selector, the key, and the weights of liked values."""
        said: dict[str, object] = {"items": self.items, "key": self.key, "do": self.do}
        if self.do == "rank":
            said |= {"fixed": self.fixed, "unexpected": self.unexpected}
        if (label := self._label(context)) is not None:
            said["label"] = label
        if self.marked is not None:
            said["class"] = self.marked
        return said | {"weights": self._weights(context)}

    def _weights(self, context: Mapping[str, object]) -> dict[str, float]:
        """Give the liked values, strongest first. What is only highlighted needs no score."""
        liked: dict[str, float] = {}
        for value, score in self._scores(context):
            if score > 0 and score >= self.at_least:
                liked[value] = max(score, liked.get(value, 0))
        best = sorted(liked.items(), key=lambda one: (-one[1], one[0]))[:MOST]
        return {value: _shortened(score) if self.do == "rank" else 1 for value, score in best}

    def _scores(self, context: Mapping[str, object]) -> Iterator[tuple[str, float]]:
        names = dict(self.scores)
        if self.prefix is not None:
            names |= {name: name[len(self.prefix) :] for name in context if name.startswith(self.prefix)}
        for name, value in sorted(names.items()):
            score = context.get(name)
            if isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score):
                yield value.lower(), score

    def _label(self, context: Mapping[str, object]) -> str | None:
        if self.label is None or isinstance(self.label, str):
            return self.label
        known = context.get(LANGUAGE)
        language = known if isinstance(known, str) else "en"
        spoken = (language, language.partition("-")[0].lower(), "en", *self.label)
        return next((self.label[one] for one in spoken if one in self.label), None)


def _shortened(score: float) -> float:
    """Give three digits: enough to rank by, and nothing to recognize a visitor by."""
    short = float(f"{score:.3g}")
    if not math.isfinite(short):  # the largest numbers there are can't be rounded up
        return score
    return int(short) if short.is_integer() and short < 2**53 else short
