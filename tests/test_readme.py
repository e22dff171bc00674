"""The README says what is so: its code is the examples' code, its output is their output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_readme_shows_what_the_examples_print() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/readme.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_example_site_is_good_to_serve() -> None:
    from mitate import check

    sites = [path.parent for path in ROOT.rglob("site.json") if ".venv" not in path.parts]
    assert len(sites) >= 4
    wrong = {
        str(site): [str(one) for one in check(site) if one.severity == "error"]
        for site in sites
        if json.loads((site / "site.json").read_text("utf-8")) and "starter" not in site.parts
    }
    assert {site: found for site, found in wrong.items() if found} == {}
