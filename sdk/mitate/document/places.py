"""Where a loaded site's parts stand in its files: read again only when something is to be said of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mitate_rules.source import scan

from .folder import Part
from .raw import as_list, as_object, list_in, maybe_text_in


class Places:
    """The places of experiences and audiences of the site whose document is `file`."""

    def __init__(self, file: Path) -> None:
        self._home = file.parent
        self.root = self._part(file.name) or Part(file.name)
        self._experiences = dict(self._walk())

    def experience(self, name: str) -> Part:
        """Give the place of an experience."""
        return self._experiences.get(name, self.root)

    def audience(self, name: str) -> Part:
        """Give the place of an audience."""
        return self.root.inside("audiences", name)

    def _part(self, name: str) -> Part | None:
        try:
            return Part(name, scan((self._home / name).read_bytes().decode("utf-8-sig")))
        except (OSError, UnicodeDecodeError):
            return None

    def _walk(self) -> Iterator[tuple[str, Part]]:
        document = as_object(_value(self.root)) or {}
        for index, item in enumerate(list_in(document, "experiences")):
            if isinstance(item, str):
                yield from self._in_file(item)
            elif (name := maybe_text_in(as_object(item) or {}, "id")) is not None:
                yield name, self.root.inside("experiences", index)

    def _in_file(self, file: str) -> Iterator[tuple[str, Part]]:
        part = self._part(file)
        if part is None:
            return
        several = as_list(_value(part))
        for index, one in enumerate([_value(part)] if several is None else several):
            if (name := maybe_text_in(as_object(one) or {}, "id")) is not None:
                yield name, part if several is None else part.inside(index)


def _value(part: Part) -> object:
    return None if part.positions is None else part.positions.value
