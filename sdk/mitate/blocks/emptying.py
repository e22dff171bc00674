"""Tell what content takes out of the page's sight: nobody can see half of what isn't there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias, cast

Taken: TypeAlias = Literal["nothing", "parts", "all"]

_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_NOT_SHOWN: Final = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.IGNORECASE)


def taken(kind: str, value: object) -> Taken:
    """Give what content, filled with no facts known, leaves nothing to see of: its whole slot, or parts of it.

    What a style sheet makes of a class is not known here.
    """
    if kind != "operations":
        return "all" if _vanishes(kind, value) else "nothing"
    found = {"parts" if "select" in one else "all" for one in _operations(value) if any(_takes(one))}
    return "all" if "all" in found else "parts" if found else "nothing"


def _operations(value: object) -> list[Mapping[str, object]]:
    return cast("list[Mapping[str, object]]", value)


def _takes(operation: Mapping[str, object]) -> Iterator[bool]:
    return (_vanishes(kind, value) for kind, value in operation.items())


def _vanishes(kind: str, value: object) -> bool:
    match kind:
        case "hide" | "remove":
            return True
        case "html":
            return not _COMMENT.sub("", str(value)).strip()
        case "text":
            return not str(value).strip()
        case "attributes":
            given = cast("Mapping[str, str]", value)
            return "hidden" in given or _NOT_SHOWN.search(given.get("style", "")) is not None
        case "styles":
            given = cast("Mapping[str, str]", value)
            return _NOT_SHOWN.search(f"display:{given.get('display', '')}") is not None
        case _:
            return False
