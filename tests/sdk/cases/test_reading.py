"""From `cases/*.json` to cases, or to everything that is wrong with them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from mitate import DocumentError
from mitate import load as load_site
from mitate.cases import Bucket, Expected, Happened, cases_schema, load
from mitate.document.raw import as_list, as_object

from .conftest import SITE, Write, only, refused

TOKYO = timezone(timedelta(hours=9))
HERO = {"expect": {"hero": "page"}}


def test_a_case_says_who_visits_when_and_what_each_slot_shows(write: Write) -> None:
    case = only(
        load(
            write(
                {
                    "name": "A keen visitor",
                    "visitor": "iPhone in Osaka, 23:10, third visit",
                    "facts": {"interests.shoes": 0.59},
                    "expect": {"hero": {"variant": "shoes/light", "reason": "SPLIT"}, "note": "page"},
                }
            )
        )
    )
    assert (case.name, case.file, case.where) == ("A keen visitor", "cases/first.json", "cases/first.json:1")
    assert case.expect == {
        "hero": Expected(experience="shoes", variant="light", reason="SPLIT"),
        "note": Expected(page=True),
    }
    assert case.now == datetime(2026, 11, 21, 23, 10, tzinfo=TOKYO).timestamp()
    assert (case.visitor.touch, case.visitor.zone) == (True, "Asia/Tokyo")
    assert (case.facts["geo.city"], case.facts["interests.shoes"], case.profile["visits.count"]) == ("Osaka", 0.59, 2)
    assert case.visitor.consent == {"personalization": True, "analytics": True}
    assert case.bucket == Bucket("treatment")


def test_a_case_stands_at_its_line(tmp_path: Path, write: Write) -> None:
    write(HERO)
    (tmp_path / "cases" / "first.json").write_text(
        '{"at": "2026-11-21",\n "cases": [\n  {"expect": {"hero": "page"}},\n\n  {"expect": {"hero": "page"}}\n ]}',
        "utf-8",
    )
    assert [case.where for case in load(tmp_path)] == ["cases/first.json:3", "cases/first.json:5"]


def test_files_come_in_the_order_of_their_names_and_schemas_are_no_cases(tmp_path: Path, write: Write) -> None:
    write({**HERO, "name": "second"}, file="b.json")
    write({**HERO, "name": "first"}, file="a.json")
    (tmp_path / "cases" / "mitate-cases.schema.json").write_text("{}", "utf-8")
    assert [case.name for case in load(tmp_path)] == ["first", "second"]


def test_a_site_without_cases_has_none(tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text(json.dumps(SITE), "utf-8")
    assert load(tmp_path) == []


def test_a_site_is_named_by_its_document_too(tmp_path: Path, write: Write) -> None:
    write(HERO)
    assert [case.file for case in load(tmp_path / "site.json")] == ["cases/first.json"]


def test_cases_are_no_part_of_the_sites_version(tmp_path: Path, write: Write) -> None:
    write(HERO)
    before = load_site(tmp_path)
    write(HERO, HERO)
    after = load_site(tmp_path)
    assert before.site.version == after.site.version
    assert [file.name for file in after.files] == ["site.json"]


# -- names and matrices ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ({"name": "A sentence"}, "A sentence"),
        ({"visitor": "大阪・iPhone"}, "大阪・iPhone"),
        ({}, "case 1"),
        ({"name": "Visit {{visits}}", "matrix": {"visits": [2]}}, "Visit 2"),
        ({"name": "Visit", "matrix": {"visits": [2]}}, "Visit [visits=2]"),
        ({"visitor": "iPhone in {{place}}", "matrix": {"place": ["Osaka"]}}, "iPhone in Osaka"),
    ],
)
def test_a_case_has_a_name(write: Write, case: dict[str, object], name: str) -> None:
    assert only(load(write({**HERO, **case}))).name == name


def test_a_matrix_is_one_case_for_each_combination(write: Write) -> None:
    cases = load(
        write({"name": "n", "matrix": {"country": ["JP", "US"], "visits": [1, 2, 3]}, "expect": {"hero": "page"}})
    )
    assert [case.name for case in cases] == [
        "n [country=JP, visits=1]",
        "n [country=JP, visits=2]",
        "n [country=JP, visits=3]",
        "n [country=US, visits=1]",
        "n [country=US, visits=2]",
        "n [country=US, visits=3]",
    ]
    assert [(case.facts["geo.country"], case.profile.get("visits.count", 0)) for case in cases] == [
        ("JP", 0),
        ("JP", 1),
        ("JP", 2),
        ("US", 0),
        ("US", 1),
        ("US", 2),
    ]


def test_a_matrix_fills_facts_and_words_of_ones_own_also_in_what_is_expected(write: Write) -> None:
    cases = load(
        write(
            {
                "matrix": {"user.plan": ["free", "pro"], "arm": ["light", "dark"], "n": [2]},
                "bucket": "{{arm}}",
                "history": [{"page": "/shoes/{{n}}", "times": "{{n}}"}],
                "expect": {"hero": "shoes/{{arm}}"},
            }
        )
    )
    assert [(case.facts["user.plan"], case.bucket, case.expect["hero"].variant) for case in cases] == [
        ("free", Bucket("light"), "light"),
        ("free", Bucket("dark"), "dark"),
        ("pro", Bucket("light"), "light"),
        ("pro", Bucket("dark"), "dark"),
    ]
    assert cases[0].history == (Happened(ago=86400, times=2, page="/shoes/2"),)


def test_what_a_file_says_holds_for_its_cases_unless_they_say_otherwise(write: Write) -> None:
    first, second = load(
        write(
            HERO,
            {**HERO, "facts": {"interests.shoes": 0.1}, "at": "2026-11-22T08:00", "consent": True},
            facts={"interests.shoes": 0.9, "user.plan": "pro"},
            consent=False,
            country="JP",
        )
    )
    assert (first.facts["interests.shoes"], first.facts["user.plan"]) == (0.9, "pro")
    assert (second.facts["interests.shoes"], second.facts["user.plan"]) == (0.1, "pro")
    assert (first.visitor.consent, second.visitor.consent) == (
        {"personalization": False, "analytics": False},
        {"personalization": True, "analytics": True},
    )
    assert second.now - first.now == 20 * 3600


# -- the clock -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "instant"),
    [
        ({"at": "2026-11-21T21:10"}, datetime(2026, 11, 21, 12, 10, tzinfo=UTC)),
        ({"at": "2026-11-21T21:10", "visitor": "New York"}, datetime(2026, 11, 22, 2, 10, tzinfo=UTC)),
        ({"at": "2026-11-21T21:10+01:00", "visitor": "New York"}, datetime(2026, 11, 21, 20, 10, tzinfo=UTC)),
        ({"at": "2026-11-21T21:10", "visitor": "Osaka, 8:00"}, datetime(2026, 11, 20, 23, 0, tzinfo=UTC)),
        ({"at": "2026-11-21T21:10", "timezone": "Europe/Paris"}, datetime(2026, 11, 21, 20, 10, tzinfo=UTC)),
        ({"at": "2026-11-21", "timezone": "UTC"}, datetime(2026, 11, 21, tzinfo=UTC)),
        ({"at": "2026-11-21T21:10", "timezone": "UTC", "visitor": "8:00"}, datetime(2026, 11, 21, 8, tzinfo=UTC)),
        # 02:30 doesn't exist on this day in New York: the first instant after it.
        ({"at": "2026-03-08T02:30", "timezone": "America/New_York"}, datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
    ],
)
def test_the_time_is_read_on_the_visitors_clock(write: Write, case: dict[str, object], instant: datetime) -> None:
    assert only(load(write({**HERO, **case}))).now == instant.timestamp()


def test_a_site_that_reads_the_clock_wants_to_know_the_time(tmp_path: Path, write: Write) -> None:
    write(HERO, {**HERO, "visitor": "2026-11-21"})
    (tmp_path / "cases" / "first.json").write_text(json.dumps({"cases": [HERO]}), "utf-8")
    assert refused(tmp_path) == [
        (
            "missing-key",
            'this site reads the clock: the case needs "at"',
            '"at": "2026-11-21T12:00", in the case or at the top of the file',
        )
    ]


def test_a_site_that_reads_no_clock_needs_no_time(tmp_path: Path, write: Write) -> None:
    write(HERO, site={**SITE, "experiences": SITE["experiences"][1:]})
    (tmp_path / "cases" / "first.json").write_text(json.dumps({"cases": [HERO]}), "utf-8")
    assert only(load(tmp_path)).now == datetime(2026, 1, 15, 12, tzinfo=TOKYO).timestamp()


# -- consent and experiments -------------------------------------------------------------------------

ALL = {"personalization": True, "analytics": True}
NONE = {"personalization": False, "analytics": False}


@pytest.mark.parametrize(
    ("case", "consent", "gpc"),
    [
        ({}, ALL, None),
        ({"consent": False}, NONE, None),
        ({"consent": "unset"}, None, None),
        ({"consent": {"analytics": True}}, {"personalization": False, "analytics": True}, None),
        ({"visitor": "before consent"}, NONE, None),
        ({"visitor": "before consent", "consent": True}, ALL, None),
        ({"gpc": True}, None, True),
        ({"visitor": "GPC"}, None, True),
        ({"gpc": True, "consent": True}, ALL, True),
    ],
)
def test_consent_is_given_unless_the_case_says_otherwise(
    write: Write, case: dict[str, object], consent: object, gpc: bool | None
) -> None:
    visitor = only(load(write({**HERO, **case}))).visitor
    assert (visitor.consent, visitor.gpc) == (consent, gpc)


@pytest.mark.parametrize(
    ("case", "bucket"),
    [
        ({}, Bucket("treatment")),
        ({"bucket": 0}, Bucket(0.0)),
        ({"bucket": 1}, Bucket(1.0)),
        ({"bucket": "dark"}, Bucket("dark")),
        ({"bucket": "site-holdout"}, Bucket("site-holdout")),
        ({"bucket": {"shoes": 0.5}}, Bucket("treatment", {"shoes": 0.5})),
        ({"id": "someone-special"}, None),
        ({"id": "someone-special", "bucket": "holdout"}, Bucket("holdout")),
    ],
)
def test_the_place_in_experiments_is_fixed(write: Write, case: dict[str, object], bucket: Bucket | None) -> None:
    assert only(load(write({**HERO, **case}))).bucket == bucket


# -- everything that is wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "found"),
    [
        ({"visiter": "x"}, ("unknown-key", 'unknown key "visiter"', 'did you mean "visitor"?')),
        ({"now": "x"}, ("unknown-key", 'unknown key "now"', 'did you mean "at"?')),
        ({"expects": {}}, ("unknown-key", 'unknown key "expects"', 'did you mean "expect"?')),
        ({"at": "tomorrow"}, ("bad-value", '"tomorrow" is not a date or date-time such as "2026-12-01T09:00"',
                              "without an offset it is read on the visitor's clock")),
        ({"at": "2026-02-30"}, ("bad-value", '"2026-02-30" is no date', None)),
        ({"visitor": "iPhome"}, ("unknown-words", 'not understood: "iPhome"', 'did you mean "iphone"?')),
        ({"visitor": "iPhome, Mars"}, ("unknown-words", 'not understood: "iPhome" (did you mean "iphone"?), "Mars"', None)),
        ({"ip": "1.2.3"}, ("bad-value", '"1.2.3" is not an IP address', None)),
        ({"country": "XX"}, ("unknown-country", 'unknown country "XX"', None)),
        ({"timezone": "Asia/Tokio"}, ("unknown-zone", 'unknown time zone "Asia/Tokio"', 'did you mean "Asia/Tokyo"?')),
        ({"facts": {"interests.shoe": 1}}, ("unknown-fact", 'unknown fact "interests.shoe"', 'did you mean "interests.shoes"?')),
        ({"facts": {"interests.shoes": "0.5"}}, ("wrong-type", '"interests.shoes" is a number of at least 0 and at most 1, got "0.5"', None)),
        ({"facts": {"user.plan": "Pro"}}, ("wrong-type", '"user.plan" is one of free, pro, got "Pro"', 'did you mean "pro"?')),
        ({"facts": {"visits.count": True}}, ("wrong-type", '"visits.count" is a whole number of at least 1, got true', None)),
        ({"visits": 0}, ("out-of-range", "0 is not a whole number from 1 to 10000", None)),
        ({"consent": "yes"}, ("bad-value", 'expected "unset", got "yes"', None)),
        ({"consent": 1}, ("wrong-type", 'expected true, false, "unset" or an object of purposes, got 1', None)),
        ({"bucket": "drak"}, ("unknown-arm", 'unknown arm "drak"', 'did you mean "dark"?')),
        ({"bucket": 1.5}, ("out-of-range", "1.5 is not a number from 0 to 1", "write 0.015 for 1.5 %")),
        ({"bucket": {"shoe": "dark"}}, ("unknown-experience", 'unknown experience "shoe"', 'did you mean "shoes"?')),
        ({"bucket": {"quiz": "dark"}}, ("unknown-arm", 'unknown arm "dark"', None)),
        ({"history": [{"shown": "quizz"}]}, ("unknown-experience", 'unknown experience "quizz"', 'did you mean "quiz"?')),
        ({"history": [{"page": "/a", "event": "b"}]}, ("too-many", '"page" and "event" exclude each other', None)),
        ({"history": [{"times": 2}]}, ("missing-key", 'something that happened needs "page", "event", "shown" or "dismissed"', None)),
        ({"history": [{"page": "/a", "days_ago": 1}]}, ("unknown-key", 'unknown key "days_ago"', 'did you mean "ago"?')),
        ({"expect": {"heros": "page"}}, ("unknown-slot", 'unknown slot "heros"', 'did you mean "hero"?')),
        ({"expect": {"hero": "lihgt"}}, ("unknown-variant", 'unknown variant "lihgt"', 'did you mean "light"?')),
        ({"expect": {"hero": "shoes"}}, ("unknown-variant", '"shoes" is an experience', 'did you mean "shoes/page"?')),
        ({"expect": {"hero": "ask"}}, ("unknown-variant", 'unknown variant "ask"', None)),
        ({"expect": {"hero": "quiz/ask"}}, ("unknown-experience", 'unknown experience "quiz"', None)),
        ({"expect": {"hero": "HELDOUT"}}, ("unknown-reason", 'unknown reason "HELDOUT"', 'did you mean "HOLDOUT"?')),
        ({"expect": {"hero": {"why": "SPLIT"}}}, ("unknown-key", 'unknown key "why"', 'did you mean "reason"?')),
        ({"matrix": {"vists": [1]}}, ("unknown-axis", 'nothing uses "vists"', 'did you mean "visits"?')),
        ({"matrix": {"visits": []}}, ("too-few", "the list needs at least 1 item", None)),
        ({"matrix": {"visits": 1}}, ("wrong-type", "expected a list of values, got 1", None)),
    ],
)  # fmt: skip
def test_each_mistake_is_said_with_a_hint(
    write: Write, case: dict[str, object], found: tuple[str, str, str | None]
) -> None:
    [(code, message, hint)] = refused(write({**HERO, **case}))
    assert (code, message) == found[:2]
    if found[2] is not None:
        assert hint == found[2]


def test_a_case_must_expect_something(write: Write) -> None:
    assert [code for code, _, _ in refused(write({"visitor": "iPhone"}))] == ["missing-key"]


def test_all_mistakes_come_at_once_each_at_its_place(tmp_path: Path, write: Write) -> None:
    write(HERO)
    text = (
        '{\n "at": "2026-11-21", "visitor": "iPhome",\n "cases": [\n'
        '  {"matrix": {"visits": [1, 0],\n   "user.plan": ["pro", "gold"]},\n   "expect": {"hero": "lihgt"}},\n  7\n ]}'
    )
    (tmp_path / "cases" / "first.json").write_text(text, "utf-8")
    with pytest.raises(DocumentError) as caught:
        load(tmp_path)
    assert [(one.code, one.where) for one in caught.value.diagnostics] == [
        ("unknown-words", "cases/first.json:2:33"),
        ("out-of-range", "cases/first.json:4:29"),
        ("wrong-type", "cases/first.json:5:25"),
        ("unknown-variant", "cases/first.json:6:23"),
        ("wrong-type", "cases/first.json:7:3"),
    ]


def test_a_matrix_of_more_than_a_thousand_is_a_mistake(write: Write) -> None:
    axes = {"visits": list(range(1, 12)), "days_away": list(range(1, 12)), "interests.shoes": [0.1] * 10}
    assert refused(write({**HERO, "matrix": axes})) == [("too-many", "1210 combinations", None)]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"cases": 7}', '{"cases": [], "cases": []}', '{"cases": [NaN]}', "nul"]
)
def test_a_file_that_is_no_file_of_cases_is_refused(tmp_path: Path, write: Write, text: str) -> None:
    write(HERO)
    (tmp_path / "cases" / "first.json").write_text(text, "utf-8")
    assert len(refused(tmp_path)) >= 1


def test_a_broken_site_is_said_instead_of_its_cases(tmp_path: Path, write: Write) -> None:
    write(HERO)
    (tmp_path / "site.json").write_text("{}", "utf-8")
    assert {code for code, _, _ in refused(tmp_path)} == {"missing-key"}


def test_the_schema_describes_every_key() -> None:
    schema = cases_schema()
    assert (schema["$schema"], schema["title"]) == ("https://json-schema.org/draft/2020-12/schema", "mitate cases")
    assert schema["additionalProperties"] is False

    def undescribed(one: object, path: str = "") -> list[str]:
        members = as_object(one) or {str(index): item for index, item in enumerate(as_list(one) or [])}
        keys = (as_object(members.get("properties")) or {}).items()
        found = [f"{path}/{name}" for name, member in keys if not (as_object(member) or {}).get("description")]
        return found + [each for name, member in members.items() for each in undescribed(member, f"{path}/{name}")]

    assert undescribed(schema) == []
