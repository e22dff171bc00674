"""Splits as a case fixes them: the place in each experiment is said, not drawn."""

from __future__ import annotations

from collections.abc import Sequence

from mitate.experiments.assignment import choose_arm
from mitate.model import Experience, Experiment, Site

from .case import Bucket, Place
from .form import HOLDOUT, OUTSIDE, SITE_HOLDOUT

_LAST: float = 0.9999
"""The last of 10,000 places: 1 means the end of the line."""


class Placed:
    """Put the visitor where the case says; where it says nothing, into the first arm that shows something."""

    def __init__(self, site: Site, bucket: Bucket) -> None:
        self.layers = site.layers
        self.bucket = bucket
        self.names = {one.experiment.seed: one.id for one in site.experiences.values()}

    def held_out_everywhere(self, share: float, key: str) -> bool:
        return self.bucket.everywhere == SITE_HOLDOUT

    def in_layer(self, layer: str, size: int, place: int, key: str) -> bool:
        return self._place(self.layers[layer][place]) != OUTSIDE

    def held_out(self, experiment: Experiment, key: str) -> bool:
        return experiment.holdout > 0 and self._place(self.names.get(experiment.seed, "")) == HOLDOUT

    def arm(self, experience: Experience, key: str, weights: Sequence[float]) -> int | None:
        place = self._place(experience.id)
        if isinstance(place, float):
            return choose_arm(min(place, _LAST), weights)
        for index, variant in enumerate(experience.variants):
            if variant.id == place:
                return index
        shows = (index for index, one in enumerate(experience.variants) if one.content and weights[index] > 0)
        return next(shows, 0)

    def _place(self, experience: str) -> Place:
        return self.bucket.by_experience.get(experience, self.bucket.everywhere)
