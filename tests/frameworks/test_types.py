"""The types that are published for React agree with React's own, accept what is right and refuse what is wrong."""

from __future__ import annotations

import subprocess

import pytest

from .conftest import HERE

TSC = HERE / "node_modules" / ".bin" / "tsc"


@pytest.mark.skipif(not TSC.exists(), reason="needs Node, and `npm ci` in tests/frameworks")
def test_uses_of_a_slot_and_a_decision_compile_strictly_and_mistaken_ones_do_not() -> None:
    """Each mistake in `wrong.tsx` is marked as one, and TypeScript complains of a mark without a mistake."""
    run = subprocess.run([TSC, "--project", "types"], cwd=HERE, capture_output=True, text=True, check=False)
    assert (run.stdout + run.stderr, run.returncode) == ("", 0)
