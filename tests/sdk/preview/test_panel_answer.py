"""What the panel's tests are given is what a server answers."""

from __future__ import annotations

import json

from mitate.model import Json

from .panel_answer import FILE, make


def shape(value: Json) -> Json:
    """Give what JSON consists of, its texts and numbers aside."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return type(value).__name__ if value is not None else None


def test_the_example_that_the_panel_is_tested_with_is_as_a_server_answers() -> None:
    kept, made = json.loads(FILE.read_text("utf-8")), json.loads(json.dumps(make()))
    again = "run tests/sdk/preview/panel_answer.py and look at what changed"
    assert shape(kept) == shape(made), again
    assert kept["preview"]["experiences"] == made["preview"]["experiences"], again
