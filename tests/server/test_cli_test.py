"""``mitate test`` and ``mitate cases``, as a developer and as CI meet them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mitate.cases.junit import Suite, junit
from mitate_server.cli import main
from mitate_server.cli.test import keep_running

from .conftest import SITE, write_site

GOOD = {"name": "A letter's reader", "url": "/?utm_source=letter", "expect": {"hero": "letter/hello", "note": "page"}}
BAD = {"name": "Someone else <b>&", "expect": {"hero": "letter/hello"}}
NEAR = {"name": "Near", "ip": "203.0.113.7", "expect": {"note": "here/near"}}


def run(*words: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner(env={"LC_ALL": "C.UTF-8", **(env or {})}).invoke(main, list(words))


def write_cases(folder: Path, *cases: dict[str, Any], file: str = "first.json") -> Path:
    """Write a site with cases, one a line; give its folder."""
    write_site(folder)
    (folder / "cases").mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(one) for one in cases)
    (folder / "cases" / file).write_text(f'{{"cases": [\n{lines}\n]}}\n', "utf-8")
    return folder


def lines(done: Result) -> list[str]:
    return [line for line in done.output.splitlines() if line.strip()]


def test_green_is_one_line_for_each_file(tmp_path: Path) -> None:
    write_cases(tmp_path, GOOD, file="b.json")
    write_cases(tmp_path, NEAR, GOOD, file="a.json")
    done = run("test", str(tmp_path))
    first, second, reached, passed = lines(done)
    assert first.startswith(f"✓ {tmp_path / 'cases/a.json'}  2 cases, ")
    assert second.startswith(f"✓ {tmp_path / 'cases/b.json'}  1 case, ")
    assert reached == "70 % of the rules reached (7 of 10)"
    assert (passed, done.exit_code) == ("3 cases passed.", 0)


def test_red_shows_what_was_expected_what_came_and_why(tmp_path: Path) -> None:
    done = run("test", str(write_cases(tmp_path, GOOD, BAD)))
    said = lines(done)
    file = tmp_path / "cases" / "first.json"
    assert said[0].startswith(f"✗ {file}  1 of 2 cases failed, ")
    assert said[1:4] == [
        f"  Someone else <b>&  {file}:3",
        "    hero: expected  letter/hello",
        "          got       page (DEFAULT)",
    ]
    assert said[4].startswith("          why       Default.")
    assert said[5].startswith("          missed    letter: no match.")
    assert said[6].startswith("          change    ")
    assert (said[-1], done.exit_code) == ("1 case failed, 1 passed.", 1)


def test_coverage_lists_what_no_case_reaches(tmp_path: Path) -> None:
    done = run("test", str(write_cases(tmp_path, GOOD)), "--coverage")
    assert done.exit_code == 0
    assert lines(done)[1:] == [
        "40 % of the rules reached (4 of 10)",
        "No case reaches:",
        "  pro/pro is shown",
        "  pro ends in CONSENT",
        '  pro: user.plan = "pro" holds',
        '  letter: campaign.source = "letter" fails',
        "  here/near is shown",
        '  here: request.ip in_cidr "203.0.113.0/24" holds',
        f"`mitate cases suggest {tmp_path}` writes cases for these.",
        "1 case passed.",
    ]


@pytest.mark.parametrize(("least", "code"), [("0", 0), ("30", 0), ("90", 1), ("100", 1)])
def test_too_little_coverage_fails(tmp_path: Path, least: str, code: int) -> None:
    done = run("test", str(write_cases(tmp_path, GOOD)), "--min-coverage", least)
    assert done.exit_code == code
    assert (f"at least {least} % are asked for" in done.output) is bool(code)


@pytest.mark.parametrize(
    ("pattern", "passed"), [("near", 1), ("NEAR", 1), ("l*r", 1), ("first", 2), ("cases/first.json", 2), ("?ear", 1)]
)
def test_only_runs_the_cases_that_are_meant(tmp_path: Path, pattern: str, passed: int) -> None:
    done = run("test", str(write_cases(tmp_path, GOOD, NEAR)), "--only", pattern, "--format", "json")
    assert json.loads(done.output)["sites"][0]["passed"] == passed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no cases yet. `mitate cases suggest {folder}` writes some; then say what should be so."),
        (("--only", "x"), "no case has 'x' in its name or file."),
    ],
)
def test_nothing_to_run_is_no_success(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    write_site(tmp_path)
    done = run("test", str(tmp_path), *words)
    assert (done.exit_code, lines(done)) == (1, [f"{tmp_path}: {said.format(folder=tmp_path)}"])


def test_a_mistake_in_a_case_is_shown_in_its_line(tmp_path: Path) -> None:
    done = run("test", str(write_cases(tmp_path, GOOD, {"expect": {"herro": "page"}})))
    assert done.exit_code == 1
    assert 'error[unknown-slot]: unknown slot "herro"' in done.output
    assert f"--> {tmp_path / 'cases/first.json'}:3:" in done.output
    assert '= hint: did you mean "hero"?' in done.output
    assert lines(done)[-1] == "Nothing was run where there are errors."


def test_a_site_with_errors_is_shown_with_them(tmp_path: Path) -> None:
    write_cases(tmp_path, GOOD)
    (tmp_path / "site.json").write_text("{", "utf-8")
    done = run("test", str(tmp_path))
    assert done.exit_code == 1
    assert "site.json:1:" in done.output


@pytest.mark.parametrize("words", [("test",), ("test", "nowhere"), ("test", ".", "--min-coverage", "101"), ("test", ".", "--format", "x")])  # fmt: skip
def test_what_is_not_understood_ends_with_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_json_says_all_of_it(tmp_path: Path) -> None:
    done = run("test", str(write_cases(tmp_path, GOOD, BAD)), "--format", "json")
    said = json.loads(done.output)
    [site] = said["sites"]
    assert (said["ok"], site["ok"], site["passed"], site["failed"], done.exit_code) == (False, False, 1, 1, 1)
    good, bad = site["cases"]
    assert (good["name"], good["file"], good["line"], good["ok"], good["differences"]) == (
        "A letter's reader",
        "cases/first.json",
        2,
        True,
        [],
    )
    assert bad["differences"][0]["expected"] == "letter/hello"
    assert bad["differences"][0]["got"] == "page (DEFAULT)"
    assert site["coverage"]["points"] == 10
    assert site["coverage"]["missing"][0] == {
        "kind": "variant",
        "in": "pro",
        "what": "pro",
        "holds": None,
        "text": "pro/pro is shown",
    }


# -- JUnit ---------------------------------------------------------------------------------------------


def test_junit_has_a_suite_for_each_file_and_a_failure_with_its_message(tmp_path: Path) -> None:
    shop, report = tmp_path / "shop", tmp_path / "results.xml"
    write_cases(shop, GOOD, BAD)
    write_cases(shop, NEAR, file="z.json")
    assert run("test", str(shop), "--junit", str(report)).exit_code == 1
    root = ElementTree.parse(report).getroot()
    assert root is not None
    suites = root.findall("testsuite")
    assert [(one.get("name"), one.get("tests"), one.get("failures"), one.get("errors")) for one in suites] == [
        ("shop/cases/first.json", "2", "1", "0"),
        ("shop/cases/z.json", "1", "0", "0"),
    ]
    good, bad = suites[0].findall("testcase")
    assert (good.get("classname"), good.get("name"), good.get("file"), good.get("line")) == (
        "shop/cases/first.json",
        "A letter's reader",
        "cases/first.json",
        "2",
    )
    assert all(float(one.get("time", "-1")) >= 0 for one in (*suites, good, bad))
    assert (good.find("failure"), bad.get("name")) == (None, "Someone else <b>&")
    failure = bad.find("failure")
    assert failure is not None
    assert failure.get("message") == "hero: expected letter/hello, got page (DEFAULT)"
    assert (failure.text or "").startswith("hero: expected  letter/hello\n      got       page (DEFAULT)")


def test_junit_reports_a_site_that_does_not_load_as_an_error(tmp_path: Path) -> None:
    shop, report = tmp_path / "shop", tmp_path / "results.xml"
    write_cases(shop, {"expect": {"herro": "page"}})
    run("test", str(shop), "--junit", str(report))
    root = ElementTree.parse(report).getroot()
    assert root is not None
    error = root.find("testsuite/testcase/error")
    assert error is not None
    assert (error.get("type"), error.get("message")) == (
        "unknown-slot",
        'cases/first.json:2:22 unknown slot "herro" (did you mean "hero"?)',
    )


def test_junit_without_anything_is_still_xml() -> None:
    assert ElementTree.fromstring(junit([])).tag == "testsuites"
    assert len(ElementTree.fromstring(junit([Suite("shop")]))) == 0


def test_what_xml_cannot_hold_is_replaced(tmp_path: Path) -> None:
    name = 'a\u0000b\u0008"\ud83d\ude00<]]>'
    report = tmp_path / "results.xml"
    run("test", str(write_cases(tmp_path, {**GOOD, "name": name})), "--junit", str(report))
    root = ElementTree.parse(report).getroot()
    assert root is not None
    case = root.find("testsuite/testcase")
    assert case is not None
    assert case.get("name") == 'a�b�"😀<]]>'


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    done = run("test", str(write_cases(tmp_path, GOOD)), "--junit", str(tmp_path / "no" / "where.xml"))
    assert done.exit_code == 1
    assert "can't be written: " in done.output


# -- watching --------------------------------------------------------------------------------------------


def test_watching_runs_at_once_and_after_each_change() -> None:
    ran: list[int] = []

    def changes() -> Iterator[object]:
        assert ran == [1]
        yield {"a", "b"}
        assert ran == [1, 1]
        yield {"c"}

    keep_running(lambda: ran.append(1), changes())
    assert ran == [1, 1, 1]


def test_a_change_on_disk_is_seen_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    write_cases(tmp_path, BAD)
    command = [
        sys.executable,
        "-m",
        "mitate_server",
        "test",
        str(tmp_path),
        "--watch",
        "--junit",
        str(tmp_path / "r.xml"),
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        said = iter(running.stdout.readline, "")
        assert next(line for line in said if "failed, " in line and "passed" in line) == "1 case failed, 0 passed.\n"
        assert next(said) == "Waiting for a change. Ctrl-C stops.\n"
        while not _saw_change(tmp_path, running):
            pass
        assert next(line for line in said if "passed." in line) in ("1 case passed.\n", "1 case failed, 0 passed.\n")
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) == 0


def _saw_change(folder: Path, running: subprocess.Popen[str]) -> bool:
    """Touch the cases until the watcher, which starts after the first run, tells that it ran again."""
    import select

    write_cases(folder, GOOD)
    assert running.stdout is not None
    return bool(select.select([running.stdout], [], [], 0.3)[0])


# -- suggestions -----------------------------------------------------------------------------------------


def test_suggest_writes_a_file_that_passes_and_reaches_all(tmp_path: Path) -> None:
    write_site(tmp_path)
    done = run("cases", "suggest", str(tmp_path))
    assert done.exit_code == 0
    assert lines(done) == [
        f"Wrote 5 cases to {tmp_path / 'cases/suggested.json'}. "
        "What each expects is what it shows today: read, then keep what is right."
    ]
    tested = run("test", str(tmp_path), "--min-coverage", "100")
    assert (tested.exit_code, lines(tested)[-1]) == (0, "5 cases passed.")


def test_suggest_to_stdout_and_check_write_nothing(tmp_path: Path) -> None:
    write_site(tmp_path)
    shown = run("cases", "suggest", str(tmp_path), "--stdout")
    assert len(json.loads(shown.stdout)["cases"]) == 5
    checked = run("cases", "suggest", str(tmp_path), "--check")
    assert checked.exit_code == 1
    assert lines(checked)[0].startswith("5 cases missing; the first reaches: pro/pro is shown")
    assert not (tmp_path / "cases").exists()
    run("cases", "suggest", str(tmp_path))
    assert run("cases", "suggest", str(tmp_path), "--check").exit_code == 0


def test_suggestions_leave_hand_written_files_alone(tmp_path: Path) -> None:
    write_cases(tmp_path, GOOD)
    before = (tmp_path / "cases" / "first.json").read_bytes()
    run("cases", "suggest", str(tmp_path))
    assert (tmp_path / "cases" / "first.json").read_bytes() == before
    mine = write_cases(tmp_path, GOOD, file="suggested.json") / "cases" / "suggested.json"
    done = run("cases", "suggest", str(tmp_path))
    assert (done.exit_code, json.loads(mine.read_text("utf-8"))["cases"]) == (1, [GOOD])
    assert "has cases that were not suggested" in done.output


def test_suggestions_go_when_ones_own_cases_reach_all(tmp_path: Path) -> None:
    write_site(tmp_path)
    run("cases", "suggest", str(tmp_path))
    suggested = tmp_path / "cases" / "suggested.json"
    text = suggested.read_text("utf-8")
    (tmp_path / "cases" / "mine.json").write_text(text, "utf-8")
    done = run("cases", "suggest", str(tmp_path))
    assert lines(done) == ["Nothing to suggest: cases reach all that a visitor was found for."]
    assert not suggested.exists()


def test_suggest_refuses_a_broken_site(tmp_path: Path) -> None:
    write_site(tmp_path, {**SITE, "slots": {}})
    done = run("cases", "suggest", str(tmp_path))
    assert (done.exit_code, done.stdout) == (1, "")


@pytest.mark.parametrize("command", ["suggest"])
def test_each_part_of_cases_has_help(command: str) -> None:
    done = run("cases", command, "--help")
    assert (done.exit_code, "Examples:" in done.output, "Exit codes:" in done.output) == (0, True, True)


# -- init ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("consent", ["denied", "granted"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_starter_folder_comes_with_cases_that_pass(tmp_path: Path, language: str, consent: str, zone: str) -> None:
    folder = str(tmp_path / "shop")
    run("init", folder, "--yes", "--lang", language, "--consent", consent, "--timezone", zone)
    done = run("test", folder, "--min-coverage", "100")
    assert (done.exit_code, lines(done)[-1]) == (0, "7 cases passed.")


def test_ctrl_c_while_cases_run_is_an_end_as_asked() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    keep_running(interrupted, [])


# -- mistakes in cases are found by `mitate check`, too ----------------------------------------------------


def test_check_says_what_is_wrong_with_cases(tmp_path: Path) -> None:
    done = run("check", str(write_cases(tmp_path, GOOD, {"expect": {"herro": "page"}})))
    assert done.exit_code == 1
    assert f"--> {tmp_path / 'cases/first.json'}:3:" in done.output
    assert '= hint: did you mean "hero"?' in done.output
    assert lines(done)[-1] == "Found 1 error."


def test_check_places_a_mistake_in_a_case_for_programs(tmp_path: Path) -> None:
    done = run("check", str(write_cases(tmp_path, GOOD, {"expect": {"herro": "page"}})), "--format", "json")
    [found] = json.loads(done.output)["diagnostics"]
    assert (found["code"], found["file"], found["line"]) == ("unknown-slot", "cases/first.json", 3)


def test_a_site_with_errors_is_told_of_before_its_cases(tmp_path: Path) -> None:
    write_cases(tmp_path, {"expect": {"herro": "page"}})
    (tmp_path / "site.json").write_text("{", "utf-8")
    done = run("check", str(tmp_path))
    assert (done.exit_code, lines(done)[-1]) == (1, "Found 1 error.")


# -- where no site can be ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["check"], ["test"], ["serve"], ["schema"], ["explain"], ["cases", "suggest"]])
def test_a_folder_that_is_not_there_is_told_how_to_make(command: list[str]) -> None:
    done = run(*command, "no where")
    assert done.exit_code == 2
    assert "there is no 'no where'. `mitate init 'no where'` makes a starter folder." in done.output


def test_a_file_that_is_no_document_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<p>", "utf-8")
    done = run("check", str(file))
    assert (done.exit_code, f"expected a site's folder, got the file {file}." in done.output) == (2, True)
