"""Splits that are chosen instead of drawn: for previews, tests and the demo's comparison-group switch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .model import Experience, Experiment

Group = Literal["holdout", "treatment"]


class Chosen:
    """Put the visitor where the caller says: every experiment's comparison group, or its first arm that shows something."""

    def __init__(self, group: Group) -> None:
        self.group = group

    def held_out_everywhere(self, share: float, key: str) -> bool:
        return False

    def in_layer(self, layer: str, size: int, place: int, key: str) -> bool:
        return True

    def held_out(self, experiment: Experiment, key: str) -> bool:
        return self.group == "holdout"

    def arm(self, experience: Experience, key: str, weights: Sequence[float]) -> int | None:
        for place, variant in enumerate(experience.variants):
            if variant.content and weights[place] > 0:
                return place
        return 0
