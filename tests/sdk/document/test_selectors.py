"""A typing error in a selector is found at load."""

from __future__ import annotations

import pytest

from mitate.document.selectors import fault


@pytest.mark.parametrize(
    "selector",
    [
        "#guide",
        '[data-mitate="hero"]',
        "main > .hero h1",
        "ul li:nth-child(2n + 1)",
        "a[href^='/x' i]",
        "div:not(.a, .b) ~ p",
        "h1, h2",
        ":is(h1, h2)::before",
        "*",
        "日本語",
        ".a\\:b",
        "a||b",
    ],
)
def test_a_selector_passes(selector: str) -> None:
    assert fault(selector) is None


@pytest.mark.parametrize(
    ("selector", "wrong"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("#", "'#' has no place in a selector"),
        ("#a >", "something must follow its last sign"),
        ("h1,", "something must follow its last sign"),
        (",h1", "nothing stands before ','"),
        ("div[", "the attribute part at '[' is not complete"),
        ("div[a=]", "the attribute part at '[a=]' is not complete"),
        (":not(.a", "a bracket is not closed"),
        (".a)", "it closes a bracket that was never opened"),
        ("a { color: red }", "'{' has no place in a selector"),
        ("<div>", "'<' has no place in a selector"),
    ],
)
def test_a_broken_selector_is_explained(selector: str, wrong: str) -> None:
    assert fault(selector) == wrong
