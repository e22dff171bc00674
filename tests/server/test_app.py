"""Everything beside the API: scripts, health, description, start page, sample page."""

from __future__ import annotations

import html
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from mitate import Reason
from mitate_server import snippet
from mitate_server.app import Server
from mitate_server.start.words import WORDS, choose_language

from .conftest import SECRET, SITE, Start, ask, decide, write_site

HERE = {"client": ("127.0.0.1", 4711), "base": "http://127.0.0.1:8000"}


def look(server: Server, path: str = "/", **headers: str) -> Any:
    return ask(server, "GET", path, headers=headers, client=("127.0.0.1", 4711), base="http://127.0.0.1:8000")


def test_it_is_alive_and_ready_with_its_versions(server: Server) -> None:
    assert ask(server, "GET", "/health/live").json() == {"status": "ok"}
    assert ask(server, "GET", "/health/ready").json() == {
        "status": "ok",
        "sites": {"shop": server.sites["shop"].mitate.version},
    }


def test_the_script_is_short_lived_under_its_name_and_immutable_under_its_hash(server: Server) -> None:
    source, version = snippet.browser_script().source, snippet.browser_script().version
    as_it_is = {"accept-encoding": "identity"}
    plain = ask(server, "GET", "/mitate.js", headers=as_it_is)
    named = ask(server, "GET", f"/mitate.{version}.js", headers=as_it_is)
    assert plain.content == named.content == source
    assert plain.headers["etag"] == f'"{version}"'
    assert plain.headers["cache-control"] == "public, max-age=3600, stale-while-revalidate=86400"
    assert named.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert plain.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("known", ['"{}"', 'W/"{}"', '"other", "{}"'])
def test_an_unchanged_script_is_not_sent_again(server: Server, known: str) -> None:
    version = snippet.browser_script().version
    answer = ask(server, "GET", "/mitate.js", headers={"if-none-match": known.format(version)})
    assert (answer.status_code, answer.content) == (304, b"")


def test_the_description_names_every_address_and_every_reference_resolves(start: Start) -> None:
    text = ask(start(prefix="/px"), "GET", "/openapi.json").text
    described = json.loads(text)
    assert list(described["paths"]) == ["/px/v1/decide", "/px/v1/events", "/px/v1/visitors/{id}"]
    assert list(described["paths"]["/px/v1/decide"]["post"]["responses"]) == [
        "200",
        "400",
        "401",
        "403",
        "404",
        "405",
        "413",
        "429",
    ]
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert names <= set(described["components"]["schemas"])
    assert {"Ask", "Answer", "Batch", "Accepted", "ProblemDetails"} <= names


# -- the tag -------------------------------------------------------------------------------------------


def test_nothing_in_a_table_can_leave_the_script() -> None:
    evil = "</script><!--<script>&\u2028\u2029"
    embedded = snippet.embed({"name": evil})
    assert embedded == '{"name":"\\u003c/script\\u003e\\u003c!--\\u003cscript\\u003e\\u0026\\u2028\\u2029"}'
    assert json.loads(embedded) == {"name": evil}


def test_the_tag_is_the_loader_applied_to_the_table() -> None:
    table: dict[str, object] = {"site": "shop", "slots": []}
    assert snippet.tag(table) == f'<script>({snippet.loader()})({{"site":"shop","slots":[]}})</script>'
    assert snippet.tag(table, nonce='a"b').startswith('<script nonce="a&quot;b">(')


def test_the_hash_allows_exactly_this_tag() -> None:
    import base64
    import hashlib

    table: dict[str, object] = {"site": "shop", "slots": []}
    script = snippet.tag(table).removeprefix("<script>").removesuffix("</script>")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert snippet.csp_hash(table) == f"'sha256-{digest}'"


# -- the start page ------------------------------------------------------------------------------------


def test_the_start_page_is_for_this_machine_alone(server: Server) -> None:
    assert look(server).status_code == 200
    assert ask(server, "GET", "/").status_code == 404
    assert ask(server, "GET", "/", client=("127.0.0.1", 1), base="http://shop.example").status_code == 404
    assert look(server, **{"x-forwarded-for": "203.0.113.7"}).status_code == 404
    assert ask(server, "GET", "/start/start.css").status_code == 404


@pytest.mark.parametrize("header", ["forwarded", "via", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"])
def test_who_comes_through_a_proxy_on_this_machine_is_not_on_this_machine(server: Server, header: str) -> None:
    assert look(server, **{header: "x"}).status_code == 404


@pytest.mark.parametrize(("version", "local"), [("1.1", True), ("2", True), ("1.0", False)])
def test_a_proxy_that_hides_is_known_by_its_old_http(server: Server, version: str, local: bool) -> None:
    scope = {"client": ("127.0.0.1", 1), "http_version": version}
    assert server.door.is_local(scope, {b"host": b"127.0.0.1:8000"}) is local


def test_the_start_page_can_be_opened_or_closed(start: Start) -> None:
    assert ask(start(start_page="always"), "GET", "/").status_code == 200
    assert look(start(start_page="never")).status_code == 404
    assert look(start(start_page="never"), "/sample/shop/").status_code == 404


def test_the_start_page_runs_no_inline_code(server: Server) -> None:
    page = look(server)
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert re.findall(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=", page.text) == []
    for path in re.findall(r'(?:src|href)="(/start/[^"]+)"', page.text):
        assert look(server, path).status_code == 200
    assert look(server, "/start/page.py").status_code == 404


def test_the_start_page_shows_state_tag_and_next_steps(server: Server) -> None:
    decide(server)
    page = look(server).text
    assert 'lang="en"' in page
    assert server.sites["shop"].mitate.version in page
    assert ">1</dd>" in page
    assert "Default: no experience matched" in page
    assert "&lt;script&gt;(" in page
    assert '"endpoint":"http://127.0.0.1:8000"' in page
    assert "mitate explain" in page


def test_the_start_page_names_facts_whose_values_were_not_as_declared(server: Server) -> None:
    assert "<code>user.plan</code>" not in look(server).text
    for _ in range(2):
        decide(
            server,
            {"traits": {"user.plan": 5}, "consent": {"personalization": True}},
            headers={"authorization": f"Bearer {SECRET}"},
        )
    page = look(server).text
    assert "not of the form declared" in page
    assert "<code>user.plan</code> × 2" in page


def test_the_start_page_speaks_japanese(server: Server) -> None:
    assert "mitate は動作中です" in look(server, "/?lang=ja").text
    page = look(server, **{"accept-language": "ja,en;q=0.8"})
    assert "次にすること" in page.text
    assert page.headers["content-language"] == "ja"


def test_the_start_page_shows_each_error_with_its_place(server: Server, folder: Path) -> None:
    write_site(folder, json.loads(json.dumps(SITE).replace("campaign.source", "campaign.sauce")))
    server.sites.reload([folder / "site.json"])
    page = look(server).text
    assert "Last good version is serving" in page
    problem = server.sites["shop"].mitate.problems[0]
    assert f"<code>site.json:{problem.line}:{problem.column}</code>" in page
    assert "did you mean &quot;campaign.source&quot;?" in page


def test_the_start_page_says_which_pages_carry_an_old_tag(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def notices() -> list[tuple[str, str]]:
        return re.findall(r'data-notice="old-tag">Pages carry an old tag \((.*?); (\d+) times', look(server).text)

    current = server.sites["shop"].mitate.table_hash()
    for known in (current, "<b>evil</b>", ""):
        decide(server, {"table": known})
    assert notices() == []
    for known in ("00000000", "00000000", "11111111"):
        decide(server, {"table": known})
    assert notices() == [("00000000, 11111111", "3")]
    assert "古いタグのページがあります" in look(server, "/?lang=ja").text
    # Pages that have not asked for an hour have the new one, or no visitors.
    later = time.time() + 3601
    monkeypatch.setattr("mitate_server.sites.time.time", lambda: later)
    assert notices() == []


def test_the_start_page_gives_the_policy_and_the_command_for_its_tag(server: Server) -> None:
    page = html.unescape(look(server).text)
    table = server.sites["shop"].mitate.slot_table("http://127.0.0.1:8000", 300)
    assert f">{snippet.policy(table)}</code>" in page
    assert f"mitate snippet {server.sites['shop'].path} --url http://127.0.0.1:8000</code>" in page


def test_the_start_page_says_that_a_proxy_is_not_trusted(server: Server) -> None:
    decide(server, headers={"x-forwarded-for": "203.0.113.7"}, client=("10.0.0.5", 1))
    assert "MITATE_TRUSTED_PROXIES=10.0.0.5" in look(server).text


def test_the_start_page_names_the_pages_that_asked_in_vain_and_what_to_write(
    server: Server, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def refused() -> list[str]:
        return re.findall(r'data-notice="refused">A page of (\S+) asked', look(server).text)

    for origin in (
        "http://localhost:3000",
        "http://localhost:3000",
        "null",
        "https://<b>.example",
        "https://other.example",
    ):
        assert decide(server, headers={"origin": origin}).status_code == 403
    assert refused() == ["http://localhost:3000", "https://other.example"]
    assert '"origins": ["http://localhost:3000"]' in html.unescape(look(server).text)
    assert [one.message for one in caplog.records if "refused" in one.message] == [
        f'shop: a page of {origin} asked and was refused; if it is yours, add it to "origins"'
        for origin in ("http://localhost:3000", "https://other.example")
    ]
    for number in range(20):
        decide(server, headers={"origin": f"https://made-up-{number}.example"})
    assert len(refused()) == 5
    write_site(folder, {**SITE, "origins": [*SITE["origins"], "http://localhost:3000"]})
    server.sites.reload([folder / "site.json"])
    assert "http://localhost:3000" not in refused()
    assert decide(server, headers={"origin": "http://localhost:3000"}).status_code == 200


def test_a_page_opened_as_a_file_is_told_why(server: Server) -> None:
    said = decide(server, headers={"origin": "null"}).json()
    assert said["hint"] == "A page opened as a file has no origin: open it through a web server."


def test_whatever_a_document_says_is_text_on_the_start_page(start: Start, folder: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    site = json.loads(json.dumps(SITE))
    site["label"] = {"en": evil}
    site["slots"]["hero"]["label"] = {"en": evil}
    site["experiences"][0]["label"] = {"en": evil}
    write_site(folder, site)
    page = look(start()).text
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 3


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_text_is_there_in_both_languages(key: str) -> None:
    english, japanese = WORDS[key]["en"], WORDS[key]["ja"]
    assert english
    assert japanese
    assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", japanese))


def test_every_reason_has_words() -> None:
    assert {key.removeprefix("reason-") for key in WORDS if key.startswith("reason-")} == {
        reason.value for reason in Reason
    }


@pytest.mark.parametrize(
    ("wanted", "accept", "language"),
    [
        (None, "", "en"),
        (None, "ja", "ja"),
        (None, "fr, ja;q=0.5, en;q=0.4", "ja"),
        (None, "en-GB,ja", "en"),
        (None, "ja;q=0, en", "en"),
        (None, "ja;q=x", "en"),
        ("ja", "en", "ja"),
        ("en", "ja", "en"),
        ("xx", "ja", "ja"),
    ],
)
def test_the_language_is_the_one_asked_for(wanted: str | None, accept: str, language: str) -> None:
    assert choose_language(wanted, accept) == language


# -- the sample page -----------------------------------------------------------------------------------


def test_the_sample_page_gets_the_present_tag(server: Server, folder: Path, tmp_path: Path) -> None:
    (folder / "pages").mkdir()
    (folder / "pages" / "index.html").write_text("<head><!-- mitate --></head>", "utf-8")
    (tmp_path / "secret.html").write_text("secret", "utf-8")
    page = look(server, "/sample/shop/")
    assert page.text.startswith("<head><script>(")
    assert '"endpoint":""' in page.text
    assert 'href="/sample/shop/"' in look(server).text
    for path in (
        "/sample/shop/../site.json",
        "/sample/shop/%2e%2e/%2e%2e/secret.html",
        "/sample/shop/none.html",
        "/sample/shop/%00",
        f"/sample/shop/{'x' * 5000}",
        "/sample/x/",
    ):
        assert look(server, path).status_code == 404
    assert ask(server, "GET", "/sample/shop/").status_code == 404


def test_without_a_sample_page_there_is_no_link(server: Server) -> None:
    assert "/sample/" not in look(server).text
    assert look(server, "/sample/shop/").status_code == 404


def test_every_answer_leaves_cookies_alone(server: Server) -> None:
    for path in ("/", "/mitate.js", "/health/live", "/openapi.json", "/nowhere"):
        assert "set-cookie" not in look(server, path, cookie="a=b").headers
