"""What a site is and what was decided: frozen records, one word per thing.

Nothing here reads a file or a clock. `document` makes a `Site` from a folder, `deciding`
makes `Decision`s from a `Site` and a context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Literal, Protocol

import msgspec

from mitate_rules import Program, RuleSet

Labels = Mapping[str, str]
"""A text by language code: ``{"en": "…", "ja": "…"}``."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

ContentKind = Literal["html", "text", "attributes", "json", "redirect", "operations", "order"]
Status = Literal["live", "paused", "draft"]
Analytics = Literal["ga4", "segment"]
ExposedWhen = Literal["seen", "applied", "decided"]
CapPeriod = Literal["visit", "day", "week", "lifetime"]
Unit = Literal["visitor", "account"]


class Reason(StrEnum):
    """Why a slot shows what it shows (OpenFeature's reasons, and six of our own)."""

    TARGETING_MATCH = "TARGETING_MATCH"
    SPLIT = "SPLIT"
    DEFAULT = "DEFAULT"
    DISABLED = "DISABLED"
    ERROR = "ERROR"
    HOLDOUT = "HOLDOUT"
    CONSENT = "CONSENT"
    CAPPED = "CAPPED"
    SUPPRESSED = "SUPPRESSED"
    BOT = "BOT"
    PREVIEW = "PREVIEW"

    # Enum hashes a member's name in Python code; every decision is counted by its reason, so the string's own hash it is.
    __hash__ = str.__hash__


class Basis(StrEnum):
    """What kind of knowledge a decision rests on."""

    SITUATION = "situation"
    BEHAVIOR = "behavior"
    STATED = "stated"
    OTHERS = "others"
    EVERYONE = "everyone"


class Filling(Protocol):
    """Content with places for facts; `blocks` compiles them."""

    @property
    def facts_read(self) -> frozenset[str]: ...

    def fill(self, context: Mapping[str, object], /) -> object: ...


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A named place on a page. `reserve` is a CSS length kept free while the answer is awaited.

    A `live` one may be filled while visitors look at it, and is never hidden; the element of a `shadow` one belongs
    to a framework, so what fills it stands in a shadow root.
    """

    name: str
    selector: str
    reserve: str | None = None
    live: bool = False
    shadow: bool = False
    label: Labels = {}


def standard_selector(slot: str) -> str:
    """Give where a slot is found when its declaration doesn't say."""
    return f'[data-mitate="{slot}"]'


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """A named rule that experiences share."""

    name: str
    when: object
    label: Labels = {}


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a variant puts into one slot."""

    kind: ContentKind
    filling: Filling
    source: str
    """Where it was written, for messages: ``blocks/nurse.html`` or ``site.json``."""
    takes: Literal["nothing", "parts", "all"] = "nothing"
    """What it leaves nothing to see of."""


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One content choice. Without content for a slot, the page keeps its own there: the control."""

    id: str
    weight: float = 1.0
    content: Mapping[str, Content] = {}
    label: Labels = {}


class Experiment(msgspec.Struct, frozen=True, kw_only=True):
    """How an experience's audience is split. Shares are 0–1; `seed` outlives a rename."""

    seed: str
    holdout: float = 0.0
    goals: tuple[str, ...] = ()
    unit: Unit = "visitor"
    layer: str | None = None


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When an experience runs. Bounds are local or with an offset; `zone` is ``visitor``, ``site`` or a name."""

    start: str | None = None
    until: str | None = None
    zone: str = "site"


class Frequency(msgspec.Struct, frozen=True, kw_only=True):
    """At most `max` exposures `per` period, in the visitor's calendar."""

    max: int
    per: CapPeriod


class Experience(msgspec.Struct, frozen=True, kw_only=True):
    """Who (rule) x where (slots) x what (variants) x when (schedule) x how often (frequency)."""

    id: str
    slots: tuple[str, ...]
    when: object
    variants: tuple[Variant, ...]
    experiment: Experiment
    status: Status = "live"
    suppress: Program | None = None
    schedule: Schedule | None = None
    frequency: Frequency | None = None
    basis: Basis = Basis.EVERYONE
    label: Labels = {}

    @property
    def splits(self) -> bool:
        """Whether a visitor must be bucketed to know what this experience shows."""
        return len(self.variants) > 1 or self.experiment.holdout > 0 or self.experiment.layer is not None

    def exposed_when(self, slots: Mapping[str, Slot]) -> ExposedWhen:
        """Give when an exposure is told, for every arm and the holdout alike: by default when its slot was seen.

        Who is redirected sees no slot, and what a `live` slot would have shown is nowhere on the page of those held out:
        there, when it is decided. Of a slot that an arm empties there may be nothing to see, and where no height is
        reserved, one that loses parts is seen elsewhere than a full one: there, when the page has the slot.
        """
        contents = [(slots[name], content) for one in self.variants for name, content in one.content.items()]
        if any(content.kind == "redirect" for _, content in contents) or any(slots[name].live for name in self.slots):
            return "decided"
        takes = {"all", "parts"}
        emptied = any(content.takes in (takes if slot.reserve is None else {"all"}) for slot, content in contents)
        return "applied" if emptied else "seen"


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """A page view for which `when` holds adds `weight` to an interest."""

    when: Program
    weight: float


class Interest(msgspec.Struct, frozen=True, kw_only=True):
    """A topic whose score fades: each signal counts half after `half_life` seconds."""

    name: str
    half_life: float
    signals: tuple[Signal, ...] = ()
    sensitive: bool = False
    label: Labels = {}


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """An event worth counting; `value` names the property that holds its worth."""

    name: str
    event: str
    value: str | None = None
    label: Labels = {}


class ConsentPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What is granted to a visitor who hasn't chosen, and whether Global Privacy Control denies it."""

    default: Literal["denied", "granted"] = "denied"
    gpc: Literal["denies", "ignore"] = "denies"


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One website, loaded whole and checked: see `mitate.document.load`."""

    name: str
    version: str
    """The first 16 hexadecimal digits of the SHA-256 of everything the folder contributes."""
    timezone: str
    origins: tuple[str, ...]
    redirect_hosts: tuple[str, ...]
    consent: ConsentPolicy
    holdout: float
    facts: Mapping[str, Mapping[str, object]]
    """Built-in and own facts, name -> declaration."""
    lists: Mapping[str, frozenset[str]]
    audiences: Mapping[str, Audience]
    slots: Mapping[str, Slot]
    experiences: Mapping[str, Experience]
    """In priority order: the first that takes a slot wins it."""
    interests: Mapping[str, Interest]
    goals: Mapping[str, Goal]
    layers: Mapping[str, tuple[str, ...]]
    """Exclusion layer -> the experiences that share it, in order."""
    rules: RuleSet
    reads: frozenset[str]
    """Every fact a rule, a signal or a block may read: nothing else is collected."""
    forward: tuple[Analytics, ...] = ()
    """The analytics that the page's events are passed on to."""
    label: Labels = {}


class Decision(msgspec.Struct, frozen=True):
    """What one slot shows, and why.

    `value` is the filled content: HTML or text (str), attributes (dict), JSON, or an address.
    It is None where the page's own content stays. `left` is how many exposures its cap leaves in this period, this one
    included (None without a cap); `lasts` the seconds until its schedule ends, when that is within a day; `exposure`
    says when a page tells that it was exposed: once half of the slot was seen, the slot has what it will show, or at once.
    """

    slot: str
    reason: Reason
    basis: Basis = Basis.EVERYONE
    experience: str | None = None
    variant: str | None = None
    kind: ContentKind | None = None
    value: object = None
    left: int | None = None
    lasts: int | None = None
    exposure: ExposedWhen = "seen"


class Offer(msgspec.Struct, frozen=True):
    """What one experience shows as soon as `when` holds: a rule over `live.*` facts, which only the page knows.

    It outranks what was decided for its slots, and every offer after it.
    """

    experience: str
    when: Mapping[str, object]
    decisions: tuple[Decision, ...]


Clock = Callable[[], float]
"""Gives the present as seconds since 1970-01-01T00:00Z."""
