"""What a page loads: the snippet's files, minified, and compressed as a server would."""

from __future__ import annotations

import argparse
import gzip
from importlib.resources import files

GOALS = {"loader.js": 2000, "loader.js + mitate.js + live.js": 5000}
TOLD = {
    "loader.js": "inline in the page",
    "mitate.js": "loaded later",
    "live.js": "where an answer waits for the visitor",
}


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="the same: there is nothing to shorten")
    parser.parse_args(argv)
    static = files("mitate_server") / "static"
    names = [*TOLD, "loader.js + mitate.js", "loader.js + mitate.js + live.js"]
    print("The snippet, bytes\n------------------")
    print(f"{'':<52}{'minified':>9}{'gzip -9':>9}{'goal':>9}")
    for name in names:
        source = b"\n".join((static / part).read_bytes() for part in name.split(" + "))
        zipped = len(gzip.compress(source, 9, mtime=0))
        goal = GOALS.get(name)
        said = "" if goal is None else f"{goal:>9,}" + ("" if zipped <= goal else "  not reached")
        print(f"{', '.join(filter(None, [name, TOLD.get(name)])):<52}{len(source):>9,}{zipped:>9,}{said}")
    print()


if __name__ == "__main__":
    main()
