"""A site's cases as pytest tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mitate.mitate import Mitate

from .case import Case
from .reading import load
from .running import Runner


def as_tests(path: str | Path) -> Callable[..., None]:
    """Give a test function that pytest runs once for each case of a site: ``test_shop = as_tests("shop")``.

    Needs pytest. Raises `DocumentError`, as `load` does, when the module is collected.
    """
    import pytest

    mitate = Mitate.from_path(path)
    cases = load(path, mitate.site)

    @pytest.mark.parametrize("case", cases, ids=[f"{case.where} {case.name}" for case in cases])
    def test(case: Case) -> None:
        with Runner(mitate) as runner:
            result = runner.result(case)
        if not result.passed:
            pytest.fail(f"{case.where}  {case.name}\n{result.diff()}", pytrace=False)

    return test
