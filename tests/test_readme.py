"""The README and the page about rules say what is so: their code runs, their output is its output."""

from __future__ import annotations

import doctest
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_readme_shows_what_the_examples_print() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/readme.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_example_site_is_good_to_serve() -> None:
    from mitate import check

    sites = [path.parent for path in ROOT.rglob("site.json") if ".venv" not in path.parts]
    assert len(sites) >= 4
    wrong = {
        str(site): [str(one) for one in check(site) if one.severity == "error"]
        for site in sites
        if json.loads((site / "site.json").read_text("utf-8")) and "starter" not in site.parts
    }
    assert {site: found for site, found in wrong.items() if found} == {}


def test_the_page_about_rules_shows_what_the_engine_answers() -> None:
    page = ROOT / "docs" / "rules.md"
    shown = "\n".join(re.findall(r"```pycon\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(shown, {}, page.name, str(page), 0)
    said: list[str] = []
    done = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert (done.failed, "".join(said)) == (0, "")
    assert done.attempted >= 20


def test_the_sizes_of_the_javascript_builds_are_as_said() -> None:
    page, readme = (ROOT / "docs" / "rules.md").read_text("utf-8"), (ROOT / "README.md").read_text("utf-8")
    for build, where in (("snippet", "for pages"), ("edge", "for all of targeting"), ("jsonlogic", "for official")):
        file = ROOT / "server" / "mitate_server" / "static" / f"rules-{build}.js"
        size = len(gzip.compress(file.read_bytes(), 9, mtime=0))
        [said] = re.findall(rf"^\| `rules-{build}\.js` .* ([\d.]+) kB \|$", page, re.MULTILINE)
        assert abs(size - float(said) * 1000) < 60  # compressors differ by some bytes
        assert f"{said} kB {where}" in " ".join(readme.split())


def test_the_example_of_a_mistake_has_that_mistake_only() -> None:
    from mitate import check

    assert [(one.code, one.severity) for one in check(ROOT / "examples" / "mistakes")] == [("shadowed", "warning")]


def test_the_page_about_the_tag_shows_what_the_command_prints_and_python_does() -> None:
    page = (ROOT / "docs" / "tag.md").read_text("utf-8")
    shown = re.findall(r"```console\n\$ mitate ([^\n>]+)\n(.+?)```", page, re.DOTALL)
    assert len(shown) == 1
    for words, said in shown:
        command = [sys.executable, "-m", "mitate_server", *words.split()]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == said
    examples = doctest.DocTestParser().get_doctest(
        "\n".join(re.findall(r"```pycon\n(.*?)```", page, re.DOTALL)), {}, "tag.md", "tag.md", 0
    )
    said_wrong: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(examples, out=said_wrong.append).failed == 0, said_wrong


def test_the_page_about_the_tag_names_every_option() -> None:
    from mitate_server.cli.snippet import command

    page = (ROOT / "docs" / "tag.md").read_text("utf-8")
    named = {option.opts[0] for option in command.params if option.opts[0].startswith("--")}
    assert named - set(re.findall(r"^\| `(--[a-z]+)", page, re.MULTILINE)) == {"--env-file"}
