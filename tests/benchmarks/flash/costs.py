"""Main-thread time of a page, from the browser's own trace."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias, cast

from flash.loads import Chromium, prepare, session
from flash.pages import Technique
from flash.server import Site
from playwright.sync_api import Browser

THROTTLE: Final = 4

WHILE: Final = 2500
"""Milliseconds of a page's life that count: its exposures are told by then."""

CATEGORIES: Final = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8"]

# The browser's names for running a script: a file, a function somebody called back, what waited for a promise.
SCRIPTS: Final = {"EvaluateScript", "FunctionCall", "RunMicrotasks", "v8.compile"}
STYLES: Final = {"UpdateLayoutTree", "Layout"}

Event: TypeAlias = Mapping[str, object]


class Time(NamedTuple):
    """Milliseconds of the main thread in one page's first seconds."""

    scripts: float
    """Running scripts, with all they call."""
    processor: float
    """The same, without what other processes took from the thread: less than the throttled time it stands for."""
    styles: float
    """Computing styles and layout."""
    all: float


def costs(browser: Chromium, site: Site, techniques: Sequence[Technique], rounds: int) -> list[dict[str, Time]]:
    """Give, for each round, what a load of the page with twenty slots cost with each technique."""
    order = random.Random(13)
    return [
        {one.name: cost(browser, site, one) for one in order.sample(list(techniques), len(techniques))}
        for _ in range(rounds)
    ]


def cost(browser: Chromium, site: Site, technique: Technique) -> Time:
    """Load the page once, on a processor four times slower, without a sampler in it."""
    with browser.page() as page:
        prepare(page, site, technique, kind="twenty")
        session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        traced = cast(Browser, page.context.browser)
        traced.start_tracing(page=page, categories=CATEGORIES)
        site.set(technique, 50, kind="twenty")
        page.goto(f"{site.origin}/", wait_until="commit")
        page.wait_for_timeout(WHILE)
        trace = json.loads(traced.stop_tracing())
    return _counted(cast("list[Event]", trace["traceEvents"]))


def _counted(events: Sequence[Event]) -> Time:
    thread = _main_thread(events)
    mine = sorted((one for one in events if one.get("ph") == "X" and (one["pid"], one["tid"]) == thread), key=_start)
    return Time(
        _sum(mine, SCRIPTS, "dur"),
        _sum(mine, SCRIPTS, "tdur"),
        _sum(mine, STYLES, "dur"),
        _sum(mine, {"RunTask"}, "dur"),
    )


def _main_thread(events: Sequence[Event]) -> tuple[object, object]:
    """Find the thread that parsed the page: the one with most tasks among renderers' main threads."""
    mains = {
        (one["pid"], one["tid"])
        for one in events
        if one.get("name") == "thread_name" and cast("dict[str, str]", one["args"])["name"] == "CrRendererMain"
    }
    parsed = [(one["pid"], one["tid"]) for one in events if one.get("name") == "ParseHTML"]
    return max((one for one in mains if one in parsed), key=parsed.count)


def _start(event: Event) -> float:
    return cast(float, event["ts"])


def _sum(events: Sequence[Event], names: set[str], measure: str) -> float:
    """Add the time of the events with these names, each moment once, in ms."""
    total, end = 0.0, 0.0
    for one in events:
        if one["name"] in names and _start(one) >= end:
            total += cast(float, one.get(measure, 0))
            end = _start(one) + cast(float, one.get("dur", 0))
    return total / 1000
