"""The page's address, the campaign, the words searched for; and what junk makes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.context import page
from mitate.visitor import Visitor

XSS = '"><script>alert(1)</script>'


def read(visitor: Visitor, *names: str) -> dict[str, object]:
    facts: dict[str, object] = {}
    page.fill_page(frozenset(names))(visitor, {}, 0.0, facts)
    return facts


def test_a_page_view_from_an_advertisement() -> None:
    url = "https://Shoes.example:8443/nurse/%E9%9D%B4?utm_source=g&utm_medium=cpc&utm_campaign=winter&utm_term=nurse+shoes&utm_content=a&color=white#top"
    visitor = Visitor(url=url, referrer="https://www.search.example/?q=x", title="Nurse", language="ja-jp")
    names = [f"campaign.{name}" for name in page.CAMPAIGN]
    names += [
        "page.url",
        "page.host",
        "page.path",
        "page.query.color",
        "page.title",
        "page.language",
        "page.referrer",
        "page.referrer_host",
    ]
    assert read(visitor, *names, "search.last", "search.terms", "page.query.size") == {
        "campaign.source": "g",
        "campaign.medium": "cpc",
        "campaign.name": "winter",
        "campaign.term": "nurse shoes",
        "campaign.content": "a",
        "page.url": url,
        "page.host": "shoes.example",
        "page.path": "/nurse/靴",
        "page.query.color": "white",
        "page.title": "Nurse",
        "page.language": "ja-JP",
        "page.referrer": "https://www.search.example/?q=x",
        "page.referrer_host": "www.search.example",
        "search.last": "nurse shoes",
        "search.terms": ["nurse", "shoes"],
    }


def test_nothing_known_gives_no_facts() -> None:
    assert (
        read(
            Visitor(), "page.path", "page.url", "campaign.source", "search.last", "page.language", "page.referrer_host"
        )
        == {}
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example", ("a.example", "/", "")),
        ("https://a.example?q=1", ("a.example", "/", "q=1")),
        ("HTTPS://A.EXAMPLE/B", ("a.example", "/B", "")),
        ("http://user:secret@a.example:80/x?y#z?w", ("a.example", "/x", "y")),
        ("http://[2001:db8::1]:8080/x", ("[2001:db8::1]", "/x", "")),
        ("https://good.example\\@evil.example/", ("good.example", "/@evil.example/", "")),
        ("https://a.example/%ff%E9%9D%B4", ("a.example", "/\ufffd靴", "")),
        ("https://", ("", "/", "")),
    ],
)
def test_addresses_are_taken_apart_as_browsers_do(url: str, expected: tuple[str, str, str]) -> None:
    assert page.take_apart(url) == expected


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "/relative", "ftp://a.example/", "data:text/html,x", "https:/a.example", XSS, None],
)
def test_what_is_no_web_address_has_no_parts(url: str | None) -> None:
    assert page.take_apart(url) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("a=1&a=2", {"a": "1"}),
        ("a", {"a": ""}),
        ("=1&&b=", {"b": ""}),
        ("a=%zz&b=%E3%81%82+%2B", {"a": "%zz", "b": "あ +"}),
        ("a=b=c", {"a": "b=c"}),
    ],
)
def test_parameters_are_decoded_and_the_first_counts(query: str, expected: dict[str, str]) -> None:
    assert page.parameters(query) == expected


def test_a_hundred_parameters_are_read_and_no_more() -> None:
    assert len(page.parameters("&".join(f"p{n}=1" for n in range(500)))) == 100


@pytest.mark.parametrize(
    ("url", "referrer", "words"),
    [
        ("https://a.example/search?q=nurse+shoes", None, "nurse shoes"),
        ("https://a.example/search?s=x&query=y", None, "x"),
        ("https://a.example/search?keyword=%E9%9D%B4", None, "靴"),
        ("https://a.example/item/1", "https://a.example/search?q=boots", "boots"),
        ("https://a.example/item/1", "https://b.example/search?q=boots", None),
        ("https://a.example/?utm_term=nurse", None, "nurse"),
        ("https://a.example/?q=++", None, None),
        ("https://a.example/", None, None),
        (None, "https://a.example/search?q=boots", None),
    ],
)
def test_search_words_come_from_this_page_the_one_before_or_the_advertisement(
    url: str | None, referrer: str | None, words: str | None
) -> None:
    assert page.search_words(url, referrer) == words


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("ja", ["ja"]),
        ("ja,en-US;q=0.9,en;q=0.8", ["ja", "en-US", "en"]),
        ("en;q=0.5, fr;q=0.9, *;q=0.1", ["fr", "en"]),
        ("en;q=0, de", ["de"]),
        ("en;q=x, de;q=2, fr;q=nan, it;q=0.1", ["it"]),
        ("zh-hant-tw", ["zh-Hant-TW"]),
        ("", []),
        (XSS, []),
    ],
)
def test_languages_come_in_the_order_they_are_wanted(accept: str, expected: list[str]) -> None:
    assert page.languages(accept) == tuple(expected)


def test_the_pages_own_language_counts_before_the_browsers() -> None:
    headers = {"accept-language": "de-DE,de;q=0.9"}
    assert read(Visitor(language="ja", headers=headers), "page.language") == {"page.language": "ja"}
    assert read(Visitor(headers=headers), "page.language") == {"page.language": "de-DE"}
    assert read(Visitor(language=XSS, headers={"accept-language": XSS}), "page.language") == {}


def test_hostile_words_stay_words() -> None:
    facts = read(
        Visitor(url=f"https://a.example/?utm_source={XSS}&q={XSS}", title=XSS),
        "campaign.source",
        "page.title",
        "search.last",
    )
    assert facts == {"campaign.source": XSS, "page.title": XSS, "search.last": XSS}


@given(url=st.text(max_size=300), referrer=st.text(max_size=300), accept=st.text(max_size=100))
def test_no_text_makes_the_page_facts_fail(url: str, referrer: str, accept: str) -> None:
    names = [
        "page.host",
        "page.path",
        "page.query.a",
        "campaign.term",
        "search.last",
        "search.terms",
        "page.language",
        "page.referrer_host",
    ]
    for given_url in (url, "https://a.example/" + url):
        read(Visitor(url=given_url, referrer=referrer, headers={"accept-language": accept}), *names)
