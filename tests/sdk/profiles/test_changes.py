"""Changes: each kind's arithmetic, and that order and repetition don't matter."""

import math
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.profiles import REMEMBERED_IDS, Add, Append, Change, First, Latest, Merge, apply

DAY = 86_400.0


def visible(data: dict[str, object]) -> dict[str, object]:
    """The fields without the bookkeeping."""
    return {name: value for name, value in data.items() if not name.startswith("_")}


def marks(data: dict[str, object]) -> set[str]:
    ids = cast(str, data.get("_ids", ""))
    return {ids[start : start + 8] for start in range(0, len(ids), 8)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], {}),
        ([Add("n", 1, "a")], {"n": 1}),
        ([Add("n", 1, "a"), Add("n", 1, "a")], {"n": 1}),
        ([Add("n", 1, "a"), Add("n", 2, "b"), Add("n", -5, "c")], {"n": -2}),
        ([Add("n", 1, "a"), Add("m", 1, "a")], {"n": 1, "m": 1}),
        ([Add("n", 0, "a")], {"n": 0}),
        ([Latest("zone", "Asia/Tokyo", 2.0), Latest("zone", "Europe/Paris", 1.0)], {"zone": "Asia/Tokyo"}),
        ([Latest("zone", "Asia/Tokyo", 1.0), Latest("zone", "Europe/Paris", 1.0)], {"zone": "Europe/Paris"}),
        ([Latest("zone", "Europe/Paris", 1.0), Latest("zone", "Asia/Tokyo", 1.0)], {"zone": "Europe/Paris"}),
        ([Latest("zone", "Asia/Tokyo", 1.0), Latest("zone", None, 2.0)], {"zone": None}),
        ([First("key", "b", 2.0), First("key", "a", 1.0), First("key", "c", 3.0)], {"key": "a"}),
        ([First("key", "b", 1.0), First("key", "a", 1.0)], {"key": "a"}),
        ([Append("seen", 3.0, "a"), Append("seen", 1.0, "b"), Append("seen", 3.0, "c")], {"seen": [1.0, 3.0, 3.0]}),
        ([Append("seen", n, str(n), keep=2) for n in (5, 9, 1, 7)], {"seen": [7, 9]}),
        ([Append("l", v, str(i)) for i, v in enumerate([{"a": 1}, [2], "x", 1, None])], {"l": [None, 1, "x", [2], {"a": 1}]}),
    ],
)  # fmt: skip
def test_each_kind_of_change_keeps_what_it_says(changes: list[Change], expected: dict[str, object]) -> None:
    assert visible(apply({}, changes)) == expected


def test_a_sum_with_a_half_life_fades_to_half_after_it() -> None:
    data = apply(
        {}, [Add("interests.x", 1, "a", at=0.0, half_life=DAY), Add("interests.x", 1, "b", at=DAY, half_life=DAY)]
    )
    assert data["interests.x"] == [1.5, DAY]


def test_an_old_signal_that_comes_late_counts_as_faded() -> None:
    data = apply(
        {}, [Add("interests.x", 1, "b", at=DAY, half_life=DAY), Add("interests.x", 1, "a", at=0.0, half_life=DAY)]
    )
    assert data["interests.x"] == [1.5, DAY]


def test_a_sum_that_never_fades_keeps_the_last_instant() -> None:
    data = apply({}, [Add("events.buy", 1, str(at), at=at, half_life=math.inf) for at in (5.0, 9.0, 7.0)])
    assert data["events.buy"] == [3, 9.0]


def test_an_id_counts_once_for_each_field_and_kind_of_text() -> None:
    data = apply({}, [Add("n", 1, "日本"), Add("n", 1, "\ud800"), Add("n", 1, ""), Add("n", 1, "")])
    assert data["n"] == 3


def test_remembered_ids_are_bounded_and_the_oldest_is_forgotten() -> None:
    data = apply({}, [Add("n", 1, str(number)) for number in range(REMEMBERED_IDS + 1)])
    assert len(cast(str, data["_ids"])) == 8 * REMEMBERED_IDS
    assert apply(data, [Add("n", 1, "1")])["n"] == REMEMBERED_IDS + 1
    assert apply(data, [Add("n", 1, "0")])["n"] == REMEMBERED_IDS + 2


def test_applying_alters_nothing_that_was_given() -> None:
    before: dict[str, object] = {"l": [1], "i": [1.0, 0.0], "_latest": {"zone": 1.0}, "zone": "a"}
    apply(before, [Append("l", 2, "a"), Add("i", 1, "b", at=1.0, half_life=1.0), Latest("zone", "b", 2.0)])
    assert before == {"l": [1], "i": [1.0, 0.0], "_latest": {"zone": 1.0}, "zone": "a"}


def test_a_merged_profile_brings_everything_once_and_the_older_key_wins() -> None:
    phone = apply({}, [Add("visits.count", 2, "a"), First("key", "old", 1.0), Latest("zone", "Asia/Tokyo", 1.0),
                       Append("seen", 1.0, "s"), Add("interests.x", 1, "i", at=0.0, half_life=DAY),
                       Add("events.buy", 1, "e", at=3.0, half_life=math.inf)])  # fmt: skip
    desk = apply({}, [Add("visits.count", 3, "a"), First("key", "new", 5.0), Latest("zone", "Europe/Paris", 5.0),
                      Append("seen", 2.0, "s"), Add("interests.x", 1, "i", at=DAY, half_life=DAY)])  # fmt: skip
    merged = apply(desk, [Merge(phone, "phone"), Merge(phone, "phone")])
    assert visible(merged) == {
        "visits.count": 5,
        "key": "old",
        "zone": "Europe/Paris",
        "seen": [1.0, 2.0],
        "interests.x": [1.5, DAY],
        "events.buy": [1, 3.0],
    }
    assert apply(merged, [Latest("zone", "Asia/Tokyo", 4.0)])["zone"] == "Europe/Paris"


@pytest.mark.parametrize(
    ("data", "change", "message"),
    [
        ({"n": "x"}, Add("n", 1, "a"), "expected a number in the field 'n', got 'x'"),
        ({"n": True}, Add("n", 1, "a"), "expected a number in the field 'n', got True"),
        ({"n": 1}, Add("n", 1, "a", half_life=1.0), "expected a list in the field 'n', got 1"),
        ({"n": [1]}, Add("n", 1, "a", half_life=1.0), "expected [sum, instant] in the field 'n', got [1]"),
        ({"n": 1}, Append("n", 1, "a"), "expected a list in the field 'n', got 1"),
        ({"_latest": 1}, Latest("n", 1, 1.0), "expected a mapping in the field '_latest', got 1"),
        ({"_ids": 1}, Add("n", 1, "a"), "expected text in the field '_ids', got 1"),
        ({}, Merge({"n": "x"}, "a"), "expected a number in the field 'n', got 'x'"),
    ],
)
def test_a_field_that_holds_something_else_is_an_error(data: dict[str, object], change: Change, message: str) -> None:
    with pytest.raises(TypeError) as raised:
        apply(data, [change])
    assert str(raised.value) == message


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused_before_it_reaches_a_profile(value: float) -> None:
    with pytest.raises(ValueError, match="expected a finite amount"):
        Add("n", value, "a")
    with pytest.raises(ValueError, match="expected a finite amount"):
        Add("n", 1, "a", at=value)
    with pytest.raises(ValueError, match="expected a finite instant"):
        Latest("n", 1, value)
    with pytest.raises(ValueError, match="expected a finite instant"):
        First("n", 1, value)


@pytest.mark.parametrize("half_life", [0.0, -1.0, math.nan])
def test_a_half_life_is_above_0(half_life: float) -> None:
    with pytest.raises(ValueError, match="expected a half-life above 0"):
        Add("n", 1, "a", half_life=half_life)


@pytest.mark.parametrize("keep", [0, -1])
def test_a_list_keeps_1_or_more(keep: int) -> None:
    with pytest.raises(ValueError, match="expected to keep 1 value or more"):
        Append("n", 1, "a", keep=keep)


# Any order, any repetition

_ids = st.text("abcdefgh", min_size=1, max_size=3)
_at = st.integers(0, 40).map(float)
_value = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.text("xyz", max_size=2)
    | st.lists(st.integers(0, 2), max_size=2)
)


def one_change_for_an_id(change: Change) -> tuple[str, ...]:
    if isinstance(change, Merge):
        return ("merge", change.id)
    if isinstance(change, (Add, Append)):
        return (change.field, change.id)
    return (change.field, repr(change))


def fading(amount: int, id: str, at: float) -> Change:  # noqa: A002
    return Add("fades", amount, id, at=at, half_life=8.0)


def lasting(amount: int, id: str, at: float) -> Change:  # noqa: A002
    return Add("total", amount, id, at=at, half_life=math.inf)


def merging(amount: int, at: float, value: object) -> Change:
    return Merge(apply({}, [Add("count", amount, "x"), Latest("zone", value, at), fading(amount, "x", at)]), "other")


_changes = st.lists(
    st.one_of(
        st.builds(Add, st.just("count"), st.integers(-9, 9), _ids),
        st.builds(fading, st.integers(-9, 9), _ids, _at),
        st.builds(lasting, st.integers(-9, 9), _ids, _at),
        st.builds(Latest, st.just("zone"), _value, _at),
        st.builds(First, st.just("key"), _value, _at),
        st.builds(Append, st.just("seen"), _value, _ids, keep=st.just(3)),
        st.builds(merging, st.integers(0, 5), _at, _value),
    ),
    max_size=20,
    unique_by=one_change_for_an_id,
)


@given(_changes, st.data())
def test_changes_end_the_same_in_any_order_and_however_often(changes: list[Change], data: st.DataObject) -> None:
    repeated = data.draw(st.lists(st.sampled_from(changes), max_size=10)) if changes else []
    other = data.draw(st.permutations([*changes, *repeated]))
    one, two = apply({}, changes), apply({}, other)
    left, right = cast("list[float]", one.pop("fades", [])), cast("list[float]", two.pop("fades", []))
    assert left == pytest.approx(right, rel=1e-9, abs=1e-9)
    assert visible(one) == visible(two)
    assert marks(one) == marks(two)
    assert [one.get(name) for name in ("_latest", "_first", "_half_lives")] == [
        two.get(name) for name in ("_latest", "_first", "_half_lives")
    ]


@given(_changes, st.integers(0, 20))
def test_changes_applied_in_two_goes_end_as_in_one(changes: list[Change], cut: int) -> None:
    assert apply(apply({}, changes[:cut]), changes[cut:]) == apply({}, changes)
