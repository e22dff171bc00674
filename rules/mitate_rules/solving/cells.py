"""The values of a fact that conditions tell apart: one example of each kind, the natural ones first.

Conditions on one fact divide its values into cells: the numbers below, at and above each bound, the texts named and
all others, the addresses inside and outside each network. Where a condition is `closed`, the examples stand for all
values that the declaration allows, so that none of them fitting proves that nothing fits. Where it is not (a glob
among prefixes, arithmetic), the examples are only likely ones.
"""

from __future__ import annotations

import datetime
import ipaddress
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from mitate_rules.facts import Fact, looks
from mitate_rules.kinds import bounds as range_of
from mitate_rules.kinds import list_of
from mitate_rules.operators import DAY, OPERATORS, day_number, network, version
from mitate_rules.settle import cidrs_of, settle
from mitate_rules.tree import Call, Literal, Node, Var, walk
from mitate_rules.values import is_number, to_number
from mitate_rules.vocabulary import Vocabulary

MOST_PARTS: Final = 5
"""Of so many parts of a text, or items of a list, every selection is an example; of more, only some are."""

MOST_TEXTS: Final = 600
HOUR: Final = 3600.0
MOST_NETWORKS: Final = 200
_FRESH: Final = "·¤‡※⁂"
_SCORE_STEP: Final = 0.01

# A plain word stands for texts that nobody names; an address from a block that is kept for documentation (RFC 5737).
_OTHER_TEXT: Final = "other"
_OTHER_ADDRESS: Final = "192.0.2.1"


@dataclass(slots=True)
class Points:
    """What the conditions on one fact ask about; `free` when some ask in ways that the cells don't cover."""

    numbers: set[float] = field(default_factory=set[float])
    texts: set[str] = field(default_factory=set[str])
    lists: list[frozenset[str]] = field(default_factory=list[frozenset[str]])
    starts: set[tuple[str, bool]] = field(default_factory=set[tuple[str, bool]])
    ends: set[tuple[str, bool]] = field(default_factory=set[tuple[str, bool]])
    parts: set[tuple[str, bool]] = field(default_factory=set[tuple[str, bool]])
    globs: set[str] = field(default_factory=set[str])
    windows: set[tuple[float, int]] = field(default_factory=set[tuple[float, int]])
    days: set[int] = field(default_factory=set[int])
    versions: set[str] = field(default_factory=set[str])
    near_versions: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    networks: set[tuple[int, int, int]] = field(default_factory=set[tuple[int, int, int]])
    switch: bool = False
    listed: Points | None = None
    elapsed: set[float] = field(default_factory=set[float])

    def items(self) -> Points:
        """Give what is asked about the items of the list that the fact is."""
        if self.listed is None:
            self.listed = Points()
        return self.listed


# -- what a condition asks of a fact


class Collector:
    """Collects what conditions ask of each fact; says of each condition whether it is closed."""

    def __init__(self, vocabulary: Vocabulary, given: Mapping[str, object] | None = None) -> None:
        self.vocabulary = vocabulary
        self.given = given or {}
        self.points: dict[str, Points] = {}

    def of(self, name: str) -> Points:
        """Give what is asked of one fact so far."""
        return self.points.setdefault(name, Points())

    def take(self, node: Node) -> bool:
        """Take one condition in; tell whether cells cover all it asks."""
        return self._take(node, self.of, self._type, inside=False)

    def _type(self, name: str) -> str | None:
        fact = self.vocabulary.facts.find(name)
        return fact.type if fact is not None else None

    def _take(
        self, node: Node, of: Callable[[str], Points], type_of: Callable[[str], str | None], inside: bool
    ) -> bool:
        if isinstance(node, Literal):
            return True
        if isinstance(node, Var):
            _about_truth(of(node.name), type_of(node.name))
            return _literal_default(node)
        if node.op in ("and", "or", "!", "!!", "if") and inside:
            taken = [self._take(arg, of, type_of, inside) for arg in node.args]
            return all(taken)
        row = OPERATORS[node.op]
        if row.takes == "quantifier":
            return not inside and self._quantified(node)
        asks = _ASKS.get(row.takes)
        if asks is None or row.gives != "condition":
            return self._likely(node, of)
        closed = asks(_Asked(self, node, settle(node, self.vocabulary, inside), of, type_of))
        return closed if closed is not None else self._likely(node, of)

    def _quantified(self, node: Call) -> bool:
        """Take in a condition on the items of a list."""
        inner, hay = node.args[1], node.args[0]
        closed = self._items_of(hay)
        if closed is None:
            return self._likely(node, self.of)
        name, closed_hay = closed
        return self._on_items(inner, name) and closed_hay

    def _on_items(self, inner: Node, name: str) -> bool:
        fact = self.vocabulary.facts.find(name)
        items = self.of(name).items()
        others = Points()
        kind = fact.items if fact is not None else None
        closed = self._take(inner, lambda part: items if part == "" else others, lambda part: kind, inside=True)
        return closed and all(part.name == "" for part in walk(inner) if isinstance(part, Var))

    def _items_of(self, hay: Node) -> tuple[str, bool] | None:
        """Take in the filters on a list; give the list's name and whether they are closed."""
        closed = True
        filters: list[Node] = []
        while isinstance(hay, Call) and hay.op == "filter":
            filters.append(hay.args[1])
            hay = hay.args[0]
        if not isinstance(hay, Var) or hay.default is not None:
            return None
        for one in filters:
            closed = self._on_items(one, hay.name) and closed
        return hay.name, closed

    def items_asked(self, hay: Node, item: object) -> bool | None:
        """Take in that an item is looked for in a list."""
        found = self._items_of(hay)
        if found is None:
            return None
        _name(self.of(found[0]).items(), item)
        return found[1]

    def _likely(self, node: Node, of: Callable[[str], Points]) -> bool:
        """Note all constants of a condition as likely values of its facts."""
        values: list[object] = []
        names: set[str] = set()
        for part in walk(node):
            if isinstance(part, Literal):
                many = isinstance(part.value, (tuple, frozenset))
                values.extend(cast("Iterable[object]", part.value) if many else (part.value,))
            elif isinstance(part, Var):
                names.add(part.name)
        for name in names:
            points = of(name)
            for value in values[:50]:
                _name(points, value)
            points.numbers |= _solved(node, name, self.given)
            points.numbers |= {0.0, 1.0} if not points.numbers else set()
        return False


@dataclass(frozen=True, slots=True)
class _Asked:
    """One condition with its settled operands, and where to note what it asks."""

    collector: Collector
    node: Call
    args: tuple[Node, ...]
    of: Callable[[str], Points]
    type_of: Callable[[str], str | None]

    def alone(self) -> tuple[Var, tuple[object, ...]] | None:
        """Give the only fact among the operands and the constants beside it, in order."""
        facts = [arg for arg in self.args if isinstance(arg, Var)]
        values = tuple(arg.value for arg in self.args if isinstance(arg, Literal))
        if len(facts) != 1 or len(facts) + len(values) != len(self.args) or not _literal_default(facts[0]):
            return None
        return facts[0], values


def _literal_default(var: Var) -> bool:
    return var.default is None or isinstance(var.default, Literal)


def _name(points: Points, value: object) -> None:
    """Note a value by its kind."""
    if isinstance(value, bool):
        points.switch = True
    elif is_number(value):
        points.numbers.add(cast(float, value))
    elif isinstance(value, str):
        points.texts.add(value)


def _about_truth(points: Points, kind: str | None) -> None:
    if kind in ("number", "integer", "instant", None):
        points.numbers.add(0)
    if kind not in ("number", "integer", "instant", "boolean", "list"):
        points.texts.add("")
    if kind in ("list", None):
        points.items()
    points.switch = points.switch or kind is None


def _same(asked: _Asked) -> bool | None:
    found = asked.alone()
    if found is None:
        return None
    for value in found[1]:
        _name(asked.of(found[0].name), value)
        if isinstance(value, str):
            _day(asked.of(found[0].name), value)
            asked.of(found[0].name).versions.add(value)
    return True


def _day(points: Points, text: str) -> None:
    day = day_number(text)
    if day is not None:
        points.days.add(day)


def _order(asked: _Asked) -> bool | None:
    found = asked.alone()
    if found is None:
        return None
    var, values = found
    points = asked.of(var.name)
    for value in values:
        _name(points, value)
        if isinstance(value, str):
            _day(points, value)
    if all(map(is_number, values)):
        return True
    return asked.type_of(var.name) == "date" and all(day_number(str(value)) is not None for value in values)


def _in(asked: _Asked) -> bool | None:
    needle, hay = asked.args
    listed = list_of(hay)
    if isinstance(needle, Var) and listed is not None:
        points = asked.of(needle.name)
        for item in listed:
            _name(points, item)
            if isinstance(item, str):
                _day(points, item)
                points.versions.add(item)
        return _literal_default(needle)
    if isinstance(needle, Literal):
        return _has(asked, hay, needle.value, fold=False)
    return None


def _contains(asked: _Asked) -> bool | None:
    hay, needle = asked.args
    if not isinstance(needle, Literal):
        return None
    return _has(asked, hay, needle.value, fold=asked.node.op.startswith("i") and asked.node.op != "in")


def _has(asked: _Asked, hay: Node, value: object, fold: bool) -> bool | None:
    if isinstance(hay, Var) and isinstance(value, str) and asked.type_of(hay.name) not in ("list", None):
        asked.of(hay.name).parts.add((value, fold))
        return _literal_default(hay)
    if isinstance(hay, Var) and asked.type_of(hay.name) is None:
        if isinstance(value, str):
            asked.of(hay.name).parts.add((value, fold))
        _name(asked.of(hay.name).items(), value)
        return False
    closed = asked.collector.items_asked(hay, value)
    return False if fold and closed else closed


def _text(asked: _Asked) -> bool | None:
    value, wanted = asked.args
    if not isinstance(value, Var) or not isinstance(wanted, Literal) or not isinstance(wanted.value, str):
        return None
    points, op = asked.of(value.name), asked.node.op
    if op == "matches_glob":
        return _glob(points, wanted.value) and _literal_default(value)
    where = points.starts if "starts" in op else points.ends
    where.add((wanted.value, op.startswith("i")))
    return _literal_default(value)


def _glob(points: Points, pattern: str) -> bool:
    """Note a glob; one that only asks how a text starts and ends is told by that."""
    found = re.fullmatch(r"([^*?]*)\*\*+([^*?]*)", pattern)
    if found is not None:
        points.starts |= {(found[1], False)} if found[1] else set()
        points.ends |= {(found[2], False)} if found[2] else set()
    elif "*" in pattern or "?" in pattern:
        points.globs.add(pattern)
    else:
        points.texts.add(pattern)
    return True


def around(pattern: str) -> tuple[str, str]:
    """Give what a text must start and end with to fit a glob."""
    return re.split(r"[*?]", pattern, maxsplit=1)[0], re.split(r"[*?]", pattern)[-1]


def _in_list(asked: _Asked) -> bool | None:
    found = asked.alone()
    if found is None:
        return None
    points, values = asked.of(found[0].name), cast("frozenset[str]", found[1][0])
    if values not in points.lists:
        points.lists.append(values)
    return True


def _in_cidr(asked: _Asked) -> bool | None:
    place = asked.args[0]
    if not isinstance(place, Var):
        return None
    points = asked.of(place.name)
    texts = cidrs_of(asked.node.args[1], asked.collector.vocabulary)
    for text in texts[:MOST_NETWORKS]:
        found = network(text)
        if found is not None:
            points.networks.add(found)
    return _literal_default(place) and len(texts) <= MOST_NETWORKS


def _sem_ver(asked: _Asked) -> bool | None:
    found = asked.alone()
    if found is None or not isinstance(asked.args[0], Var):
        return None
    sign, wanted = cast("tuple[str, str]", found[1])
    points = asked.of(found[0].name)
    points.versions.add(wanted)
    if sign in ("~", "^"):
        points.near_versions.add((wanted, 2 if sign == "~" else 1))
    return True


def _moments(asked: _Asked) -> bool | None:
    found = asked.alone()
    if found is None:
        return None
    var, values = found
    for value in values:
        _name(asked.of(var.name), value)
        if isinstance(value, str):
            _day(asked.of(var.name), value)
    return True


def _days_since(asked: _Asked) -> bool | None:
    since, _, days, now = asked.args
    if not isinstance(days, Literal) or not is_number(days.value) or not isinstance(now, Var):
        return None
    count = cast(float, days.value)
    if isinstance(since, Var) and since.default is None:
        asked.of(since.name).elapsed.add(count)
        asked.of(now.name)
        return True
    value = since.value if isinstance(since, Literal) else None
    whole = {math.floor(count), math.ceil(count), math.floor(count) + 1}
    if isinstance(value, str) and day_number(value) is not None:
        asked.of(now.name).days |= {cast(int, day_number(value)) + day for day in whole}
        return True
    if is_number(value):
        asked.of(now.name).numbers |= {cast(float, value) + day * DAY for day in whole}
        return True
    return None


def _count_events(asked: _Asked) -> bool | None:
    times, since, least, _ = asked.args
    window = since.args[1] if isinstance(since, Call) else None
    if isinstance(times, Var) and isinstance(least, Literal) and isinstance(least.value, int):
        seconds = window.value if isinstance(window, Literal) and is_number(window.value) else 2 * HOUR
        asked.of(times.name).windows.add((cast(float, seconds), least.value))
        asked.of("time.now")
    return False


def _time_between(asked: _Asked) -> bool | None:
    start, end, hour, minute = asked.args
    if not isinstance(hour, Var) or not isinstance(minute, Var):
        return None
    for bound in (start, end):
        asked.of(minute.name).elapsed.add(cast(float, cast(Literal, bound).value))
    asked.of(hour.name)
    return True


def _weekday(asked: _Asked) -> bool | None:
    today = asked.args[1]
    if not isinstance(today, Var):
        return None
    asked.of(today.name).numbers |= set(cast("tuple[int, ...]", cast(Literal, asked.args[0]).value))
    return True


_ASKS: Final[dict[str, Callable[[_Asked], bool | None]]] = {
    "same": _same,
    "order": _order,
    "in": _in,
    "contains": _contains,
    "text": _text,
    "in_list": _in_list,
    "in_cidr": _in_cidr,
    "sem_ver": _sem_ver,
    "moments": _moments,
    "days_since": _days_since,
    "count_events": _count_events,
    "time_between": _time_between,
    "weekday": _weekday,
}
"""For each `takes` of the operator table: note what is asked, and tell whether cells cover it; None where it isn't
a fact against constants."""


def _solved(node: Node, name: str, given: Mapping[str, object]) -> set[float]:
    """Give the numbers at which a comparison of sums and products turns, as far as it is linear in one fact."""
    if not isinstance(node, Call) or OPERATORS[node.op].takes not in ("order", "same") or len(node.args) != 2:
        return set()
    sides = [[_at(side, {**given, name: value}) for value in (0.0, 1.0)] for side in node.args]
    if None in sides[0] or None in sides[1]:
        return set()
    (left0, left1), (right0, right1) = cast("list[list[float]]", sides)
    slope = (left1 - left0) - (right1 - right0)
    if not slope or not math.isfinite(slope) or not math.isfinite(right0 - left0):
        return set()
    turn = (right0 - left0) / slope
    return {turn} if math.isfinite(turn) else set()


def _at(node: Node, given: Mapping[str, object]) -> float | None:
    """Compute an operand, with 1 for a fact that is no number."""
    if isinstance(node, Literal):
        return cast(float, node.value) if is_number(node.value) else None
    if isinstance(node, Var):
        value = given.get(node.name)
        return to_number(value) if is_number(value) else 1.0
    row = OPERATORS[node.op]
    if row.takes != "numbers" or row.evaluate is None:
        return None
    operands = [_at(arg, given) for arg in node.args]
    return None if None in operands else cast("float | None", row.evaluate(*operands))


# -- examples of each cell


def cells(fact: Fact, points: Points) -> tuple[list[object], bool]:
    """Give examples of all values of a fact that its conditions tell apart, missing first; tell whether of all."""
    if fact.enum is not None:
        return [None, *(value for value in fact.enum if value is not None)], True
    make = _CELLS.get(fact.type or "", _anything)
    values, closed = make(fact, points)
    found: list[object] = [None]
    seen: set[tuple[str, object]] = set()
    for value in values:
        key = (value.__class__.__name__, value)
        if fact.type is not None and not looks(fact.type)(value):
            continue
        if key not in seen:
            seen.add(key)
            found.append(list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value)
    return found, closed


def _booleans(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    return (True, False), True


def _whole(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    low, high = range_of(fact)
    wanted: set[float] = {start for start in (low, high) if start is not None and start in points.numbers}
    for bound in points.numbers:
        if abs(bound) <= 2**53:
            floor, ceil = math.floor(bound), math.ceil(bound)
            wanted |= {floor - (floor == bound), floor, ceil, ceil + (ceil == bound)}
    inside = sorted(int(number) for number in wanted if _within(number, low, high))
    if not inside:
        inside = [int(max(low if low is not None else 1, 1 if high is None or high >= 1 else high))]
    return inside, True


def _within(number: float, low: float | None, high: float | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _numbers(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    low, high = range_of(fact)
    step = _SCORE_STEP if low is not None and high is not None and high - low <= 1 else 1.0
    bounds = sorted(bound for bound in points.numbers if _within(bound, low, high))
    edges = [edge for edge in (low, high) if edge is not None and edge not in bounds]
    if not bounds:
        return (edges or [1.0])[:1], True
    found: list[float] = []
    for place, bound in enumerate(bounds):
        before = bounds[place - 1] if place else low
        after = bounds[place + 1] if place + 1 < len(bounds) else high
        found += [*_near(bound, -step, before, closed=not place), bound]
        found += _near(bound, step, after, closed=place + 1 == len(bounds))
    return sorted(set(found)), True


def _near(bound: float, step: float, end: float | None, closed: bool) -> list[float]:
    """Give a number beside a bound and before the next one (or up to the end of the range): one step away."""
    number = round(bound + step, 10) if abs(bound) < 1e9 else bound + step
    if number == bound:
        number = math.nextafter(bound, math.copysign(math.inf, step))
    if end is None or abs(number - bound) < abs(end - bound):
        return [number] if math.isfinite(number) else []
    if closed:
        return [end] if end != bound else []
    middle = bound + (end - bound) / 2
    return [middle] if middle not in (bound, end) else []


def _instants(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    found: set[float] = set()
    bounds = sorted(points.numbers)
    for place, bound in enumerate(bounds):
        after = bounds[place + 1] if place + 1 < len(bounds) else None
        before = bounds[place - 1] if place else None
        found |= {bound, *_near(bound, float(DAY), after, False), *_near(bound, -float(DAY), before, False)}
    return sorted(found), True


def day_text(day: int) -> str | None:
    """Write a count of days as a date; None beyond the calendar."""
    return datetime.date.fromordinal(day).isoformat() if 1 <= day <= datetime.date.max.toordinal() else None


def _dates(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    days = sorted({day + step for day in points.days for step in (-1, 0, 1)})
    closed = all(day_number(text) is not None for text in points.texts if text)
    return [text for text in map(day_text, days) if text is not None] + [text for text in points.texts if text], closed


def _texts(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    """Give named texts, and texts with each selection of the beginnings, parts and ends that are asked about."""
    named = sorted(points.texts) + _of_lists(points)
    asked = (*points.starts, *points.ends, *points.parts)
    fresh = next((one for one in _FRESH if not any(one in text for text, _ in asked)), _FRESH[0])
    closed = _unrelated(asked) and len(points.parts) <= MOST_PARTS
    built, whole = _built(points, fresh)
    globs = [text for pattern in sorted(points.globs) for text in _fitting(pattern, fresh)]
    nice = [_OTHER_TEXT] if _OTHER_TEXT not in points.texts else []
    return [*named, *nice, *globs, *built, *_ordered(points, fresh)], closed and whole


def _ordered(points: Points, fresh: str) -> list[str]:
    return [fresh, *(text + fresh for text in sorted(points.texts) if text)] if len(points.texts) <= 100 else [fresh]


def _of_lists(points: Points) -> list[str]:
    """Give one entry of the named lists for each way of being in some of them and not in the others."""
    if not points.lists:
        return []
    if len(points.lists) == 1:
        return [text for text in itertools.islice(points.lists[0], 1000) if text not in points.texts][:1]
    membership: dict[str, int] = {}
    for place, one in enumerate(points.lists):
        for text in one:
            membership[text] = membership.get(text, 0) | 1 << place
    chosen: dict[int, str] = {}
    for text, key in membership.items():
        if text not in points.texts and (key not in chosen or text < chosen[key]):
            chosen[key] = text
    return list(chosen.values())


def _unrelated(asked: Sequence[tuple[str, bool]]) -> bool:
    """Tell whether conditions that fold capitals never overlap with others: else their cells are not all built."""
    if not any(fold for _, fold in asked):
        return True
    for (text, fold), (other, _) in itertools.permutations(asked, 2):
        if fold and (text.lower() in other.lower() or other.lower() in text.lower()) and text != other:
            return False
    return not any(fold and text == other and not also for text, fold in asked for other, also in asked)


def _built(points: Points, fresh: str) -> tuple[list[str], bool]:
    edges = [around(pattern) for pattern in points.globs]
    starts = sorted({"", *(text for text, _ in points.starts), *(head for head, _ in edges)})
    ends = sorted({"", *(text for text, _ in points.ends), *(tail for _, tail in edges)})
    chosen = list(_selections(sorted({text for text, _ in points.parts})))
    whole = len(starts) * len(ends) * len(chosen) <= MOST_TEXTS
    if not whole:
        chosen = chosen[: max(1, MOST_TEXTS // (len(starts) * len(ends)))]
    found: list[str] = []
    for start, parts, end in itertools.islice(itertools.product(starts, chosen, ends), MOST_TEXTS):
        if start or parts or end:
            found += _joined(start, parts, end, fresh)
    return found, whole


def _joined(start: str, parts: Sequence[str], end: str, fresh: str) -> Iterator[str]:
    if not end:
        yield start + " ".join(parts) if parts else start
    if not start and not parts:
        yield end
    if start and not parts:
        yield f"{start}page{end}"
    yield fresh.join([start, *parts, end])
    for shared in range(1, min(len(start), len(end)) + 1):
        if start.endswith(end[:shared]):
            yield start + end[shared:]


def _selections(items: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Give every selection of a few items; of many, none, each, each two and all."""
    sizes = range(len(items) + 1) if len(items) <= MOST_PARTS else (0, 1, 2, len(items))
    for size in sizes:
        yield from itertools.combinations(items, size)


def _fitting(pattern: str, fresh: str) -> Iterator[str]:
    """Give paths that fit a glob."""
    for across, within, one in (("page", "page", "a"), ("a/page", "page", "b"), ("", "", "a"), (fresh, fresh, fresh)):
        yield pattern.replace("**", "\0").replace("*", within).replace("\0", across).replace("?", one)


# -- versions


def _versions(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    """Give each version asked about, and versions just around it and around those near it."""
    found: list[str] = []
    ugly: list[str] = []
    for text in sorted(points.versions | {text for text, _ in points.near_versions}):
        known = version(text)
        if known is None:
            continue
        core = known[0]
        found += [text, *(_written(near) for near in _around(core))]
        ugly += [_written((*core, *(0,) * (7 - len(core)), 1)), _written(core) + "-0", f"{_written(core)}-0.0"]
        if "-" in text:
            ugly.append(f"{text}.0")
    for text, places in points.near_versions:
        core = cast("tuple[tuple[int, ...], object]", version(text))[0][:places]
        for floor in (core, (*core[:-1], core[-1] + 1)):
            found.append(_written(floor))
            ugly.append(_written(floor) + "-0")
    return [*found, *ugly] or ["1.0"], True


def _around(core: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for place in range(2, -1, -1):
        yield (*core[:place], core[place] + 1)
        if core[place]:
            yield (*core[:place], core[place] - 1)


def _written(core: Sequence[int]) -> str:
    return ".".join(map(str, (*core, *(0,) * (3 - len(core)))))


# -- addresses


def _addresses(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    """Give an address of each stretch between the ends of networks, the first usable one."""
    edges: dict[int, set[int]] = {4: set(), 6: set()}
    for kind, length, number in points.networks:
        width = 32 if kind == 4 else 128
        edges[kind] |= {number, number + (1 << (width - length))}
    found: list[object] = [_OTHER_ADDRESS]
    for kind, ends in edges.items():
        width = 32 if kind == 4 else 128
        stops = sorted(end for end in {0, *ends} if end < 1 << width)
        for start, after in zip(stops, [*stops[1:], 1 << width], strict=True):
            number = start + 1 if after - start > 2 else start
            found.append(str(ipaddress.IPv4Address(number) if kind == 4 else ipaddress.IPv6Address(number)))
    return [one for one in found if not str(one).startswith("::ffff:")], True


# -- lists, and facts of which nothing is declared


def _lists(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    asked = points.listed or Points()
    inner = Fact("", fact.items if fact.items in ("string", "number", "integer", "boolean") else None)
    values, closed = cells(inner, asked)
    items = [value for value in values[1:] if not isinstance(value, list)]
    found: list[object] = [()]
    sizes = range(1, len(items) + 1) if len(items) <= MOST_PARTS + 1 else (1, 2, len(items))
    for size in sizes:
        found.extend(itertools.islice(itertools.combinations(items, size), 2000))
    return found, closed and len(items) <= MOST_PARTS + 1


def _anything(fact: Fact, points: Points) -> tuple[Iterable[object], bool]:
    texts, closed = _texts(fact, points)
    numbers = _numbers(Fact(fact.name), points)[0] if points.numbers else ()
    switches = (True, False) if points.switch else ()
    lists: Iterable[object] = ()
    if points.listed is not None:
        lists, of_all = _lists(fact, points)
        closed = closed and of_all
    return [*switches, *texts, *numbers, *lists], closed


_CELLS: Final[dict[str, Callable[[Fact, Points], tuple[Iterable[object], bool]]]] = {
    "boolean": _booleans,
    "integer": _whole,
    "number": _numbers,
    "instant": _instants,
    "date": _dates,
    "string": _texts,
    "version": _versions,
    "ip": _addresses,
    "list": _lists,
}
