"""What a page loads: the snippet's two files, minified, and compressed as a server would."""

from __future__ import annotations

import argparse
import gzip
from importlib.resources import files

LIMIT = 3000


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="the same: there is nothing to shorten")
    parser.parse_args(argv)
    static = files("mitate_server") / "static"
    sources = {name: (static / name).read_bytes() for name in ("loader.js", "mitate.js")}
    sources["both as one"] = b"\n".join(sources.values())
    print("The snippet, bytes\n------------------")
    print(f"{'':<34}{'minified':>9}{'gzip -9':>9}")
    for name, source in sources.items():
        told = {"loader.js": "loader.js, inline in the page", "mitate.js": "mitate.js, loaded later"}.get(name, name)
        print(f"{told:<34}{len(source):>9,}{len(gzip.compress(source, 9, mtime=0)):>9,}")
    print(f"goal: at most {LIMIT:,} gzipped\n")


if __name__ == "__main__":
    main()
