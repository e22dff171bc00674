"""Which purposes a visitor has granted: their own choice, else the signal they send, else the site's default."""

from __future__ import annotations

from typing import Final

from .model import ConsentPolicy
from .visitor import Visitor

Purposes = frozenset[str]

NECESSARY: Final = "necessary"
PERSONALIZATION: Final = "personalization"
ANALYTICS: Final = "analytics"
PURPOSES: Final = (NECESSARY, PERSONALIZATION, ANALYTICS)

_ONLY_NECESSARY: Final = frozenset({NECESSARY})
_EVERYTHING: Final = frozenset(PURPOSES)


def granted(visitor: Visitor, policy: ConsentPolicy) -> Purposes:
    """Give the purposes this visitor allows; `necessary` is always among them.

    A choice made here outranks Global Privacy Control, as https://w3c.github.io/gpc/ leaves to the
    site and its visitor; the signal outranks the site's default.
    """
    choice = visitor.consent
    if choice is not None:
        if choice.get(PERSONALIZATION) is True and choice.get(ANALYTICS) is True:
            return _EVERYTHING
        return _ONLY_NECESSARY | {purpose for purpose in PURPOSES if choice.get(purpose) is True}
    if policy.gpc == "denies" and sends_gpc(visitor):
        return _ONLY_NECESSARY
    return _EVERYTHING if policy.default == "granted" else _ONLY_NECESSARY


def sends_gpc(visitor: Visitor) -> bool:
    """Tell whether the browser sends Global Privacy Control, by script or by header."""
    if visitor.gpc is not None:
        return visitor.gpc
    return visitor.headers.get("sec-gpc") == "1"


def may_remember(purposes: Purposes) -> bool:
    """Tell whether anything at all may be stored about the visitor."""
    return PERSONALIZATION in purposes or ANALYTICS in purposes
