"""``mitate preview``: the link, whom it asks for, and what it says to whoever mistypes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mitate.document import load
from mitate.tokens import Invitation, read_preview
from mitate_server.cli.preview import SAYS, command, describe
from mitate_server.links import preview_link

from .conftest import ORIGIN, SECRET, SITE, write_site


def run(*words: str, secret: str = SECRET) -> Result:
    return CliRunner(env={"LC_ALL": "C.UTF-8", "MITATE_SECRET": secret}).invoke(command, list(words))


@pytest.fixture
def shop(tmp_path: Path) -> str:
    return str(write_site(tmp_path / "shop"))


def opened(done: Result) -> tuple[str, Invitation]:
    """Give the page that a link opens, and what its token says."""
    assert done.exit_code == 0, done.output
    page, _, token = done.stdout.strip().rpartition("mitate=")
    return page, read_preview(token, "shop", SECRET)


def test_the_link_opens_the_first_origin_for_an_hour(shop: str) -> None:
    page, link = opened(run(shop))
    assert page == f"{ORIGIN}/#"
    assert 3590 < link.exp - time.time() <= 3600
    assert (link.variants, link.visitor, link.at, link.language) == ({}, None, None, None)


def test_the_link_says_what_was_chosen(shop: str) -> None:
    words = ("--variant", "pro=pro", "--variant", "here=near", "--visitor", "大阪・iPhone", "--lang", "ja")
    _, link = opened(run(shop, *words, "--at", "2026-12-24T09:00", "--expires", "2d"))
    assert link.variants == {"pro": "pro", "here": "near"}
    assert (link.visitor, link.at, link.language) == ("大阪・iPhone", "2026-12-24T09:00", "ja")
    assert link.exp - time.time() > 2 * 86_400 - 10


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://shop.example", "https://shop.example/#"),
        ("https://shop.example/a?b=c", "https://shop.example/a?b=c#"),
        ("/sale", f"{ORIGIN}/sale#"),
        ("https://shop.example/a#top", "https://shop.example/a#top&"),
        ("https://shop.example/#/cart?x=1", "https://shop.example/#/cart?x=1&"),
        ("https://shop.example/#mitate=old.old.old", "https://shop.example/#"),
        ("https://shop.example/#top&mitate=old.old.old", "https://shop.example/#top&"),
        ("https://日本.example/さくら", "https://日本.example/さくら#"),
    ],
)
def test_a_page_keeps_its_address_and_its_fragment(shop: str, url: str, page: str) -> None:
    assert opened(run(shop, "--url", url))[0] == page
    assert preview_link(f"{ORIGIN}/a#top", "t.o.k") == f"{ORIGIN}/a#top&mitate=t.o.k"


def test_a_site_without_origins_opens_its_sample_page_here(tmp_path: Path) -> None:
    shop = str(write_site(tmp_path / "shop", {**SITE, "origins": []}))
    assert opened(run(shop))[0] == "http://127.0.0.1:8000/sample/shop/#"
    (tmp_path / "mitate.env").write_text("MITATE_PORT=9001\n", "utf-8")
    assert opened(run(shop))[0] == "http://127.0.0.1:9001/sample/shop/#"
    done = run(shop, "--url", "/sale")
    assert (done.exit_code, "expected an address" in done.output) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--variant", "leter=hello"), "there is no experience 'leter' (did you mean 'letter'?)"),
        (("--variant", "letter=helo"), "there is no variant of 'letter' 'helo' (did you mean 'hello'?)"),
        (("--variant", "zzz=hello"), "there is no experience 'zzz' (known: pro, letter, here)"),
        (("--variant", "letter"), "expected EXPERIENCE=VARIANT, such as letter=hello, got 'letter'"),
        (("--visitor", "iPone"), 'not understood: "iPone" (did you mean "iphone"?)'),
        (("--at", "tomorrow"), "expected a time such as 2026-12-24T09:00, from 1970 to 2199, got 'tomorrow'"),
        (("--at", "2200-01-02"), "got '2200-01-02'"),
        (("--expires", "0m"), "expected a duration such as 30m, 1h or 2d, at most 7d, got '0m'"),
        (("--expires", "8d"), "at most 7d, got '8d'"),
        (("--expires", "1"), "got '1'"),
        (("--url", "shop.example"), "expected an address such as https://shop.example/ or a path such as /sale"),
        (("--url", "javascript:alert(1)"), "expected an address such as"),
        (("--url", "//evil.example/"), "expected an address such as"),
    ],
)
def test_what_can_not_be_meant_is_said(shop: str, words: tuple[str, ...], said: str) -> None:
    done = run(shop, *words)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


def test_without_a_secret_it_says_where_to_put_one(shop: str) -> None:
    done = run(shop, secret="")
    assert done.exit_code == 1
    assert "Set MITATE_SECRET" in done.output
    done = run(shop, secret="short")
    assert (done.exit_code, "expected at least 32 bytes, got 5" in done.output) == (1, True)


def test_the_secret_stands_beside_the_folder(shop: str, tmp_path: Path) -> None:
    (tmp_path / "mitate.env").write_text(f"MITATE_SECRET={SECRET}\n", "utf-8")
    assert opened(run(shop, secret=""))[0] == f"{ORIGIN}/#"


def test_a_site_with_an_error_has_no_preview(shop: str) -> None:
    (Path(shop) / "site.json").write_text(json.dumps({**SITE, "slots": 5}), "utf-8")
    assert run(shop).exit_code == 1


def test_what_will_surprise_is_said_beside_the_link(shop: str) -> None:
    done = run(shop, "--url", "https://other.example/", "--variant", "pro=pro", "--variant", "letter=hello")
    assert done.stdout.count("\n") == 1
    assert done.stderr.splitlines() == [
        'Pages of https://other.example may not ask: add it to "origins" in site.json.',
        "letter is not shown in the slot hero: pro was chosen there, too, and comes first.",
    ]
    assert run(shop, "--url", "http://localhost:3000/").stderr == ""


def test_a_reader_on_a_terminal_learns_what_it_shows_and_until_when(shop: str) -> None:
    site = load(shop).site
    said = describe(site, {"letter": "hello"}, "iPhone", "2026-12-24", 1_800_000_000, "en")
    assert said[0].startswith("Valid until 2027-01-15 ")
    assert said[1] == 'Shows "letter" in the variant "hello"; what a visitor sees: "iPhone"; the site on 2026-12-24.'
    assert said[2] == "It is counted nowhere. Whoever has the link can open it."
    assert describe(site, {}, "", None, 1_800_000_000, "ja")[1] == "表示内容:開いた人への表示と、その理由"


def test_everything_is_said_in_both_languages() -> None:
    assert [name for name, row in SAYS.items() if set(row) != {"en", "ja"}] == []
