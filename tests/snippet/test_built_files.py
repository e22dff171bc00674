"""The committed snippet: what its source gives, small, and free of what a strict page refuses."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "js-snippet"
STATIC = files("mitate_server") / "static"
LIMITS = {
    "loader.js": 2640,
    "mitate.js": 4480,
    "live.js": 1850,
    "ops.js": 2500,
    "shadow.js": 1100,
    "forward.js": 580,
    "element.js": 720,
    "panel.js": 20_000,
}
"""Bytes of each file that pages load, compressed with gzip -9."""

EVERY_PAGE = 6520
"""Bytes of what every page gets, compressed as one: loader.js and mitate.js."""

FILES = [*LIMITS]
EXPRESSIONS = ["loader.js", "ops.js", "shadow.js"]
"""What a tag holds: expressions, not scripts."""


def built(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


@pytest.fixture(scope="module")
def node() -> str:
    """Give the path of Node, whose packages the snippet is built with."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed: the snippet's bytes are not compared with its source")
    if not (SOURCE / "node_modules" / "esbuild").exists():
        pytest.skip(
            'esbuild is not installed ("npm ci" in js-snippet): the snippet\'s bytes are not compared with its source'
        )
    return node


def test_the_committed_files_are_what_the_source_gives(node: str) -> None:
    run = subprocess.run([node, "build.mjs", "--check"], cwd=SOURCE, capture_output=True, text=True, check=False)
    assert (run.stderr, run.returncode) == ("", 0)


@pytest.mark.parametrize("name", FILES)
def test_the_committed_files_parse(node: str, name: str, tmp_path: Path) -> None:
    source = f"({built(name)})" if name in EXPRESSIONS else built(name)
    (tmp_path / "file.js").write_text(source, "utf-8")
    run = subprocess.run([node, "--check", "file.js"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.stderr, run.returncode) == ("", 0)


def zipped(text: str) -> int:
    return len(gzip.compress(text.encode(), 9, mtime=0))


@pytest.mark.parametrize("name", FILES)
def test_no_file_weighs_more_than_is_said(name: str) -> None:
    assert LIMITS[name] - 120 < zipped(built(name)) <= LIMITS[name] or name == "panel.js"


def test_what_every_page_gets_weighs_no_more_than_is_said() -> None:
    assert zipped(built("loader.js") + built("mitate.js")) <= EVERY_PAGE


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "forbidden",
    [r"\beval\b", r"(?-i:\bFunction\()", r"\bdocument\.write", r"\.outerHTML", r"insertAdjacentHTML", r"setAttribute\(.style", r"</script", r"<!--", r"\bdebugger\b", r"[^\x00-\x7f]"],
)  # fmt: skip
def test_the_files_hold_nothing_that_a_strict_page_refuses_or_an_inline_script_breaks_on(
    name: str, forbidden: str
) -> None:
    assert re.findall(forbidden, built(name), re.IGNORECASE) == []


def test_markup_enters_the_page_at_one_place_and_through_the_policy() -> None:
    assert re.findall(r"innerHTML=(?!\w+\.createHTML\()", built("loader.js")) == []
    assert built("loader.js").count("innerHTML") == 1
    assert built("mitate.js").count("innerHTML") == 0


def test_the_loader_is_one_function_of_the_slot_table() -> None:
    assert re.match(r"\(\w,\w,\w\)=>\{", built("loader.js")) is not None
    assert built("loader.js").endswith("}")


def test_the_lock_file_names_no_registry() -> None:
    lock = (SOURCE / "package-lock.json").read_text("utf-8")
    assert re.findall(r"https?://", lock) == []
    assert {package.get("resolved") for package in json.loads(lock)["packages"].values()} == {None}


def test_the_types_name_what_the_snippet_offers() -> None:
    types = (SOURCE / "mitate.d.ts").read_text("utf-8")
    offered = types.split("export interface Mitate {")[1].split("\n}")[0]
    assert sorted(re.findall(r"^  (?:readonly )?(\w+)[(<:]", offered, re.MULTILINE)) == [
        "consent",
        "decide",
        "decisions",
        "dismiss",
        "expose",
        "identify",
        "on",
        "refresh",
        "track",
    ]
    assert "track consent identify dismiss expose refresh" in built("loader.js")
    page = (ROOT / "docs" / "page.md").read_text("utf-8")
    for name in re.findall(r"^  (\w+)[(<]", offered, re.MULTILINE):
        assert f"| `{name}(" in page
