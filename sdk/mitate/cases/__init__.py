"""Tests of a site's rules, beside the site: imagined visitors in `cases/*.json`, and what each slot must show them.

As pytest tests, in one line each::

    from mitate.cases import as_tests
    test_shop = as_tests("shop")
"""

from .case import Bucket, Case, Expected, Happened
from .coverage import Coverage, Point
from .form import CASES_SCHEMA_NAME, cases_schema
from .reading import load
from .running import Difference, Report, Result, run
from .suggesting import SUGGESTED, Suggestions, suggest
from .testing import as_tests

__all__ = [
    "CASES_SCHEMA_NAME",
    "SUGGESTED",
    "Bucket",
    "Case",
    "Coverage",
    "Difference",
    "Expected",
    "Happened",
    "Point",
    "Report",
    "Result",
    "Suggestions",
    "as_tests",
    "cases_schema",
    "load",
    "run",
    "suggest",
]
