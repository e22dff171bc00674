"""Every kind of finding is explained: the table has each code the source can say, and none beside."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mitate_server.cli.codes import CODES

ROOT = Path(__file__).parents[2]
SOURCES = [
    *(ROOT / "rules" / "mitate_rules").glob("*.py"),
    *(ROOT / "sdk" / "mitate" / "document").glob("*.py"),
    *(ROOT / "sdk" / "mitate" / "blocks").glob("*.py"),
    *(ROOT / "sdk" / "mitate" / "analysis").glob("*.py"),
    *(ROOT / "sdk" / "mitate" / "cases").glob("*.py"),
    ROOT / "sdk" / "mitate" / "context" / "accounts.py",
]
SAYERS = {
    "Diagnostic", "Finding", "_FieldError", "_finding", "_say", "about", "error", "finding", "note", "problem",
    "refuse", "report", "say", "unknown_name", "wrong",
}  # fmt: skip
"""Functions that take a code as their first or second argument, or as `code` or `kind`."""
SEVERITIES = {"error", "warning", "note"}
CODE = re.compile(r"[a-z]+[a-z0-9]*(-[a-z0-9]+)+")


def said_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYERS:
                places = [*node.args[:3], *(one.value for one in node.keywords if one.arg in ("code", "kind"))]
                for one in places:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and CODE.fullmatch(one.value):
                        yield one.value


def test_every_code_is_explained_in_a_sentence() -> None:
    said = {code for path in SOURCES for code in said_in(path)} - SEVERITIES
    assert sorted(said - set(CODES)) == []
    assert [code for code, text in CODES.items() if not text.endswith(".") or len(text) < 20] == []


def test_no_code_is_explained_that_nobody_says() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SOURCES)
    assert [code for code in CODES if f'"{code}"' not in text] == []
