"""The JavaScript evaluators: their size, and one decision of 200 rules, against json-logic-js and json-logic-engine.

The rules are targeting conditions with shared audiences, which the peers get written out in JSON-Logic. All run in one
process of Node; its CPU time includes collecting garbage.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, cast

from shapes import Shape, random_conjunctions, targeting
from timing import table
from translate import Normal, json_logic

HERE: Final = Path(__file__).parent
SNIPPET: Final = HERE.parents[1] / "js-snippet"
BUILDS: Final = {f"rules, {told}": f"rules-{name}.js" for name, told in (
    ("snippet", "the page"), ("edge", "the edge"), ("jsonlogic", "jsonlogic"),
)}  # fmt: skip
LIMIT: Final = 350


def measured(shape: Shape, rounds: int) -> dict[str, Any]:
    """Run Node on one rule set."""
    static = files("mitate_server") / "static"
    normal = Normal(shape.audiences, shape.lists)
    told = {
        "root": str(SNIPPET),
        "builds": {name: str(static / file) for name, file in BUILDS.items()},
        "document": {"facts": shape.facts, "audiences": shape.audiences, "lists": shape.lists},
        "rules": shape.rules,
        "loose": [json_logic(normal.form(rule), text_operators=False) for rule in shape.rules.values()],
        "visitors": shape.visitors,
        "rounds": rounds,
    }
    node = ["node", str(HERE / "bench_twin.mjs")]
    run = subprocess.run(node, input=json.dumps(told), capture_output=True, text=True, check=True)
    return cast("dict[str, Any]", json.loads(run.stdout))


def main(argv: list[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    tiny = parser.parse_args(argv).tiny
    if shutil.which("node") is None or not (SNIPPET / "node_modules" / "json-logic-engine").exists():
        print('Node or its packages are not installed ("npm ci" in js-snippet): nothing is measured here\n')
        return
    sizes: dict[str, list[int]] = {}
    for shape in (targeting(20 if tiny else 200), random_conjunctions(20 if tiny else 200)):
        found = measured(shape, 2 if tiny else 41)
        sizes = cast("dict[str, list[int]]", found["sizes"])
        title = f"one decision: {len(shape.rules)} rules of {shape.name}, {len(shape.visitors)} visitors"
        times = cast("dict[str, float]", found["times"])
        print(table(f"{title}, {found['matched']} matches", times, "rules, the edge"))
        print("answers are the same\n" if found["alike"] else "ANSWERS DIFFER\n")
    print("evaluators, bytes of one bundle\n-------------------------------")
    print(f"{'':<34}{'minified':>9}{'gzip -9':>9}")
    for name, (whole, zipped) in sizes.items():
        print(f"{name:<34}{whole:>9,}{zipped:>9,}")
    print(f"goal: the page's at most {LIMIT:,} gzipped\n")


if __name__ == "__main__":
    main()
