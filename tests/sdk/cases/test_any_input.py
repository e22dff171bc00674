"""Whatever stands in a file of cases: it is read or refused with diagnostics, and what is read can be run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mitate import DocumentError, Mitate
from mitate.cases import Case, load, run
from mitate.cases.form import CASE, GIVEN

from .conftest import AT, SITE

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", "page", "light", "*", "{{visits}}", "JP", "2026-11-21T21:10", "iPhone in Osaka", "::1", "1d"]
    )
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["hero", "note", "shoes", "interests.shoes", "visits", "page", "event", "variant", "not"])
            | st.text(max_size=6),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from([*CASE.members, "nonsense"])
CASES = st.dictionaries(KEYS, JSON, max_size=4).map(lambda case: {"expect": {"hero": "page"}, **case})
FILES = st.fixed_dictionaries(
    {"at": st.just(AT), "cases": st.lists(CASES | JSON, max_size=3)},
    optional=dict.fromkeys(list(GIVEN)[2:6], JSON),
)


@pytest.fixture(scope="module")
def mitate(tmp_path_factory: pytest.TempPathFactory) -> Mitate:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "site.json").write_text(json.dumps(SITE), "utf-8")
    (folder / "cases").mkdir()
    return Mitate.from_path(folder)


@settings(max_examples=150)
@given(FILES)
def test_any_file_is_read_or_refused(mitate: Mitate, file: object) -> None:
    folder = Path(mitate.path)
    (folder / "cases" / "first.json").write_text(json.dumps(file), "utf-8")
    found = _read(mitate)
    if isinstance(found, DocumentError):
        unplaced = [one for one in found.diagnostics if one.file != "cases/first.json" or one.line is None]
        assert unplaced == []
    else:
        assert len(run(mitate, found).results) == len(found)


def _read(mitate: Mitate) -> list[Case] | DocumentError:
    try:
        return load(mitate.path, mitate.site)
    except DocumentError as error:
        return error


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(["visits.count", "last_seen", "visit.started", "page_views", "exposures.quiz", "exposures.quiz.count", "interests.shoes", "arms.shoes", "key", "zone"]), JSON, max_size=4))  # fmt: skip
def test_any_profile_can_be_run(mitate: Mitate, profile: dict[str, object]) -> None:
    folder = Path(mitate.path)
    case = {"profile": profile, "visits": 2, "expect": {"bare": "page"}}
    (folder / "cases" / "first.json").write_text(json.dumps({"at": AT, "cases": [case]}), "utf-8")
    try:
        cases = load(folder, mitate.site)
    except DocumentError:
        return
    assert len(run(mitate, cases).results) == 1
