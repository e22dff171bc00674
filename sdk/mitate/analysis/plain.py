"""What can be told without solving anything: schedules, weights, layers, and what nobody uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from mitate.document.raw import as_list, as_object
from mitate.document.shapes import quoted
from mitate.model import Experience, Site

from .saying import Saying
from .windows import possible


def plain_findings(say: Saying) -> None:
    """Collect what the document itself shows."""
    for one in say.site.experiences.values():
        if one.status != "draft":
            _schedule(say, one)
            _arms(say, one)
    _layers(say)
    _unused_audiences(say)
    if say.site.holdout >= 1:
        message = "the site's holdout is everyone: no experience is ever shown"
        say.say("warning", "all-held-out", message, say.places.root.inside("holdout"), hint="write 0.05 for 5 %")


def runs_no_more(one: Experience, site: Site, now: float) -> bool:
    """Tell whether an experience never runs from now on, as far as its schedule goes."""
    window = possible(one.schedule, site.timezone)
    return window.empty or window.until <= now


def _schedule(say: Saying, one: Experience) -> None:
    schedule = one.schedule
    if schedule is None:
        return
    window = possible(schedule, say.site.timezone)
    if window.empty:
        begins, ends = (_moment(at, say.site.timezone) for at in (window.start, window.until))
        message = f"{quoted(one.id)} never runs: its schedule begins {begins} and ends {ends}"
        hint = "a bound with an offset is read as it says; a time that the clock skips means the first one after it"
        say.about(one, "warning", "never-runs", message, "schedule", hint=hint)
    elif window.until <= say.now:
        ended = _moment(window.until, say.site.timezone)
        message = f"{quoted(one.id)} never runs again: its schedule ended {ended}"
        hint = "take it away, or give it a new end"
        say.about(one, "note", "never-runs", message, "schedule", "until", hint=hint)


def _moment(at: float, zone: str) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _arms(say: Saying, one: Experience) -> None:
    for index, variant in enumerate(one.variants):
        if variant.weight == 0:
            message = f"nobody is drawn into the variant {quoted(variant.id)}: its weight is 0"
            hint = "visitors who had it before keep it; give it a weight, or take it away"
            say.about(one, "note", "never-drawn", message, "variants", index, "weight", hint=hint)
    if one.experiment.holdout >= 1:
        message = f"everyone is held out: {quoted(one.id)} is never shown, and nothing below it either"
        say.about(one, "warning", "all-held-out", message, "experiment", "holdout", hint="write 0.1 for 10 %")


def _layers(say: Saying) -> None:
    """Name experiments that hold a part of their layer without using it."""
    for layer, members in say.site.layers.items():
        for name in members:
            one = say.site.experiences[name]
            why = "is paused" if one.status == "paused" else "has ended"
            if len(members) > 1 and (one.status == "paused" or runs_no_more(one, say.site, say.now)):
                part = f"one of {len(members)} parts of the layer {quoted(layer)}"
                message = f"{quoted(name)} {why} and still holds {part}: those visitors meet no other experiment of it"
                hint = 'take its "layer" away, or make it a draft, once no experiment of the layer is running'
                say.about(one, "note", "idle-layer-part", message, "experiment", "layer", hint=hint)


def _unused_audiences(say: Saying) -> None:
    used = set(_named(say.site))
    for name in say.site.audiences:
        if name not in used:
            message = f"no rule uses the audience {quoted(name)}"
            hint = f'use it as {{"audience": "{name}"}}, or take it away'
            say.say("note", "unused-audience", message, say.places.audience(name), hint=hint)


def _named(site: Site) -> Iterator[str]:
    """Give the audiences that rules name: those of experiences, drafts too, of interests, and of other audiences."""
    for one in site.experiences.values():
        yield from audiences_in(one.when)
        yield from audiences_in(None if one.suppress is None else one.suppress.rule)
    for interest in site.interests.values():
        for signal in interest.signals:
            yield from audiences_in(signal.when.rule)
    for audience in site.audiences.values():
        yield from audiences_in(audience.when)


def audiences_in(rule: object) -> Iterator[str]:
    """Give the audiences that a rule names itself."""
    pending = [rule]
    while pending:
        one = pending.pop()
        call, items = as_object(one), as_list(one)
        if call is not None:
            named = call.get("audience")
            yield from (name for name in as_list(named) or [named] if isinstance(name, str))
        pending.extend(items or [] if call is None else call.values())
