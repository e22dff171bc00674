"""The fuzz program runs, and finds nothing in its first few seconds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("fuzz_rules.py")


def test_four_hundred_strange_rules_and_contexts_break_no_promise() -> None:
    command = [sys.executable, str(PROGRAM), "--engine", "random", "--examples", "400", "--seed", "20261121"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=170, check=False)
    assert ran.stdout.splitlines()[0] == "engine: random, seed 20261121"
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "400 examples in" in ran.stdout
    assert "0 kinds of breaks: none" in ran.stdout


def test_one_example_can_be_tried_again() -> None:
    ran = subprocess.run(
        [sys.executable, str(PROGRAM), "--again", "00ff17"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
