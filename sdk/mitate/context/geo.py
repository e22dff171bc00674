"""Place by IP address: the country out of the box, the city from a file the owner chooses.

Reads MaxMind's nested records (``country.iso_code``) and the flat ones of free files (``country_code``).
An address that is private, reserved, malformed or simply not in the file is unknown; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Final, Protocol, TypeAlias, cast

from mitate.visitor import Visitor
from mitate_rules import MitateError

from .countries import COUNTRIES
from .fill import Fill
from .page import page_language

Path_: TypeAlias = tuple[str | int, ...]
Get: TypeAlias = Callable[[str], object]


class GeoFileError(MitateError):
    """A geo file that can't be opened or read."""


class Reader(Protocol):
    """What both MMDB readers offer, as far as it is needed here."""

    def get_path(self, ip_address: str, path: Sequence[str | int], /) -> object: ...

    def close(self) -> None: ...


# Fact -> where it stands in a nested record, and in a flat one (the first that is there counts).
NESTED: Final[Mapping[str, tuple[Path_, ...]]] = {
    "country": (("country", "iso_code"),),
    "region": (("subdivisions", 0, "iso_code"),),
    "region_name": (("subdivisions", 0, "names", "en"),),
    "city": (("city", "names", "en"),),
    "postal": (("postal", "code"),),
    "latitude": (("location", "latitude"),),
    "longitude": (("location", "longitude"),),
    "timezone": (("location", "time_zone"),),
}
FLAT: Final[Mapping[str, tuple[Path_, ...]]] = {
    "country": (("country_code",),),
    "region": (("region_code",),),
    "region_name": (("state1",), ("state",), ("region",)),
    "city": (("city",),),
    "postal": (("postcode",), ("postal_code",), ("zip_code",)),
    "latitude": (("latitude",),),
    "longitude": (("longitude",),),
    "timezone": (("timezone",), ("time_zone",)),
}
_NUMBERS: Final = frozenset({"latitude", "longitude"})
_UNREADABLE: Final = (ValueError, TypeError, KeyError, RuntimeError)


def _name(country: str, visitor: Visitor) -> str | None:
    """Name a country in the visitor's language, which is English where it isn't Japanese."""
    entry = COUNTRIES.get(country)
    if entry is None:
        return None
    return entry.ja if (page_language(visitor) or "").startswith("ja") else entry.en


_OF_COUNTRY: Final[Mapping[str, Callable[[str, Visitor], object]]] = {
    "country_name": _name,
    "country_name_en": lambda country, _visitor: entry.en if (entry := COUNTRIES.get(country)) else None,
    "country_name_ja": lambda country, _visitor: entry.ja if (entry := COUNTRIES.get(country)) else None,
    "eu": lambda country, _visitor: entry.eu if (entry := COUNTRIES.get(country)) else None,
}


def country_file() -> Path:
    """Give the path of the country file that comes with the package."""
    with resources.as_file(resources.files("mitate.context").joinpath("data", "iptoasn-country.mmdb")) as path:
        return path


class Geo:
    """Place facts from one or two MMDB files, opened once and shared by all threads."""

    def __init__(
        self, country: Reader, city: Reader | None = None, city_schema: Mapping[str, tuple[Path_, ...]] = NESTED
    ):
        self._country = country
        self._city = city
        self._schema = city_schema

    @classmethod
    def open(cls, city_file: str | Path | None = None) -> Geo:
        """Open the country file of the package and, if given, the owner's city file (MMDB).

        Raises GeoFileError when the city file is missing or isn't an MMDB.
        """
        country = _open(country_file())
        if city_file is None:
            return cls(country)
        city = _open(Path(city_file))
        return cls(country, city, _schema(Path(city_file)))

    def close(self) -> None:
        """Close the files."""
        self._country.close()
        if self._city is not None:
            self._city.close()

    def country(self, ip: str) -> str | None:
        """Give the two letters (ISO 3166-1) of the country an address is in."""
        found = self._getter("country")(plain(ip))
        return found if isinstance(found, str) else None

    def lookup(self, ip: str) -> dict[str, object]:
        """Give every place fact that is known of an address, by its short name (``city``)."""
        address = plain(ip)
        return {name: value for name in NESTED if (value := self._getter(name)(address)) is not None}

    def locate_zone(self) -> Callable[[str], tuple[str | None, str | None]]:
        """Give a function from an address to (time zone of the city file, country)."""
        zone_of, country_of = self._getter("timezone"), self._getter("country")

        def locate(ip: str) -> tuple[str | None, str | None]:
            address = plain(ip)
            zone, country = zone_of(address), country_of(address)
            return zone if isinstance(zone, str) else None, country if isinstance(country, str) else None

        return locate

    def fill(self, names: frozenset[str]) -> Fill:
        """Prepare the `geo.*` facts `names`: only those are looked up."""
        wanted = {name[len("geo.") :] for name in names}
        wants_country, wants_region = "country" in wanted, "region" in wanted
        of_country = [(f"geo.{name}", _OF_COUNTRY[name]) for name in sorted(wanted & _OF_COUNTRY.keys())]
        country_of = self._getter("country") if wants_country or of_country or wants_region else None
        fields = sorted(wanted & NESTED.keys() - {"country"}) if self._city is not None else []
        # Most fields are one text in one place: asked for here, without a call between.
        plain_fields = [name for name in fields if len(self._schema[name]) == 1 and name not in _NUMBERS]
        get_path = self._city.get_path if self._city is not None else self._country.get_path
        direct = [(f"geo.{name}", self._schema[name][0]) for name in plain_fields]
        others = [(f"geo.{name}", self._getter(name)) for name in fields if name not in plain_fields]

        def fill(visitor: Visitor, _remembered: Mapping[str, object], _now: float, facts: dict[str, object]) -> None:
            ip = visitor.ip
            country = facts.get("geo.country")
            if ip is not None:
                if ":" in ip:
                    ip = plain(ip)
                if country is None and country_of is not None:
                    country = country_of(ip)
                try:
                    for name, path in direct:
                        value = get_path(ip, path)
                        if value.__class__ is str and value:
                            facts[name] = value
                except _UNREADABLE:
                    pass
                for name, get in others:
                    if (value := get(ip)) is not None:
                        facts[name] = value
                if wants_region and (region := facts.get("geo.region")) is not None:
                    # ISO 3166-2 whole: "13" is Tokyo in Japan and something else in fifty countries.
                    facts["geo.region"] = f"{country}-{region}"
            if country is not None:
                if wants_country:
                    facts["geo.country"] = country
                if of_country and isinstance(country, str):
                    for name, give in of_country:
                        if (value := give(country, visitor)) is not None:
                            facts[name] = value

        return fill

    def _getter(self, name: str) -> Get:
        """Prepare one fact: the city file's, and for the country the package's own file behind it."""
        attempts: list[tuple[Reader, Path_]] = []
        if self._city is not None:
            attempts += [(self._city, path) for path in self._schema[name]]
        if name == "country":
            attempts.append((self._country, ("country_code",)))
        kinds = (float, int) if name in _NUMBERS else (str,)

        def attempt(reader: Reader, path: Path_, otherwise: Get) -> Get:
            get_path = reader.get_path

            def get(ip: str) -> object:
                try:
                    value = get_path(ip, path)
                except _UNREADABLE:
                    return otherwise(ip)
                return value if value.__class__ in kinds and value != "" else otherwise(ip)

            return get

        found: Get = _unknown
        for reader, path in reversed(attempts):
            found = attempt(reader, path, found)
        return found


def _unknown(_ip: str) -> None:
    return None


def plain(ip: str) -> str:
    """Give an IPv4 address that is written as IPv6 (``::ffff:192.0.2.1``) its own form; leave others alone."""
    if ip[:7].lower() == "::ffff:":
        rest = ip[7:]
        if "." in rest:
            return rest
        halves = rest.split(":")
        try:
            high, low = (int(half, 16) for half in halves)
        except ValueError:
            return ip
        if high < 1 << 16 and low < 1 << 16:
            return f"{high >> 8}.{high & 255}.{low >> 8}.{low & 255}"
    return ip


class _Records(Protocol):
    """What maxminddb offers, whose own types are recursive beyond what the checkers follow."""

    def get(self, ip_address: str, /) -> object: ...

    def __iter__(self) -> Iterator[tuple[object, object]]: ...

    def close(self) -> None: ...


class Walking:
    """A reader for where the Rust one isn't installed: decodes the whole record and walks it."""

    def __init__(self, path: Path) -> None:
        self._records = _records(path)

    def get_path(self, ip_address: str, path: Sequence[str | int], /) -> object:
        """Give what stands at a path of the record of an address, None where nothing does."""
        value = self._records.get(ip_address)
        for step in path:
            if isinstance(value, dict):
                value = cast("dict[object, object]", value).get(step)
            elif isinstance(value, list) and isinstance(step, int):
                items = cast("list[object]", value)
                value = items[step] if step < len(items) else None
            else:
                return None
        return value

    def close(self) -> None:
        """Close the file."""
        self._records.close()


def _records(path: Path) -> _Records:
    import maxminddb

    return cast("_Records", maxminddb.open_database(str(path)))  # pyright: ignore[reportUnknownMemberType]


def _open(path: Path) -> Reader:
    try:
        try:
            import maxminddb_rust
        except ImportError:
            return Walking(path)
        return maxminddb_rust.open_database(str(path))
    except Exception as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: Exception) -> GeoFileError:
    return GeoFileError(
        f"{path}: expected a geo file in MMDB format, got {type(error).__name__}: {error} "
        "(hint: give the path of a .mmdb file such as dbip-city-lite.mmdb)"
    )


def _schema(path: Path) -> Mapping[str, tuple[Path_, ...]]:
    """Tell nested from flat by the file's first records: only in a flat one the country is a field of its own."""
    try:
        records = _records(path)
        try:
            for _, (_, record) in zip(range(100), records, strict=False):
                if isinstance(record, dict) and "country_code" in record:
                    return FLAT
        finally:
            records.close()
    except Exception as error:
        raise _unusable(path, error) from error
    return NESTED
