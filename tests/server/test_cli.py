"""The command line, as a newcomer and as CI meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mitate import check
from mitate_server.cli import main
from mitate_server.cli.look import cells
from mitate_server.cli.main import COMMANDS

from .conftest import SITE, write_site


def run(*words: str, cwd: Path | None = None, answers: str | None = None, env: dict[str, str] | None = None) -> Result:
    runner = CliRunner(env={"LC_ALL": "C.UTF-8", **(env or {})})
    with pytest.MonkeyPatch.context() as patch:
        if cwd is not None:
            patch.chdir(cwd)
        return runner.invoke(main, list(words), input=answers)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_with_examples_and_exit_codes(command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert "Examples:" in done.output
    assert f"mitate {command}" in done.output
    assert "Exit codes:" in done.output


def test_the_overview_names_every_command() -> None:
    said = run("--help").output
    assert all(command in said and meaning in said for command, meaning in COMMANDS.items())


def test_a_misspelt_command_is_recognised() -> None:
    done = run("chekc", "shop")
    assert (done.exit_code, done.output.splitlines()[-1]) == (
        2,
        "Error: There is no command 'chekc'. Did you mean 'check'?",
    )


def test_help_imports_neither_the_engine_nor_a_server() -> None:
    program = "import sys; from mitate_server.cli import main; print([m for m in ('mitate', 'mitate_rules', 'uvicorn', 'starlette', 'msgspec') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# -- init ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("consent", ["denied", "granted"])
def test_a_starter_folder_has_nothing_wrong(tmp_path: Path, language: str, consent: str) -> None:
    done = run(
        "init", "shop", "--yes", "--lang", language, "--consent", consent, "--timezone", "Asia/Tokyo", cwd=tmp_path
    )
    assert done.exit_code == 0
    assert check(tmp_path / "shop") == []
    document = json.loads((tmp_path / "shop" / "site.json").read_text("utf-8"))
    assert (document["site"], document["consent"]["default"], document["timezone"]) == ("shop", consent, "Asia/Tokyo")
    assert json.loads((tmp_path / "shop" / document["$schema"]).read_text("utf-8"))["title"] == "mitate site document"
    page = (tmp_path / "shop" / "pages" / "index.html").read_text("utf-8")
    assert f'<html lang="{language}">' in page
    assert "<!-- mitate -->" in page
    assert "$" not in page


def test_the_secret_is_beside_the_folder_private_and_kept(tmp_path: Path) -> None:
    run("init", "shop", "--yes", cwd=tmp_path)
    env = tmp_path / "mitate.env"
    secret = env.read_text("utf-8").partition("MITATE_SECRET=")[2].strip()
    assert len(secret) == 43
    assert env.stat().st_mode & 0o777 == 0o600
    assert not any(secret in file.read_text("utf-8") for file in (tmp_path / "shop").rglob("*") if file.is_file())
    run("init", "club", "--yes", cwd=tmp_path)
    assert env.read_text("utf-8").count(secret) == env.read_text("utf-8").count("MITATE_SECRET") == 1


def test_init_asks_for_name_and_consent(tmp_path: Path) -> None:
    done = run("init", "My Shop", cwd=tmp_path, answers="hiyori\ngranted\n")
    assert done.exit_code == 0
    document = json.loads((tmp_path / "My Shop" / "site.json").read_text("utf-8"))
    assert (document["site"], document["consent"]["default"]) == ("hiyori", "granted")
    assert "(a-z, 0-9, _ and -) [my-shop]" in done.output


def test_init_without_anyone_to_answer_makes_nothing_and_says_how_to_go_on(tmp_path: Path) -> None:
    done = run("init", str(tmp_path / "shop"), answers="")
    assert (done.exit_code, (tmp_path / "shop").exists()) == (1, False)
    assert "No answer, so nothing was made. With --yes nothing is asked." in done.output


def test_init_changes_nothing_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "notes.txt").write_text("mine", "utf-8")
    done = run("init", "shop", "--yes", cwd=tmp_path)
    assert done.exit_code == 1
    assert done.output == "Error: shop is not empty. Choose another folder; nothing was changed.\n"
    assert [path.name for path in tmp_path.rglob("*")] == ["shop", "notes.txt"]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--name", "My Shop", "Invalid value for --name: 'My Shop' has other signs than a-z, 0-9, _ and -"),
        (
            "--timezone",
            "Asia/Tokio",
            "Invalid value for --timezone: there is no time zone 'Asia/Tokio' (did you mean Asia/Tokyo?)",
        ),
    ],
)
def test_init_refuses_what_would_not_load(tmp_path: Path, option: str, value: str, message: str) -> None:
    done = run("init", "shop", "--yes", option, value, cwd=tmp_path)
    assert (done.exit_code, done.output.splitlines()[-1]) == (2, f"Error: {message}")
    assert not (tmp_path / "shop").exists()


# -- check ---------------------------------------------------------------------------------------------


def broken(folder: Path) -> Path:
    site: dict[str, Any] = json.loads(json.dumps(SITE))
    site["experiences"][1]["when"] = {"==": [{"var": "campaign.sauce"}, "手紙"]}
    return write_site(folder, site)


def test_check_passes_a_good_folder(folder: Path) -> None:
    done = run("check", str(folder))
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "The site is good to serve.")


def test_check_shows_the_line_and_marks_the_place(folder: Path) -> None:
    done = run("check", str(broken(folder)))
    assert done.exit_code == 1
    lines = done.output.splitlines()
    place = next(index for index, line in enumerate(lines) if "-->" in line)
    number = lines[place].rpartition("site.json:")[2].split(":")[0]
    margin = " " * len(number)
    assert lines[place - 1] == 'error[unknown-fact]: unknown fact "campaign.sauce"'
    assert lines[place + 1] == f"{margin} |"
    shown, marks = lines[place + 2], lines[place + 3]
    assert shown.startswith(f"{number} | ")
    assert shown[marks.index("^") : marks.rindex("^") + 1] == '"campaign.sauce"'
    assert f'{margin} = hint: did you mean "campaign.source"?' in lines
    assert lines[-1] == "Found 1 error."


def test_the_mark_stands_right_under_wide_characters(folder: Path) -> None:
    write_site(folder)
    text = (folder / "site.json").read_text("utf-8")
    one_line = text.replace('"text": "You are near"', '"text": "お近くです。どうぞ。", "texxt": "x"')
    (folder / "site.json").write_text(one_line, "utf-8")
    lines = run("check", str(folder)).output.splitlines()
    marks = next(line for line in lines if "^" in line)
    shown = lines[lines.index(marks) - 1]
    before = shown[: shown.index('"texxt"')]
    assert cells(before) == marks.index("^")


def test_check_answers_in_json(folder: Path) -> None:
    done = run("check", str(broken(folder)), "--format", "json")
    said = json.loads(done.output)
    assert (done.exit_code, said["ok"], said["errors"], said["warnings"]) == (1, False, 1, 0)
    (one,) = said["diagnostics"]
    assert (one["code"], one["severity"], one["file"], one["hint"]) == (
        "unknown-fact",
        "error",
        "site.json",
        'did you mean "campaign.source"?',
    )
    assert isinstance(one["line"], int)


def shadowed(folder: Path) -> Path:
    """Let `pro` ask for everyone, so that `letter` below it never shows, and say something twice."""
    site: dict[str, Any] = json.loads(json.dumps(SITE))
    del site["experiences"][0]["when"]
    inside = site["experiences"][2]["when"]
    site["experiences"][2]["when"] = {"and": [inside, inside]}
    return write_site(folder, site)


def test_check_names_what_never_shows_with_a_visitor_and_a_repair(folder: Path) -> None:
    done = run("check", "shop", cwd=shadowed(folder).parent)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert (
        lines[0] == 'warning[shadowed]: "letter" never shows: "pro" comes first and takes the slot "hero" for everyone'
    )
    assert "   = for example: a visitor with campaign.source = letter" in lines
    assert '   = hint: move "letter" above "pro", or narrow the rule of "pro"' in lines
    assert lines[-1] == "The site is good to serve, with 2 warnings."


def test_strict_lets_what_never_shows_fail(folder: Path) -> None:
    assert run("check", str(shadowed(folder)), "--strict").exit_code == 1


def test_code_scanning_gets_a_fix_that_repairs_the_file(folder: Path) -> None:
    log = json.loads(run("check", "shop", "--format", "sarif", cwd=shadowed(folder).parent).output)
    (redundant,) = [one for one in log["runs"][0]["results"] if one["ruleId"] == "redundant"]
    steps: list[dict[str, Any]] = redundant["fixes"][0]["artifactChanges"][0]["replacements"]
    lines = (folder / "site.json").read_text("utf-8").splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    text = "".join(lines)
    for step in steps:
        region: dict[str, int] = step["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + step.get("insertedContent", {}).get("text", "") + text[end:]
    (folder / "site.json").write_text(text, "utf-8")
    assert [one.code for one in check(folder)] == ["shadowed"]


def test_check_names_shared_visitors_when_asked_to(folder: Path) -> None:
    assert run("check", str(folder)).output == "The site is good to serve.\n"
    lines = run("check", str(folder), "--overlaps").output.splitlines()
    assert lines[0] == 'note[overlapping]: some who meet "letter" meet "pro" first, which takes "hero"'
    assert lines[-1] == "The site is good to serve, with 1 note."


def test_check_understands_only_what_exists(tmp_path: Path) -> None:
    assert run("check", str(tmp_path / "nowhere")).exit_code == 2
    assert run("check").exit_code == 2


def test_no_colours_where_nobody_sees_them(folder: Path) -> None:
    assert "\x1b" not in run("check", str(broken(folder))).output


# -- explain -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["iPhone in Osaka, 23:10, third visit", "大阪・iPhone・23:10・3回目"])
def test_explain_understands_both_languages(tmp_path: Path, words: str) -> None:
    run("init", "shop", "--yes", "--timezone", "Asia/Tokyo", cwd=tmp_path)
    said = json.loads(run("explain", "shop", "--visitor", words, "--json", cwd=tmp_path).output)
    chosen = {slot: (one["experience"], one["reason"]) for slot, one in said["slots"].items()}
    assert chosen == {"hero": ("evening", "TARGETING_MATCH"), "note": ("again", "TARGETING_MATCH")}
    assert all(one["why"] and one["tree"] for one in said["slots"].values())


def test_explain_tells_what_consent_changes(tmp_path: Path) -> None:
    run("init", "shop", "--yes", cwd=tmp_path)

    def note(*more: str) -> tuple[str | None, str]:
        output = run(
            "explain", "shop", "--visitor", "Osaka, third visit", "--slot", "note", "--json", *more, cwd=tmp_path
        ).output
        one = json.loads(output)["slots"]["note"]
        return one["experience"], one["reason"]

    assert note() == note("--consent") == ("again", "TARGETING_MATCH")
    assert note("--no-consent") == ("place", "TARGETING_MATCH")


def test_explain_takes_facts_addresses_and_times(folder: Path) -> None:
    output = run(
        "explain", str(folder), "--fact", 'user.plan="pro"', "--ip", "203.0.113.9", "--at", "2026-12-24T18:00", "--json"
    ).output
    said = json.loads(output)
    assert said["at"] == 1798102800
    assert (said["slots"]["hero"]["experience"], said["slots"]["note"]["experience"]) == ("pro", "here")
    assert "203.0.113.9" not in output


def test_explain_takes_a_path_for_an_address(folder: Path) -> None:
    said = json.loads(run("explain", str(folder), "--url", "/?utm_source=letter", "--json").output)
    assert said["slots"]["hero"]["experience"] == "letter"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ip", "1.2.3"], "expected an IP address, got '1.2.3'"),
        (["--url", "no address"], "a path such as /sale, got 'no address'"),
        (["--fact", "geo.contry=JP"], 'unknown fact "geo.contry" (did you mean "geo.country"?)'),
        (["--fact", "visits.count=three"], '"visits.count" is a whole number of at least 1, got "three"'),
        (["--visitor", "visits.cuont=3"], 'unknown fact "visits.cuont" (did you mean "visits.count"?)'),
    ],
)
def test_explain_refuses_what_it_would_not_read(folder: Path, words: list[str], said: str) -> None:
    done = run("explain", str(folder), *words)
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_explain_says_that_a_city_file_is_none(folder: Path) -> None:
    done = run("explain", str(folder), "--city-file", str(folder / "site.json"))
    assert (done.exit_code, "expected a geo file in MMDB format" in done.output) == (1, True)


def test_explain_shows_slot_choice_and_reason(folder: Path) -> None:
    lines = run(
        "explain", str(folder), "--url", "https://shop.example/?utm_source=letter", "--at", "2026-12-24T18:00"
    ).output.splitlines()
    assert lines[0] == "Visitor  someone of whom nothing is known"
    assert lines[1].startswith("  2026-12-24 18:00 Asia/Tokyo · consent given · shop ")
    assert lines[3] == "hero  letter / hello  TARGETING_MATCH"
    assert any(line == "note  the page's own content  DEFAULT" for line in lines)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--visitor", "Osaca"], 'Invalid value for --visitor: not understood: "Osaca" (did you mean "osaka"?)'),
        (["--fact", "plan"], "Invalid value for --fact: expected name=value, got 'plan'"),
        (["--slot", "heros"], "Invalid value for --slot: there is no slot 'heros' (did you mean 'hero'?)"),
        (["--at", "tomorrow"], "Invalid value for --at: expected a time such as 2026-12-24T18:00, got 'tomorrow'"),
    ],
)
def test_explain_says_what_it_did_not_understand(folder: Path, words: list[str], message: str) -> None:
    done = run("explain", str(folder), *words)
    assert (done.exit_code, done.output.splitlines()[-1]) == (2, f"Error: {message}")


def test_explain_refuses_a_site_with_errors(folder: Path) -> None:
    done = run("explain", str(broken(folder)))
    assert done.exit_code == 1
    assert 'unknown fact "campaign.sauce"' in done.output


# -- serve ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--port", "http"], "Error: --port: expected a whole number from 0 to 65,535, got 'http'"),
        (["--durability", "high"], "Error: --durability: expected one of normal, full, got 'high'"),
    ],
)
def test_serve_says_which_setting_is_wrong(folder: Path, words: list[str], message: str) -> None:
    done = run("serve", str(folder), *words)
    assert (done.exit_code, done.output.splitlines()[-1]) == (2, message)


def test_settings_come_from_the_file_the_environment_and_the_command_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mitate_server.cli.serve import read_settings

    (folder.parent / "mitate.env").write_text("MITATE_PORT=1001\nMITATE_RATE=7\nMITATE_SECRET=from-file\n", "utf-8")
    monkeypatch.setenv("MITATE_PORT", "1002")
    monkeypatch.delenv("MITATE_SECRET", raising=False)
    settings = read_settings((folder,), None, {"port": 1003, "rate": None, "reload": False})
    assert (settings.port, settings.rate, settings.secret, settings.reload) == (1003, 7.0, "from-file", False)
    assert read_settings((folder,), None, {}).port == 1002
    assert settings.data == folder.parent / ".mitate"


# -- schema --------------------------------------------------------------------------------------------


def test_schema_writes_what_editors_complete_from_and_says_how_to_name_it(folder: Path) -> None:
    done = run("schema", "shop", cwd=folder.parent)
    assert (done.exit_code, done.output.splitlines()) == (
        0,
        [
            "Wrote shop/mitate-site.schema.json",
            'To use it, begin shop/site.json with "$schema": "mitate-site.schema.json".',
        ],
    )
    assert '"hero"' in (folder / "mitate-site.schema.json").read_text("utf-8")
    again = run("schema", "shop", cwd=folder.parent)
    assert again.output.splitlines()[0] == "Fresh: shop/mitate-site.schema.json"


def test_schema_check_tells_ci_what_is_missing_or_out_of_date(folder: Path) -> None:
    file = folder / "mitate-site.schema.json"
    for what in ("is missing", "is out of date"):
        done = run("schema", "--check", "shop", cwd=folder.parent)
        assert (done.exit_code, done.output) == (1, f"shop/{file.name} {what}. Run: mitate schema shop\n")
        file.write_text("{}", "utf-8")
    assert file.read_text("utf-8") == "{}"
    run("schema", "shop", cwd=folder.parent)
    assert run("schema", "--check", "shop", cwd=folder.parent).exit_code == 0


def test_schema_refuses_what_it_cannot_read(folder: Path) -> None:
    (folder / "site.json").write_text("{", "utf-8")
    done = run("schema", "shop", cwd=folder.parent)
    said = "shop/site.json can't be read: it is not JSON. Nothing was written; `mitate check shop` says more.\n"
    assert (done.exit_code, done.output) == (1, said)
    (folder / "site.json").unlink()
    assert "can't be read: No such file or directory" in run("schema", "shop", cwd=folder.parent).output


def test_schema_refuses_what_nests_too_deep(folder: Path) -> None:
    (folder / "site.json").write_text("[" * 100_000, "utf-8")
    for words in (("shop",), ("shop", "--check")):
        done = run("schema", *words, cwd=folder.parent)
        assert (done.exit_code, "shop/site.json can't be read: it is not JSON." in done.output) == (1, True)


def test_a_starter_folder_s_schema_is_fresh(tmp_path: Path) -> None:
    run("init", "shop", "--yes", cwd=tmp_path)
    assert run("schema", "--check", "shop", cwd=tmp_path).exit_code == 0
