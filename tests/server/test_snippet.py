"""The tag: what it carries, how it is allowed, and the command that prints it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mitate import Mitate, Visitor
from mitate_server import snippet
from mitate_server.app import Server
from mitate_server.cli import main

from .conftest import PAGE_VIEW, SITE, Start, ask, decide, write_site

TABLE: dict[str, object] = {
    "site": "shop",
    "hash": "1a2b3c4d",
    "endpoint": "https://edge.shop.example/px",
    "deadline": 250,
    "slots": [{"name": "hero"}],
}
READER = Visitor(url="https://shop.example/?utm_source=letter", page_view=PAGE_VIEW)


def digest(kind: str, source: bytes) -> str:
    return f"{kind}-{base64.b64encode(hashlib.new(kind, source).digest()).decode()}"


# -- the files that pages load -------------------------------------------------------------------------


@pytest.mark.parametrize("name", snippet.SCRIPTS)
def test_each_file_is_short_lived_under_its_name_and_immutable_under_its_hash(start: Start, name: str) -> None:
    server = start(prefix="/px")
    plain = ask(server, "GET", f"/px/{name}.js")
    if not snippet.is_built(name):
        assert plain.status_code == 404
        return
    script = snippet.browser_script(name)
    named = ask(server, "GET", f"/px/{name}.{script.version}.js")
    assert plain.content == named.content == (snippet.STATIC / f"{name}.js").read_bytes()
    assert script.version == hashlib.sha256(plain.content).hexdigest()[:16]
    assert script.integrity == digest("sha384", plain.content)
    assert plain.headers["cache-control"] == "public, max-age=3600, stale-while-revalidate=86400"
    assert named.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert named.headers["access-control-allow-origin"] == "*"
    assert ask(server, "GET", f"/px/{name}.0123456789abcdef.js").status_code == 404


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "br, gzip; q=0.0", "x-gzip"])
def test_a_file_travels_as_it_is_to_whoever_does_not_take_gzip(server: Server, accepted: str) -> None:
    plain = ask(server, "GET", "/mitate.js", headers={"accept-encoding": accepted})
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"].startswith('"')


def test_a_file_travels_gzipped_to_whoever_reads_that(server: Server) -> None:
    packed = ask(server, "GET", "/mitate.js", headers={"accept-encoding": "br, gzip"})
    plain = ask(server, "GET", "/mitate.js", headers={"accept-encoding": "identity"})
    assert packed.content == plain.content  # unpacked by the client
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) * 0.6
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert [one.headers["vary"] for one in (packed, plain)] == ["accept-encoding"] * 2
    again = ask(server, "GET", "/mitate.js", headers={"if-none-match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_file_that_is_not_built_is_not_found(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(snippet, "STATIC", tmp_path)
    assert ask(server, "GET", "/panel.js").status_code == 404


# -- the tag -------------------------------------------------------------------------------------------


def test_a_tag_takes_along_what_its_table_needs() -> None:
    plain = snippet.script(TABLE)
    assert plain == f"({snippet.loader()})({snippet.embed(TABLE)})"
    assert snippet.script({**TABLE, "ops": True}).endswith(f"{snippet.extra('ops')})")
    shadow = {**TABLE, "slots": [{"name": "hero", "shadow": True}]}
    assert snippet.script(shadow).endswith(f",0,{snippet.extra('shadow')})")


def test_nothing_in_a_built_file_ends_the_tag() -> None:
    tag = snippet.tag({**TABLE, "ops": True, "slots": [{"name": "hero", "shadow": True}]})
    assert (tag.count("</script"), tag.count("<!--"), tag.isascii()) == (1, 0, True)


@pytest.mark.parametrize(
    ("nonce", "written"), [("r4nd0m==", "r4nd0m=="), ('a"&b', "a&quot;&amp;b"), ("<%= nonce %>", "<%= nonce %>")]
)
def test_a_nonce_may_be_a_templates_to_fill_in(nonce: str, written: str) -> None:
    assert snippet.tag(TABLE, nonce).startswith(f'<script nonce="{written}">(')


def test_a_hashed_tag_loads_a_name_that_never_changes_and_has_it_checked() -> None:
    script = snippet.browser_script()
    table = snippet.with_script(TABLE, hashed=True)
    assert table == {
        **TABLE,
        "script": f"mitate.{script.version}.js",
        "attributes": {"integrity": script.integrity, "crossOrigin": "anonymous"},
    }
    assert snippet.with_script(TABLE) == TABLE


def test_a_blocking_tag_ends_the_blocking_at_the_deadline() -> None:
    table = snippet.with_script(TABLE, blocking=True)
    assert table["attributes"] == {"blocking": "render"}
    script = snippet.script(table)
    assert f"({snippet.loader()})({snippet.embed(table)})" in script
    assert "setTimeout(()=>u&&u(),250)" in script


def test_the_policy_allows_the_tag_what_it_loads_and_whom_it_asks() -> None:
    origin = "https://edge.shop.example"
    allowed = f"{origin}; connect-src {origin}; trusted-types mitate"
    assert snippet.policy(TABLE) == f"script-src {snippet.csp_hash(TABLE)} {allowed}"
    assert snippet.policy(TABLE, "r4nd0m") == f"script-src 'nonce-r4nd0m' {allowed}"
    here = snippet.policy({**TABLE, "endpoint": "/px"}, "r4nd0m")
    assert here == "script-src 'nonce-r4nd0m' 'self'; connect-src 'self'; trusted-types mitate"


# -- the answer in the page ----------------------------------------------------------------------------


def answer_in(element: str) -> Any:
    found = re.fullmatch(r'<script type="application/json" data-mitate>(.*)</script>', element)
    assert found is not None
    return json.loads(found[1])


def test_an_answer_in_the_page_is_the_answer(tmp_path: Path) -> None:
    with Mitate.from_path(write_site(tmp_path)) as mitate:
        decided = mitate.decide(READER)
    element = snippet.embedded(decided)
    assert answer_in(element) == json.loads(decided.encode())
    assert answer_in(element)["decisions"]["hero"]["html"].startswith("<h1>Hello, reader</h1>")


def test_nothing_in_an_answer_can_leave_its_element(tmp_path: Path) -> None:
    evil = "</script><!--<script>&\u2028"
    says = {"id": "says", "slot": "note", "variants": [{"id": "a", "text": evil}]}
    with Mitate.from_path(write_site(tmp_path, {**SITE, "experiences": [says]})) as mitate:
        element = snippet.embedded(mitate.decide(READER))
    assert (element.count("<"), element.count("&"), "\u2028" in element) == (2, 0, False)
    assert answer_in(element)["decisions"]["note"]["text"] == evil


def test_what_the_page_has_already_is_not_sent_again(tmp_path: Path) -> None:
    with Mitate.from_path(write_site(tmp_path)) as mitate:
        decided = mitate.decide(READER)
    told = answer_in(snippet.embedded(decided, rendered=["hero", "note"]))["decisions"]
    assert told["hero"] == {
        "reason": "TARGETING_MATCH",
        "basis": "situation",
        "experience": "letter",
        "variant": "hello",
        "rendered": True,
    }
    # The page's own content is there, rendered or not.
    assert told["note"] == {"reason": "DEFAULT", "basis": "everyone"}


# -- the command ---------------------------------------------------------------------------------------


def run(*words: str, **variables: str) -> Result:
    return CliRunner(env={"LC_ALL": "C.UTF-8", **variables}).invoke(main, ["snippet", *words])


def table_in(tag: str) -> dict[str, Any]:
    found = re.search(r'\((\{"site":.*?\})(,0|,\(|\)<)', tag)
    assert found is not None
    return dict(json.loads(found[1]))


def test_the_tag_is_printed_for_the_address_visitors_reach(tmp_path: Path) -> None:
    done = run(str(write_site(tmp_path / "shop")), "--url", "https://edge.shop.example")
    with Mitate.from_path(tmp_path / "shop") as mitate:
        assert done.stdout == snippet.tag(mitate.slot_table("https://edge.shop.example")) + "\n"
    assert (done.exit_code, done.stderr) == (0, "")


def test_the_tag_of_the_command_is_the_one_of_the_server(start: Start, tmp_path: Path) -> None:
    server = start(public_url="https://edge.shop.example", prefix="/px", deadline=200)
    newer = decide(server, {"table": "00000000"}, path="/px/v1/decide").json()["table"]
    variables = {"MITATE_PUBLIC_URL": "https://edge.shop.example", "MITATE_PREFIX": "/px", "MITATE_DEADLINE": "200"}
    done = run(str(write_site(tmp_path / "again")), **variables)
    assert table_in(done.stdout) == newer


def test_address_and_deadline_come_from_the_settings_file_and_options_win(tmp_path: Path) -> None:
    folder = str(write_site(tmp_path / "shop"))
    (tmp_path / "mitate.env").write_text("MITATE_PUBLIC_URL=https://edge.shop.example\nMITATE_DEADLINE=150\n", "utf-8")
    assert [table_in(run(folder).stdout)[key] for key in ("endpoint", "deadline")] == ["https://edge.shop.example", 150]
    other = table_in(run(folder, "--url", "https://b.example/", "--deadline", "0").stdout)
    assert (other["endpoint"], other["deadline"]) == ("https://b.example", 0)


def test_without_a_public_address_it_says_whom_the_tag_asks(tmp_path: Path) -> None:
    done = run(str(write_site(tmp_path / "shop")), MITATE_PORT="9000")
    assert table_in(done.stdout)["endpoint"] == "http://127.0.0.1:9000"
    assert done.stderr == (
        "The tag asks http://127.0.0.1:9000: where your visitors don't reach that, say --url https://YOUR-SERVER.\n"
    )


def test_a_site_that_changes_nothing_is_told_so(tmp_path: Path) -> None:
    done = run(str(write_site(tmp_path / "shop", {**SITE, "experiences": []})), "--url", "https://edge.shop.example")
    assert table_in(done.stdout)["slots"] == []
    assert done.stderr == "No live experience changes a slot, so the tag hides nothing.\n"


def test_the_policy_is_printed_for_the_tag_that_the_same_options_print(tmp_path: Path) -> None:
    words = [str(write_site(tmp_path / "shop")), "--url", "https://edge.shop.example", "--hashed", "--blocking"]
    inline = re.fullmatch(r"<script>(.*)</script>\n", run(*words).stdout)
    assert inline is not None
    allowed = f"'{digest('sha256', inline[1].encode())}' https://edge.shop.example"
    rest = "connect-src https://edge.shop.example; trusted-types mitate"
    assert run(*words, "--csp").stdout == f"Content-Security-Policy: script-src {allowed}; {rest}\n"
    nonce = run(*words, "--csp", "--nonce", "r4nd0m").stdout
    assert nonce.startswith("Content-Security-Policy: script-src 'nonce-r4nd0m' https://edge.shop.example;")


def test_no_tag_is_printed_for_a_site_with_errors(tmp_path: Path) -> None:
    done = run(str(write_site(tmp_path / "shop", {**SITE, "slots": {}})))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "unknown-slot" in done.stderr
    assert done.stderr.splitlines()[-1] == "No tag was printed: the site has errors."


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--url", "edge.shop.example", "--url: expected an address such as https://edge.example"),
        ("--deadline", "soon", "--deadline: expected a whole number from 0 to 10,000"),
    ],
)
def test_an_option_that_cannot_be_is_refused(tmp_path: Path, option: str, value: str, said: str) -> None:
    done = run(str(write_site(tmp_path / "shop")), option, value)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
