"""What editors need to complete and explain a site's files: its JSON Schemas, with the site's own names in them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final, cast

from .cases import CASES_SCHEMA_NAME, cases_schema
from .cases.form import PLACEHOLDER
from .context.facts import Declaration
from .document.names import Names, constants, names_in
from .document.rules import describe, values_of
from .document.schema import EXPERIENCE_SCHEMA_NAME, SCHEMA_NAME, TITLES, experience_schema, site_schema
from .document.shapes import Schema

_WIDTH: Final = 120
_CASES_TITLE = str(cases_schema()["title"])


def schemas(folder: Path) -> dict[str, str]:
    """Give the schemas of the site in a folder as texts of files, by name: of the document, and of what it has beside.

    A document with errors still gives them. Raises `ValueError` when it is no JSON object, `OSError` when it can't be
    read.
    """
    names = names_in(folder)
    found = {SCHEMA_NAME: site_schema(names)}
    if names.files:
        found[EXPERIENCE_SCHEMA_NAME] = experience_schema()
    if any((folder / "cases").glob("*.json")):
        found[CASES_SCHEMA_NAME] = site_cases_schema(names)
    return {name: written(one) + "\n" for name, one in found.items()}


def written(value: object, indent: str = "") -> str:
    """Write JSON so that a change of one name changes one line: on one line what fits, else an item a line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    deeper = indent + "  "
    if isinstance(value, list):
        items = [written(one, deeper) for one in cast("list[object]", value)]
        return "[\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}]"
    members = [f"{json.dumps(key)}: {written(one, deeper)}" for key, one in cast("dict[str, object]", value).items()]
    return "{\n" + ",\n".join(deeper + member for member in members) + f"\n{indent}}}"


def write_schemas(folder: Path, *, only_there: bool = False) -> list[Path]:
    """Write the schemas that differ from what is there, each in one step; give their paths.

    `only_there` writes over files that exist and are ours, and makes no new ones. Raises as `schemas` does.
    """
    written: list[Path] = []
    for name, text in schemas(folder).items():
        file = folder / name
        known = file.read_text("utf-8") if file.is_file() else None
        if known == text or (only_there and (known is None or not is_ours(known))):
            continue
        draft = file.with_name(f".{name}.{os.getpid()}")
        draft.write_text(text, "utf-8")
        draft.replace(file)
        written.append(file)
    return written


def is_ours(text: str) -> bool:
    """Tell whether a schema was generated here, by its title."""
    try:
        schema = json.loads(text)
    except ValueError:
        return False
    return isinstance(schema, dict) and cast("dict[str, object]", schema).get("title") in (
        *TITLES.values(),
        _CASES_TITLE,
    )


def site_cases_schema(names: Names) -> Schema:
    """Give the schema of `cases/*.json` in which slots, variants and facts of the site complete."""
    schema = cases_schema()
    case = _properties(cast("Schema", _properties(schema)["cases"])["items"])
    expect, facts = (cast("dict[str, object]", case[name]) for name in ("expect", "facts"))
    schema["$defs"] = {
        "expected": expect["additionalProperties"],
        "facts": {**facts, "properties": {name: _fact(fact) for name, fact in names.facts.items() if "*" not in name}},
    }
    expected: Schema = {"$ref": "#/$defs/expected"}
    expect["additionalProperties"] = expected
    expect["properties"] = {
        slot: {"description": said, "anyOf": [*constants({**names.choices.get(slot, {}), **_PAGE}), expected]}
        for slot, said in names.slots.items()
    }
    for given in (_properties(schema), case):
        given["facts"] = {"$ref": "#/$defs/facts"}
    definitions = cast("Schema", schema["$defs"])
    definitions["expected"] = _with_places(definitions["expected"])
    definitions["place"] = {"type": "string", "pattern": PLACEHOLDER, "description": "A value of the matrix"}
    case.update({name: _with_places(one) for name, one in case.items()})
    return schema


_STRICT: Final = {"pattern", "enum", "minimum", "maximum"}


def _with_places(schema: object) -> object:
    """Let a value of the matrix, `{{name}}`, stand wherever a form would be too strict for it."""
    if isinstance(schema, list):
        return [_with_places(one) for one in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    given = cast("dict[str, object]", schema)
    if given.keys() & _STRICT or given.get("type") in ("integer", "number", "boolean"):
        said = {"description": given["description"]} if "description" in given else {}
        return {**said, "anyOf": [given, {"$ref": "#/$defs/place"}]}
    return {
        name: {key: _with_places(one) for key, one in cast("dict[str, object]", part).items()}
        if name == "properties"
        else part
        if name == "propertyNames"
        else _with_places(part)
        for name, part in given.items()
    }


_PAGE: Final = {"page": "The page's own content"}


def _fact(fact: Declaration) -> Schema:
    said: Schema = {"description": describe(fact)}
    values = values_of(fact)
    return {**said, "anyOf": [*constants(values), {}]} if values else said


def _properties(schema: object) -> dict[str, object]:
    return cast("dict[str, dict[str, object]]", schema)["properties"]
