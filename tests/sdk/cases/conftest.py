"""A small site with everything a case can speak of, and a way to write cases beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from mitate import DocumentError, Mitate
from mitate.cases import Case, Report, load, run

SITE: dict[str, Any] = {
    "format": 1,
    "site": "shop",
    "origins": ["https://shop.example"],
    "timezone": "Asia/Tokyo",
    "consent": {"default": "denied"},
    "holdout": 0.1,
    "facts": {"user.plan": {"type": "string", "enum": ["free", "pro"], "from": "backend"}},
    "interests": {"shoes": {"half_life": "14d", "signals": [{"when": {"starts_with": [{"var": "page.path"}, "/shoes/"]}}]}},
    "audiences": {"keen": {"when": {">=": [{"var": "interests.shoes"}, 0.4]}}},
    "slots": {"hero": {}, "note": {}, "bare": {}},
    "experiences": [
        {
            "id": "gifts",
            "slot": "hero",
            "when": {"==": [{"var": "campaign.name"}, "gifts"]},
            "schedule": {"from": "2026-12-10T00:00", "until": "2026-12-25T00:00"},
            "variants": [{"id": "gift", "text": "A gift"}],
        },
        {
            "id": "shoes",
            "slots": ["hero", "note"],
            "when": {"and": [{"audience": "keen"}, {"!=": [{"var": "geo.country"}, "US"]}]},
            "suppress": {"<": [{"var": "purchases.days_since_last"}, 60]},
            "variants": [
                {"id": "page"},
                {
                    "id": "light",
                    "content": {
                        "hero": {"html": "<h1>Light <em>shoes</em></h1><p>for {{geo.country|you}}</p>"},
                        "note": {"json": {"shelf": ["a", "b"]}},
                    },
                },
                {"id": "dark", "content": {"hero": {"text": "Dark shoes"}, "note": {"text": "Dark"}}},
            ],
            "experiment": {"holdout": 0.2},
        },
        {
            "id": "quiz",
            "slot": "note",
            "when": {"==": [{"var": "visits.count"}, 2]},
            "frequency": {"max": 2, "per": "day"},
            "variants": [{"id": "ask", "text": "Three questions"}],
        },
    ],
}  # fmt: skip
AT = "2026-11-21T12:00"


class Write(Protocol):
    """Writes a file of cases (one case, or all of a file) beside a site and gives the folder."""

    def __call__(
        self, *cases: Mapping[str, object], site: Mapping[str, Any] = SITE, file: str = "first.json", **top: object
    ) -> Path: ...


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(
        *cases: Mapping[str, object], site: Mapping[str, Any] = SITE, file: str = "first.json", **top: object
    ) -> Path:
        (tmp_path / "cases").mkdir(exist_ok=True)
        (tmp_path / "site.json").write_text(json.dumps(site), "utf-8")
        (tmp_path / "cases" / file).write_text(json.dumps({"at": AT, **top, "cases": list(cases)}), "utf-8")
        return tmp_path

    return write


class Ran(Protocol):
    """Writes and runs cases."""

    def __call__(self, *cases: Mapping[str, object], site: Mapping[str, Any] = SITE, **top: object) -> Report: ...


@pytest.fixture
def ran(write: Write) -> Ran:
    def ran(*cases: Mapping[str, object], site: Mapping[str, Any] = SITE, **top: object) -> Report:
        folder = write(*cases, site=site, file="first.json", **top)
        with Mitate.from_path(folder) as mitate:
            return run(mitate, load(folder, mitate.site))

    return ran


def refused(folder: Path) -> list[tuple[str, str, str | None]]:
    """Give what is wrong with a folder's cases: code, message, hint."""
    try:
        load(folder)
    except DocumentError as error:
        return [(one.code, one.message, one.hint) for one in error.diagnostics]
    return []


def shown(report: Report) -> list[dict[str, str]]:
    """Give what each case saw, slot by slot: ``experience/variant`` (or ``page``) and the reason."""
    return [
        {
            slot: f"{'page' if one.kind is None else f'{one.experience}/{one.variant}'} {one.reason}"
            for slot, one in result.decisions.items()
        }
        for result in report.results
    ]


def only(cases: list[Case]) -> Case:
    """Give the one case there is."""
    [case] = cases
    return case
