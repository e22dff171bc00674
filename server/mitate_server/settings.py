"""What can be set on a server: one table. A row is a field of `Settings`; its name gives the flag and the variable.

``trusted_proxies`` is ``--trusted-proxies`` on the command line and ``MITATE_TRUSTED_PROXIES`` in the
environment or in the settings file (``mitate.env`` beside the site's folder). The command line wins
over the environment, the environment over the file.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast, get_type_hints

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Durability = Literal["normal", "full"]
StartPage = Literal["local", "always", "never"]
LogLevel = Literal["debug", "info", "warning", "error"]

PREFIX: Final = "MITATE_"
"""What every environment variable of ours starts with."""


class SettingError(ValueError):
    """A setting has a value it cannot have; the message names the setting as the user wrote it."""


@dataclass(frozen=True, slots=True)
class About:
    """What a setting means, and how its text is read. `read` raises ValueError with what it expected."""

    meaning: str
    read: Callable[[str], object] = str


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text) if text.strip().lstrip("+-").isdecimal() else None
        if value is None or not low <= value <= high:
            raise ValueError(f"a whole number from {low:,} to {high:,}")
        return value

    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not low <= value <= high:  # NaN fails too
            raise ValueError(f"a number from {low:,g} to {high:,g}")
        return value

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return text

    return read


def _switch(text: str) -> bool:
    match text.strip().lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
        case _:
            raise ValueError("yes or no")


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def _prefix(text: str) -> str:
    path = "/" + text.strip("/") if text.strip("/") else ""
    if not all(character.isalnum() or character in "/-_.~" for character in path) or "//" in path or not path.isascii():
        raise ValueError("a path such as /shop-data")
    return path


def _address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("an address such as https://edge.example")
    return text.rstrip("/")


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise ValueError("networks such as 10.0.0.0/8, 192.168.1.5") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything a server can be told. Immutable; made once, at the start."""

    host: Annotated[str, About("Address to listen on; 0.0.0.0 opens the server to other machines.")] = "127.0.0.1"
    port: Annotated[int, About("Port to listen on; 0 takes a free one.", _whole(0, 65535))] = 8000
    prefix: Annotated[str, About("Path in front of /v1/… and /mitate.js (ad blockers block by path).", _prefix)] = ""
    public_url: Annotated[
        str, About("Address visitors reach this server at, for the tag; else the one it listens on.", _address)
    ] = ""
    data: Annotated[Path | None, About("Folder of the databases; empty keeps everything in memory only.", _path)] = (
        Path(".mitate")
    )
    durability: Annotated[
        Durability,
        About("What an accepted event survives: normal (kill -9) or full (a power cut).", _one_of("normal", "full")),
    ] = "normal"
    secret: Annotated[
        str, About("The site's secret: lets a backend ask without an Origin and send facts about people.")
    ] = field(default="", repr=False)
    trusted_proxies: Annotated[
        tuple[Network, ...],
        About("Networks of your own proxies, whose X-Forwarded-For and Forwarded are believed.", _networks),
    ] = ()
    city_file: Annotated[
        Path | None, About("A city database (.mmdb) for regions and cities; countries need none.", _path)
    ] = None
    rate: Annotated[
        float, About("Requests a second allowed from one address; 0 sets no limit.", _number(0, 1_000_000))
    ] = 50.0
    burst: Annotated[
        int, About("Requests one address may send at once before the rate counts.", _whole(1, 1_000_000))
    ] = 200
    body_limit: Annotated[int, About("Largest request body in bytes.", _whole(1_024, 16_777_216))] = 65_536
    deadline: Annotated[
        int, About("Milliseconds a page waits for its answer before it shows its own content.", _whole(0, 10_000))
    ] = 300
    retention: Annotated[
        int,
        About("Days after which untouched profiles and events are deleted; 0 keeps them.", _whole(0, 36_500)),
    ] = 395
    workers: Annotated[int, About("Processes that answer; they share the databases.", _whole(1, 256))] = 1
    start_page: Annotated[
        StartPage,
        About(
            "Who sees the start page at /: local (this machine), always, never.", _one_of("local", "always", "never")
        ),
    ] = "local"
    reload: Annotated[bool, About("Watch the site's folder and serve what changed, if it has no error.", _switch)] = (
        True
    )
    log_level: Annotated[
        LogLevel,
        About("How much is logged: debug, info, warning or error.", _one_of("debug", "info", "warning", "error")),
    ] = "info"

    @classmethod
    def read(cls, environment: Mapping[str, str], flags: Mapping[str, str] | None = None) -> Settings:
        """Read settings from variables, then from flags (by field name, as text). Raises `SettingError`."""
        values: dict[str, object] = {}
        for row in ROWS:
            if flags is not None and row.name in flags:
                values[row.name] = row.read(flags[row.name], row.flag)
            elif row.variable in environment:
                values[row.name] = row.read(environment[row.variable], row.variable)
        return cls(**cast("dict[str, Any]", values))

    def to_environment(self) -> dict[str, str]:
        """Give the variables that make `read` give these settings again: how workers are told."""
        return {row.variable: _text(getattr(self, row.name)) for row in ROWS}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    name: str
    default: object
    about: About

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def default_text(self) -> str:
        return _text(self.default)

    def read(self, text: str, name: str) -> object:
        """Read a value; `name` is how the user called the setting, for the message."""
        try:
            return self.about.read(text)
        except ValueError as error:
            shown = "…" if self.name == "secret" else repr(text)
            raise SettingError(f"{name}: expected {error}, got {shown}") from None


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ",".join(str(part) for part in cast("tuple[object, ...]", value))
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _rows() -> tuple[Row, ...]:
    hints = get_type_hints(Settings, include_extras=True)
    return tuple(Row(one.name, one.default, hints[one.name].__metadata__[0]) for one in fields(Settings))


ROWS: Final = _rows()


def read_file(path: Path) -> dict[str, str]:
    """Read a settings file: ``MITATE_NAME=value`` a line, ``#`` starts a comment line. Raises `SettingError`."""
    known = {row.variable for row in ROWS}
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or name.strip() not in known:
            from mitate_rules import suggest

            guess = suggest(name.strip(), known)
            hint = f" (did you mean {guess}?)" if guess else ""
            raise SettingError(f"{path}:{number} unknown setting {name.strip()}{hint}")
        found[name.strip()] = value.strip().strip("\"'")
    return found
