"""One geo look-up of four fields, against geoip2, on the same city file.

The file is MaxMind's City test file where MITATE_SUITES names its folder (or any City file by --file);
the addresses are the first and last of its networks, in random order, and nothing is cached. geoip2 decodes
the whole record, so what it costs grows with the record; we ask for four fields, whatever else is there.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Protocol, cast

from timing import cpu_microseconds, table

from mitate.context.geo import Geo, Walking, country_file
from mitate.visitor import Visitor

SUITE_FILE = Path(os.environ.get("MITATE_SUITES", "/nowhere")) / "maxmind" / "GeoIP2-City-Test.mmdb"
NAMES = frozenset({"geo.country", "geo.region", "geo.city", "geo.timezone"})


class Named(Protocol):
    """A place with a code or a name."""

    iso_code: str | None
    name: str | None


class Placed(Protocol):
    """A place on the globe."""

    time_zone: str | None


class Located(Protocol):
    """What geoip2 gives, as far as it answers the same questions."""

    country: Named
    subdivisions: Sequence[Named]
    city: Named

    location: Placed


def addresses(path: Path) -> tuple[list[str], list[str]]:
    """Give the first and last address of every network in the file, and those of the networks that have a city."""
    maxminddb = importlib.import_module("maxminddb")
    reader = cast("Iterable[tuple[IPv4Network | IPv6Network, object]]", maxminddb.open_database(str(path)))
    everywhere: list[str] = []
    in_cities: list[str] = []
    for network, record in reader:
        edges = [str(network.network_address), str(network.broadcast_address)]
        everywhere += edges
        if isinstance(record, dict) and "city" in record:
            in_cities += edges
    for edges in (everywhere, in_cities):
        random.Random(1).shuffle(edges)
    return everywhere, in_cities


def theirs(path: Path, edges: Sequence[str]) -> Callable[[int], object]:
    """Look four fields up with geoip2."""
    reader = importlib.import_module("geoip2.database").Reader(str(path))
    unknown: type[Exception] = importlib.import_module("geoip2.errors").AddressNotFoundError
    city: Callable[[str], Located] = reader.city

    def look_up(number: int) -> dict[str, object]:
        facts: dict[str, object] = {}
        try:
            found = city(edges[number % len(edges)])
        except unknown:
            return facts
        facts["geo.country"] = found.country.iso_code
        facts["geo.region"] = found.subdivisions[0].iso_code if found.subdivisions else None
        facts["geo.city"] = found.city.name
        facts["geo.timezone"] = found.location.time_zone
        return facts

    return look_up


def ours(geo: Geo, edges: Sequence[str], names: frozenset[str]) -> Callable[[int], object]:
    """Look the facts `names` up as a decision does."""
    fill = geo.fill(names)
    visitors = [Visitor(ip=edge) for edge in edges]

    def look_up(number: int) -> dict[str, object]:
        facts: dict[str, object] = {}
        fill(visitors[number % len(visitors)], {}, 0.0, facts)
        return facts

    return look_up


def main(argv: Sequence[str] | None = None) -> None:
    """Run and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    parser.add_argument("--file", type=Path, default=SUITE_FILE, help="a City file in MMDB format")
    options = parser.parse_args(argv)
    path: Path = options.file
    if not path.is_file():
        print(f"no city file at {path}: set MITATE_SUITES, or give --file")
        return
    everywhere, in_cities = addresses(path)
    walking = Geo(Walking(country_file()), Walking(path))
    rounds, calls = (1, 50) if options.tiny else (11, 2000)
    for title, edges in (("addresses that have a city", in_cities), ("every network of the file", everywhere)):
        subjects = {
            "geoip2, four fields": theirs(path, edges),
            "mitate, four fields": ours(Geo.open(path), edges, NAMES),
            "mitate without the Rust reader": ours(walking, edges, NAMES),
            "mitate, country out of the box": ours(Geo.open(), edges, frozenset({"geo.country"})),
        }
        rows = cpu_microseconds(subjects, rounds=rounds, calls=calls)
        ratio = rows["geoip2, four fields"] / rows["mitate, four fields"]
        goal = f"at least 6x cheaper than geoip2; here {ratio:.1f}x"
        print(table(f"Place of one address ({title})", rows, "mitate, four fields", goal=goal))


if __name__ == "__main__":
    main()
