"""The names a site's folder gives to things, each with what editors show of it: they complete and explain themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mitate.context.facts import BUILT_IN, Declaration

from .raw import Raw, as_object, labels_in, list_in, maybe_text_in, object_in, objects_in, text_in, texts_in
from .shapes import Schema

Said = Mapping[str, str]
"""What is said of each name."""

_LONGEST: Final = 400
"""A rule or list is cut after so many characters."""


@dataclass(frozen=True)
class Names:
    """What a document names. It is read leniently: a document with errors still completes what it has."""

    facts: Mapping[str, Declaration] = field(default_factory=lambda: dict(BUILT_IN))
    """Built-in and own ones."""
    audiences: Said = field(default_factory=dict[str, str])
    lists: Said = field(default_factory=dict[str, str])
    slots: Said = field(default_factory=dict[str, str])
    goals: Said = field(default_factory=dict[str, str])
    layers: Said = field(default_factory=dict[str, str])
    blocks: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Files that hold experiences, or may."""
    choices: Mapping[str, Said] = field(default_factory=dict[str, Said])
    """By slot, what may fill it: `experience/variant`."""
    experiences: Said = field(default_factory=dict[str, str])


def names_in(path: Path) -> Names:
    """Read the names of the site in a folder (or of a lone `site.json`); what can't be read has none.

    Raises `ValueError` when the document is no JSON object, `OSError` when it can't be read.
    """
    file = path / "site.json" if path.is_dir() else path
    raw = as_object(json.loads(file.read_text("utf-8-sig")))
    if raw is None:
        raise ValueError("the document is no object")
    folder = file.parent
    experiences = list(_experiences(raw, folder))
    return Names(
        facts=known_facts(object_in(raw, "facts"), object_in(raw, "interests")),
        audiences={name: _audience(one) for name, one in objects_in(object_in(raw, "audiences"))},
        lists={name: _list(value) for name, value in object_in(raw, "lists").items()},
        slots={name: _slot(name, one) for name, one in objects_in(object_in(raw, "slots"))},
        goals={name: _goal(one) for name, one in objects_in(object_in(raw, "goals"))},
        layers=_layers(experiences),
        blocks=_files(folder, "blocks", ".html"),
        files=_files(folder, "experiences", ".json"),
        choices=_choices(experiences),
        experiences={text_in(one, "id"): called(labels_in(one)) for one in experiences if "id" in one},
    )


def known_facts(declared: Raw, interests: Raw) -> dict[str, Mapping[str, object]]:
    """Give the built-in facts, one fact for each topic (so that a misspelt topic is found), and the site's own."""
    facts: dict[str, Mapping[str, object]] = {name: fact for name, fact in BUILT_IN.items() if name != "interests.*"}
    for topic, one in objects_in(interests):
        named = labels_in(one)
        label = {"en": f"interest in {named.get('en', topic)}", "ja": f"{named.get('ja', topic)}への関心度"}
        facts[f"interests.{topic}"] = {**BUILT_IN["interests.*"], "label": label}
    for name, one in objects_in(declared):
        changeable = {key: value for key, value in BUILT_IN.get(name, {}).items() if key == "changeable"}
        facts[name] = {"purpose": "personalization", **changeable, **one}
    return facts


def _experiences(raw: Raw, folder: Path) -> Iterator[dict[str, object]]:
    for item in list_in(raw, "experiences"):
        for one in _in_file(folder / item) if isinstance(item, str) else [item]:
            if (found := as_object(one)) is not None:
                yield found


def _in_file(file: Path) -> list[object]:
    try:
        value = json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return []
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]


def _choices(experiences: Iterable[Raw]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for one in experiences:
        for slot in (*texts_in(one, "slots"), *filter(None, [maybe_text_in(one, "slot")])):
            for value in list_in(one, "variants"):
                variant = as_object(value) or {}
                name = f"{text_in(one, 'id')}/{text_in(variant, 'id')}"
                found.setdefault(slot, {})[name] = called(labels_in(variant) or labels_in(one))
    return found


def _files(folder: Path, inside: str, suffix: str) -> tuple[str, ...]:
    return tuple(sorted(file.relative_to(folder).as_posix() for file in (folder / inside).glob(f"*{suffix}")))


# -- what is said of them


def called(labels: Mapping[str, str]) -> str:
    """Join the labels of a thing: `nurses · ナース`."""
    return " · ".join(labels.values())


def _said(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _code(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _audience(one: Raw) -> str:
    return _said(called(labels_in(one)), f"For whom: {_code(one.get('when'))}")


def _slot(name: str, one: Raw) -> str:
    selector = text_in(one, "selector", f'[data-mitate="{name}"]')
    where = f"At {selector}"
    reserve = maybe_text_in(one, "reserve")
    return _said(called(labels_in(one)), f"{where}, {reserve} kept free" if reserve else where)


def _goal(one: Raw) -> str:
    value = maybe_text_in(one, "value")
    worth = f", worth its {value}" if value else ""
    return _said(called(labels_in(one)), f"Reached by the event {text_in(one, 'event')}{worth}")


def _list(value: object) -> str:
    if (named := as_object(value)) is not None:
        value = named.get("items")
    if isinstance(value, str):
        return f"The lines of {value}"
    entries = texts_in({"list": value}, "list")
    return f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'}: {_code(list(entries))[1:-1]}"


def _layers(experiences: Iterable[Raw]) -> dict[str, str]:
    members: dict[str, list[str]] = {}
    for one in experiences:
        if (layer := maybe_text_in(object_in(one, "experiment"), "layer")) is not None:
            members.setdefault(layer, []).append(text_in(one, "id"))
    return {layer: f"Shared by {', '.join(ids)}" for layer, ids in members.items()}


# -- definitions of the schema


def own_definitions(names: Names) -> Schema:
    """Give the definitions of which a site's own schema says more than the general one."""
    return {
        "slot": one_of("slot", names.slots),
        "goal": one_of("goal", names.goals),
        "audience": one_of("audience", names.audiences),
        "list": one_of("list", names.lists),
        "layer": _any_text(names.layers),
        "block": _any_text(dict.fromkeys(names.blocks, "A block of this site")),
        "experience_file": _any_text(dict.fromkeys(names.files, "Experiences of this site"), r"\.json$"),
        "contents": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                name: {"$ref": "#/$defs/content", "description": said} for name, said in names.slots.items()
            },
        },
    }


def one_of(what: str, said: Said) -> Schema:
    """Let one of some names stand, each explained."""
    if not said:
        return {"not": {}, "description": f"The document declares no {what} yet"}
    return {"anyOf": constants(said)}


def constants(said: Mapping[str, str] | Mapping[str | int, str]) -> list[Schema]:
    """Give a schema for each name that is only this name."""
    return [{"const": name, "description": text} if text else {"const": name} for name, text in said.items()]


def _any_text(said: Said, pattern: str | None = None) -> Schema:
    """Let any text stand, and offer some."""
    text: Schema = {"type": "string"} if pattern is None else {"type": "string", "pattern": pattern}
    return {"anyOf": [*constants(said), text]}
