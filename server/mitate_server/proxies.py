"""Where a request came from: the connection's own address, or what trusted proxies say of it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping, Sequence
from functools import lru_cache

from .settings import Network
from .wire import Scope

FORWARDING = (b"x-forwarded-for", b"forwarded")
"""Where proxies say whom they saw."""

PROXIED = (
    *FORWARDING,
    b"via",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"x-real-ip",
    b"cf-connecting-ip",
    b"true-client-ip",
)
"""Headers that no browser sends: whoever sends one came through a proxy."""


class Proxies:
    """The networks whose forwarding headers are believed."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)
        self.is_trusted = lru_cache(maxsize=4096)(self._is_trusted)

    def _is_trusted(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        return any(ip.version == network.version and ip in network for network in self._trusted)

    def client(self, peer: str, headers: Sequence[tuple[bytes, bytes]]) -> str:
        """Give the visitor's address: from `peer` backwards through trusted hops, no further.

        Each proxy appends whom it saw, so the list is believed from the right and only as far as the
        hop that said it is trusted; what a stranger wrote further left is never read. A hop that is not
        an address (``unknown``, an obfuscated name, RFC 7239 section 6) ends the walk.

        Most proxies write one of the two headers and pass the other on as a stranger wrote it, and
        nothing tells which. So where both came, they are believed only as far as they agree.
        """
        if not self._trusted or not self.is_trusted(peer):
            return peer
        said = [field for field in headers if field[0] in FORWARDING]
        usual, standard = _usual(said), _standard(said)
        if usual is None or standard is None:
            return self._walk(peer, usual or standard or [])
        address = self._walk(peer, usual)
        return address if address == self._walk(peer, standard) else peer

    def _walk(self, peer: str, hops: list[str]) -> str:
        address = peer
        for hop in reversed(hops):
            if not self.is_trusted(address):
                break
            if not _is_address(hop):
                break
            address = hop
        return address


def _usual(headers: Sequence[tuple[bytes, bytes]]) -> list[str] | None:
    said = [value for name, value in headers if name == b"x-forwarded-for"]
    return [_bare(part) for part in b",".join(said).decode("latin-1").split(",")] if said else None


def _standard(headers: Sequence[tuple[bytes, bytes]]) -> list[str] | None:
    said = [value for name, value in headers if name == b"forwarded"]
    if not said:
        return None
    return [_bare(_parameter(element, "for")) for element in b",".join(said).decode("latin-1").split(",")]


def _parameter(element: str, wanted: str) -> str:
    for pair in element.split(";"):
        name, _, value = pair.partition("=")
        if name.strip().lower() == wanted:
            return value
    return ""


def _bare(node: str) -> str:
    """Give the address of ``1.2.3.4``, ``1.2.3.4:80``, ``[::1]:80``, ``"[::1]"`` or ``::1``."""
    text = node.strip().strip('"').strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _is_address(text: str) -> bool:
    # Ten times as fast as `ipaddress`, for each request through a proxy.
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    except (OSError, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def is_private(address: str) -> bool:
    """Tell whether an address can only be a neighbour's: private, loopback, link-local or no address at all."""
    try:
        return not ipaddress.ip_address(address).is_global
    except ValueError:
        return True


@lru_cache(maxsize=4096)
def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def is_loopback_host(host: str) -> bool:
    """Tell whether a Host header names this machine (a name that merely resolves here does not: DNS rebinding)."""
    name = _bare(host) if host.startswith("[") or host.count(":") <= 1 else host
    return name == "localhost" or is_loopback(name)


def is_local(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether someone on this machine asks, by an address of this machine and through no proxy.

    A proxy that says nothing of itself often speaks HTTP/1.0 (nginx, long its default); no browser does.
    """
    client = scope.get("client")
    return (
        client is not None
        and is_loopback(client[0])
        and is_loopback_host(headers.get(b"host", b"").decode("latin-1"))
        and scope.get("http_version") != "1.0"
        and not any(name in headers for name in PROXIED)
    )
