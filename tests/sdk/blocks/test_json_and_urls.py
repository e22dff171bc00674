"""JSON for apps, and redirects that stay within the site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.blocks import compile_json, compile_url

ORIGINS = ["https://shoes.example", "help.shoes.example"]


def test_texts_within_json_are_filled_and_everything_else_is_kept() -> None:
    value = {
        "title": "Hello {{geo.city|you}}",
        "n": 1,
        "list": ["{{a.b}}", None, {"deep": r"\{{x"}],
        "fixed": {"x": [1]},
    }
    filled, found = compile_json(value)
    assert found == []
    assert filled.facts_read == {"geo.city", "a.b"}
    assert filled.fill({"geo.city": "<Kyoto>", "a.b": 2}) == {
        "title": "Hello <Kyoto>",
        "n": 1,
        "list": ["2", None, {"deep": "{{x"}],
        "fixed": {"x": [1]},
    }


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "text", [], {}, [1, {"a": "b"}]])
def test_json_without_places_is_given_as_it_is(value: object) -> None:
    filled, found = compile_json(value)
    assert found == []
    assert filled.fill({}) is value
    assert filled.facts_read == frozenset()


def test_findings_in_json_name_the_text_by_its_pointer() -> None:
    _, found = compile_json({"a/b": ["x", "{{no.fact}}"], "{{a.b}}": 1, "c": "{{"}, facts=["a.b"])
    assert [(one.pointer, one.code) for one in found] == [
        ("/a~1b/1", "unknown-fact"),
        ("/c", "bad-filling"),
        ("/{{a.b}}", "bad-filling"),
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/sale", "/sale"),
        ("/sale/{{a.b|all}}?from={{a.b}}", "/sale/x%2Fy?from=x%2Fy"),
        ("?q={{a.b}}", "?q=x%2Fy"),
        ("#top", "#top"),
        ("https://shoes.example", "https://shoes.example"),
        ("https://shoes.example/{{a.b}}", "https://shoes.example/x%2Fy"),
        ("HTTPS://Shoes.Example/x", "HTTPS://Shoes.Example/x"),
        ("https://help.shoes.example/{{a.b}}", "https://help.shoes.example/x%2Fy"),
    ],
)
def test_a_redirect_within_the_site_is_filled(url: str, expected: str) -> None:
    block, found = compile_url(url, ORIGINS)
    assert found == []
    assert block.fill({"a.b": "x/y"}) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://shoes.example/",
        "https://shoes.example:8443/",
        "https://shoes.example.evil.example/",
        "https://shoes.example@evil.example/",
        "https://shoes.example\\@evil.example/",
        "https://evil.example\\.shoes.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "mailto:a@shoes.example",
        "sale",
        "",
        "{{a.b}}",
        "https://{{a.b}}/",
        "https://shoes.example{{a.b}}",
        "//{{a.b}}",
        "/{{a.b}}{{a.b}}/x",
    ],
)
def test_a_redirect_that_may_leave_the_site_is_an_error(url: str) -> None:
    block, found = compile_url(url, ORIGINS)
    assert [one.severity for one in found] == ["error"]
    assert found[0].hint
    assert block.fill({"a.b": "x"}) == ""


@given(st.text(alphabet="/\\.:@?#%\t\n ae", max_size=8) | st.text(max_size=8))
def test_no_value_makes_a_redirect_leave_the_site(value: str) -> None:
    for template in ("/{{a.b}}", "/{{a.b}}/evil.example", "/x{{a.b}}//y", "https://shoes.example/{{a.b}}"):
        block, found = compile_url(template, ORIGINS)
        assert found == []
        url = block.fill({"a.b": value})
        assert url.startswith(template.split("{{")[0])
        assert not url.startswith(("//", "/\\"))
        assert not set(url.replace("https://", "")) & set("\\:@?#\t\n ")
