"""Ask the JavaScript twin, and compare what it says with the engine."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, cast

import pytest

from mitate_rules import WITHHELD, Context, check_rule, compile_rule

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


def node() -> str:
    """Give the path of Node, or skip the test."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed: the JavaScript twin is not compared with the engine")
    return found


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


def ask(build: str, vectors: Iterable[Vector], document: object = None) -> list[dict[str, object]]:
    """Answer vectors with a build, in one process."""
    first = json.dumps({"build": (STATIC / build).as_uri(), "document": document})
    said = "\n".join([first, *(vector.to_json() for vector in vectors)])
    run = subprocess.run(
        [node(), str(Path(__file__).with_name("twin.mjs"))], input=said, capture_output=True, text=True, check=False
    )
    assert (run.stderr, run.returncode) == ("", 0)
    return [cast("dict[str, object]", json.loads(line)) for line in run.stdout.splitlines()]


def answers_of(vector: Vector, words: Mapping[str, object]) -> Answers:
    """Answer a vector with the engine."""
    program = compile_rule(vector.rule, **words)  # type: ignore[call-overload]
    found = [program(Context(context)) for context in vector.contexts]
    return ["withheld" if answer is WITHHELD else answer for answer in found]


def disagreement(
    vector: Vector, said: Mapping[str, object], words: Mapping[str, object], *, form: bool = True
) -> str | None:
    """Say where the twin and the engine differ on a vector; None when they agree.

    With `form` False the twin is one that trusts the form of a rule, which the server wrote.
    """
    findings = check_rule(vector.rule, **words)  # type: ignore[arg-type]
    errors = {one.code for one in findings if one.severity == "error"}
    code = said.get("error")
    if code is not None:
        known = errors | {one.code for one in findings if one.code == "not-in-browser"}
        known |= {"not-in-browser"} if "bad-pattern" in errors else set()
        return (
            None if code in known else _told(vector, f"only the twin refuses: {said}, the engine says {sorted(errors)}")
        )
    if form and errors & FORM:
        return _told(vector, f"only the engine refuses: {sorted(errors)}")
    answers = cast(Answers, said["answers"])
    threw = [answer for answer in answers if isinstance(answer, str) and answer.startswith("threw")]
    if threw:
        return _told(vector, f"the twin {threw[0]}")
    if errors:
        return None
    expected = answers_of(vector, words)
    for context, answer, wanted in zip(vector.contexts, answers, expected, strict=True):
        if answer is not wanted and answer != wanted:
            program = compile_rule(vector.rule, **words)  # type: ignore[call-overload]
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
