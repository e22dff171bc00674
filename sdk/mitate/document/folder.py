"""A site's folder: its files as they are read, and everything found wrong with them, each in its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from mitate_rules import Diagnostic, suggest
from mitate_rules.source import Positions, scan

from .shapes import did_you_mean, escape, problem, quoted


@dataclass(frozen=True)
class Part:
    """A place in a file: the JSON pointer `at`, and where pointers stand (None: the file isn't JSON)."""

    file: str
    positions: Positions | None = None
    at: str = ""

    def inside(self, *keys: str | int) -> Part:
        """Give the place some keys further in."""
        return Part(self.file, self.positions, self.at + "".join(f"/{escape(str(key))}" for key in keys))


@dataclass
class Folder:
    """One reading of a folder; `files` are what it contributes, by name relative to `path`."""

    path: Path
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def read(self, name: str, named_at: Part, hint: str | None = None) -> str | None:
        """Read a file as UTF-8 text, or report what prevents it at the place that names it and give None."""
        try:
            target = (self.path / name).resolve()
            if not target.is_relative_to(self.path.resolve()):
                told = f"{quoted(name)} leads out of the site's folder"
                self.say(problem("outside-folder", "", told, "a file inside the folder", quoted(name)), named_at)
                return None
            if target.exists() and not target.is_file() and not target.is_dir():
                raise ValueError("it is no file")  # reading a pipe or a device would never end
            data = target.read_bytes()
        except (OSError, ValueError) as error:
            hint = hint or did_you_mean(self._near(name))
            if isinstance(error, FileNotFoundError):
                told, got = f"there is no file {quoted(name)} in the folder", "nothing"
            else:
                why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
                told, got = f"can't read {quoted(name)}: {why}", quoted(name)
            self.say(problem("missing-file", "", told, "a readable file", got, hint), named_at)
            return None
        self.files[name] = data
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            got = f"byte 0x{data[error.start]:02x}"
            wrong = problem("not-utf8", "", f"{quoted(name)} is not UTF-8", "UTF-8 text", got, "save the file as UTF-8")
            self.found.append(replace(wrong, file=name, line=data.count(b"\n", 0, error.start) + 1, column=1))
            return None

    def read_json(self, name: str, named_at: Part, hint: str | None = None) -> tuple[object, Part] | None:
        """Read a JSON file: its value and the place of its root; None when it can't be read or isn't JSON."""
        text = self.read(name, named_at, hint)
        if text is None:
            return None
        positions = scan(text)
        self.found.extend(one.at(file=name) for one in positions.diagnostics)
        if any(one.severity == "error" for one in positions.diagnostics):
            return None
        return json.loads(text), Part(name, positions)

    def say(self, diagnostic: Diagnostic, part: Part) -> None:
        """Report something about a place: with file, line and column; a wrong key is shown itself, not its value."""
        if part.positions is not None and diagnostic.code in ("unknown-key", "bad-name"):
            line, column = part.positions.find_key(part.at + diagnostic.pointer) or (None, None)
            diagnostic = replace(diagnostic, line=line, column=column)
        self.found.append(diagnostic.at(file=part.file, pointer_prefix=part.at, positions=part.positions))

    def say_inner(self, found: Iterable[Diagnostic], part: Part) -> None:
        """Report what content says of itself: lines of its own file, or the place of the JSON string that holds it."""
        for diagnostic in found:
            if part.positions is None:
                self.found.append(diagnostic.at(file=part.file))
            else:
                self.say(replace(diagnostic, pointer="", line=None, column=None), part)

    @property
    def failed(self) -> bool:
        """Tell whether an error was found."""
        return any(one.severity == "error" for one in self.found)

    def version(self) -> str:
        """Give the first 16 hexadecimal digits of the SHA-256 of all files, by name."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            data = self.files[name]
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
        return digest.hexdigest()[:16]

    def _near(self, name: str) -> str | None:
        try:
            beside = [one.relative_to(self.path) for one in (self.path / name).parent.iterdir() if one.is_file()]
        except (OSError, ValueError):  # no such folder, or none of ours
            return None
        return suggest(name, [one.as_posix() for one in beside])
