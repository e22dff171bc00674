"""What tests of examples share: one browser, and pages that complain by themselves."""

from __future__ import annotations

from ..browser.conftest import browsers, chromium, complaints  # noqa: TID252

__all__ = ["browsers", "chromium", "complaints"]
