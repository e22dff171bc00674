"""A case: an imagined visitor at a fixed time and place in every experiment, and what each slot must show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mitate.visitor import Visitor

Place = str | float
"""Where a visitor falls in an experiment: an arm's id, a number from 0 to 1, or a word of `form.PLACES`."""


@dataclass(frozen=True)
class Bucket:
    """Where a visitor falls: everywhere, and by experience where that differs."""

    everywhere: Place
    by_experience: Mapping[str, Place] = field(default_factory=dict[str, Place])


@dataclass(frozen=True)
class Happened:
    """Something the visitor did, `ago` seconds before: viewed a page, made an event, was shown an experience, dismissed one."""

    ago: float
    times: int = 1
    page: str | None = None
    event: str | None = None
    shown: str | None = None
    dismissed: str | None = None
    value: float | None = None
    props: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Expected:
    """What a slot should show; what is None is not asked. `page` stands for the page's own content, `waits`
    for the experiences that could still fill it, once something happens in the page.

    `equals` holds the content itself, in a tuple of one, since null is a value too.
    """

    page: bool = False
    variant: str | None = None
    experience: str | None = None
    reason: str | None = None
    basis: str | None = None
    text: str | None = None
    contains: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    equals: tuple[object] | None = None
    never: Expected | None = None

    def __str__(self) -> str:
        shown = "/".join(part for part in (self.experience, self.variant) if part) or ("page" if self.page else "")
        said = [
            shown + (f" ({self.reason})" if self.reason and shown else self.reason or ""),
            f"basis {self.basis}" if self.basis else "",
            f"text {self.text!r}" if self.text is not None else "",
            *(f"contains {one!r}" for one in self.contains),
            *(f"{one} waits" for one in self.waits),
            f"value {self.equals[0]!r}" if self.equals is not None else "",
            f"not {self.never}" if self.never is not None else "",
        ]
        return ", ".join(one for one in said if one) or "anything"


@dataclass(frozen=True)
class Case:
    """One case, its matrix unfolded. `file` is relative to the site's folder; `line` counts from 1.

    `now` is in seconds (UTC). Without a `bucket` the visitor falls where the hash of their id says.
    """

    name: str
    file: str
    line: int | None
    visitor: Visitor
    now: float
    expect: Mapping[str, Expected]
    bucket: Bucket | None = None
    facts: Mapping[str, object] = field(default_factory=dict[str, object])
    profile: Mapping[str, object] = field(default_factory=dict[str, object])
    history: tuple[Happened, ...] = ()
    language: str = "en"
    suggested: str | None = None

    @property
    def where(self) -> str:
        """Say the place as `file:line`."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return self.name
