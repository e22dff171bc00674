"""Findings as they are collected: each at its place in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mitate.document.folder import Part
from mitate.document.places import Places
from mitate.model import Experience, Site
from mitate_rules import Diagnostic
from mitate_rules.errors import Severity

Patch = Sequence[Mapping[str, object]]


class Saying:
    """Collects the findings on one site at one moment."""

    def __init__(self, places: Places, site: Site, now: float) -> None:
        self.places = places
        self.site = site
        self.now = now
        self.found: list[Diagnostic] = []

    def say(
        self,
        severity: Severity,
        code: str,
        message: str,
        part: Part,
        *,
        at: str = "",
        hint: str | None = None,
        witness: Mapping[str, object] | None = None,
        patch: Patch | None = None,
    ) -> None:
        """Collect a finding about what a pointer leads `at` inside a place; `patch` is relative to the place."""
        placed = None if patch is None else [{**step, "path": f"{part.at}{step['path']}"} for step in patch]
        found = Diagnostic(
            code=code, severity=severity, message=message, pointer=at, hint=hint, witness=witness, patch=placed
        )
        self.found.append(found.at(file=part.file, pointer_prefix=part.at, positions=part.positions))

    def about(self, one: Experience, severity: Severity, code: str, message: str, *keys: str | int, hint: str) -> None:
        """Collect a finding about an experience, at one of its keys."""
        self.say(severity, code, message, self.places.experience(one.id).inside(*keys), hint=hint)
