"""Place by address: the package's own country file, city files of both schemas, and addresses that are none."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import resources
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.context import Geo, GeoFileError
from mitate.context.geo import FLAT, NESTED, Reader, Walking, country_file, plain
from mitate.visitor import Visitor
from mitate_rules import MitateError

GEO = Geo.open()
SUITES = os.environ.get("MITATE_SUITES")


def suite(name: str) -> Path:
    path = Path(SUITES or "/nowhere") / "maxmind" / name
    if not path.is_file():
        pytest.skip("MITATE_SUITES doesn't name a folder with MaxMind's test files")
    return path


@pytest.mark.parametrize(
    ("ip", "country"),
    [
        ("8.8.8.8", "US"),
        ("203.178.137.58", "JP"),
        ("2001:200::1", "JP"),
        ("::ffff:8.8.8.8", "US"),
        ("::FFFF:8.8.8.8", "US"),
        ("::ffff:808:808", "US"),
    ],
)
def test_the_country_is_known_out_of_the_box(ip: str, country: str) -> None:
    assert GEO.country(ip) == country


UNKNOWN = [
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.51.100.1", "203.0.113.9", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "2001:db8::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:a00:1", "", " ", "x", "1.2.3", "1.2.3.4.5", "256.1.1.1",
    "01.2.3.4", "8.8.8.8 ", "8.8.8.8/24", "[2001:200::1]", "8.8.8.8:443", "::ffff:", "::ffff:x:y", "::ffff:8.8.8.8.8",
    "::ffff:99999:1", "１.２.３.４", "<script>", "8.8.8.8\x00", "2001:200::1%25eth0",
]  # fmt: skip


@pytest.mark.parametrize("ip", UNKNOWN)
def test_private_reserved_and_malformed_addresses_are_simply_unknown(ip: str) -> None:
    assert GEO.country(ip) is None
    assert GEO.lookup(ip) == {}


@given(ip=st.text(max_size=60) | st.ip_addresses().map(str))
def test_no_address_makes_a_look_up_fail(ip: str) -> None:
    assert set(GEO.lookup(ip)) <= {"country"}


def facts_of(geo: Geo, visitor: Visitor, *names: str, **known: object) -> dict[str, object]:
    facts: dict[str, object] = {"geo." + name: value for name, value in known.items()}
    geo.fill(frozenset("geo." + name for name in names))(visitor, {}, 0.0, facts)
    return facts


def test_the_facts_of_a_country() -> None:
    names = ("country", "country_name", "country_name_en", "country_name_ja", "eu", "city", "region")
    assert facts_of(GEO, Visitor(ip="203.178.137.58"), *names) == {
        "geo.country": "JP",
        "geo.country_name": "Japan",
        "geo.country_name_en": "Japan",
        "geo.country_name_ja": "日本",
        "geo.eu": False,
    }
    assert facts_of(GEO, Visitor(ip="217.0.0.1"), "eu") == {"geo.eu": True}
    assert facts_of(GEO, Visitor(), *names) == {}
    assert facts_of(GEO, Visitor(ip="10.0.0.1"), *names) == {}


def test_a_country_is_named_in_the_visitors_language() -> None:
    visitor = Visitor(ip="203.178.137.58", headers={"accept-language": "ja,en;q=0.5"})
    assert facts_of(GEO, visitor, "country_name") == {"geo.country_name": "日本"}


def test_a_country_that_is_set_names_itself() -> None:
    assert facts_of(GEO, Visitor(ip="8.8.8.8"), "country_name_en", "eu", country="FR") == {
        "geo.country": "FR",
        "geo.country_name_en": "France",
        "geo.eu": True,
    }


def test_a_nested_city_file_gives_every_field() -> None:
    geo = Geo.open(suite("GeoIP2-City-Test.mmdb"))
    assert geo.lookup("81.2.69.142") == {
        "country": "GB",
        "region": "ENG",
        "region_name": "England",
        "city": "London",
        "latitude": 51.5142,
        "longitude": -0.0931,
        "timezone": "Europe/London",
    }
    names = ("country", "region", "region_name", "city", "postal", "latitude", "timezone")
    assert facts_of(geo, Visitor(ip="216.160.83.56"), *names) == {
        "geo.country": "US",
        "geo.region": "US-WA",
        "geo.region_name": "Washington",
        "geo.city": "Milton",
        "geo.postal": "98354",
        "geo.latitude": 47.2513,
        "geo.timezone": "America/Los_Angeles",
    }
    assert geo.locate_zone()("81.2.69.142") == ("Europe/London", "GB")
    geo.close()


def test_where_the_city_file_knows_nothing_the_country_is_still_known() -> None:
    geo = Geo.open(suite("GeoIP2-City-Test.mmdb"))
    assert geo.lookup("8.8.8.8") == {"country": "US"}


def test_both_readers_agree_on_every_network_of_the_file() -> None:
    path = suite("GeoIP2-City-Test.mmdb")
    import maxminddb

    walking = Walking(path)
    slow = Geo(Walking(country_file()), walking)
    fast = Geo.open(path)
    reader = cast("Iterable[tuple[IPv4Network | IPv6Network, object]]", maxminddb.open_database(str(path)))  # pyright: ignore[reportUnknownMemberType]
    networks = [network for network, _ in reader]
    assert len(networks) > 200
    for network in networks:
        ip = str(network.network_address)
        assert fast.lookup(ip) == slow.lookup(ip)


class Records:
    """A reader over records in memory."""

    def __init__(self, records: dict[str, object]) -> None:
        self.records = records

    def get_path(self, ip_address: str, path: Sequence[str | int], /) -> object:
        record = self.records.get(ip_address)
        return cast("dict[str | int, object]", record).get(path[0]) if isinstance(record, dict) else None

    def close(self) -> None:
        self.records = {}


def test_flat_records_of_free_files_are_read_too() -> None:
    records: dict[str, object] = {
        "192.0.2.1": {"country_code": "JP", "state1": "Tokyo", "city": "Chiyoda", "latitude": 35.7, "longitude": 139.7, "postcode": "100-0001", "timezone": "Asia/Tokyo"},
        "192.0.2.2": {"country_code": "SG", "state1": "", "city": "", "timezone": ""},
        "192.0.2.3": {"country_code": 7, "city": ["x"], "latitude": "north"},
    }  # fmt: skip
    empty: Reader = Records({})
    geo = Geo(empty, Records(records), FLAT)
    assert geo.lookup("192.0.2.1") == {
        "country": "JP",
        "region_name": "Tokyo",
        "city": "Chiyoda",
        "postal": "100-0001",
        "latitude": 35.7,
        "longitude": 139.7,
        "timezone": "Asia/Tokyo",
    }
    assert geo.lookup("192.0.2.2") == {"country": "SG"}
    assert geo.lookup("192.0.2.3") == {}
    assert set(FLAT) == set(NESTED)


def test_a_city_file_that_fails_leaves_the_country_known() -> None:
    class Broken(Records):
        def get_path(self, ip_address: str, path: Sequence[str | int], /) -> object:
            raise ValueError(f"the address {ip_address} is IPv6, but the file is IPv4 only")

    geo = Geo(Records({"2001:db8::1": {"country_code": "JP"}}), Broken({}))
    visitor = Visitor(ip="2001:db8::1")
    assert facts_of(geo, visitor, "country", "region", "city", "latitude", "timezone") == {"geo.country": "JP"}


def test_the_flat_schema_is_told_by_the_file_itself() -> None:
    geo = Geo.open(country_file())
    assert geo.lookup("8.8.8.8") == {"country": "US"}


def test_without_the_rust_reader_the_answers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "maxminddb_rust", None)
    geo = Geo.open()
    assert [geo.country(ip) for ip in ("8.8.8.8", "2001:200::1", "10.0.0.1", "x")] == ["US", "JP", None, None]


@pytest.mark.parametrize("content", [None, b"", b"not a geo file", b"\xab\xcd\xefMaxMind.com" + b"\xff" * 50])
def test_a_file_that_is_none_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "city.mmdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        GeoFileError, match=r"city\.mmdb: expected a geo file in MMDB format, got .*hint: give the path"
    ):
        Geo.open(path)
    assert issubclass(GeoFileError, MitateError)


@pytest.mark.parametrize("name", ["GeoIP2-Domain-Test.mmdb", "GeoLite2-ASN-Test.mmdb", "GeoIP2-Anonymous-IP-Test.mmdb"])
def test_a_file_of_another_kind_knows_no_place_and_the_country_stays(name: str) -> None:
    assert Geo.open(suite(name)).lookup("8.8.8.8") == {"country": "US"}


def test_the_file_in_the_package_is_the_one_that_is_written_down() -> None:
    described = json.loads(
        resources.files("mitate.context").joinpath("data", "iptoasn-country.json").read_text("utf-8")
    )
    content = country_file().read_bytes()
    assert (described["sha256"], described["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert described["licence"] == "PDDL-1.0"


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:1:2:3", "::ffff:1:2:3"),
        ("::1", "::1"),
    ],
)
def test_an_ipv4_address_written_as_ipv6_is_read_as_itself(ip: str, expected: str) -> None:
    assert plain(ip) == expected
