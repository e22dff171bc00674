"""What `docs/` and the published schemas say is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mitate.context.facts import BUILT_IN
from mitate.document import SCHEMA_NAME
from mitate.model import Basis, Reason
from mitate_rules import Context, check_rule, compile_rule
from mitate_rules.operators import TABLE, Operator
from mitate_server.settings import ROWS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))

AUDIENCES = {"regulars": {"when": {">=": [{"var": "visits.count"}, 3]}}}
LISTS = {"partners": ["aoi.example", "kaede.example"]}
EVERYTHING_HOLDS = Context(
    {
        "account.domain": "aoi.example",
        "account.employees": 40,
        "account.known": True,
        "campaign.name": "Winter shoes",
        "campaign.source": "newsletter",
        "cart.categories": ["shoes-nurse", "shoes-walking"],
        "cart.items": 3,
        "cart.value": 12_000,
        "channel": "web",
        "device.os_version": "17.5.1",
        "device.touch": True,
        "device.type": "phone",
        "events.viewed_pricing.times": [1_792_000_000.0, 1_794_000_000.0, 1_795_000_000.0],
        "geo.country": "JP",
        "interests.nurse-shoes": 0.6,
        "interests.walking-shoes": 0.1,
        "page.path": "/nurse/white/quiet/42",
        "page.referrer_host": "search.example",
        "page.title": "Quiet Nurse Shoes",
        "purchases.categories": ["care", "shoes-walking"],
        "purchases.count": 2,
        "purchases.days_since_last": 30,
        "purchases.total_value": 18_000,
        "request.ip": "203.0.113.7",
        "search.last": "Quiet shoes",
        "time.date": "2026-11-22",
        "time.hour": 23,
        "time.minute": 10,
        "time.now": 1_795_356_600.0,
        "user.member_since": "2025-04-01",
        "visits.count": 3,
        "visits.days_since_last": 5,
        "visits.first": 1_792_000_000.0,
        "visits.is_new": False,
        "site_time.weekday": 7,
    }
)
"""A visitor for whom every example of an operator holds."""
OFFICIAL = {
    "map": [2, 6],
    "reduce": 4,
    "cat": "Hello, Aoi",
    "substr": "logic",
    "merge": [1, 2, 3],
    "missing": ["phone"],
    "missing_some": [],
    "log": "seen",
}


def test_docs_and_schemas_say_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("row", [row for row in TABLE if row.targeting], ids=lambda row: row.name)
def test_an_operators_example_is_a_good_rule_that_holds_for_somebody(row: Operator) -> None:
    rule = json.loads(row.example)
    found = check_rule(rule, BUILT_IN, audiences=AUDIENCES, lists=LISTS)
    assert [str(one) for one in found if one.severity != "note"] == []
    assert compile_rule(rule, BUILT_IN, audiences=AUDIENCES, lists=LISTS)(EVERYTHING_HOLDS) is True


@pytest.mark.parametrize("row", [row for row in TABLE if not row.targeting], ids=lambda row: row.name)
def test_an_example_of_the_official_dialect_gives_what_json_logic_gives(row: Operator) -> None:
    rule = json.loads(row.example)
    assert compile_rule(rule, dialect="jsonlogic")({"prices": [1, 3], "name": "Aoi"}) == OFFICIAL[row.name]
    assert [one.code for one in check_rule(rule)] == ["not-for-targeting"]


def test_every_example_site_names_the_schema_beside_it() -> None:
    published = sorted(path.parent for path in ROOT.rglob(SCHEMA_NAME) if ".venv" not in path.parts)
    assert [path.name for path in published] == ["site", "site", "site", "shop", "nagare", "shoes"]
    for site in published:
        assert json.loads((site / "site.json").read_text("utf-8"))["$schema"] == SCHEMA_NAME


def test_every_operator_fact_and_setting_has_a_row() -> None:
    def named(page: str) -> set[str]:
        return set(re.findall(r"^\| `([^`]+)`", (DOCS / page).read_text("utf-8"), re.MULTILINE))

    assert {row.name for row in TABLE} <= named("operators.md")
    assert named("facts.md") == set(BUILT_IN)
    assert named("settings.md") == {row.flag for row in ROWS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", page.read_text("utf-8")):
        there = page.parent / target if target else page
        headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), re.MULTILINE)
        assert not anchor or anchor in [heading.lower().replace(" ", "-") for heading in headings]


def test_the_readme_leads_to_every_page() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [page.name for page in PAGES if f"(docs/{page.name})" not in readme] == []


def test_the_glossary_explains_every_reason_and_basis() -> None:
    glossary = (DOCS / "glossary.md").read_text("utf-8")
    assert [word for word in (*Reason, *Basis) if f"`{word}`" not in glossary] == []
