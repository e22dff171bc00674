"""The shared cases of deciding: value and reason, from `tests/cases/deciding.json`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from mitate import Mitate, Visitor

SHARED: dict[str, Any] = json.loads((Path(__file__).parent.parent / "cases" / "deciding.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = SHARED["cases"]
PAGE_VIEW = "case-page-view-0000001"


@pytest.fixture(scope="module")
def mitate(tmp_path_factory: pytest.TempPathFactory) -> Mitate:
    """The site of the cases."""
    folder = tmp_path_factory.mktemp("cases")
    (folder / "site.json").write_text(json.dumps(SHARED["site"]), "utf-8")
    return Mitate.from_path(folder)


def placed(value: object, now: float) -> object:
    """Replace `{"ago": seconds}` by an instant, however deep."""
    match value:
        case {"ago": int() | float() as ago}:
            return now - ago
        case list():
            return [placed(one, now) for one in cast("list[object]", value)]
        case _:
            return value


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_shared_case_is_decided_as_it_says(mitate: Mitate, case: dict[str, Any]) -> None:
    now = datetime.fromisoformat(case["now"]).timestamp()
    consent = {"personalization": True, "analytics": True} if case.get("consent") else None
    visitor = Visitor(id="c" * 22, page_view=PAGE_VIEW, consent=consent, **case["visitor"])
    remembered = {name: placed(value, now) for name, value in case.get("remembered", {}).items()}
    decisions = mitate.simulate(visitor, now=now, profile=remembered)
    assert {slot: [one.variant, one.reason.value] for slot, one in decisions.items()} == case["expect"]
    for slot in decisions:
        assert decisions.why(slot, "en")
        assert decisions.why(slot, "ja")
