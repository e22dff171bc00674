"""Ask the JavaScript twin, and compare what it says with the engine."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, Protocol, cast

import pytest

from mitate_rules import WITHHELD, Context, Diagnostic, Program, check_rule, compile_rule
from mitate_rules.vocabulary import Declarations

Answers = list[object]

STATIC: Final = Path(str(files("mitate_server") / "static"))
SOURCE: Final = Path(__file__).parents[2] / "js-snippet"

FORM: Final = frozenset(
    {"one-operator", "unknown-operator", "not-for-targeting", "arity", "bad-list", "bad-var", "too-deep", "too-large"}
    | {"bad-text", "not-a-condition", "condition-as-value", "audience-in-list", "unknown-audience", "audience-loop"}
    | {"broken-audience", "unknown-list", "unknown-fact", "bad-network", "bad-version", "bad-comparison", "bad-instant"}
    | {"bad-time", "bad-zone", "bad-weekday", "bad-event", "bad-window", "bad-count", "bad-pattern"}
)
"""What the edge build refuses, too. Types are checked by the engine alone, where the document is loaded."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the rules of a document may name."""

    facts: Declarations | None = None
    audiences: Declarations | None = None
    lists: Mapping[str, Sequence[str]] | None = None

    def program(self, rule: object) -> Program:
        """Compile a rule with the engine."""
        return compile_rule(rule, self.facts, audiences=self.audiences, lists=self.lists)

    def findings(self, rule: object) -> list[Diagnostic]:
        """Check a rule with the engine."""
        return check_rule(rule, self.facts, audiences=self.audiences, lists=self.lists)

    def to_json(self) -> dict[str, object]:
        """Give the document as the twin takes it."""
        words = {"facts": self.facts, "audiences": self.audiences, "lists": self.lists}
        return {name: value for name, value in words.items() if value is not None}


def node() -> str:
    """Give the path of Node, or skip the test."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed: the JavaScript twin is not compared with the engine")
    return found


class Writes(Protocol):
    """What writes a line for `twin.mjs`."""

    def to_json(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Vector:
    """A rule, and contexts or other data to ask it of."""

    rule: object
    contexts: Sequence[Mapping[str, object]] = ()
    data: Sequence[object] | None = None

    def to_json(self) -> str:
        """Write a line for `twin.mjs`."""
        if self.data is not None:
            return json.dumps({"rule": self.rule, "data": self.data})
        facts = [
            {name: {"withheld": True} if value is WITHHELD else value for name, value in context.items()}
            for context in self.contexts
        ]
        return json.dumps({"rule": self.rule, "contexts": facts})


def peer() -> Path:
    """Give json-logic-js, or skip the test."""
    found = SOURCE / "node_modules" / "json-logic-js" / "logic.js"
    if not found.exists():
        pytest.skip('json-logic-js is not installed ("npm ci" in js-snippet): there is no third voice')
    return found


def ask(build: str | Path, vectors: Iterable[Writes], words: Words | None = None) -> list[dict[str, object]]:
    """Answer vectors with a build, or another module, in one process."""
    first = json.dumps({"build": (STATIC / build).as_uri(), "document": words.to_json() if words is not None else None})
    said = "\n".join([first, *(vector.to_json() for vector in vectors)])
    run = subprocess.run(
        [node(), str(Path(__file__).with_name("twin.mjs"))], input=said, capture_output=True, text=True, check=False
    )
    assert (run.stderr, run.returncode) == ("", 0)
    return [cast("dict[str, object]", json.loads(line)) for line in run.stdout.splitlines()]


def disagreement(vector: Vector, said: Mapping[str, object], words: Words) -> str | None:
    """Say where the twin and the engine differ on a vector; None when they agree."""
    findings = words.findings(vector.rule)
    errors = {one.code for one in findings if one.severity == "error"}
    code = said.get("error")
    if code is not None:
        known = errors | {one.code for one in findings if one.code == "not-in-browser"}
        known |= {"not-in-browser"} if "bad-pattern" in errors else set[str]()
        agreed = code in known
        return None if agreed else _told(vector, f"only the twin refuses: {said}, the engine says {sorted(errors)}")
    if errors & FORM:
        return _told(vector, f"only the engine refuses: {sorted(errors)}")
    answers = cast(Answers, said["answers"])
    threw = [answer for answer in answers if isinstance(answer, str) and answer.startswith("threw")]
    if threw:
        return _told(vector, f"the twin {threw[0]}")
    return None if errors else _different(vector, answers, words.program(vector.rule))


def _different(vector: Vector, answers: Answers, program: Program) -> str | None:
    for context, answer in zip(vector.contexts, answers, strict=True):
        found = program(Context(context))
        wanted = "withheld" if found is WITHHELD else found
        if answer != wanted:
            read = {name: context[name] for name in program.facts_read if name in context}
            return _told(vector, f"on {read}: the twin says {answer}, the engine {wanted}")
    return None


def _told(vector: Vector, what: str) -> str:
    rule = json.dumps(vector.rule)
    return f"{rule if len(rule) < 2000 else rule[:1000] + '…'}\n    {what}"


def shortest(found: Iterable[str | None], most: int = 5) -> str:
    """Lay out the shortest disagreements: those that say most with least."""
    told = sorted((one for one in found if one is not None), key=len)
    return "\n".join([*told[:most], f"… {len(told)} in all"] if told else [])
