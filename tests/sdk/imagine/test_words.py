"""Imagined visitors in words, English and Japanese."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from mitate.imagine import WORDS, UnknownWordsError, imagine

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC).timestamp()  # a Saturday, noon in Tokyo


@pytest.mark.parametrize(
    "words", ["iPhone in Osaka, 23:10, third visit", "大阪・iPhone・23:10・3回目", "3回目、大阪のiPhoneで23時10分"]
)
def test_the_same_visitor_in_both_languages(words: str) -> None:
    who = imagine(words)
    assert who.place is not None
    assert (who.place.country, who.place.city, who.place.zone) == ("JP", "Osaka", "Asia/Tokyo")
    assert (who.clock, who.visits, who.touch, who.screen) == (time(23, 10), 3, True, 390)
    assert "iPhone" in (who.user_agent or "")


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("8:10", time(8, 10)),
        ("8:15", time(8, 15)),
        ("11pm", time(23)),
        ("11:05 p.m.", time(23, 5)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("23時", time(23)),
        ("9時半", time(9, 30)),
        ("午後3時", time(15)),
        ("午前12時", time(0)),
        ("0:00", time(0)),
        ("in the evening", time(19)),
        ("朝", time(8)),
    ],
)
def test_times_are_read_as_people_write_them(words: str, clock: time) -> None:
    assert imagine(words).clock == clock


@pytest.mark.parametrize(
    ("words", "visits"),
    [
        ("first visit", 1),
        ("new visitor", 1),
        ("2nd visit", 2),
        ("21st visit", 21),
        ("12 visits", 12),
        ("はじめて", 1),
        ("12回目", 12),
    ],
)
def test_visits_are_counted(words: str, visits: int) -> None:
    assert imagine(words).visits == visits


def test_a_first_visit_has_no_past_and_a_third_one_has_two() -> None:
    assert imagine("first visit").profile(NOW) is None
    past = imagine("third visit").profile(NOW)
    assert past is not None
    assert past["visits.count"] == 2


def test_days_away_are_days_since_the_last_visit() -> None:
    past = imagine("back after 35 days").profile(NOW)
    assert past is not None
    assert past["last_seen"] == NOW - 35 * 86400
    assert imagine("35日ぶり").days_away == 35


def test_a_time_is_read_on_the_visitors_own_clock() -> None:
    assert (
        imagine("New York, 23:10").instant(NOW, "Asia/Tokyo") == datetime(2026, 11, 21, 4, 10, tzinfo=UTC).timestamp()
    )
    assert imagine("23:10").instant(NOW, "Asia/Tokyo") == datetime(2026, 11, 21, 14, 10, tzinfo=UTC).timestamp()
    assert (
        imagine("Kathmandu 2026-12-24 6:00").instant(NOW, "UTC")
        == datetime(2026, 12, 24, 0, 15, tzinfo=UTC).timestamp()
    )
    assert imagine("iPhone").instant(NOW, "UTC") == NOW


def test_a_weekday_is_the_next_one_today_included() -> None:
    assert imagine("Saturday noon, Tokyo").instant(NOW, "UTC") == NOW
    assert imagine("日曜 12:00 東京").instant(NOW, "UTC") == NOW + 86400


def test_what_the_request_itself_says() -> None:
    who = imagine('ad "ナースシューズ 疲れない", from Google, in English, GPC, before consent')
    assert who.campaign == {"term": "ナースシューズ 疲れない", "medium": "cpc"}
    assert (who.referrer, who.language, who.gpc, who.consent) == ("https://www.google.com/", "en", True, False)
    assert imagine("広告「ナースシューズ」、同意前").campaign["term"] == "ナースシューズ"


def test_addresses_dates_and_facts_stand_for_themselves() -> None:
    who = imagine("203.0.113.7, 2026-12-24, interests.nurse-shoes=0.59")
    assert (who.ip, who.day, who.facts) == ("203.0.113.7", date(2026, 12, 24), {"interests.nurse-shoes": "0.59"})
    assert imagine("2001:db8::7").ip == "2001:db8::7"


def test_the_longest_word_is_meant() -> None:
    assert imagine("Android tablet").screen == 800
    assert imagine("ドイツ語").language == "de"
    assert imagine("ドイツ語").place is None
    assert imagine("日本語、日本").place is not None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Osaca", 'not understood: "Osaca" (did you mean "osaka"?)'),
        ("iPhone in Osaka, purple", 'not understood: "purple". `mitate explain --help` lists the words'),
        ("25:10", 'not understood: "25:10". `mitate explain --help` lists the words'),
        ("2026-02-30", 'not understood: "2026-02-30". `mitate explain --help` lists the words'),
        ("火星", 'not understood: "火星". `mitate explain --help` lists the words'),
    ],
)
def test_unknown_words_are_an_error_that_says_what_may_have_been_meant(words: str, message: str) -> None:
    with pytest.raises(UnknownWordsError) as error:
        imagine(words)
    assert str(error.value) == message


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_is_understood_by_itself(word: str) -> None:
    assert imagine(word) != imagine("")


def test_nothing_said_is_nothing_known() -> None:
    assert imagine("") == imagine("  ,、 ") == type(imagine(""))()
