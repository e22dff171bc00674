"""What cases reach of a site, and the cases that are suggested for the rest."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mitate import Mitate
from mitate.cases import SUGGESTED, Coverage, load, run, suggest

from .conftest import SITE, Ran, Write


def missing(coverage: Coverage) -> list[str]:
    return [coverage.texts[point] for point in coverage.missing]


def site(*experiences: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give a site with these experiences for one slot; each shows its own id."""
    return {
        "format": 1,
        "site": "shop",
        "timezone": "UTC",
        "slots": {"hero": {}},
        "experiences": [{"slot": "hero", "variants": [{"id": "x", "text": one["id"]}], **one} for one in experiences],
        **more,
    }


def eq(fact: str, value: object) -> dict[str, object]:
    return {"==": [{"var": fact}, value]}


def test_everything_that_can_be_reached_is_named_in_the_sites_order(ran: Ran) -> None:
    coverage = ran(site=SITE).coverage
    assert missing(coverage) == [
        "gifts/gift is shown",
        "gifts ends in DISABLED",
        'gifts: campaign.name = "gifts" holds',
        'gifts: campaign.name = "gifts" fails',
        "shoes/page is shown",
        "shoes/light is shown",
        "shoes/dark is shown",
        "shoes ends in HOLDOUT",
        "shoes ends in SUPPRESSED",
        "shoes ends in CONSENT",
        "shoes: audience keen holds",
        "shoes: audience keen fails",
        'shoes: geo.country != "US" holds',
        'shoes: geo.country != "US" fails',
        "audience keen: interests.shoes >= 0.4 holds",
        "audience keen: interests.shoes >= 0.4 fails",
        "shoes suppress: purchases.days_since_last < 60 holds",
        "shoes suppress: purchases.days_since_last < 60 fails",
        "quiz/ask is shown",
        "quiz ends in CAPPED",
        "quiz ends in CONSENT",
        "quiz: visits.count = 2 holds",
        "quiz: visits.count = 2 fails",
    ]
    assert (coverage.percent, len(coverage.points)) == (0.0, 23)


def test_a_condition_counts_only_where_it_was_asked(ran: Ran) -> None:
    rule = {"and": [eq("campaign.name", "a"), {"!": eq("geo.country", "JP")}]}
    one = site({"id": "one", "when": rule})
    page = {"expect": {"hero": "page"}}
    assert missing(ran(page, site=one).coverage) == [
        "one/x is shown",
        'one: campaign.name = "a" holds',
        'one: geo.country = "JP" holds',
        'one: geo.country = "JP" fails',
    ]
    named = {"facts": {"campaign.name": "a"}}
    assert missing(ran(page, {**named, "country": "JP", **page}, site=one).coverage) == [
        "one/x is shown",
        'one: geo.country = "JP" fails',
    ]
    assert missing(ran(page, {**named, "country": "JP", **page}, {**named, **page}, site=one).coverage) == []


def test_an_experience_counts_only_where_its_slot_was_still_free(ran: Ran) -> None:
    both = site({"id": "first", "when": eq("campaign.name", "a")}, {"id": "second", "when": eq("geo.country", "JP")})
    case = {"facts": {"campaign.name": "a"}, "country": "JP", "expect": {"hero": "first/x"}}
    assert missing(ran(case, site=both).coverage) == [
        'first: campaign.name = "a" fails',
        "second/x is shown",
        'second: geo.country = "JP" holds',
        'second: geo.country = "JP" fails',
    ]


def test_a_missing_fact_tests_no_bound(ran: Ran) -> None:
    one = site({"id": "one", "when": {"!": {"<": [{"var": "account.employees"}, 50]}}})
    page = {"expect": {"hero": "page"}}
    assert missing(ran(page, site=one).coverage)[-2:] == [
        "one: account.employees < 50 holds",
        "one: account.employees < 50 fails",
    ]
    below = {"facts": {"account.employees": 49}, **page}
    assert missing(ran(page, below, site=one).coverage)[-1:] == ["one: account.employees < 50 fails"]


@pytest.mark.parametrize("case", [{"visitor": "Googlebot"}, {"bucket": "site-holdout"}])
def test_who_is_asked_about_nothing_reaches_nothing(ran: Ran, case: dict[str, object]) -> None:
    coverage = ran({**case, "expect": {"hero": "page"}}, site=SITE).coverage
    assert coverage.percent == 0.0


def test_the_branches_of_an_if_are_conditions(ran: Ran) -> None:
    rule = {"if": [eq("campaign.name", "a"), eq("geo.country", "JP"), eq("device.type", "phone")]}
    one = site({"id": "one", "when": rule})
    asked = {"matrix": {"campaign.name": ["a", "b"], "country": ["JP", "US"]}, "expect": {"hero": {"not": "BOT"}}}
    assert missing(ran(asked, site=one).coverage) == ['one: device.type = "phone" holds']


def test_what_is_not_live_is_not_asked_for(ran: Ran) -> None:
    off = site({"id": "off", "status": "paused", "when": eq("geo.country", "JP")}, {"id": "draft", "status": "draft"})
    assert ran(site=off).coverage.percent == 100.0


def test_a_variant_nobody_can_see_is_not_asked_for(ran: Ran) -> None:
    variants = [{"id": "a", "text": "a"}, {"id": "b", "text": "b", "weight": 0}]
    assert "one/b is shown" not in missing(ran(site=site({"id": "one", "variants": variants})).coverage)


# -- suggestions -----------------------------------------------------------------------------------


def test_what_no_case_reaches_is_suggested_and_then_reached(write: Write) -> None:
    folder = write({"name": "mine", "facts": {"interests.shoes": 0.5}, "expect": {"hero": "shoes/light"}})
    with Mitate.from_path(folder) as mitate:
        found = suggest(mitate)
        (folder / SUGGESTED).write_text(str(found), "utf-8")
        report = run(mitate, load(folder, mitate.site))
    assert (report.ok, missing(report.coverage), found.left) == (True, [], ())
    assert all(one.suggested for one in found)
    assert not any("shoes/light is shown" in (one.suggested or "") for one in found)


def test_a_suggestion_reads_as_a_person_would_write_it(write: Write) -> None:
    with Mitate.from_path(write()) as mitate:
        raw = {str(one["name"]): one for one in suggest(mitate).raw}
    assert raw["gifts/gift is shown"] == {
        "name": "gifts/gift is shown",
        "at": "2026-12-10T00:01",
        "facts": {"campaign.name": "gifts"},
        "expect": {"hero": "gifts/gift"},
        "suggested": 'gifts/gift is shown; gifts: campaign.name = "gifts" holds; shoes: audience keen fails; and 2 more',
    }
    assert raw["gifts ends in DISABLED"]["at"] == "2026-12-09T23:59"
    assert raw["shoes ends in HOLDOUT"]["bucket"] == {"shoes": "holdout"}
    assert raw["quiz ends in CAPPED"]["history"] == [{"shown": "quiz", "times": 2, "ago": "1m"}]
    assert raw["quiz ends in CAPPED"]["visits"] == 2
    assert raw['shoes: geo.country != "US" fails']["country"] == "US"
    assert raw["shoes suppress: purchases.days_since_last < 60 fails"]["facts"] == {
        "interests.shoes": 0.4,
        "purchases.days_since_last": 60,
    }


def test_the_same_site_is_suggested_the_same_cases(write: Write) -> None:
    folder = write()
    with Mitate.from_path(folder) as first, Mitate.from_path(folder) as second:
        assert str(suggest(first)) == str(suggest(second))


def test_earlier_suggestions_are_not_taken_for_cases_of_ones_own(write: Write) -> None:
    folder = write()
    with Mitate.from_path(folder) as mitate:
        before = str(suggest(mitate))
        (folder / SUGGESTED).write_text(before, "utf-8")
        assert str(suggest(mitate)) == before


def test_a_condition_that_can_never_hold_is_left_over(write: Write) -> None:
    rule = {"and": [eq("geo.country", "JP"), {"or": [eq("geo.country", "US"), eq("campaign.name", "a")]}]}
    with Mitate.from_path(write(site=site({"id": "one", "when": rule}))) as mitate:
        found = suggest(mitate)
    assert [found.texts[point] for point in found.left] == ['one: geo.country = "US" holds']


def test_nobody_impossible_is_suggested(write: Write) -> None:
    rule = {"and": [{">=": [{"var": "visits.count"}, 2]}, {"or": [{"var": "visits.is_new"}, eq("geo.country", "JP")]}]}
    with Mitate.from_path(write(site=site({"id": "one", "when": rule}))) as mitate:
        found = suggest(mitate)
    assert [found.texts[point] for point in found.left] == ["one: visits.is_new holds"]


@pytest.mark.parametrize(
    "rule",
    [
        {"time_between": ["22:00", "05:00"]},
        {"weekday": [[6, 7]]},
        {"before": [{"var": "time.now"}, "2026-06-01T00:00Z"]},
        {"in_cidr": [{"var": "request.ip"}, "203.0.113.0/24"]},
        {"sem_ver": [{"var": "device.os_version"}, ">=", "17.5.0"]},
        {"starts_with": [{"var": "page.path"}, "/shoes/"]},
        {"matches_glob": [{"var": "page.path"}, "/shoes/*/red"]},
        {"in": [{"var": "geo.country"}, ["JP", "KR"]]},
        {"<=": [300, {"var": "account.employees"}, 500]},
        {"!": {"or": [eq("geo.country", "JP"), {"<": [{"var": "visits.count"}, 3]}]}},
        {"if": [eq("device.touch", True), eq("geo.country", "JP"), {">": [{"var": "visits.count"}, 5]}]},
        {"var": "device.touch"},
        {"contains": [{"var": "user.tags"}, "vip"]},
    ],
)
def test_visitors_are_found_for_every_kind_of_condition(write: Write, rule: object) -> None:
    tags = {"user.tags": {"type": "list", "items": "string", "from": "backend"}}
    folder = write(site=site({"id": "one", "when": rule}, facts=tags))
    with Mitate.from_path(folder) as mitate:
        found = suggest(mitate)
        (folder / SUGGESTED).write_text(str(found), "utf-8")
        report = run(mitate, load(folder, mitate.site))
    assert ([found.texts[point] for point in found.left], missing(report.coverage), report.ok) == ([], [], True)


def test_every_account_has_one_arm_so_a_visitor_has_a_company(write: Write) -> None:
    variants = [{"id": "a", "text": "a"}, {"id": "b", "text": "b"}]
    one = {"id": "one", "variants": variants, "experiment": {"unit": "account"}}
    with Mitate.from_path(write(site=site(one))) as mitate:
        found = suggest(mitate)
    assert [json.dumps(raw["facts"]) for raw in found.raw][:2] == ['{"account.domain": "company.example"}'] * 2
    assert found.left == ()


def test_each_suggestion_stands_on_a_line_of_its_own(tmp_path: Path, write: Write) -> None:
    with Mitate.from_path(write()) as mitate:
        found = suggest(mitate)
    lines = [line for line in str(found).splitlines() if re.match(r'    \{"name"', line)]
    assert len(lines) == len(found) == len(found.raw)
