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
FILES = ["loader.js", "mitate.js"]

LIMIT = 3000
"""Bytes of both files, compressed with gzip -9."""


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
    source = f"({built(name)})" if name == "loader.js" else built(name)
    (tmp_path / "file.js").write_text(source, "utf-8")
    run = subprocess.run([node, "--check", "file.js"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.stderr, run.returncode) == ("", 0)


def test_both_files_together_weigh_at_most_three_kilobytes_compressed() -> None:
    together = "".join(built(name) for name in FILES)
    assert len(gzip.compress(together.encode(), 9, mtime=0)) <= LIMIT


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "forbidden",
    [r"\beval\b", r"\bFunction\(", r"\bdocument\.write", r"\.outerHTML", r"insertAdjacentHTML", r"\.style\b", r"localStorage", r"</script", r"<!--", r"\bdebugger\b", r"[^\x00-\x7f]"],
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
    assert re.match(r"\(\w,\w\)=>\{", built("loader.js")) is not None
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
        "decisions",
        "on",
        "refresh",
        "track",
    ]
    for name in ("consent", "refresh", "track"):
        assert f'"{name}"' in built("loader.js")
