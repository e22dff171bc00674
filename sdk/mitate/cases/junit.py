"""Reports as JUnit XML, in the form Jenkins, GitLab and GitHub's actions read (testsuites, testsuite, testcase)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from mitate_rules import Diagnostic

from .running import Result

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) can't hold, not even escaped."""


@dataclass(frozen=True)
class Suite:
    """One site's results, or what kept its cases from being run."""

    site: str
    results: Sequence[Result] = ()
    errors: Sequence[Diagnostic] = ()


def junit(suites: Iterable[Suite]) -> str:
    """Give all results as one XML document: a suite for each file of cases, times in seconds."""
    written = [text for suite in suites for text in _suites(suite)]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *written, "</testsuites>", ""])


def _suites(suite: Suite) -> list[str]:
    written = [
        _suite(suite.site, file, list(results))
        for file, results in groupby(suite.results, key=lambda one: one.case.file)
    ]
    if suite.errors:
        name = _attribute(suite.site)
        case = f'    <testcase classname={name} name="loads" time="0">\n'
        failed = [_problem("error", one.code, str(one), str(one)) for one in suite.errors]
        head = f'  <testsuite name={name} tests="1" failures="0" errors="{len(failed)}" skipped="0" time="0">\n'
        written.append(head + case + "".join(failed) + "    </testcase>\n  </testsuite>")
    return written


def _suite(site: str, file: str, results: Sequence[Result]) -> str:
    failures = sum(not one.passed for one in results)
    seconds = sum(one.seconds for one in results)
    counts = f'tests="{len(results)}" failures="{failures}" errors="0" skipped="0" time="{seconds:.6f}"'
    head = f"  <testsuite name={_attribute(f'{site}/{file}')} {counts}>\n"
    return head + "".join(_case(site, one) for one in results) + "  </testsuite>"


def _case(site: str, result: Result) -> str:
    case = result.case
    line = "" if case.line is None else f' line="{case.line}"'
    where = f"classname={_attribute(f'{site}/{case.file}')} name={_attribute(case.name)} file={_attribute(case.file)}"
    head = f'    <testcase {where}{line} time="{result.seconds:.6f}"'
    if result.passed:
        return head + "/>\n"
    message = "; ".join(f"{one.slot}: expected {one.expected}, got {one.got}" for one in result.differences)
    return head + ">\n" + _problem("failure", "Difference", message, result.diff()) + "    </testcase>\n"


def _problem(tag: str, kind: str, message: str, text: str) -> str:
    return f"      <{tag} type={_attribute(kind)} message={_attribute(message)}>{escape(_clean(text))}</{tag}>\n"


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
