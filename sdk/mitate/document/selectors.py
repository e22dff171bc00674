"""A quick look at CSS selectors, so that a typing error is found at load and not by a silent page."""

from __future__ import annotations

import re
from typing import Final

# Selectors Level 4, section 18 (grammar), as far as slots need it.
_NAME = r"(?:\\.|[-\w]|[^\x00-\x7f])+"
_COMPOUND: Final = re.compile(rf"(?:\*|{_NAME})?(?:[#.]{_NAME}|::?{_NAME})*")
_ATTRIBUTE: Final = re.compile(
    rf"\[\s*(?:{_NAME}\|)?{_NAME}\s*(?:[~|^$*]?=\s*(?:\"[^\"\n]*\"|'[^'\n]*'|{_NAME})\s*[iIsS]?\s*)?\]"
)
_COMBINATOR: Final = re.compile(r"\s*(?:\|\||[>+~,])\s*|\s+")


def fault(selector: str) -> str | None:
    """Say what is wrong with a selector, or give None when nothing seems to be."""
    if not selector.strip():
        return "it is empty"
    text, depth, at, fresh = selector.strip(), 0, 0, True
    while at < len(text):
        char = text[at]
        if char == "[":
            found = _ATTRIBUTE.match(text, at)
            if found is None:
                return f"the attribute part at {text[at : at + 20]!r} is not complete"
            at, fresh = found.end(), False
        elif char == "(" and not fresh:
            depth, at, fresh = depth + 1, at + 1, True
        elif char == ")":
            if depth == 0:
                return "it closes a bracket that was never opened"
            depth, at, fresh = depth - 1, at + 1, False
        elif (found := _COMPOUND.match(text, at)) is not None and found.end() > at:
            at, fresh = found.end(), False
        elif (found := _COMBINATOR.match(text, at)) is not None and found.end() > at:
            if fresh and found.group().strip() not in {"", ">", "+", "~"}:
                return f"nothing stands before {found.group().strip()!r}"
            at, fresh = found.end(), found.group().strip() != "" or fresh
        else:
            return f"{char!r} has no place in a selector"
    if depth:
        return "a bracket is not closed"
    return "something must follow its last sign" if fresh else None
