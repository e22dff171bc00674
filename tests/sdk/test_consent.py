"""What may be used: the visitor's own choice, else the signal, else the site's default."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mitate import Visitor
from mitate.consent import granted, may_remember
from mitate.model import ConsentPolicy

NOTHING = {"necessary"}
ALL = {"necessary", "personalization", "analytics"}


@pytest.mark.parametrize(
    ("policy", "choice", "gpc", "purposes"),
    [
        (ConsentPolicy(), None, None, NOTHING),
        (ConsentPolicy(default="granted"), None, None, ALL),
        (ConsentPolicy(default="granted"), None, True, NOTHING),
        (ConsentPolicy(default="granted", gpc="ignore"), None, True, ALL),
        (ConsentPolicy(default="granted"), {}, None, NOTHING),
        (ConsentPolicy(default="granted"), {"personalization": False, "analytics": False}, None, NOTHING),
        (ConsentPolicy(), {"personalization": True, "analytics": True}, None, ALL),
        (ConsentPolicy(), {"personalization": True, "analytics": True}, True, ALL),  # allowed here, whatever the signal
        (ConsentPolicy(), {"analytics": True}, None, {"necessary", "analytics"}),
        (ConsentPolicy(), {"personalization": True}, True, {"necessary", "personalization"}),
        (ConsentPolicy(), {"everything": True}, None, NOTHING),
    ],
)
def test_a_choice_outranks_the_signal_and_the_signal_the_default(
    policy: ConsentPolicy, choice: Mapping[str, bool] | None, gpc: bool | None, purposes: set[str]
) -> None:
    assert granted(Visitor(consent=choice, gpc=gpc), policy) == purposes


def test_the_header_counts_as_the_signal() -> None:
    policy = ConsentPolicy(default="granted")
    assert granted(Visitor(headers={"sec-gpc": "1"}), policy) == NOTHING
    assert granted(Visitor(headers={"sec-gpc": "0"}), policy) == ALL


def test_only_necessary_remembers_nothing() -> None:
    assert not may_remember(frozenset(NOTHING))
    assert may_remember(frozenset({"necessary", "analytics"}))
