"""What is measured: loads in an order that shares the machine's noise out, route changes, strict pages, pictures."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from flash.loads import SAMPLER, Chromium, Load, load, noted, prepare, until
from flash.pages import Technique
from flash.pictures import pictured
from flash.server import Site
from playwright.sync_api import Error

Delay = int | str
Say = Callable[[str], None]

POLL: Final = 500
"""A route change comes at any moment of so many milliseconds: GrowthBook looks at the address twice a second."""


class Block(NamedTuple):
    """Loads of all techniques at one delay, one after the other: what is compared, is compared within a block."""

    delay: Delay
    loads: dict[str, Load]


def blocks(
    browser: Chromium, site: Site, techniques: Sequence[Technique], delays: Sequence[Delay], rounds: int, say: Say
) -> list[Block]:
    """Load each technique at each delay once in every round, in an order drawn anew for each block."""
    order = random.Random(7)
    found: list[Block] = []
    for turn in range(rounds):
        for delay in order.sample(list(delays), len(delays)):
            say(f"round {turn + 1} of {rounds}: answers after {delay}")
            shuffled = order.sample(list(techniques), len(techniques))
            found.append(Block(delay, {one.name: _tried(browser, site, one, delay) for one in shuffled}))
    return found


def _tried(browser: Chromium, site: Site, technique: Technique, delay: Delay) -> Load:
    """Load, and once more when the browser itself failed."""
    try:
        return load(browser, site, technique, delay)
    except Error:
        browser.close()
        return load(browser, site, technique, delay)


def strict(browser: Chromium, site: Site, techniques: Sequence[Technique], rounds: int) -> list[Load]:
    """Load pages whose policy allows a nonce, the site's own styles, and trusted types of mitate's."""
    return [load(browser, site, one, 50, strict=True) for _ in range(rounds) for one in techniques]


def routes(browser: Chromium, site: Site, techniques: Sequence[Technique], rounds: int) -> list[Load]:
    """Change the route of a single-page app; the frames are those after the change."""
    order = random.Random(11)
    found: list[Load] = []
    for _ in range(rounds):
        for technique in techniques:
            with browser.page() as page:
                prepare(page, site, technique)
                site.set(technique, 50, kind="spa")
                page.add_init_script(SAMPLER)
                page.goto(f"{site.origin}/")
                # The first view is the page's own: nothing is to come, so only time can tell that it has settled.
                page.wait_for_timeout(1000 + order.randrange(POLL))
                page.evaluate("go()")
                until(
                    page,
                    "flash_.frames.filter(([, shows]) => shows == 'variant').length > 8 || flash_.frames.length > 150",
                )
                found.append(noted(page, technique, 50))
    return found


class Picture(NamedTuple):
    """What the pixels of one load showed, beside what the sampler noted."""

    technique: str
    delay: Delay
    pixels: str
    sampled: str

    @property
    def agree(self) -> bool:
        """Whether both say the same of the default before the variant."""
        return ("dv" in self.pixels) == ("dv" in self.sampled)


def pictures(
    browser: Chromium, site: Site, techniques: Sequence[Technique], delays: Sequence[Delay], rounds: int
) -> list[Picture]:
    """Load with every frame of the screen taken as a picture."""
    found: list[Picture] = []
    for _ in range(rounds):
        for delay in delays:
            for technique in techniques:
                pixels, seen = pictured(browser, site, technique, delay)
                found.append(Picture(technique.name, delay, pixels, sequence(seen)))
    return found


def sequence(load: Load) -> str:
    """Give what was shown, each change once: d the default, v the variant."""
    seen = [shows[0] for _, shows in load.frames if shows in {"default", "variant"}]
    return "".join(one for number, one in enumerate(seen) if number == 0 or seen[number - 1] != one)
