"""How often one address may ask: a token bucket per address, in bounded memory."""

from __future__ import annotations

import socket


class Rates:
    """A token bucket for each address (the generic cell rate algorithm: one float a bucket).

    `rate` is requests a second, `burst` how many may come at once. At most ``2 * size`` addresses are
    remembered: two generations of `size` take turns, which forgets the longest unseen without moving
    anything on each request. Who is forgotten starts with a full bucket.
    """

    __slots__ = ("_ahead", "_interval", "_old", "_size", "_young")

    def __init__(self, rate: float, burst: int, size: int = 50_000) -> None:
        self._interval = 1 / rate if rate > 0 else 0.0
        self._ahead = self._interval * (burst - 1)
        self._size = size
        self._young: dict[object, float] = {}
        self._old: dict[object, float] = {}

    def wait(self, address: str, now: float) -> float:
        """Take a token, or give the seconds until there is one. 0.0 means: go on.

        `now` is any clock that never goes back, in seconds.
        """
        if not self._interval:
            return 0.0
        key: object = address if ":" not in address else _network(address)
        young = self._young
        due = young.get(key)
        if due is None:
            due = self._old.get(key, now)
            if len(young) >= self._size:
                self._old, self._young = young, {}
                young = self._young
        if due < now:
            due = now
        over = due - now - self._ahead
        if over > 1e-9:  # rounding of sums is not an overdraft
            young[key] = due
            return over
        young[key] = due + self._interval
        return 0.0

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


def _network(address: str) -> object:
    # One IPv6 subscriber owns a /64 (RFC 6177), so that is who gets the bucket.
    try:
        return socket.inet_pton(socket.AF_INET6, address.partition("%")[0])[:8]
    except OSError:
        return address
