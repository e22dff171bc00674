"""The house stands as drawn: arrows point one way, the engine is pure, packages say what they offer."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "mitate_rules": ROOT / "rules" / "mitate_rules",
    "mitate": ROOT / "sdk" / "mitate",
    "mitate_server": ROOT / "server" / "mitate_server",
}
MAY_IMPORT = {"mitate_rules": set[str](), "mitate": {"mitate_rules"}, "mitate_server": {"mitate", "mitate_rules"}}

# The standard library's doors to files, clocks, networks, processes and chance.
IMPURE = {
    "asyncio", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib", "uuid", "zoneinfo",
}  # fmt: skip

# The SDK's floors, top first: a module imports only from its own floor or from one below.
FLOORS: list[set[str]] = [
    {"cases", "editors", "preview"},
    {"mitate", "__init__"},
    {"story", "analysis", "answers", "proof", "recording"},
    {"document", "deciding", "simulation", "table", "lasting", "imagine"},
    {"context", "consent"},
    {"blocks", "experiments", "visitor", "schedule", "caps", "phrases"},
    {"model", "profiles", "events"},
    {"ids", "sqlite", "tokens"},
]


def imports(path: Path) -> Iterator[str]:
    """Yield the absolute name of every module a file imports, at any depth of the code."""
    package = ".".join(
        path.relative_to(next(root.parent for root in PACKAGES.values() if root in path.parents)).parts[:-1]
    )
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package.split(".")[: len(package.split(".")) - node.level + 1]
                yield ".".join([*base, node.module] if node.module else base)
                if not node.module:
                    yield from (".".join([*base, alias.name]) for alias in node.names)
            elif node.module:
                yield node.module


def modules(package: str) -> list[Path]:
    return sorted(PACKAGES[package].rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_between_the_packages_point_one_way(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imports(path)
        if (top := name.split(".")[0]) in PACKAGES and top != package and top not in MAY_IMPORT[package]
    ]
    assert wrong == []


def test_the_engine_needs_nothing_but_the_pure_part_of_the_standard_library() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("mitate_rules")
        for name in imports(path)
        if (top := name.split(".")[0]) != "mitate_rules" and (top not in sys.stdlib_module_names or top in IMPURE)
    ]
    assert wrong == []


def test_the_engine_opens_nothing_and_asks_no_clock() -> None:
    calls = {"open", "input", "print", "exec", "eval", "compile", "__import__"}
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} calls {node.func.id}"
        for path in modules("mitate_rules")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls
    ]
    assert wrong == []


def test_no_arrow_in_the_sdk_runs_back_up() -> None:
    floor_of = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
    wrong: list[str] = []
    for path in modules("mitate"):
        room = path.relative_to(PACKAGES["mitate"]).parts[0].removesuffix(".py")
        assert room in floor_of, f"sdk/mitate/{room} stands on no floor: add it to FLOORS"
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "mitate" and len(parts) > 1 and floor_of[parts[1]] < floor_of[room]:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_offers_what_it_says(package: str) -> None:
    module = importlib.import_module(package)
    names = list(module.__all__)
    assert names == sorted(set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert [name for name in names if not hasattr(module, name)] == []


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
