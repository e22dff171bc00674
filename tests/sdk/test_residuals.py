"""What hangs on the page: whatever happens there, it reaches what a server would that had seen it happen."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mitate import Decisions, ExplainedDecisions, Mitate, Reason, Visitor

NOW = datetime.fromisoformat("2026-11-21T21:00+09:00").timestamp()
ID = "v" * 22
ALLOWED = {"personalization": True, "analytics": True}
SLOTS = ("hero", "guide", "note")
NUMBERS = ("live.scroll", "live.seconds")
FLAGS = ("live.exit_intent", "live.clicked.menu")

Json = dict[str, object]
Page = Mapping[str, float | bool]


# -- a page, as simple as can be


def holds(rule: object, page: Page) -> bool:
    """Evaluate a rule as a page does: two-valued, over live facts alone."""
    return bool(value(rule, page))


def value(part: object, page: Page) -> object:
    if not isinstance(part, dict):
        return part
    ((op, given_),) = cast(Json, part).items()
    args = cast("list[object]", given_) if isinstance(given_, list) else [given_]
    if op == "var":
        return page[cast(str, args[0])]
    if op in ("and", "or"):
        return (all if op == "and" else any)(holds(one, page) for one in args)
    if op in ("!", "!!"):
        return holds(args[0], page) is (op == "!!")
    if op in ("if", "?:"):
        return _chosen(args, page)
    return _compares(op, [value(one, page) for one in args])


def _chosen(args: Sequence[object], page: Page) -> object:
    if len(args) < 2:
        return value(args[0], page) if args else None
    return value(args[1], page) if holds(args[0], page) else _chosen(args[2:], page)


def _compares(op: str, args: Sequence[object]) -> bool:
    if op in ("==", "===", "!=", "!=="):
        return (args[0] == args[1] and type(args[0] == 1) is type(args[1] == 1)) is op.startswith("=")
    pairs = zip(cast("list[float]", args), cast("list[float]", args[1:]), strict=False)
    signs: Mapping[str, Callable[[float, float], bool]] = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
    return all(signs[op](a, b) for a, b in pairs)


def reached(answer: Mapping[str, object], page: Page) -> dict[str, Json]:
    """Give what each slot shows at last, as the wire has it: the first residual that holds takes what is free."""
    taken: dict[str, Json] = {}
    for residual in cast("list[Json]", answer.get("residuals", [])):
        if holds(residual["when"], page):
            for slot, decision in cast("dict[str, Json]", residual["decisions"]).items():
                taken.setdefault(slot, decision)
    return {**cast("dict[str, Json]", answer["decisions"]), **taken}


# -- sites and what happens


def over(*leaves: object) -> st.SearchStrategy[object]:
    return st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"and": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"or": parts}),
            inner.map(lambda rule: {"!": rule}),
            st.lists(inner, min_size=3, max_size=3).map(lambda parts: {"if": parts}),
        ),
        max_leaves=5,
    )


LIVE = (
    *({op: [{"var": name}, bound]} for name in NUMBERS for op in ("<", ">=", "==") for bound in (10, 50)),
    {"in": [{"var": "live.scroll"}, [0, 10, 50]]},
    {"<": [0, {"var": "live.scroll"}, 50]},
    {"<": [{"var": "live.scroll"}, {"var": "live.seconds"}]},
    {">": [{"if": [{"var": "live.exit_intent"}, {"var": "live.scroll"}, {"var": ["live.seconds", 3]}]}, 10]},
    {"var": "live.exit_intent"},
    {"==": [{"var": "live.clicked.menu"}, True]},
    {"var": "live.scroll"},
    {">=": [{"var": "live.seconds"}, {"if": [{"==": [{"var": "geo.country"}, "JP"]}, 10, 50]}]},
)
KNOWN = (
    {"==": [{"var": "geo.country"}, "JP"]},
    {">=": [{"var": "visits.count"}, 3]},
    {"<": [{"var": "account.employees"}, 50]},
    True,
)
RULES = over(*LIVE, *KNOWN)
PAGES: st.SearchStrategy[Page] = st.fixed_dictionaries(
    {**dict.fromkeys(NUMBERS, st.sampled_from([0, 9.5, 10, 11, 50, 60])), **dict.fromkeys(FLAGS, st.booleans())}
)


@st.composite
def experiences(draw: st.DrawFn) -> list[Json]:
    made: list[Json] = []
    for place in range(draw(st.integers(1, 6))):
        slots = draw(st.lists(st.sampled_from(SLOTS), min_size=1, max_size=3, unique=True))
        arms = draw(st.sampled_from([["a"], ["a", "b"], ["page", "a"]]))
        one: Json = {
            "id": f"e{place}",
            "slots": slots,
            "when": draw(RULES),
            "variants": [
                {"id": arm, "content": {} if arm == "page" else {slot: {"text": f"{arm} {place}"} for slot in slots}}
                for arm in arms
            ],
        }
        if len(slots) == 1:
            del one["slots"]
            one["slot"] = slots[0]
            one["variants"] = [{"id": arm, **({} if arm == "page" else {"text": f"{arm} {place}"})} for arm in arms]
        one |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "status": st.sampled_from(["live", "paused"]),
                    "suppress": RULES,
                    "schedule": st.sampled_from([{"until": "2026-11-22T01:00"}, {"from": "2026-11-22T01:00"}]),
                    "frequency": st.sampled_from([{"max": 1, "per": "day"}, {"max": 3, "per": "lifetime"}]),
                    "experiment": st.sampled_from([{"holdout": 1}, {"holdout": 0.5}, {"layer": "l"}]),
                },
            )
        )
        made.append(one)
    return made


def document(made: list[Json], **parts: object) -> Json:
    slots: Json = {name: {"live": True} if name == "note" else {} for name in SLOTS}
    return {"format": 1, "site": "t", "timezone": "Asia/Tokyo", "slots": slots, "experiences": made, **parts}


MEMORIES = st.fixed_dictionaries(
    {"key": st.sampled_from(["a" * 22, "b" * 22, "c" * 22])},
    optional={
        "dismissed.e0": st.just(1),
        "exposures.e1": st.sampled_from([[NOW - 60], [NOW - 86400 * 3]]),
        "arms.e2": st.just("b"),
        "visits.count": st.sampled_from([1, 3]),
    },
)


@given(
    experiences(),
    MEMORIES,
    st.fixed_dictionaries({"geo.country": st.sampled_from(["JP", "FR"]), "account.employees": st.sampled_from([7, 70, None])}),
    st.lists(PAGES, min_size=1, max_size=4),
    st.sampled_from([0, 0, 0, 0.5]),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_a_page_reaches_what_a_server_would_that_had_seen_it_happen(
    made: list[Json], memory: Json, facts: Json, pages: list[Page], holdout: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "site.json").write_text(json.dumps(document(made, holdout=holdout)), "utf-8")
        with Mitate.from_path(folder, clock=lambda: NOW) as mitate:
            visitor = Visitor(id=ID, consent=ALLOWED)

            def decide(page: Page) -> ExplainedDecisions:
                return mitate.simulate(visitor, profile=memory, facts={**facts, **page})

            before = decide({})
            steps = [step for story in before.stories.values() for step in story.steps]
            assume(all(isinstance(step.ending, str | None) for step in steps))  # everything can be told
            for page in pages:
                after = decide(page)
                assert after.residuals == ()
                found, wanted = reached(msgspec.json.decode(before.encode()), page), msgspec.json.decode(after.encode())
                assert shown(found) == shown(wanted["decisions"])


def shown(decisions: Mapping[str, Json]) -> dict[str, Json | None]:
    """Leave out why the page's own content stays where nobody takes it."""
    return {slot: one if "experience" in one else None for slot, one in decisions.items()}


@given(over(*LIVE, *KNOWN), PAGES)
@settings(max_examples=100, deadline=None)
def test_before_consent_a_page_shows_nothing_that_the_server_would_not(rule: object, page: Page) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made: list[Json] = [{"id": "e0", "slot": "hero", "when": rule, "variants": [{"id": "a", "text": "x"}]}]
        (Path(folder) / "site.json").write_text(json.dumps(document(made)), "utf-8")
        with Mitate.from_path(folder, clock=lambda: NOW) as mitate:
            facts = {"geo.country": "JP"}
            before = mitate.simulate(Visitor(), facts=facts)
            after = mitate.simulate(Visitor(), facts={**facts, **page})
            found = reached(msgspec.json.decode(before.encode()), page)["hero"]
            assert "experience" not in found or after["hero"].experience == "e0"


# -- one by one

Make = Callable[..., Decisions]


@pytest.fixture
def decide(tmp_path: Path) -> Make:
    def make(*made: Json, visitor: Visitor | None = None, memory: Json | None = None, **parts: object) -> Decisions:
        (tmp_path / "site.json").write_text(json.dumps(document(list(made), **parts)), "utf-8")
        with Mitate.from_path(tmp_path, clock=lambda: NOW) as mitate:
            return mitate.simulate(visitor or Visitor(id=ID, consent=ALLOWED), profile=memory)

    return make


def one(name: str, when: object, slot: str = "hero", **parts: object) -> Json:
    return {"id": name, "slot": slot, "when": when, "variants": [{"id": "a", "text": name}], **parts}


LEAVING = {"var": "live.exit_intent"}
AGAIN = {">=": [{"var": "visits.count"}, 3]}
LATE = {">=": [{"var": "live.seconds"}, 20]}


def rules(decisions: Decisions) -> list[tuple[str, object]]:
    return [(offer.experience, offer.when) for offer in decisions.residuals]


def test_what_is_surely_taken_ends_the_list_for_its_slot_alone(decide: Make) -> None:
    wide = {
        "id": "wide",
        "slots": ["hero", "guide"],
        "when": LATE,
        "variants": [{"id": "a", "content": {"hero": {"text": "x"}, "guide": {"text": "y"}}}],
    }
    decided = decide(one("first", LEAVING), one("sure", True), wide, one("never", LEAVING))
    assert rules(decided) == [("first", LEAVING), ("wide", LATE)]
    assert [[d.slot for d in offer.decisions] for offer in decided.residuals] == [["hero"], ["guide"]]
    assert (decided["hero"].experience, decided["guide"].reason) == ("sure", Reason.DEFAULT)


@pytest.mark.parametrize(
    ("kept_out", "reason"),
    [
        ({"status": "paused"}, Reason.DISABLED),
        ({"schedule": {"until": "2026-11-21T21:00"}}, Reason.DISABLED),
        ({"suppress": {">=": [{"var": "visits.count"}, 4]}}, Reason.SUPPRESSED),
        ({"frequency": {"max": 1, "per": "day"}}, Reason.CAPPED),
        ({"id": "closed"}, Reason.SUPPRESSED),
        ({"when": {"and": [LEAVING, {"==": [{"var": "visits.count"}, 3]}]}}, Reason.DEFAULT),
        ({"when": LEAVING, "suppress": {"or": [LATE, LEAVING]}}, Reason.DEFAULT),
    ],
)
def test_what_keeps_it_out_now_keeps_it_out_in_the_page(decide: Make, kept_out: Json, reason: Reason) -> None:
    memory: Json = {"visits.count": 4, "exposures.x": [NOW - 60], "dismissed.closed": NOW}
    decided = decide({**one("x", LEAVING), **kept_out}, memory=memory)
    assert (rules(decided), decided["hero"].reason) == ([], reason)


def test_a_dismissed_experience_is_suppressed_whatever_its_rule(decide: Make) -> None:
    decided = decide(one("x", True), one("y", True, "guide"), memory={"dismissed.x": 1})
    assert (decided["hero"].reason, decided["guide"].experience) == (Reason.SUPPRESSED, "y")


@pytest.mark.parametrize(
    ("suppress", "when"),
    [
        (LEAVING, {"and": [{"!": LEAVING}, LATE]}),
        ({"and": [LEAVING, AGAIN]}, LATE),
        ({"!": {"<": [{"var": "live.scroll"}, 50]}}, {"and": [{"<": [{"var": "live.scroll"}, 50]}, LATE]}),
        ({"or": [LEAVING, {"var": "live.clicked.x"}]}, {"and": [{"!": {"var": "live.clicked.x"}}, {"!": LEAVING}, LATE]}),
    ],
)  # fmt: skip
def test_what_suppresses_it_in_the_page_is_part_of_its_rule(decide: Make, suppress: object, when: object) -> None:
    assert rules(decide(one("x", LATE, suppress=suppress))) == [("x", when)]


def test_a_rule_that_holds_waits_for_its_suppress_alone(decide: Make) -> None:
    assert rules(decide(one("x", True, suppress=LEAVING))) == [("x", {"!": LEAVING})]


@pytest.mark.parametrize(
    ("when", "left", "reason"),
    [
        ({"or": [LEAVING, AGAIN]}, [("x", LEAVING)], Reason.DEFAULT),
        ({"and": [LEAVING, AGAIN]}, [], Reason.CONSENT),
        ({"or": [{"and": [LEAVING, AGAIN]}, LATE]}, [("x", LATE)], Reason.DEFAULT),
        ({"!": {"and": [LEAVING, AGAIN]}}, [("x", {"!": LEAVING})], Reason.DEFAULT),
        ({"<": [{"var": "live.seconds"}, {"var": "visits.count"}]}, [], Reason.CONSENT),
    ],
)
def test_before_consent_a_page_is_told_what_shows_it_whatever_is_withheld(
    decide: Make, when: object, left: object, reason: Reason
) -> None:
    decided = decide(one("x", when), visitor=Visitor())
    assert (rules(decided), decided["hero"].reason) == (left, reason)


def test_bots_and_the_site_wide_holdout_are_told_of_nothing(decide: Make) -> None:
    bot = Visitor(user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    assert rules(decide(one("x", LEAVING), visitor=bot)) == []
    assert rules(decide(one("x", LEAVING), holdout=1)) == []


def test_who_is_held_out_is_told_so_once_it_happens(decide: Make) -> None:
    (offer,) = decide(one("x", LEAVING, experiment={"holdout": 1})).residuals
    (decision,) = offer.decisions
    assert (decision.reason, decision.experience, decision.variant, decision.kind) == (Reason.HOLDOUT, "x", None, None)


MEMBERS: list[tuple[Json, Json]] = [
    (one("x", LEAVING), {}),
    (one("x", LEAVING, frequency={"max": 3, "per": "day"}), {"left": 2}),
    (one("x", LEAVING, frequency={"max": 3, "per": "visit"}, experiment={"holdout": 1}), {"left": 3}),
    (one("x", LEAVING, schedule={"until": "2026-11-22T21:00"}), {"lasts": 86400}),
    (one("x", LEAVING, schedule={"until": "2026-11-22T21:01"}), {}),
    (one("x", LEAVING, schedule={"until": "2026-11-21T21:00:01"}), {"lasts": 1}),
    (one("x", LEAVING, slot="note"), {"exposure": "decided"}),
    (one("x", LEAVING, slot="note", experiment={"holdout": 1}), {"exposure": "decided"}),
    ({**one("x", LEAVING), "variants": [{"id": "a"}, {"id": "b", "redirect": "/b"}]}, {"exposure": "decided"}),
    ({**one("x", LEAVING), "variants": [{"id": "a"}, {"id": "b", "html": ""}]}, {"exposure": "applied"}),
    ({**one("x", LEAVING, experiment={"holdout": 1}), "variants": [{"id": "a", "text": " "}]}, {"exposure": "applied"}),
    (
        {**one("x", LEAVING, slot="note"), "variants": [{"id": "a", "html": ""}, {"id": "b"}]},
        {"exposure": "decided"},
    ),
]


@pytest.mark.parametrize("when", [True, LEAVING], ids=["now", "later"])
@pytest.mark.parametrize(("made", "members"), MEMBERS)
def test_a_decision_says_how_often_how_long_and_when_it_is_exposed(
    decide: Make, made: Json, members: Json, when: object
) -> None:
    memory: Json = {"exposures.x": [NOW - 3600 * 2], "visit.started": NOW - 60}
    answer = msgspec.json.decode(decide({**made, "when": when}, memory=memory).encode())
    told = answer["residuals"][0]["decisions"] if when is LEAVING else answer["decisions"]
    decision = told[str(made["slot"])]
    assert {name: decision[name] for name in ("left", "lasts", "exposure") if name in decision} == members


def test_the_arm_of_an_offer_is_remembered_as_any_other(tmp_path: Path) -> None:
    made = {**one("x", LEAVING), "variants": [{"id": "a", "text": "a"}, {"id": "b", "text": "b"}]}
    (tmp_path / "site.json").write_text(json.dumps(document([made])), "utf-8")
    with Mitate.from_path(tmp_path, clock=lambda: NOW) as mitate:
        decided = mitate.decide(Visitor(id=ID, consent=ALLOWED))
        known = mitate.profiles.read(ID)
        assert known is not None
        assert known.data["arms.x"] == decided.residuals[0].decisions[0].variant


def test_an_answer_without_residuals_has_none_of_it(decide: Make) -> None:
    assert b"residuals" not in decide(one("x", True)).encode()
    answer = msgspec.json.decode(decide(one("x", LEAVING)).encode())
    assert answer["residuals"] == [
        {
            "when": LEAVING,
            "decisions": {"hero": {"reason": "TARGETING_MATCH", "basis": "situation", "experience": "x", "variant": "a", "text": "x"}},
        }
    ]  # fmt: skip
