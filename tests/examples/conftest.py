"""What tests of examples share: one browser, and pages that complain by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from ..browser.chromium import Browsers  # noqa: TID252
from ..browser.conftest import chromium, complaints  # noqa: TID252

__all__ = ["browsers", "chromium", "complaints"]


@pytest.fixture(scope="module")
def browsers() -> Iterator[Browsers]:
    """Whole browsers: to an example's server, the shell without windows is a robot."""
    with sync_playwright() as playwright:
        browsers = Browsers(playwright, whole=True)
        yield browsers
        browsers.browser.close()
