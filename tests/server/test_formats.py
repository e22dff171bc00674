"""What `mitate check` says in each format, to the letter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mitate_rules import Diagnostic
from mitate_server.cli.codes import CODES
from mitate_server.cli.formats import FORMATS, Checked
from mitate_server.cli.look import visitor
from mitate_server.cli.sarif import SCHEMA

TEXT = '{"a": "お𠮷", "when": {"==": [1, 2]},\n "b": 3}\n'
SHADOWED = Diagnostic(
    code="shadowed",
    severity="warning",
    message="100% of: a, b",
    pointer="/when",
    file="site.json",
    line=1,
    column=13,
    hint="one\ntwo",
    witness={"geo.country": "JP", "visits.count": 2},
    patch=[{"op": "replace", "path": "/when", "value": {"!=": [1]}}],
)
MISSING = Diagnostic(code="missing-file", severity="error", message="there is no file", file="blocks/a b.html")
NOTE = Diagnostic(code="telling-id", severity="note", message="it tells", file="site.json", line=2, column=2)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "site.json").write_text(TEXT, "utf-8")
    return Path("shop")


def say(form: str, shop: Path, *found: Diagnostic) -> str:
    return FORMATS[form](Checked({shop: list(found)}))


def test_people_read_the_line_the_place_and_an_example(shop: Path) -> None:
    assert say("text", shop, SHADOWED, MISSING, NOTE) == "\n".join(
        (
            "warning[shadowed]: 100% of: a, b",
            " --> shop/site.json:1:13",
            "  |",
            '1 | {"a": "お𠮷", "when": {"==": [1, 2]},',
            "  |               ^^^^^^",
            "  = for example: a visitor with geo.country = JP, visits.count = 2",
            "  = hint: one",
            "two",
            "",
            "error[missing-file]: there is no file",
            "--> shop/blocks/a b.html",
            "",
            "note[telling-id]: it tells",
            " --> shop/site.json:2:2",
            "  |",
            '2 |  "b": 3}',
            "  |  ^^^",
            "",
            "Found 1 error, 1 warning and 1 note.",
        )
    )


def test_nothing_wrong_is_one_line_for_people_and_none_for_github(shop: Path) -> None:
    assert say("text", shop) == "The site is good to serve."
    assert say("text", shop, NOTE).splitlines()[-1] == "The site is good to serve, with 1 note."
    assert FORMATS["text"](Checked({shop: [], shop / "b": []})) == "All 2 sites are good to serve."
    assert say("github", shop) == ""


def test_programs_get_every_field(shop: Path) -> None:
    said = json.loads(say("json", shop, SHADOWED))
    assert said == {
        "ok": True,
        "errors": 0,
        "warnings": 1,
        "notes": 0,
        "diagnostics": [
            {
                "folder": "shop",
                "code": "shadowed",
                "severity": "warning",
                "message": "100% of: a, b",
                "file": "site.json",
                "line": 1,
                "column": 13,
                "pointer": "/when",
                "expected": None,
                "got": None,
                "hint": "one\ntwo",
                "witness": {"geo.country": "JP", "visits.count": 2},
                "patch": [{"op": "replace", "path": "/when", "value": {"!=": [1]}}],
            }
        ],
    }


def test_github_reads_one_escaped_command_a_line(shop: Path) -> None:
    assert say("github", shop, SHADOWED, MISSING, NOTE).splitlines() == [
        "::warning file=shop/site.json,line=1,col=13,title=mitate%3A shadowed::100%25 of: a, b"
        "%0AFor example: a visitor with geo.country = JP, visits.count = 2%0AHint: one%0Atwo",
        "::error file=shop/blocks/a b.html,title=mitate%3A missing-file::there is no file",
        "::notice file=shop/site.json,line=2,col=2,title=mitate%3A telling-id::it tells",
    ]


@pytest.mark.parametrize(
    ("name", "escaped"), [("a,b", "a%2Cb"), ("a:b", "a%3Ab"), ("a%b", "a%25b"), ("a\rb", "a%0Db"), ("a\nb", "a%0Ab")]
)
def test_a_file_with_signs_of_the_command_language_stays_one_property(shop: Path, name: str, escaped: str) -> None:
    one = Diagnostic(code="bad-json", severity="error", message="m", file=name)
    assert say("github", shop, one) == f"::error file=shop/{escaped},title=mitate%3A bad-json::m"


def test_a_carriage_return_ends_no_message(shop: Path) -> None:
    one = Diagnostic(code="bad-json", severity="error", message="a\r\nb", file="site.json")
    assert say("github", shop, one).endswith("::a%0D%0Ab")


def sarif(shop: Path, *found: Diagnostic) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(say("sarif", shop, *found))
    assert (log["$schema"], log["version"], len(log["runs"])) == (SCHEMA, "2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_sarif_names_its_tool_and_rules(shop: Path) -> None:
    run = sarif(shop, SHADOWED, MISSING)
    driver = run["tool"]["driver"]
    assert (run["columnKind"], driver["name"]) == ("utf16CodeUnits", "mitate")
    assert [rule["id"] for rule in driver["rules"]] == ["missing-file", "shadowed"]
    assert driver["rules"][1]["shortDescription"] == {"text": CODES["shadowed"]}
    assert [(one["ruleId"], one["ruleIndex"], one["level"]) for one in run["results"]] == [
        ("shadowed", 1, "warning"),
        ("missing-file", 0, "error"),
    ]


def test_sarif_places_a_result_in_utf16_relative_to_the_repository(shop: Path) -> None:
    first, second = (one["locations"][0]["physicalLocation"] for one in sarif(shop, SHADOWED, MISSING)["results"])
    assert first == {
        "artifactLocation": {"uri": "shop/site.json", "uriBaseId": "%SRCROOT%"},
        # One more than the column of characters: 𠮷 is two units.
        "region": {"startLine": 1, "startColumn": 14, "endColumn": 20},
    }
    assert second == {"artifactLocation": {"uri": "shop/blocks/a%20b.html", "uriBaseId": "%SRCROOT%"}}


def test_sarif_carries_witness_and_repair(shop: Path) -> None:
    (one,) = sarif(shop, SHADOWED)["results"]
    assert one["properties"] == {
        "pointer": "/when",
        "hint": "one\ntwo",
        "witness": {"geo.country": "JP", "visits.count": 2},
        "visitor": "a visitor with geo.country = JP, visits.count = 2",
    }
    (fix,) = one["fixes"]
    (change,) = fix["artifactChanges"]
    assert fix["description"] == {"text": "one\ntwo"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 22, "endLine": 1, "endColumn": 36},
            "insertedContent": {"text": '{"!=": [1]}'},
        }
    ]
    line = TEXT.split("\n", 1)[0].encode("utf-16-le")
    assert line[21 * 2 : 35 * 2].decode("utf-16-le") == '{"==": [1, 2]}'


@pytest.mark.parametrize(
    ("path", "left"),
    [("/and/0", '{"and": [2, 3]}'), ("/and/1", '{"and": [1, 3]}'), ("/and/2", '{"and": [1, 2]}')],
)
def test_what_a_repair_takes_away_takes_its_comma_along(shop: Path, path: str, left: str) -> None:
    (shop / "site.json").write_text('{"and": [1, 2, 3]}', "utf-8")
    one = Diagnostic(
        code="redundant", severity="warning", message="m", file="site.json", patch=[{"op": "remove", "path": path}]
    )
    (result,) = sarif(shop, one)["results"]
    (step,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    region = step["deletedRegion"]
    text = (shop / "site.json").read_text("utf-8")
    assert text[: region["startColumn"] - 1] + text[region["endColumn"] - 1 :] == left
    assert "insertedContent" not in step


@pytest.mark.parametrize(
    "step",
    [
        {"op": "add", "path": "/when/==/-", "value": 3},
        {"op": "remove", "path": "/when"},
        {"op": "replace", "path": "/gone", "value": 3},
    ],
)
def test_a_repair_that_is_no_replacement_is_only_said(shop: Path, step: dict[str, object]) -> None:
    one = Diagnostic(code="redundant", severity="warning", message="m", file="site.json", hint="add it", patch=[step])
    (result,) = sarif(shop, one)["results"]
    assert "fixes" not in result
    assert result["message"]["text"] == "m\nHint: add it"


def test_a_fingerprint_outlives_lines_above_it_and_tells_twins_apart(shop: Path) -> None:
    def prints(*found: Diagnostic) -> list[str]:
        return [one["partialFingerprints"]["mitateFinding/v1"] for one in sarif(shop, *found)["results"]]

    (before,) = prints(NOTE)
    (shop / "site.json").write_text("\n\n" + TEXT, "utf-8")
    moved = Diagnostic(code="telling-id", severity="note", message="it tells", file="site.json", line=4, column=2)
    again = prints(moved, moved)
    assert again[0] == before
    assert again[1] != before


def test_a_file_outside_the_repository_has_its_whole_address(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    (one,) = sarif(shop, NOTE)["results"]
    uri = (tmp_path / "shop" / "site.json").as_uri()
    assert one["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_the_root_is_the_git_repository_around_us(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    assert say("github", Path(), NOTE).startswith("::notice file=shop/site.json,")


@pytest.mark.parametrize(
    ("witness", "said"),
    [
        ({}, "any visitor"),
        ({"geo.city": "New York"}, "a visitor with geo.city = New York"),
        ({"a.b": "x, y"}, 'a visitor with a.b = "x, y"'),
        ({"a.b": ""}, 'a visitor with a.b = ""'),
        ({"a.b": True, "a.c": ["x"]}, 'a visitor with a.b = true, a.c = ["x"]'),
        ({"a.b": None}, "a visitor of whom a.b is not known"),
        ({"a.b": None, "a.c": 1, "a.d": None}, "a visitor with a.c = 1 and no known a.b and a.d"),
    ],
)
def test_a_witness_is_said_in_one_line(witness: dict[str, object], said: str) -> None:
    assert visitor(witness) == said
