"""Findings as SARIF 2.1.0, which code scanning and editors read.

The standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html (section numbers below are its own).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from .codes import CODES
from .formats import Checked, described, repository
from .look import source_line, token_end, visitor

if TYPE_CHECKING:
    from mitate_rules import Diagnostic
    from mitate_rules.source import Positions

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT: Final = "%SRCROOT%"
FINGERPRINT: Final = "mitateFinding/v1"

Json = dict[str, object]


def as_sarif(checked: Checked) -> str:
    """Give one log with one run."""
    codes = sorted({one.code for _, one in checked.placed()})
    seen: Counter[str] = Counter()
    texts: dict[Path, Positions | None] = {}
    run = {
        "tool": {"driver": {"name": "mitate", "version": version("mitate"), "rules": [_rule(code) for code in codes]}},
        "columnKind": "utf16CodeUnits",
        "results": [_result(file, one, codes.index(one.code), seen, texts) for file, one in checked.placed()],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(code: str) -> Json:
    said = CODES.get(code, code)
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in code.split("-")),
        "shortDescription": {"text": said},
        "help": {"text": f"{said} `mitate check FOLDER` shows each with its line and what to do."},
    }


def _result(file: Path, one: Diagnostic, index: int, seen: Counter[str], texts: dict[Path, Positions | None]) -> Json:
    place: Json = {"artifactLocation": _artifact(file)}
    if (region := _region(file, one)) is not None:
        place["region"] = region
    more = {"pointer": one.pointer, "expected": one.expected, "got": one.got, "hint": one.hint}
    witness = {"witness": one.witness, "visitor": visitor(one.witness)} if one.witness is not None else {}
    result: Json = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": one.severity,
        "message": {"text": described(one)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {FINGERPRINT: _fingerprint(file, one, seen)},
        "properties": {name: value for name, value in more.items() if value} | witness,
    }
    if (fix := _fix(file, one, texts)) is not None:
        result["fixes"] = [fix]
    return result


def _artifact(file: Path) -> Json:
    file, root = file.resolve(), repository()
    if not file.is_relative_to(root):
        return {"uri": file.as_uri()}
    return {"uri": quote(file.relative_to(root).as_posix()), "uriBaseId": ROOT}


def _region(file: Path, one: Diagnostic) -> Json | None:
    """Give the place of a finding, columns in UTF-16 code units (3.30, 3.14.17)."""
    if one.line is None:
        return None
    text = source_line(file, one.line)
    if text is None or one.column is None:
        return {"startLine": one.line}
    columns = {"startColumn": _units(text, one.column), "endColumn": _units(text, token_end(text, one.column))}
    return {"startLine": one.line, **columns}


def _units(text: str, column: int) -> int:
    """Give a column that counts characters as one that counts UTF-16 code units; both count from 1."""
    return len(text[: column - 1].encode("utf-16-le", "surrogatepass")) // 2 + max(0, column - 1 - len(text)) + 1


def _fingerprint(file: Path, one: Diagnostic, seen: Counter[str]) -> str:
    """Name a finding so that it stays the same one when lines above it come and go (3.27.17)."""
    line = (source_line(file, one.line) or "").strip()
    name = "\0".join((one.code, str(_artifact(file)["uri"]), one.message, line))
    seen[name] += 1
    return hashlib.sha256(f"{name}\0{seen[name]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _fix(file: Path, one: Diagnostic, texts: dict[Path, Positions | None]) -> Json | None:
    """Give the repair as replacements in the text (3.55), where every step of its patch is one."""
    positions = _positions(file, texts) if one.patch else None
    if positions is None or not one.patch:
        return None
    steps = [_replacement(positions, step) for step in one.patch]
    if None in steps:
        return None
    change: Json = {"artifactLocation": _artifact(file), "replacements": steps}
    return {"description": {"text": one.hint or one.message}, "artifactChanges": [change]}


def _replacement(positions: Positions, step: Mapping[str, object]) -> Json | None:
    """Give one step of a JSON Patch as a replacement: another value, or nothing in place of an item and its comma."""
    span = positions.span(str(step["path"]))
    if span is None or step["op"] not in ("replace", "remove"):
        return None
    if step["op"] == "remove":
        if positions.find_key(str(step["path"])) is not None:  # a key, not an item
            return None
        return {"deletedRegion": _between(positions, *_with_comma(positions.text, *span))}
    text = json.dumps(step["value"], ensure_ascii=False)
    return {"deletedRegion": _between(positions, *span), "insertedContent": {"text": text}}


def _with_comma(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen the span of an item by the comma that goes with it: the one before it, else the one behind it."""
    before = text[:start].rstrip()
    if before.endswith(","):
        return len(before) - 1, end
    behind = len(text) - len(text[end:].lstrip())
    if text[behind : behind + 1] != ",":
        return start, end
    return start, len(text) - len(text[behind + 1 :].lstrip())


def _between(positions: Positions, start: int, end: int) -> Json:
    (line, column), (last, behind) = positions.place(start), positions.place(end)
    lines = positions.text.split("\n")
    return {
        "startLine": line,
        "startColumn": _units(lines[line - 1], column),
        "endLine": last,
        "endColumn": _units(lines[last - 1], behind),
    }


def _positions(file: Path, known: dict[Path, Positions | None]) -> Positions | None:
    if file not in known:
        known[file] = _read(file)
    return known[file]


def _read(file: Path) -> Positions | None:
    from mitate_rules.source import scan

    try:
        positions = scan(file.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return None
    return positions if positions.value is not None else None
