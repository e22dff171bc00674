"""Addresses and the networks they are in."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable
from typing import cast

Networks = dict[tuple[int, int], frozenset[int]]


@functools.lru_cache(maxsize=4096)
def address(text: str) -> tuple[int, int] | None:
    """Read an IP address as (version, number); an IPv4 address mapped into IPv6 is the IPv4 one."""
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return found.version, int(found)


def network(text: str) -> tuple[int, int, int] | None:
    """Read a network as (version, prefix length, number); None when it is none."""
    try:
        found = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return found.version, found.prefixlen, int(found.network_address)


def networks(texts: Iterable[str]) -> Networks:
    """Arrange networks so that a look-up costs one step for each different prefix length."""
    found: dict[tuple[int, int], set[int]] = {}
    for text in texts:
        known = network(text)
        if known is not None:
            kind, length, number = known
            found.setdefault((kind, length), set()).add(number >> ((32 if kind == 4 else 128) - length))
    return {key: frozenset(numbers) for key, numbers in found.items()}


def in_cidr(ip: object, among: object) -> bool:
    """Tell whether an address is in one of the networks."""
    known = address(ip) if isinstance(ip, str) else None
    if known is None:
        return False
    kind, number = known
    width = 32 if kind == 4 else 128
    places = cast(Networks, among)
    return any(family == kind and number >> (width - length) in numbers for (family, length), numbers in places.items())
