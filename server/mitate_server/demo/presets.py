"""The one-click visitors of both sites: data, with what each of them must see."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from .visitors import Imagined


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A visitor to try. `shows` is slot -> (variant or None for the page's own content, reason)."""

    id: str
    label: dict[str, str]
    visitor: Imagined
    shows: dict[str, tuple[str | None, str]]


@cache
def presets() -> Mapping[str, tuple[Preset, ...]]:
    """Give the presets by site, in the order in which they are numbered."""
    data = (files("mitate_server.demo") / "presets.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, tuple[Preset, ...]])
