"""One geo look-up of four fields, against geoip2, on the same city file.

The file is MaxMind's City test file where MITATE_SUITES names its folder (or any City file by --file);
the addresses are the first and last of every network in it, in random order, and nothing is cached.
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

from mitate.context.geo import Geo, Walking, country_file
from mitate.visitor import Visitor
from timing import cpu_microseconds, table

SUITE_FILE = Path(os.environ.get("MITATE_SUITES", "/nowhere")) / "maxmind" / "GeoIP2-City-Test.mmdb"
NAMES = frozenset({"geo.country", "geo.region", "geo.city", "geo.timezone"})


class Named(Protocol):
    """A place with a code or a name."""

    iso_code: str | None
    name: str | None


class Located(Protocol):
    """What geoip2 gives, as far as it answers the same questions."""

    country: Named
    subdivisions: Sequence[Named]
    city: Named

    @property
    def location(self) -> object: ...


def addresses(path: Path) -> list[str]:
    """Give the first and last address of every network in the file."""
    maxminddb = importlib.import_module("maxminddb")
    reader = cast("Iterable[tuple[IPv4Network | IPv6Network, object]]", maxminddb.open_database(str(path)))
    edges = [str(edge) for network, _ in reader for edge in (network.network_address, network.broadcast_address)]
    random.Random(1).shuffle(edges)
    return edges


def main(argv: Sequence[str] | None = None) -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    parser.add_argument("--file", type=Path, default=SUITE_FILE, help="a City file in MMDB format")
    options = parser.parse_args(argv)
    path: Path = options.file
    if not path.is_file():
        print(f"no city file at {path}: set MITATE_SUITES, or give --file")
        return
    edges = addresses(path)
    visitors = [Visitor(ip=edge) for edge in edges]
    geoip2 = importlib.import_module("geoip2.database").Reader(str(path))
    unknown: type[Exception] = importlib.import_module("geoip2.errors").AddressNotFoundError
    city: Callable[[str], Located] = geoip2.city

    def theirs(number: int) -> dict[str, object]:
        facts: dict[str, object] = {}
        try:
            found = city(edges[number % len(edges)])
        except unknown:
            return facts
        facts["geo.country"] = found.country.iso_code
        facts["geo.region"] = found.subdivisions[0].iso_code if found.subdivisions else None
        facts["geo.city"] = found.city.name
        facts["geo.timezone"] = getattr(found.location, "time_zone", None)
        return facts

    def filler(geo: Geo, names: frozenset[str]) -> Callable[[int], dict[str, object]]:
        fill = geo.fill(names)

        def ours(number: int) -> dict[str, object]:
            facts: dict[str, object] = {}
            fill(visitors[number % len(visitors)], {}, 0.0, facts)
            return facts

        return ours

    rounds, calls = (1, 50) if options.tiny else (11, 2000)
    subjects: dict[str, Callable[[int], object]] = {
        "geoip2, four fields": theirs,
        "mitate, four fields": filler(Geo.open(path), NAMES),
        "mitate without the Rust reader": filler(Geo(Walking(country_file()), Walking(path)), NAMES),
        "mitate, country out of the box": filler(Geo.open(), frozenset({"geo.country"})),
    }
    rows = cpu_microseconds(subjects, rounds=rounds, calls=calls)
    ratio = rows["geoip2, four fields"] / rows["mitate, four fields"]
    goal = f"at least 6x cheaper than geoip2; here {ratio:.1f}x"
    print(table("Place of one address", rows, "mitate, four fields", goal=goal))


if __name__ == "__main__":
    main()
