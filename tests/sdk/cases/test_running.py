"""Cases, run: what each slot shows against what it should."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mitate import MemoryEvents, MemoryProfiles, Mitate
from mitate.cases import as_tests, load, run

from .conftest import Ran, Write, shown

KEEN = {"facts": {"interests.shoes": 0.5}}


def test_a_case_passes_when_every_slot_shows_what_it_should(ran: Ran) -> None:
    report = ran(
        {
            **KEEN,
            "country": "JP",
            "expect": {
                "hero": {
                    "variant": "shoes/light",
                    "experience": "shoes",
                    "reason": "SPLIT",
                    "basis": "behavior",
                    "text": "Light shoes for JP",
                    "contains": ["Light shoes", "for JP"],
                    "not": {"contains": "you"},
                },
                "note": {"value": {"shelf": ["a", "b"]}, "contains": '"shelf"'},
                "bare": {"variant": "page", "reason": "DEFAULT"},
            },
        }
    )
    assert report.ok
    assert (len(report.passed), len(report.failed)) == (1, 0)


@pytest.mark.parametrize(
    ("wanted", "expected", "got"),
    [
        ("page", "page", "shoes/light (SPLIT)"),
        ("dark", "dark", "shoes/light (SPLIT)"),
        ("gifts/gift", "gifts/gift", "shoes/light (SPLIT)"),
        ("HOLDOUT", "HOLDOUT", "shoes/light (SPLIT)"),
        ({"variant": "light", "reason": "TARGETING_MATCH"}, "light (TARGETING_MATCH)", "shoes/light (SPLIT)"),
        ({"experience": "gifts"}, "gifts", "shoes/light (SPLIT)"),
        ({"basis": "stated"}, "basis stated", "shoes/light (SPLIT), basis behavior"),
        ({"text": "Light"}, "text 'Light'", "shoes/light (SPLIT), text 'Light shoes for you'"),
        ({"contains": ["Light", "dark"]}, "contains 'Light', contains 'dark'", "shoes/light (SPLIT), text 'Light shoes for you'"),
        ({"value": None}, "value None", "shoes/light (SPLIT), value '<h1>Light <em>shoes</em></h1><p>for you</p>'"),
        ({"not": "light"}, "not light", "shoes/light (SPLIT)"),
        ({"not": {"contains": "shoes"}}, "not contains 'shoes'", "shoes/light (SPLIT), text 'Light shoes for you'"),
    ],
)  # fmt: skip
def test_a_difference_says_what_was_expected_and_what_came(ran: Ran, wanted: object, expected: str, got: str) -> None:
    [failed] = ran({**KEEN, "expect": {"hero": wanted}}).failed
    [difference] = failed.differences
    assert (difference.slot, difference.expected, difference.got) == ("hero", expected, got)


def test_a_difference_says_why_and_what_would_change_it(ran: Ran) -> None:
    [failed] = ran({"facts": {"interests.shoes": 0.33}, "expect": {"hero": "shoes/light"}}).failed
    [difference] = failed.differences
    assert difference.got == "page (DEFAULT)"
    assert difference.why.startswith("Default.")
    assert difference.missed is not None
    assert difference.missed.startswith("shoes: no match.")
    assert "33" in difference.missed
    assert difference.change is not None
    assert "40" in difference.change
    assert failed.diff().splitlines()[:2] == ["hero: expected  shoes/light", "      got       page (DEFAULT)"]


def test_the_same_is_told_in_japanese_to_a_case_in_japanese(ran: Ran) -> None:
    [failed] = ran({"visitor": "大阪・iPhone", **KEEN, "expect": {"hero": "page"}}).failed
    assert failed.differences[0].why.endswith("。")


def test_an_experience_that_was_kept_out_by_more_than_its_rule_says_how(ran: Ran) -> None:
    [failed] = ran({**KEEN, "bucket": "holdout", "expect": {"note": "dark"}}).failed
    assert failed.differences[0].got == "page (HOLDOUT)"
    [failed] = ran({"facts": {**KEEN["facts"], "purchases.days_since_last": 5}, "expect": {"hero": "light"}}).failed
    assert (failed.differences[0].missed or "").startswith("shoes: SUPPRESSED.")


def test_a_star_stands_for_the_slots_not_named(ran: Ran) -> None:
    report = ran(
        {"visitor": "Googlebot", "expect": {"*": "page", "hero": "BOT"}},
        {**KEEN, "expect": {"*": "page", "hero": "light"}},
    )
    assert [[one.slot for one in result.differences] for result in report.results] == [[], ["note"]]


def test_a_slot_that_nothing_fills_is_the_pages_own(ran: Ran) -> None:
    assert ran({"expect": {"bare": "page"}}).ok
    [failed] = ran({"expect": {"bare": "light"}}, site=_with_bare()).failed
    assert failed.differences[0].got == "page (DEFAULT)"


def _with_bare() -> dict[str, object]:
    from .conftest import SITE

    other = {"id": "off", "slot": "bare", "status": "draft", "variants": [{"id": "light", "text": "x"}]}
    return {**SITE, "experiences": [*SITE["experiences"], other]}


# -- the place in experiments ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bucket", "hero"),
    [
        (None, "shoes/light SPLIT"),  # the first arm that shows something
        ("treatment", "shoes/light SPLIT"),
        ("page", "page SPLIT"),
        ("dark", "shoes/dark SPLIT"),
        (0, "page SPLIT"),
        (0.3333, "page SPLIT"),
        (0.3334, "shoes/light SPLIT"),
        (0.6667, "shoes/dark SPLIT"),
        (1, "shoes/dark SPLIT"),
        ("holdout", "page HOLDOUT"),
        ({"shoes": "holdout"}, "page HOLDOUT"),
        ({"quiz": "holdout"}, "shoes/light SPLIT"),
        ("site-holdout", "page HOLDOUT"),
    ],
)
def test_a_case_fixes_the_arm(ran: Ran, bucket: object, hero: str) -> None:
    case = {**KEEN, "expect": {"bare": "page"}} | ({} if bucket is None else {"bucket": bucket})
    assert shown(ran(case))[0]["hero"] == hero


def test_only_a_visitor_with_an_id_falls_where_its_hash_says(ran: Ran) -> None:
    ids = [f"a-visitor-of-these-{number}" for number in range(12)]
    first = shown(ran({**KEEN, "matrix": {"id": ids}, "expect": {"bare": "page"}}))
    assert shown(ran({**KEEN, "matrix": {"id": ids}, "expect": {"bare": "page"}})) == first
    assert {one["hero"] for one in first} >= {"page SPLIT", "shoes/light SPLIT", "shoes/dark SPLIT"}


def test_an_arm_once_assigned_is_kept(ran: Ran) -> None:
    assert shown(ran({**KEEN, "profile": {"arms.shoes": "dark"}, "expect": {"hero": "dark"}}))[0]["hero"] == (
        "shoes/dark SPLIT"
    )


def test_outside_of_its_layer_an_experience_passes(write: Write) -> None:
    from .conftest import SITE

    shoes = {**SITE["experiences"][1], "experiment": {"layer": "front"}}
    other = {"id": "other", "slot": "bare", "variants": [{"id": "x", "text": "x"}], "experiment": {"layer": "front"}}
    folder = write(
        {**KEEN, "bucket": {"shoes": "outside"}, "expect": {"hero": "page", "bare": "other/x"}},
        {**KEEN, "expect": {"hero": "light", "bare": "other/x"}},
        site={**SITE, "experiences": [shoes, other]},
    )
    with Mitate.from_path(folder) as mitate:
        assert [one.diff() for one in run(mitate, load(folder)).results] == ["", ""]


# -- what they did before ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("history", "hero"),
    [
        ([{"page": "/shoes/1"}], "page DEFAULT"),
        ([{"page": "/shoes/1", "times": 2}], "shoes/light SPLIT"),
        ([{"page": "https://shop.example/shoes/1", "times": 2}], "shoes/light SPLIT"),
        ([{"page": "/hats/1", "times": 9}], "page DEFAULT"),
        ([{"page": "/shoes/1", "times": 2, "ago": "60d"}], "page DEFAULT"),
        (
            [{"page": "/shoes/1", "times": 3}, {"event": "purchase", "ago": "59d", "value": 90}],
            "page SUPPRESSED",
        ),
        ([{"page": "/shoes/1", "times": 3}, {"event": "purchase", "ago": "60d"}], "shoes/light SPLIT"),
    ],
)
def test_a_history_teaches_what_it_would_on_the_site(ran: Ran, history: object, hero: str) -> None:
    assert shown(ran({"history": history, "expect": {"bare": "page"}}))[0]["hero"] == hero


@pytest.mark.parametrize(
    ("history", "note"),
    [
        ([{"shown": "quiz", "ago": "1h"}], "quiz/ask TARGETING_MATCH"),
        ([{"shown": "quiz", "ago": "1h", "times": 2}], "page CAPPED"),
        ([{"shown": "quiz", "ago": "1h"}, {"shown": "quiz", "ago": "2h"}], "page CAPPED"),
        ([{"shown": "quiz", "ago": "1d", "times": 2}], "quiz/ask TARGETING_MATCH"),
    ],
)
def test_what_was_shown_counts_against_a_cap(ran: Ran, history: object, note: str) -> None:
    assert shown(ran({"visits": 2, "history": history, "expect": {"bare": "page"}}))[0]["note"] == note


def test_without_consent_nothing_of_it_is_known(ran: Ran) -> None:
    case = {"history": [{"page": "/shoes/1", "times": 3}], "consent": False, "expect": {"hero": "CONSENT"}}
    assert ran(case).ok


def test_visits_count_by_their_history_or_as_said(ran: Ran) -> None:
    report = ran(
        {"history": [{"page": "/", "ago": "3d"}], "expect": {"note": "quiz/ask"}},
        {"history": [{"page": "/", "ago": "3d"}, {"page": "/", "ago": "2d"}], "expect": {"note": "page"}},
        {"history": [{"page": "/", "ago": "3d"}, {"page": "/", "ago": "2d"}], "visits": 2, "expect": {"note": "ask"}},
    )
    assert [result.diff() for result in report.results] == ["", "", ""]


def test_running_reads_and_writes_nobodys_profile(write: Write) -> None:
    folder = write({"history": [{"page": "/shoes/1", "times": 2}], "expect": {"hero": "light"}})
    profiles, events = MemoryProfiles(), MemoryEvents()
    with Mitate.from_path(folder, profiles=profiles, events=events) as mitate:
        assert run(mitate, load(folder)).ok
        assert list(events.read()) == []
        assert profiles.read("case-00000000000000001") is None


def test_the_same_cases_give_the_same_report_every_time(ran: Ran) -> None:
    case = {"history": [{"page": "/shoes/1", "times": 2}], "expect": {"hero": "page"}}
    first, second = ran(case), ran(case)
    assert first.results[0].differences == second.results[0].differences
    assert first.coverage == second.coverage


def test_a_fault_while_deciding_is_what_a_page_would_see(ran: Ran) -> None:
    broken = {"visits": 2, "profile": {"exposures.quiz": [None]}}
    report = ran({**broken, "expect": {"note": "ERROR"}}, {**broken, "expect": {"note": "quiz/ask"}})
    assert [result.passed for result in report.results] == [True, False]
    [difference] = report.failed[0].differences
    assert (difference.got, difference.why.startswith("deciding failed: TypeError: ")) == ("page (ERROR)", True)


# -- pytest -------------------------------------------------------------------------------------------


def test_each_case_is_a_pytest_test(write: Write, tmp_path: Path) -> None:
    folder = write({"name": "good", "expect": {"hero": "page"}}, {"name": "bad", **KEEN, "expect": {"hero": "page"}})
    file = tmp_path / "test_shop.py"
    file.write_text(f"from mitate.cases import as_tests\n\ntest_shop = as_tests({str(folder)!r})\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "1 failed, 1 passed" in done.stdout
    assert "hero: expected  page" in done.stdout


def test_the_tests_are_named_by_place_and_sentence(write: Write) -> None:
    test = as_tests(write({"name": "good", "expect": {"hero": "page"}}))
    [mark] = test.pytestmark  # type: ignore[attr-defined] # pyright: ignore[reportFunctionMemberAccess]
    assert mark.kwargs["ids"] == ["cases/first.json:1 good"]


def test_two_pages_viewed_at_the_same_moment_both_count(ran: Ran) -> None:
    history = [{"page": "/shoes/one", "ago": "1h"}, {"page": "/shoes/two", "ago": "1h"}]
    assert ran({"history": history, "expect": {"hero": "shoes/light"}}).ok


ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "site", ["server/mitate_server/demo/sites/shoes", "server/mitate_server/demo/sites/nagare", "examples/script/shop"]
)
def test_the_cases_of_our_own_sites_pass_and_reach_all_of_their_rules(site: str) -> None:
    with Mitate.from_path(ROOT / site) as mitate:
        report = run(mitate, load(ROOT / site, mitate.site))
    assert [f"{one.case.where} {one.diff()}" for one in report.failed] == []
    assert [report.coverage.texts[point] for point in report.coverage.missing] == []


def test_case_files_name_their_schema() -> None:
    for file in [*ROOT.glob("server/mitate_server/demo/sites/*/cases/*.json"), *ROOT.glob("examples/*/*/cases/*.json")]:
        assert json.loads(file.read_text("utf-8"))["$schema"] == "../mitate-cases.schema.json"
