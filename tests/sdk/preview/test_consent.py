"""A preview shows the site as it is with and without consent, whoever opened it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files

import pytest

from mitate import Mitate, Reason, Visitor
from mitate.preview import Overrides, Preview, Previews, describe

AGREED = Visitor(id="visitor-00000000000001", url="/", consent={"personalization": True, "analytics": True})
DENIED = Visitor(url="/", consent={"personalization": False, "analytics": False})
SECOND_VISIT = {"visits.count": 2}


@pytest.fixture
def previews() -> Iterator[Previews]:
    with as_file(files("mitate_server.demo") / "sites" / "shoes") as folder, Mitate.from_path(folder) as mitate:
        yield Previews(mitate)


def guide(preview: Preview) -> Reason:
    return preview.decisions["guide"].reason


def test_denying_consent_holds_back_what_needs_it(previews: Previews) -> None:
    assert guide(previews.show(AGREED, Overrides(facts=SECOND_VISIT))) is Reason.TARGETING_MATCH
    assert guide(previews.show(AGREED, Overrides(facts=SECOND_VISIT, consent=False))) is Reason.CONSENT


def test_giving_consent_shows_what_would_come(previews: Previews) -> None:
    assert guide(previews.show(DENIED, Overrides(facts=SECOND_VISIT))) is Reason.CONSENT
    assert guide(previews.show(DENIED, Overrides(facts=SECOND_VISIT, consent=True))) is Reason.TARGETING_MATCH


def test_consent_is_set_for_an_imagined_visitor_too(previews: Previews) -> None:
    assert guide(previews.show(DENIED, Overrides(visitor="second visit"))) is Reason.TARGETING_MATCH
    assert guide(previews.show(DENIED, Overrides(visitor="second visit", consent=False))) is Reason.CONSENT


def test_the_sites_clock_is_named(previews: Previews) -> None:
    assert describe(previews.show(DENIED), 0.0)["timezone"] == "Asia/Tokyo"
