"""Regular expressions: what RE2 refuses, how long it takes, and what a browser would answer."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate_rules import WITHHELD, Context, RuleError, check_rule, compile_rule
from mitate_rules import patterns as patterns_module
from mitate_rules.patterns import INSTALL, MAX_LENGTH, finder, matches_all, problem_of, runs_in_javascript

FACTS: dict[str, dict[str, object]] = {
    "page.path": {"type": "string"},
    "live.search": {"type": "string"},
    "page.tags": {"type": "list", "items": "string"},
}


def regex(pattern: str, fact: str = "page.path") -> dict[str, object]:
    return {"regex": [{"var": fact}, pattern]}


def ask(pattern: str, text: object) -> object:
    return compile_rule(regex(pattern), FACTS)(Context({"page.path": text}))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^/nurse/[a-z]+$", "/nurse/shoes", True),
        ("^/nurse/[a-z]+$", "/nurse/", False),
        ("nurse", "/a/nurse/b", True),
        ("^a.b$", "a\nb", True),
        ("^a$", "a\n", False),
        (r"\d{3}", "９９９", False),
        ("白衣", "/看護/白衣", True),
        ("^.$", "👟", True),
        ("(?i)NURSE", "/Nurse", True),
        ("", "", True),
        ("^.{3}$", "a\ud800b", True),
    ],
)
def test_a_pattern_is_looked_for_anywhere_in_a_text(pattern: str, text: str, expected: bool) -> None:
    assert ask(pattern, text) is expected


@pytest.mark.parametrize("text", [None, 5, True, ["/nurse/a"], {"a": 1}])
def test_what_is_no_text_fits_no_pattern_and_its_negation_holds(text: object) -> None:
    assert ask("", text) is False
    assert compile_rule({"!": regex("")}, FACTS)(Context({"page.path": text})) is True


def test_a_withheld_text_leaves_the_answer_open() -> None:
    assert ask("a", WITHHELD) is WITHHELD


def test_an_item_of_a_list_can_be_tested() -> None:
    rule = {"some": [{"var": "page.tags"}, {"regex": [{"var": ""}, "^shoes-"]}]}
    program = compile_rule(rule, FACTS)
    assert program(Context({"page.tags": ["care", "shoes-walking"]})) is True
    assert program(Context({"page.tags": ["care"]})) is False


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_a_pattern_that_others_never_finish_takes_time_in_proportion_to_the_text(pattern: str) -> None:
    find = finder(pattern)

    def took(length: int) -> float:
        text = "a" * length + "!"
        best = 1.0
        for _ in range(5):
            start = time.process_time()
            assert find(text) is False
            best = min(best, time.process_time() - start)
        return best

    took(100_000)  # the states are made
    assert took(1_000_000) < 25 * took(100_000) + 0.001
    assert took(1_000_000) < 0.2


@pytest.mark.parametrize(
    ("pattern", "message", "place", "hint"),
    [
        ("a(b", "missing )", 2, "write \\( for the character itself"),
        ("[(]日)本", "unexpected )", 5, "write \\) for the character itself"),
        ("ab[c", "missing ]: [c", 3, "write \\[ for the character itself"),
        ("*a", "no argument for repetition operator: *", 1, "write \\* or \\+ or \\? for the character itself"),
        ("a**", "bad repetition operator: **", 2, None),
        ("x[z-a]", "invalid character class range: z-a", 3, None),
        (
            "(?=a)",
            "invalid perl operator: (?=",
            1,
            "RE2 has neither look-around nor back-references, so that no pattern takes long",
        ),
        (
            r"(a)\1",
            r"invalid escape sequence: \1",
            4,
            "RE2 has no back-references; a backslash in JSON is written \\\\",
        ),
        ("a\\", "trailing \\", 2, None),
    ],
)
def test_what_re2_refuses_is_told_with_its_place(
    pattern: str, message: str, place: int | None, hint: str | None
) -> None:
    (found,) = check_rule(regex(pattern), FACTS)
    assert (found.code, found.severity, found.pointer) == ("bad-pattern", "error", "/regex/1")
    at = f" (character {place})" if place else ""
    assert found.message == f"RE2 can't read the pattern: {message}{at}"
    assert found.hint == hint


def test_a_pattern_has_a_length_and_a_size() -> None:
    assert problem_of("a" * MAX_LENGTH) is None
    too_long = problem_of("a" * (MAX_LENGTH + 1))
    assert too_long is not None
    assert too_long.message == "the pattern has 1,001 characters; 1,000 are allowed"
    too_large = problem_of("日.{999}" * 20)
    assert too_large is not None
    assert too_large.code == "bad-pattern"


def test_a_large_pattern_is_found_all_the_same() -> None:
    largest = "(?:[あ-ん]b){330}"
    assert problem_of(largest) is None
    assert finder(largest)("x" + "あb" * 330) is True
    assert finder(largest)("x" + "あb" * 329) is False


def test_a_pattern_is_compiled_once() -> None:
    assert finder("^once$") is finder("^once$")


def test_without_re2_a_rule_that_needs_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    finder.cache_clear()
    monkeypatch.setattr(patterns_module, "_re2", lambda: None)
    (found,) = check_rule({"and": [{"==": [1, 1]}, regex("a")]}, FACTS)
    assert (found.code, found.severity, found.pointer) == ("missing-extra", "error", "/and/1/regex/1")
    assert found.message == '"regex" needs RE2, which is not installed'
    assert found.hint == INSTALL == "pip install 'mitate[regex]'"
    with pytest.raises(RuleError):
        compile_rule(regex("a"), FACTS)
    assert compile_rule({"starts_with": [{"var": "page.path"}, "/a"]}, FACTS)({"page": {"path": "/a"}}) is True


@pytest.mark.parametrize("pattern", ["", "a*", "a?|b", "(x*)"])
def test_a_pattern_that_fits_every_text_is_noticed(pattern: str) -> None:
    assert matches_all(pattern)
    assert [one.code for one in check_rule(regex(pattern), FACTS)] == ["always-true"]


@pytest.mark.parametrize("pattern", ["a", "^", "^$", r"\b", "a*$"])
def test_a_pattern_that_names_an_edge_is_taken_as_meant(pattern: str) -> None:
    assert not matches_all(pattern)


# -- in a browser

ALIKE = [
    "^/nurse/[a-z]+$",
    r"^/products/\d{3,5}(?:-[a-z]{2})?/$",
    "白衣|ナース",
    r"[\d.\-]+円",
    r"(?:ab)+c{2,}?",
    r"\bsale\b",
    r"^[^/?#]*\?q=\x61",
    "[[a^]",
    "[^^]",
    "a{3}|",
    "(a|b)?",
    "(?:ab?)?",
]
OTHERWISE = [
    ("(?i)a", "flags within a pattern differ"),
    ("(?P<name>a)", "names of groups differ"),
    (r"\pL", "classes of Unicode differ"),
    (r"[\p{Greek}]", "this class is read otherwise"),
    (r"a\s", "what counts as white space differs"),
    (r"\Qa+\E", "it is written otherwise"),
    (r"\Aa", "the ends of the text are written ^ and $"),
    (r"\C", "it is written otherwise"),
    (r"\Ba", "\\B differs beside letters other than a to z"),
    (r"\x{1F45F}", "codes of characters are written otherwise"),
    (r"\101", "codes of characters are written otherwise"),
    ("[[:alpha:]]", "this class is read otherwise"),
    ("[]a]", "this class is read otherwise"),
    ("[^]a]", "this class is read otherwise"),
    ("[a-c-e]", "this class is read otherwise"),
    ("a{,3}", "a bracket that stands for itself needs a backslash"),
    ("a}", "a bracket that stands for itself needs a backslash"),
    ("^*a", "there is nothing to repeat before it"),
    (r"\-", "it is written otherwise"),
    ("(a+)+b", "a browser might take very long"),
    ("(?:a|b)*c", "a browser might take very long"),
    ("((?:a?){2})b", "a browser might take very long"),
]


@pytest.mark.parametrize("pattern", ALIKE)
def test_what_means_the_same_in_javascript_runs_there(pattern: str) -> None:
    assert problem_of(pattern) is None
    assert runs_in_javascript(pattern) is None
    assert check_rule(regex(pattern), FACTS, lists={}) == [] or matches_all(pattern)


@pytest.mark.parametrize(("pattern", "why"), OTHERWISE)
def test_what_means_something_else_in_javascript_is_noted(pattern: str, why: str) -> None:
    assert problem_of(pattern) is None
    found = check_rule(regex(pattern), FACTS)
    assert [(one.code, one.severity, one.pointer) for one in found] == [("not-in-browser", "note", "/regex/1")]
    assert why in found[0].message


def test_what_only_the_browser_knows_must_be_tested_there() -> None:
    (found,) = check_rule(regex(r"\s", "live.search"), FACTS)
    assert (found.code, found.severity) == ("not-in-browser", "error")
    assert found.message.startswith("only the browser knows this fact, and JavaScript does not read")
    assert check_rule(regex("[ ]", "live.search"), FACTS) == []


PIECES = st.sampled_from(
    [
        "a", "b", "/", "-", "日", "👟", ".", "^", "$", r"\b", r"\d", r"\w", r"\W", r"\D", r"\.", r"\/", r"\-", r"\n", r"\x41",
        "[ab]", "[^a]", "[a-z/]", r"[\d-]", "[-日]", "[^\\W]", "[", "]", "(", "(?:", ")", "|", "*", "+", "?", "{2}", "{1,}",
        "{0,2}?", "{", "}", r"\s", "(?i)", "{,2}", "[]a]", "[^]a]", "[^]", "[[:digit:]]", r"\B", r"\pL",
    ]
)  # fmt: skip
TEXTS = st.text(st.sampled_from("aab/-A1_日👟\n\r\u2028. ^"), max_size=6)


@pytest.fixture(scope="module")
def javascript() -> Iterator[subprocess.Popen[str]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    program = (
        "require('readline').createInterface({input: process.stdin}).on('line', line => {"
        "const [pattern, texts] = JSON.parse(line); let found;"
        "try { const r = new RegExp(pattern, 'su'); found = texts.map(text => r.test(text)) }"
        "catch (error) { found = String(error) } console.log(JSON.stringify(found)) })"
    )
    with subprocess.Popen([node, "-e", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@given(st.lists(PIECES, max_size=8).map("".join), st.lists(TEXTS, min_size=1, max_size=8))
def test_what_is_said_to_run_in_javascript_answers_there_as_here(
    javascript: subprocess.Popen[str], pattern: str, texts: list[str]
) -> None:
    if problem_of(pattern) is not None or runs_in_javascript(pattern) is not None:
        return
    assert javascript.stdin is not None
    assert javascript.stdout is not None
    javascript.stdin.write(json.dumps([pattern, texts]) + "\n")
    javascript.stdin.flush()
    assert json.loads(javascript.stdout.readline()) == [finder(pattern)(text) for text in texts]
