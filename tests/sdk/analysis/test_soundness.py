"""No claim is false: who is said never to show is never shown, whoever visits, whenever, with consent or without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mitate import WITHHELD, analyse, load
from mitate.deciding import NO_MEMORY, Decider
from mitate.schedule import instant
from mitate_rules import Context

NOW = instant("2026-11-21T12:00", "UTC")
DAY = 86400.0

CONDITIONS: st.SearchStrategy[object] = st.sampled_from(
    [
        {"==": [{"var": "geo.country"}, "JP"]},
        {"!=": [{"var": "geo.country"}, "JP"]},
        {"in": [{"var": "geo.country"}, ["JP", "US"]]},
        {"==": [{"var": "device.type"}, "phone"]},
        {">=": [{"var": "visits.count"}, 2]},
        {"<": [{"var": "visits.count"}, 2]},
        {">": [{"var": "visits.count"}, 4]},
        {"audience": "regulars"},
        {">": [{"var": "live.scroll"}, 50]},
        True,
    ]
)


def joined(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    several = st.lists(inner, min_size=1, max_size=3)
    operands: dict[str, st.SearchStrategy[object]] = {"and": several, "or": several, "!": inner}
    return st.one_of([st.fixed_dictionaries({name: parts}) for name, parts in operands.items()])


RULES = st.recursive(CONDITIONS, joined, max_leaves=4)
SCHEDULES: st.SearchStrategy[dict[str, str]] = st.fixed_dictionaries(
    {},
    optional={
        "from": st.sampled_from(["2026-11-19", "2026-11-21T12:00"]),
        "until": st.sampled_from(["2026-11-22", "2026-11-25"]),
        "timezone": st.sampled_from(["site", "visitor", "Asia/Tokyo"]),
    },
)
EXPERIENCES = st.fixed_dictionaries(
    {"when": RULES, "slots": st.sampled_from([["hero"], ["shelf"], ["hero", "shelf"]])},
    optional={
        "suppress": CONDITIONS,
        "schedule": SCHEDULES,
        "frequency": st.just({"max": 1, "per": "day"}),
        "status": st.just("paused"),
        "experiment": st.sampled_from([{"holdout": 0.5}, {"layer": "top"}, {"unit": "account", "holdout": 0.5}]),
    },
)
VISITORS = st.fixed_dictionaries(
    {
        "geo.country": st.sampled_from([None, "JP", "US", "FR"]),
        "device.type": st.sampled_from([None, "phone", "desktop"]),
        "visits.count": st.sampled_from([None, 1, 2, 3, 5]),
        "time.zone": st.sampled_from(["Asia/Tokyo", "Pacific/Kiritimati", "Etc/GMT+12", "UTC"]),
        "account.domain": st.sampled_from([None, "aoi.example"]),
    }
)


def document(experiences: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "format": 1,
        "site": "shop",
        "timezone": "UTC",
        "slots": {"hero": {}, "shelf": {}},
        "audiences": {"regulars": {"when": {">=": [{"var": "visits.count"}, 3]}}},
        "experiences": [
            {"id": f"e{number}", "variants": [{"id": "a"}], **one} for number, one in enumerate(experiences)
        ],
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(EXPERIENCES, min_size=2, max_size=5),
    st.lists(st.tuples(VISITORS, st.booleans(), st.sampled_from([0.0, DAY, 5 * DAY])), min_size=10, max_size=20),
)
def test_who_is_said_never_to_show_is_never_shown(
    folder: Path, experiences: list[dict[str, Any]], visits: list[tuple[dict[str, object], bool, float]]
) -> None:
    (folder / "site.json").write_text(json.dumps(document(experiences)), "utf-8")
    loaded = load(folder)
    found = [one for one in analyse(loaded, now=NOW) if one.severity == "warning"]
    decider = Decider(loaded.site)
    visitors = [*visits, *((dict(one.witness or {}), consent, 0.0) for one in found for consent in (True, False))]
    for facts, consent, later in visitors:
        known = {**facts, "live.scroll": WITHHELD}
        if not consent:
            known |= dict.fromkeys(("visits.count", "account.domain", "account.name"), WITHHELD)
        purposes = frozenset({"necessary", "personalization"} if consent else {"necessary"})
        decisions = decider.decide(Context(known), NO_MEMORY, purposes, "key-1" if consent else None, NOW + later)
        shown = {(decisions[slot].experience, slot) for slot in decisions}
        for one in found:
            name = f"e{one.pointer.split('/')[2]}"
            if one.code == "shadowed" and "never fills" in one.message:
                slot = one.message.partition('the slot "')[2].partition('"')[0]
                assert (name, slot) not in shown, one.message
            elif one.code in ("shadowed", "always-suppressed", "never-runs") or (
                one.code == "never-true" and one.pointer.startswith("/experiences")
            ):
                assert not {(name, "hero"), (name, "shelf")} & shown, one.message
