"""Addresses in a proof: what was asked about them, in their place."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network

from mitate.model import Site
from mitate_rules.facts import Facts
from mitate_rules.operators import in_cidr, networks

from .record import Asked


def is_address(site: Site, name: str) -> bool:
    fact = Facts.of(site.facts).find(name)
    return fact is not None and "ip" in (fact.type, fact.items)


def stand_in(site: Site, asked: Sequence[Asked]) -> str | None:
    """Give an address for which every question is answered as it was for the real one, None if there is none.

    Networks are intervals: where their answers change, one begins or the one before has just ended.
    """
    candidates = ["0.0.0.0", "::"]
    for one in asked:
        for text in _cidrs(site, one.networks):
            try:
                network = ip_network(text.strip(), strict=False)
            except ValueError:
                continue
            candidates.append(str(network.network_address))
            if int(network.broadcast_address) + 1 < 1 << network.max_prefixlen:
                candidates.append(str(network.broadcast_address + 1))
    arranged = [(networks(_cidrs(site, one.networks)), one.answer) for one in asked]
    fitting = (text for text in candidates if all(in_cidr(text, among) is answer for among, answer in arranged))
    return next(fitting, None)


def is_in(site: Site, address: object, among: str | tuple[str, ...]) -> bool:
    return in_cidr(address, networks(_cidrs(site, among)))


def _cidrs(site: Site, among: str | Sequence[str]) -> Sequence[str]:
    """Give the networks a condition names: one, several, or those of a list of the document."""
    if not isinstance(among, str):
        return among
    return sorted(site.lists[among]) if not networks([among]) and among in site.lists else [among]
