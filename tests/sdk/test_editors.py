"""The schemas of a site's files: written in one step, over our own files only, and with the site's names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mitate.editors import is_ours, schemas, write_schemas, written

SITE: dict[str, Any] = {
    "format": 1,
    "site": "shop",
    "timezone": "UTC",
    "slots": {"hero": {}},
    "audiences": {"all": {"when": True}},
    "experiences": [],
}
SITE_SCHEMA = "mitate-site.schema.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, SITE)
    return tmp_path


def write(folder: Path, site: object) -> None:
    (folder / "site.json").write_text(json.dumps(site), "utf-8")


def definition(folder: Path, name: str) -> Any:
    return json.loads(schemas(folder)[SITE_SCHEMA])["$defs"][name]


def test_only_what_a_site_has_gets_a_schema(folder: Path) -> None:
    assert list(schemas(folder)) == [SITE_SCHEMA]
    for name in ("experiences/one.json", "cases/one.json"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("{}", "utf-8")
    assert list(schemas(folder)) == [SITE_SCHEMA, "mitate-experience.schema.json", "mitate-cases.schema.json"]


def test_what_is_fresh_is_not_written_again(folder: Path) -> None:
    assert write_schemas(folder) == [folder / SITE_SCHEMA]
    assert write_schemas(folder) == []
    assert sorted(path.name for path in folder.iterdir()) == [SITE_SCHEMA, "site.json"]
    write(folder, {**SITE, "slots": {"hero": {}, "guide": {}}})
    assert write_schemas(folder) == [folder / SITE_SCHEMA]
    assert [one["const"] for one in definition(folder, "slot")["anyOf"]] == ["hero", "guide"]


def test_keeping_fresh_makes_no_file_and_leaves_others_alone(folder: Path) -> None:
    assert write_schemas(folder, only_there=True) == []
    (folder / SITE_SCHEMA).write_text('{"title": "my own"}', "utf-8")
    assert write_schemas(folder, only_there=True) == []
    assert (folder / SITE_SCHEMA).read_text("utf-8") == '{"title": "my own"}'
    (folder / SITE_SCHEMA).write_text('{"title": "mitate site document"}', "utf-8")
    assert write_schemas(folder, only_there=True) == [folder / SITE_SCHEMA]


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ('{"title": "mitate site document"}', True),
        ('{"title": "mitate experiences"}', True),
        ('{"title": "mitate cases"}', True),
        ('{"title": "x"}', False),
        ("[]", False),
        ("", False),
    ],
)
def test_a_schema_of_ours_is_known_by_its_title(text: str, ours: bool) -> None:
    assert is_ours(text) is ours


def test_a_document_with_errors_still_completes_what_it_names(folder: Path) -> None:
    write(folder, {"slots": {"hero": 1, "guide": {}}, "audiences": {"a": {"when": {"nonsense": []}}}, "lists": None})
    assert [one["const"] for one in definition(folder, "slot")["anyOf"]] == ["guide"]
    assert [one["const"] for one in definition(folder, "audience")["anyOf"]] == ["a"]


@pytest.mark.parametrize("text", ["", "{", "[]", "3"])
def test_what_is_no_document_has_no_schema(folder: Path, text: str) -> None:
    (folder / "site.json").write_text(text, "utf-8")
    with pytest.raises(ValueError):
        schemas(folder)


def test_a_kind_without_names_lets_nothing_stand_and_says_why(folder: Path) -> None:
    assert definition(folder, "list") == {"not": {}, "description": "The document declares no list yet"}


def test_one_name_is_one_line() -> None:
    lines = {f"name-{number}": {"const": number, "description": "x" * 20} for number in range(20)}
    assert written(lines).count("\n") == len(lines) + 1
    assert json.loads(written(lines)) == lines
    small: dict[str, object] = {"a": [1, dict[str, int]()]}
    assert written(small) == '{"a": [1, {}]}'
    assert written(["x" * 150]) == '[\n  "' + "x" * 150 + '"\n]'
