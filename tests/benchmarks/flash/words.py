"""What stands in the page's slots: the page's own content, and the variant that is 120 pixels taller."""

from __future__ import annotations

from typing import Final

NAMES: Final = ["hero", *(f"slot{number}" for number in range(1, 20))]

RESERVE: Final = "300px"
"""The variant's height (style.css)."""


def default(name: str) -> str:
    """Give the page's own content of a slot."""
    return f'<div class="default"><h1>Shoes for everybody</h1><p>Walk, run, stand. Our whole range, {name}.</p></div>'


def variant(name: str) -> str:
    """Give what personalization puts there."""
    return f'<div class="variant"><h1>Made for long shifts</h1><p>Light, closed, washable. Chosen for you, {name}.</p></div>'
