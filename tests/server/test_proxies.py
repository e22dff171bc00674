"""Proxies: whose word about a visitor's address is believed."""

from __future__ import annotations

import ipaddress

import pytest

from mitate_server.proxies import Proxies, is_loopback_host, is_private

TRUSTED = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8:f::/48")]
VISITOR = "203.0.113.7"


def forwarded_for(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"x-forwarded-for", value.encode()) for value in values]


def forwarded(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"forwarded", value.encode()) for value in values]


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        ("10.0.0.1", forwarded_for(VISITOR), VISITOR),
        # Two of our own hops, in one header and in two.
        ("10.0.0.1", forwarded_for(f"{VISITOR}, 10.9.9.9"), VISITOR),
        ("10.0.0.1", forwarded_for(VISITOR, "10.9.9.9"), VISITOR),
        # What a stranger wrote further left is never read.
        ("10.0.0.1", forwarded_for(f"198.51.100.1, {VISITOR}"), VISITOR),
        ("10.0.0.1", forwarded_for(f"10.1.1.1, {VISITOR}, 10.9.9.9"), VISITOR),
        # A stranger who forwards is the visitor.
        ("198.51.100.1", forwarded_for(VISITOR), "198.51.100.1"),
        # Everyone on the way is ours: the first one is who asks.
        ("10.0.0.1", forwarded_for("10.1.1.1, 10.2.2.2"), "10.1.1.1"),
        ("10.0.0.1", forwarded_for(f"{VISITOR}:4711"), VISITOR),
        ("10.0.0.1", forwarded_for("unknown"), "10.0.0.1"),
        ("10.0.0.1", forwarded_for(""), "10.0.0.1"),
        ("10.0.0.1", forwarded_for(f"{VISITOR}, , 10.2.2.2"), "10.2.2.2"),
        ("10.0.0.1", forwarded(f"for={VISITOR};proto=https;by=10.0.0.1"), VISITOR),
        ("10.0.0.1", forwarded('for="[2001:db8:1::7]:4711"'), "2001:db8:1::7"),
        ("10.0.0.1", forwarded(f"For={VISITOR}, for=10.3.3.3"), VISITOR),
        ("10.0.0.1", forwarded("for=_hidden"), "10.0.0.1"),
        ("2001:db8:f::1", forwarded_for("2001:db8:1::7"), "2001:db8:1::7"),
        ("::ffff:10.0.0.1", forwarded_for(VISITOR), VISITOR),
        # Where both came, one of them may be a stranger's: they are believed as far as they agree.
        ("10.0.0.1", [*forwarded_for(VISITOR), *forwarded(f"for={VISITOR}")], VISITOR),
        ("10.0.0.1", [*forwarded_for(f"198.51.100.1, {VISITOR}"), *forwarded(f"for={VISITOR}")], VISITOR),
        ("10.0.0.1", [*forwarded_for(VISITOR), *forwarded("for=198.51.100.9")], "10.0.0.1"),
        ("10.0.0.1", [*forwarded_for("198.51.100.9"), *forwarded(f"for={VISITOR}")], "10.0.0.1"),
        ("10.0.0.1", [*forwarded_for(VISITOR), *forwarded("for=198.51.100.9, for=10.0.0.9")], "10.0.0.1"),
        # A quotation mark that a stranger left open swallows nothing of what the proxy wrote.
        ("10.0.0.1", forwarded('for="198.51.100.9', f"for={VISITOR}"), VISITOR),
        ("", forwarded_for(VISITOR), ""),
    ],
)
def test_headers_are_read_from_the_right_through_trusted_hops_only(
    peer: str, headers: list[tuple[bytes, bytes]], address: str
) -> None:
    assert Proxies(TRUSTED).client(peer, headers) == address


def test_without_trusted_proxies_no_header_is_believed() -> None:
    assert Proxies([]).client("10.0.0.1", forwarded_for(VISITOR)) == "10.0.0.1"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("localhost:8000", True),
        ("127.0.0.1:8000", True),
        ("127.9.9.9", True),
        ("[::1]:8000", True),
        ("::1", True),
        ("shop.example", False),
        ("127.0.0.1.shop.example", False),
        ("localhost.shop.example", False),
        ("192.168.1.5:8000", False),
        ("", False),
    ],
)
def test_only_names_of_this_machine_are_local(host: str, local: bool) -> None:
    assert is_loopback_host(host) is local


@pytest.mark.parametrize(
    ("address", "private"), [("10.0.0.1", True), ("127.0.0.1", True), ("::1", True), ("8.8.8.8", False), ("x", True)]
)
def test_a_private_address_is_a_neighbours(address: str, private: bool) -> None:
    assert is_private(address) is private
