"""An example as a newcomer sees it: started by its one command, looked at in a real browser."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import cast

from playwright.sync_api import Page

from mitate import check
from mitate.cases import load, run
from mitate.mitate import Mitate

ROOT = Path(__file__).parents[2]

# Headless Chromium calls itself a robot, and robots see the page's own content.
SOMEONE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"

PATIENT = "9000"
"""A deadline that a busy machine keeps, in milliseconds."""

SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) =>
    shifts.push([value, sources.map(({ node }) => node && (node.className || node.nodeName))])))
    .observe({ type: "layout-shift", buffered: true });
"""


@contextmanager
def started(program: str) -> Generator[str]:
    """Run an example's program on a free port; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MITATE_")}
    environment |= {"MITATE_DEADLINE": PATIENT, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(ROOT / "examples" / program), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert f"http://127.0.0.1:{port}/" in said
        _answers(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _answers(port: int, process: subprocess.Popen[str]) -> None:
    """Wait until the program listens."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    raise AssertionError(f"the program ended with {process.returncode}")


def decided(page: Page, slot: str) -> str:
    """Wait for the slot's decision; give its variant and reason."""
    page.wait_for_function("slot => window.mitate && slot in mitate.decisions", arg=slot)
    page.wait_for_function("slot => document.querySelector(`[data-mitate='${slot}'][data-mitate-state]`)", arg=slot)
    return str(page.evaluate("slot => (({ variant, reason }) => `${variant} ${reason}`)(mitate.decisions[slot])", slot))


def order(page: Page, selector: str) -> list[str]:
    """Give where the links of these items lead, first to last."""
    found = page.evaluate("one => [...document.querySelectorAll(`${one} a`)].map((a) => a.pathname)", selector)
    return [path.rsplit("/", 1)[1] for path in cast("list[str]", found)]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Give what axe finds: the rule and the elements."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target.join())]))"
    )
    return [(str(rule), [str(target) for target in targets]) for rule, targets in found]


def found_by_check(site: str) -> list[str]:
    """Give everything `mitate check` says of a site, notes included."""
    return [str(one) for one in check(ROOT / "examples" / site)]


def missed_by_cases(site: str) -> tuple[list[str], list[str]]:
    """Run a site's cases: give those that fail, and what of its rules none reaches."""
    folder = ROOT / "examples" / site
    with Mitate.from_path(folder) as mitate:
        report = run(mitate, load(folder, mitate.site))
    assert report.results
    return [f"{one.case.where} {one.diff()}" for one in report.failed], [
        report.coverage.texts[point] for point in report.coverage.missing
    ]


def shown_in(readme: str) -> list[tuple[str, str]]:
    """Give each command that a README shows, and its output there."""
    text = (ROOT / "examples" / readme).read_text("utf-8")
    blocks = [block.split("```", 1)[0] for block in text.split("```console\n$ ")[1:]]
    return [(command, output.rstrip()) for command, _, output in (block.partition("\n") for block in blocks) if output]


def printed(command: str) -> str:
    """Give what a command prints."""
    words = [sys.executable, "-m", "mitate_server", *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip()
