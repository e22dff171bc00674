"""What a visitor sees of personalization: the snippet, fetch and replace, and GrowthBook's script, frame by frame.

Every technique loads the same page in Chromium, in an order drawn anew for each round, so that a slow moment of the
machine touches all alike. A sampler that runs before any script of the page notes what each frame shows of the slot;
pictures of the screen check it. What is said to be added is the difference to the page without personalization in the
same block of loads; in brackets, where the median lies with 95 % (bootstrap).
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
from typing import Final

from flash import costs, measures, tables
from flash.goals import ASYNC, NETWORK, goals
from flash.loads import Chromium, chromium
from flash.pages import AGAIN, NONE, TECHNIQUES, Technique
from flash.scripts import STATIC, growthbook, installed
from flash.server import Site

DELAYS: Final[list[measures.Delay]] = [0, 50, 200, 1000, "refused", "hang"]
TINY: Final = {NONE.name, "mitate, decision in the page", "mitate, over the network", "GrowthBook async"}


def main(argv: list[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    parser.add_argument("--rounds", type=int, default=7, help="loads of each technique at each delay")
    parser.add_argument("--only", nargs="*", default=[], help="the parts: matrix routes strict costs pictures")
    given = parser.parse_args(argv)
    if shutil.which("chromium") is None and not given.tiny:
        print("There is no chromium here: Playwright's own is used")
    techniques = available()
    if given.tiny:
        techniques = [one for one in techniques if one.name in TINY]
    parts = set(given.only) or {"matrix", "routes", "strict", "costs", "pictures"}
    with Site() as site, chromium() as browser:
        measured(browser, site, techniques, parts, 1 if given.tiny else given.rounds, tiny=given.tiny)


def available() -> list[Technique]:
    """Give the techniques whose scripts are here; say which are not."""
    if installed():
        return TECHNIQUES
    print("GrowthBook's package is not installed (`npm ci` in tests/benchmarks/flash): its rows are left out\n")
    return [one for one in TECHNIQUES if "GrowthBook" not in one.name]


def measured(
    browser: Chromium, site: Site, techniques: list[Technique], parts: set[str], rounds: int, *, tiny: bool
) -> None:
    """Measure the parts, print each, and hold them against the goals."""
    lone = [one for one in techniques if one is not AGAIN]
    delays: list[measures.Delay] = [50] if tiny else DELAYS
    found = measures.blocks(browser, site, techniques, delays, rounds, _say) if "matrix" in parts else []
    if found:
        print(_title("loads: medians; times in ms since the navigation began") + tables.matrix(found))
    movable = [one for one in lone if one.name in {*NETWORK, ASYNC}]
    routed = measures.routes(browser, site, movable, rounds) if "routes" in parts else []
    guarded = measures.strict(browser, site, lone, 1 if tiny else 2) if "strict" in parts else []
    timed = costs.costs(browser, site, lone, rounds) if "costs" in parts else []
    if timed:
        print(_title("main thread of a page with 20 slots, 4x slower: ms added") + tables.time_table(timed))
    if "pictures" in parts:
        pictures = measures.pictures(browser, site, lone, [50] if tiny else [50, 200], 1 if tiny else 2)
        print(_title("pictures of the screen") + tables.picture_table(pictures))
    if tiny:
        print("One load of each proves that it runs; it holds nothing against the goals.\n")
    else:
        print(_title("the goals") + tables.goal_table(goals(found, routed, guarded, timed, sizes())))


def sizes() -> dict[str, int]:
    """Give bytes after gzip -9; `all` is what a page with residual rules loads, compressed as one."""
    names = [name for name in ("loader.js", "mitate.js", "live.js") if (STATIC / name).is_file()]
    files = [(STATIC / name).read_bytes() for name in names]
    found = {"the inline loader": _zipped(files[0]), "all": _zipped(b"".join(files))}
    return found | ({"GrowthBook": _zipped(growthbook())} if installed() else {})


def _zipped(data: bytes) -> int:
    return len(gzip.compress(data, 9, mtime=0))


def _title(text: str) -> str:
    return f"\n{text}\n{'-' * len(text)}\n"


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
