"""Reading JSON whose form is checked elsewhere: what doesn't fit reads as absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mitate.model import Labels

Raw = Mapping[str, object]


def as_object(value: object) -> dict[str, object] | None:
    """Give `value` as a JSON object, or None when it is something else."""
    return value if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType]


def as_list(value: object) -> list[object] | None:
    """Give `value` as a JSON array, or None when it is something else."""
    return value if isinstance(value, list) else None  # pyright: ignore[reportUnknownVariableType]


def object_in(raw: Raw, key: str) -> dict[str, object]:
    """Give a member that is an object, else an empty one."""
    return as_object(raw.get(key)) or {}


def objects_in(raw: Raw) -> Iterator[tuple[str, dict[str, object]]]:
    """Give the members that are objects, with their names."""
    for name, value in raw.items():
        if (one := as_object(value)) is not None:
            yield name, one


def list_in(raw: Raw, key: str) -> list[object]:
    """Give a member that is a list, else an empty one."""
    return as_list(raw.get(key)) or []


def text_in(raw: Raw, key: str, otherwise: str = "") -> str:
    """Give a member that is a string, else another."""
    value = raw.get(key)
    return value if isinstance(value, str) else otherwise


def maybe_text_in(raw: Raw, key: str) -> str | None:
    """Give a member that is a string, else None."""
    value = raw.get(key)
    return value if isinstance(value, str) else None


def texts_in(raw: Raw, key: str) -> tuple[str, ...]:
    """Give the strings of a member that is a list."""
    return tuple(value for value in list_in(raw, key) if isinstance(value, str))


def number_in(raw: Raw, key: str, otherwise: float) -> float:
    """Give a member that is a number, else another."""
    value = raw.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def labels_in(raw: Raw) -> Labels:
    """Give a member's label, by language."""
    return {language: text for language, text in object_in(raw, "label").items() if isinstance(text, str)}
