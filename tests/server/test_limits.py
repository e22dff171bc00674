"""Rates: how often one address may ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate_server.limits import Rates


def test_a_burst_passes_and_the_next_request_waits_one_interval() -> None:
    rates = Rates(rate=2, burst=3)
    assert [rates.wait("192.0.2.1", 10.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


def test_a_token_comes_back_after_one_interval_and_not_before() -> None:
    rates = Rates(rate=2, burst=1)
    assert rates.wait("192.0.2.1", 10.0) == 0.0
    assert rates.wait("192.0.2.1", 10.25) == 0.25
    assert rates.wait("192.0.2.1", 10.5) == 0.0


def test_waiting_costs_nothing_more() -> None:
    rates = Rates(rate=1, burst=1)
    rates.wait("a", 0.0)
    assert [rates.wait("a", 0.0) for _ in range(5)] == [1.0] * 5
    assert rates.wait("a", 1.0) == 0.0


def test_each_address_has_its_own_bucket() -> None:
    rates = Rates(rate=1, burst=1)
    assert (rates.wait("192.0.2.1", 0.0), rates.wait("192.0.2.2", 0.0)) == (0.0, 0.0)


def test_an_ipv6_subscriber_has_one_bucket_however_many_addresses() -> None:
    rates = Rates(rate=1, burst=1)
    assert rates.wait("2001:db8:0:1::1", 0.0) == 0.0
    assert rates.wait("2001:db8:0:1:ffff::2%eth0", 0.0) == 1.0
    assert rates.wait("2001:db8:0:2::1", 0.0) == 0.0


def test_a_rate_of_zero_sets_no_limit_and_remembers_nobody() -> None:
    rates = Rates(rate=0, burst=1)
    assert [rates.wait("a", 0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert len(rates) == 0


@pytest.mark.parametrize("address", ["", "unix", "not:an:address"])
def test_whatever_names_a_peer_has_a_bucket(address: str) -> None:
    rates = Rates(rate=1, burst=1)
    assert (rates.wait(address, 0.0), rates.wait(address, 0.0)) == (0.0, 1.0)


def test_memory_is_bounded_and_the_busy_are_remembered() -> None:
    rates = Rates(rate=1, burst=1, size=10)
    rates.wait("busy", 0.0)
    for number in range(1000):
        rates.wait(f"stranger-{number}", 0.0)
        assert rates.wait("busy", 0.0) == 1.0
        assert len(rates) <= 20


@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 20), st.floats(0.5, 50))
def test_no_more_pass_than_burst_and_rate_allow(gaps: list[float], burst: int, rate: float) -> None:
    rates, now, passed = Rates(rate, burst), 0.0, 0
    for gap in gaps:
        now += gap
        passed += rates.wait("a", now) == 0.0
    assert passed <= burst + rate * now + 1e-3
