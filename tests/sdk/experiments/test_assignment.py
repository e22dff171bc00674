"""Buckets, arms and holdouts: the published vectors, our own, and what must hold for every input."""

import math
import os
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.experiments import BUCKETS, arm_ranges, bucket, choose_arm, in_holdout

# Made by an independent JavaScript implementation of the published hash.
VECTORS = [
    ("", "", 0.2305),
    ("nurse-hero:arm", "Zk3vJq8xLw2mNp4rTs6uVy", 0.2606),
    ("nurse-hero:holdout", "Zk3vJq8xLw2mNp4rTs6uVy", 0.314),
    ("site:holdout", "0", 0.5636),
    ("seed", "日本", 0.9652),
    ("実験:arm", "u😀1", 0.4548),
    ("é", "\ud800x", 0.4991),
]


Range = tuple[float, float]


class Published(msgspec.Struct):
    """The sections of the published cases that are about assignment."""

    hash: list[tuple[str, str, int, float | None]]
    bucket_range: list[tuple[str, tuple[int, float, list[float] | None], list[Range]]] = msgspec.field(
        name="getBucketRange"
    )
    choose_variation: list[tuple[str, float, list[Range], int]] = msgspec.field(name="chooseVariation")


@pytest.fixture(scope="module")
def published() -> Published:
    suites = os.environ.get("MITATE_SUITES")
    if not suites:
        pytest.skip("MITATE_SUITES names no folder with the published cases")
    return msgspec.json.decode((Path(suites) / "growthbook" / "cases.json").read_bytes(), type=Published)


@pytest.mark.parametrize(("seed", "key", "expected"), VECTORS)
def test_a_bucket_is_the_same_as_in_javascript(seed: str, key: str, expected: float) -> None:
    assert bucket(seed, key) == expected


def test_the_published_vectors_of_the_second_version_all_agree(published: Published) -> None:
    vectors = [(seed, key, expected) for seed, key, version, expected in published.hash if version == 2]
    assert len(vectors) == 7
    assert [bucket(seed, key) for seed, key, _ in vectors] == [expected for *_, expected in vectors]


def test_the_published_ranges_agree_where_weights_add_up_to_1(published: Published) -> None:
    agreed: list[str] = []
    for name, (count, coverage, given_weights), expected in published.bucket_range:
        weights = given_weights or [1 / count] * count
        if len(weights) == count and math.isclose(sum(weights), 1) and 0 <= coverage <= 1:
            ranges = arm_ranges(tuple(weights), coverage)
            assert [end for part in ranges for end in part] == pytest.approx([end for part in expected for end in part])
            agreed.append(name)
    assert len(agreed) == 7


def test_the_published_choices_agree_where_the_ranges_come_from_weights(published: Published) -> None:
    agreed: list[str] = []
    for name, n, ranges, expected in published.choose_variation:
        coverage = {"even range": 1.0, "reduced range": 0.5}.get(name.split(",")[0])
        if coverage is not None:
            assert list(arm_ranges((1, 1), coverage)) == ranges
            assert choose_arm(n, (1, 1), coverage) == (None if expected == -1 else expected)
            agreed.append(name)
    assert len(agreed) == 12


def test_two_questions_about_one_visitor_have_independent_answers() -> None:
    both = Counter((bucket("a:arm", f"v{n}") < 0.5, bucket("b:arm", f"v{n}") < 0.5) for n in range(4000))
    assert all(880 < count < 1120 for count in both.values())


def test_arms_get_their_share() -> None:
    arms = Counter(choose_arm(bucket("x:arm", f"visitor-{n}"), (1, 2, 1)) for n in range(8000))
    assert arms.keys() == {0, 1, 2}
    assert 1850 < arms[0] < 2150
    assert 3800 < arms[1] < 4200


@pytest.mark.parametrize(
    ("n", "weights", "coverage", "expected"),
    [
        (0.0, [1, 1], 1.0, 0),
        (0.4999, [1, 1], 1.0, 0),
        (0.5, [1, 1], 1.0, 1),
        (0.9999, [1, 1], 1.0, 1),
        (0.9999, [1, 1, 1], 1.0, 2),
        (0.0, [0, 1], 1.0, 1),
        (0.9999, [1, 0], 1.0, 0),
        (0.9999, [0.1, 0.7, 0.2, 0], 1.0, 2),
        (0.5, [3], 1.0, 0),
        (0.5, [0, 0], 1.0, None),
        (0.5, [], 1.0, None),
        (0.2499, [1, 1], 0.5, 0),
        (0.25, [1, 1], 0.5, None),
        (0.0, [1, 1], 0.0, None),
    ],
)
def test_an_arm_is_chosen_by_relative_weights(
    n: float, weights: list[float], coverage: float, expected: int | None
) -> None:
    assert choose_arm(n, weights, coverage) == expected


@pytest.mark.parametrize("weights", [[-1, 2], [math.nan], [math.inf, 1]])
def test_a_weight_that_is_no_weight_is_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="expected weights of 0 or more"):
        choose_arm(0.5, weights)


@pytest.mark.parametrize("coverage", [-0.1, 1.1, math.nan])
def test_a_coverage_outside_0_and_1_is_refused(coverage: float) -> None:
    with pytest.raises(ValueError, match="expected a coverage from 0 to 1"):
        choose_arm(0.5, [1, 1], coverage)


@pytest.mark.parametrize(("share", "expected"), [(0, 0), (-1, 0), (1, 2000)])
def test_a_holdout_of_nothing_holds_nobody_and_of_everything_holds_everybody(share: float, expected: int) -> None:
    assert sum(in_holdout("site:holdout", f"v{n}", share) for n in range(2000)) == expected


def test_a_holdout_takes_its_share() -> None:
    assert 400 < sum(in_holdout("site:holdout", f"v{n}", 0.05) for n in range(10_000)) < 600


@given(st.text(), st.text())
def test_every_text_has_a_bucket_that_depends_on_seed_and_key_joined(seed: str, key: str) -> None:
    n = bucket(seed, key)
    assert 0 <= n < 1
    assert round(n * BUCKETS) / BUCKETS == n
    assert bucket("", seed + key) == n


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8), st.integers(0, BUCKETS - 1))
def test_somebody_is_in_exactly_one_arm_unless_all_weights_are_0(weights: list[float], step: int) -> None:
    arm = choose_arm(step / BUCKETS, weights)
    if sum(weights) == 0:
        assert arm is None
    else:
        assert arm is not None
        assert weights[arm] > 0


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=5), st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.9999))
def test_a_ramp_up_moves_nobody_from_arm_to_arm(weights: list[float], one: float, other: float, n: float) -> None:
    before, after = choose_arm(n, weights, min(one, other)), choose_arm(n, weights, max(one, other))
    assert before is None or before == after
