"""Rewrite sdk/mitate/context/data/countries.json from Unicode CLDR (through Node's ICU) and tzdata.

    python scripts/refresh_countries.py

Needs `node` with full ICU and the `tzdata` package; run it when a country, its name or its zones change.
"""

from __future__ import annotations

import json
import subprocess
from importlib import resources
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "sdk" / "mitate" / "context" / "data"

# https://european-union.europa.eu/principles-countries-history/eu-countries_en
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)

# CLDR's long names of these are longer than anyone says them.
SHORT = {"en": {"HK", "MO", "PS", "MM"}, "ja": {"HK", "MO", "PS"}}

NAMES = """
const codes = JSON.parse(process.argv[1]), names = {};
for (const language of ["en", "ja"]) for (const style of ["long", "short"]) {
  const give = new Intl.DisplayNames([language], {type: "region", style, fallback: "none"});
  for (const code of codes) ((names[code] ??= {})[language] ??= {})[style] = give.of(code);
}
console.log(JSON.stringify(names));
"""


def main() -> None:
    """Write the table."""
    places = _places()
    codes = sorted(_lines("iso3166.tab").keys())
    answer = subprocess.run(["node", "-e", NAMES, json.dumps(codes)], check=True, capture_output=True, text=True)
    names: dict[str, dict[str, dict[str, str]]] = json.loads(answer.stdout)
    countries = {
        code: {
            **{
                language: names[code][language]["short" if code in SHORT[language] else "long"]
                for language in ("en", "ja")
            },
            **({"zone": zone} if (zone := only_zone(places, code)) else {}),
            **({"eu": True} if code in EU else {}),
        }
        for code in codes
    }
    lines = [f"    {json.dumps(code)}: {json.dumps(entry, ensure_ascii=False)}" for code, entry in countries.items()]
    south = json.dumps(southern(places))
    text = '{\n  "countries": {\n' + ",\n".join(lines) + '\n  },\n  "southern_zones": ' + south + "\n}\n"
    (DATA / "countries.json").write_text(text, encoding="utf-8")


def only_zone(places: list[tuple[str, str, bool]], code: str) -> str | None:
    """Give the zone of a country whose clocks all agree from now on, the most populous one first."""
    zones = [zone for country, zone, _ in places if country == code]
    if not zones or len({_rule(zone) for zone in zones}) > 1:
        return None
    return zones[0]


def southern(places: list[tuple[str, str, bool]]) -> list[str]:
    """Give the zones south of the equator, the old names of each included."""
    found = {zone for _, zone, south in places if south}
    links = [line.split()[1:3] for line in _text("tzdata.zi").splitlines() if line.startswith("L ")]
    known = {zone for _, zone, _ in places}
    found |= {alias for target, alias in links if target in found and alias not in known}
    return sorted(found)


def _places() -> list[tuple[str, str, bool]]:
    """Give (country, zone, whether its main place lies in the south), as zone.tab has them."""
    return [(code, rest[1], rest[0].startswith("-")) for code, *rest in _rows("zone.tab")]


def _rule(zone: str) -> str:
    """Give the rule for all times to come: the last line of a TZif file (RFC 8536, section 3.3)."""
    file = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    return file.read_bytes().rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")


def _lines(name: str) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in _rows(name)}


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in _text(name).splitlines() if line and not line.startswith("#")]


def _text(name: str) -> str:
    return resources.files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
