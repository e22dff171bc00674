"""What tests of examples share: one browser, and pages that complain by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from ..browser.chromium import Complaints, launch  # noqa: TID252


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for each file of tests."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the test's pages complain of; anything that wasn't expected fails the test."""
    complaints = Complaints()
    yield complaints
    assert complaints.unexpected() == []
