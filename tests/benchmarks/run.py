"""Run every benchmark and print its table: `make bench`, or with --tiny only prove that they run."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Run each `bench_*.py` in turn, with the same arguments."""
    for path in sorted(HERE.glob("bench_*.py")):
        print(f"\n== {path.stem.removeprefix('bench_')} ==", flush=True)
        sys.argv = [str(path), *sys.argv[1:]]
        runpy.run_path(str(path), run_name="__main__")


if __name__ == "__main__":
    main()
