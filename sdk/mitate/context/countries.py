"""Countries: their names, their only zone, the European Union, and which zones lie in the south.

Names are Unicode CLDR's, codes and zones those of tzdata; `scripts/refresh_countries.py` writes the table.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

import msgspec


class Country(msgspec.Struct, frozen=True):
    """One country of ISO 3166-1. `zone` is there only where one clock serves the whole country."""

    en: str
    ja: str
    zone: str | None = None
    eu: bool = False


class _Table(msgspec.Struct, frozen=True):
    countries: dict[str, Country]
    southern_zones: frozenset[str]


_TABLE: Final = msgspec.json.decode(
    resources.files("mitate.context").joinpath("data", "countries.json").read_bytes(), type=_Table
)

COUNTRIES: Final = _TABLE.countries
"""Country by its two letters."""
SOUTHERN_ZONES: Final = _TABLE.southern_zones
"""Zones whose summer is in January."""
