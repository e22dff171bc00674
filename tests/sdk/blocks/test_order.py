"""Order: what a page is told of a visitor's likes, and nothing beside it."""

from __future__ import annotations

import json
import math
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.blocks import Order
from mitate_rules import WITHHELD

COLOURS = {"affinity.color.black": "black", "affinity.color.red": "red", "affinity.color.white": "white"}
RANK = Order(items="article", key="data-topic", do="rank", scores=COLOURS, fixed=2, unexpected=0.3, at_least=0.2)
MARK = Order(
    items=".card",
    key="data-color",
    do="highlight",
    scores=COLOURS,
    marked="mitate-preferred",
    label={"en": "the colour you often choose", "ja": "よく選ばれる色"},
)


def test_a_page_that_ranks_is_told_the_scores_that_count() -> None:
    context = {
        "affinity.color.black": 0.81234,
        "affinity.color.red": 0.2,
        "affinity.color.white": 0.19,
        "geo.city": "x",
    }
    assert RANK.fill(context) == {
        "items": "article",
        "key": "data-topic",
        "do": "rank",
        "fixed": 2,
        "unexpected": 0.3,
        "weights": {"black": 0.812, "red": 0.2},
    }
    assert RANK.facts_read == set(COLOURS)


def test_a_page_that_highlights_is_told_no_score() -> None:
    context = {"affinity.color.black": 0.8, "affinity.color.red": 0.0, "page.language": "ja"}
    assert MARK.fill(context) == {
        "items": ".card",
        "key": "data-color",
        "do": "highlight",
        "label": "よく選ばれる色",
        "class": "mitate-preferred",
        "weights": {"black": 1},
    }
    assert MARK.facts_read == {*COLOURS, "page.language"}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ja", "よく選ばれる色"),
        ("ja-JP", "よく選ばれる色"),
        ("JA-jp", "よく選ばれる色"),
        ("en-GB", "the colour you often choose"),
        ("fr", "the colour you often choose"),
        (None, "the colour you often choose"),
        (WITHHELD, "the colour you often choose"),
    ],
)
def test_a_label_speaks_the_pages_language(language: object, expected: str) -> None:
    assert MARK.fill({"page.language": language})["label"] == expected


@pytest.mark.parametrize("value", [None, WITHHELD, 0, -1, 0.0, True, "0.9", math.nan, math.inf, [1]])
def test_what_is_no_liking_is_not_told(value: object) -> None:
    assert MARK.fill({"affinity.color.black": value})["weights"] == {}


@pytest.mark.parametrize(
    ("at_least", "score", "told"), [(0.0, 1e-9, True), (0.5, 0.5, True), (0.5, 0.49999, False), (2, 3, True)]
)
def test_the_smallest_score_that_counts_counts(at_least: float, score: float, told: bool) -> None:
    order = Order(items="a", key="k", do="highlight", scores={"f.x": "x"}, at_least=at_least)
    assert order.fill({"f.x": score})["weights"] == ({"x": 1} if told else {})


def test_values_of_an_open_group_are_found_and_at_most_fifty_told() -> None:
    order = Order(items="a", key="k", do="rank", scores={}, prefix="affinity.brand.")
    assert order.facts_read == {"affinity.brand.*"}
    context = {f"affinity.brand.b{number}": number / 100 for number in range(80)} | {"affinity.other.x": 1.0}
    weights = cast("dict[str, float]", order.fill(context)["weights"])
    assert (list(weights)[:2], len(weights)) == (["b79", "b78"], 50)


def test_values_are_told_in_small_letters_as_a_page_compares_them() -> None:
    order = Order(items="a", key="k", do="rank", scores={}, prefix="p.")
    assert order.fill({"p.Black": 0.2, "p.black": 0.9, "p.BLACK": 0.5})["weights"] == {"black": 0.9}


@given(st.dictionaries(st.sampled_from(sorted(COLOURS)), st.floats(allow_nan=True) | st.text() | st.none()))
def test_whatever_the_facts_are_the_page_gets_json_with_positive_weights(context: dict[str, object]) -> None:
    weights = cast("dict[str, float]", RANK.fill(context)["weights"])
    assert json.loads(json.dumps(weights, allow_nan=False)) == weights
    assert all(one > 0 for one in weights.values())
