"""The visitors that conditions tell apart: variables, each a fact (or facts that go together) with examples.

A condition on one variable is the set of its examples it holds for, as the bits of an integer. The lowest bit is the
value that the visitor has anyway, so that a visitor is changed only where that bit is ruled out.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from mitate_rules.compiling import Compiler
from mitate_rules.facts import Context, Fact
from mitate_rules.kinds import list_of
from mitate_rules.operators import DAY, OPERATORS, day_number
from mitate_rules.settle import settle
from mitate_rules.solving.cells import Collector, Points, around, cells, day_text
from mitate_rules.solving.formula import All, Atom, Formula, Formulas, Is, atoms_of, key_of
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import WITHHELD, is_number, to_number

CLOCKS: Final = ("time.", "site_time.")
_EPOCH: Final = 719_163  # the day number of 1970-01-01
_NOON: Final = 1_795_262_400.0
"""A moment to count from where nothing names one: 2026-11-21T12:00Z, a Saturday."""
_END_OF_TIME: Final = 2.5e11  # the last moment of year 9999, about
_MANY: Final = 64
"""Of so many examples each is tried by a condition; of more, only those it can tell apart."""
_MOST_MOMENTS: Final = 60
_MOST_DAYS: Final = 300
_SEARCHED_DAYS: Final = 400  # in so many days every weekday meets every month

# What a search works on: True, False, or one of these.
# (LIT, variable, examples), (JOINT, condition, wanted), (AND, parts), (OR, parts).
LIT, JOINT, AND, OR = 0, 1, 2, 3
Part = tuple[object, ...]
Compiled = bool | Part


class Ranks:
    """The numbers among examples in order, and the set of the examples up to each."""

    def __init__(self, values: Sequence[tuple[object, ...]]) -> None:
        known = [(cast(float, value[0]), place) for place, value in enumerate(values) if is_number(value[0])]
        known.sort()
        self.numbers = [number for number, _ in known]
        self.up_to = [0]
        for _, place in known:
            self.up_to.append(self.up_to[-1] | 1 << place)
        self.others = [place for place, value in enumerate(values) if not is_number(value[0])]

    def between(self, start: int, end: int) -> int:
        """Give the set of the examples from one rank up to another."""
        return self.up_to[end] & ~self.up_to[start]


@dataclass(slots=True)
class Variable:
    """Facts that are set together, and examples of their values; the first is what the visitor has."""

    facts: tuple[str, ...]
    values: list[tuple[object, ...]]
    closed: bool = True
    finite: bool = False
    ranks: Ranks | None = None

    @property
    def ranked(self) -> Ranks:
        """Give the numbers among the examples in order."""
        if self.ranks is None:
            self.ranks = Ranks(self.values)
        return self.ranks

    @property
    def every(self) -> int:
        """Give the set of all examples."""
        return (1 << len(self.values)) - 1


@dataclass(slots=True, eq=False)
class Joint:
    """A condition over several variables, asked of their examples by number."""

    variables: tuple[int, ...]
    holds: Callable[[Sequence[tuple[object, ...]]], bool]
    known: dict[tuple[int, ...], bool] = field(default_factory=dict[tuple[int, ...], bool])


class Space:
    """Variables for the conditions of some formulas. Add the formulas, then seal it."""

    def __init__(
        self,
        compiler: Compiler,
        given: Mapping[str, object] | None = None,
        may_change: Callable[[str], bool] | None = None,
    ) -> None:
        self.formulas = Formulas(compiler)
        self.vocabulary = compiler.vocabulary
        self.given = given or {}
        self.may_change = may_change
        self.variables: list[Variable] = []
        self.links: list[Joint] = []
        self._place: dict[str, int] = {}
        self._closed: dict[Atom, bool] = {}
        self._masks: dict[Atom, int] = {}
        self._joints: dict[Atom, Joint] = {}
        self._free: dict[object, int] = {}
        self._every: list[int] = []
        self._compiled: dict[tuple[int, bool], tuple[Formula, Compiled]] = {}
        self._collector = Collector(self.vocabulary, self.given)

    def add(self, formula: Formula) -> None:
        """Take the conditions of a formula in."""
        for atom in atoms_of(formula):
            if atom not in self._closed:
                self._closed[atom] = self._collector.take(atom.node)

    def seal(self) -> None:
        """Make the variables; no formula may be added afterwards."""
        used = {name for atom in self._closed for name in atom.facts}
        self._clocks(used)
        asked = {name: self._collector.of(name) for name in used if name not in self._place}
        elapsed = {name for name, points in asked.items() if points.elapsed or points.windows}
        for name in sorted(used - elapsed):
            if name not in self._place:
                self._single(name)
        for name in sorted(elapsed):
            self._since(name)
        self._link_dates()
        for atom, closed in self._closed.items():
            self._closed[atom] = self._is_closed(atom, closed)

    # -- variables

    def fact(self, name: str) -> Fact:
        """Give a fact's declaration, or an empty one."""
        return self.vocabulary.facts.find(name) or Fact(name)

    def place(self, name: str) -> int | None:
        """Give the number of the variable that a fact belongs to."""
        return self._place.get(name)

    def _variable(self, facts: tuple[str, ...], values: Iterable[tuple[object, ...]], closed: bool = True) -> int:
        has = tuple(self.given.get(name) for name in facts)
        fixed = self.may_change is not None and not all(map(self.may_change, facts))
        others = [] if fixed else sorted((one for one in values if one != has), key=lambda one: _disturbance(has, one))
        finite = all(self.fact(name).enum is not None or self.fact(name).type == "boolean" for name in facts)
        number = len(self.variables)
        self.variables.append(Variable(facts, [has, *others], closed, finite))
        self._place.update(dict.fromkeys(facts, number))
        return number

    def _single(self, name: str) -> int:
        points = self._collector.of(name)
        if name.endswith((".hour", ".minute", ".weekday")) and name.startswith(CLOCKS):
            values: list[object] = [None, *_CLOCK_VALUES[name.rpartition(".")[2]]]
            closed = True
        else:
            values, closed = cells(self.fact(name), points)
            values += self._with_and_without(name, values)
            values += self._moments() if name == "time.now" else []
        return self._variable((name,), [(value,) for value in values], closed)

    def _moments(self) -> list[object]:
        """Give a moment of each day that is an example."""
        found: list[object] = []
        for clock in CLOCKS:
            place = self._place.get(clock + "date")
            days = [value[0] for value in self.variables[place].values] if place is not None else []
            found += [_noon(cast(str, day)) for day in days if _is_day(day)]
        return found[:_MOST_DAYS]

    def _with_and_without(self, name: str, values: Sequence[object]) -> list[object]:
        """Give the visitor's list with one item more, or one fewer."""
        has = self.given.get(name)
        if not isinstance(has, (list, tuple)):
            return []
        items = list(cast("Sequence[object]", has))
        lists = [cast("list[object]", value) for value in values if isinstance(value, list)]
        singles = [one[0] for one in lists if len(one) == 1]
        more: list[object] = [[*items, item] for item in singles if item not in items]
        return [*more, *([other for other in items if other != item] for item in items)]

    def _clocks(self, used: set[str]) -> None:
        """Make one variable of the hour and the minute, and one of the date, its month and its weekday."""
        for clock in CLOCKS:
            if {clock + "hour", clock + "minute"} <= used:
                self._variable((clock + "hour", clock + "minute"), self._times(clock))
            names = [clock + part for part in ("date", "weekday", "month") if clock + part in used]
            if names and names[0] != clock + "date" and "time.now" in used:
                names.insert(0, clock + "date")
            if len(names) > 1 or (names == [clock + "date"] and "time.now" in used):
                self._variable(tuple(names), self._days(names))

    def _times(self, clock: str) -> list[tuple[object, ...]]:
        hours, minutes = self._collector.of(clock + "hour"), self._collector.of(clock + "minute")
        starts = {0, *map(int, minutes.elapsed)}
        if hours.numbers or hours.texts:
            starts |= {hour * 60 for hour in range(24)}
        if minutes.numbers or minutes.texts:
            starts = set(range(1440))
        found: list[tuple[object, ...]] = [(None, None)]
        return found + [(start // 60, start % 60) for start in sorted(starts) if start < 1440]

    def _days(self, names: Sequence[str]) -> list[tuple[object, ...]]:
        """Give a day of each month and weekday asked about between each two dates asked about."""
        dates = self._collector.of(names[0]) if names[0].endswith("date") else Points()
        moments = filter(_is_moment, self._collector.of("time.now").numbers)
        stops = {day + after for day in dates.days for after in (0, 1)}
        stops |= {_day_of(moment) + after for moment in moments for after in (-1, 0, 1, 2)}
        has = self.given.get(names[0])
        here = day_number(has) if isinstance(has, str) and names[0].endswith("date") else None
        now = self.given.get("time.now")
        start = here or _day_of(cast(float, now) if _is_moment(now) else _NOON)
        found: list[tuple[object, ...]] = [(None,) * len(names)]
        stops |= {start - 1, start}
        ordered = sorted(stops)
        for first, last in zip(ordered, [*ordered[1:], ordered[-1] + _SEARCHED_DAYS], strict=True):
            found += self._days_between(names, range(first, min(last, first + _SEARCHED_DAYS)))
        found += self._days_between(names, range(ordered[0] - 1, ordered[0] - _SEARCHED_DAYS, -1))
        return found

    def _days_between(self, names: Sequence[str], days: Iterable[int]) -> list[tuple[object, ...]]:
        seen: set[tuple[object, ...]] = set()
        found: list[tuple[object, ...]] = []
        by_weekday, by_month = any("weekday" in name for name in names), any("month" in name for name in names)
        for day in days:
            text = day_text(day)
            if text is None:
                break
            parts = {"date": text, "weekday": (day + 6) % 7 + 1, "month": int(text[5:7])}
            key = (by_weekday and parts["weekday"], by_month and parts["month"])
            if key not in seen:
                seen.add(key)
                found.append(tuple(parts[name.rpartition(".")[2]] for name in names))
                if not by_month and len(seen) == (7 if by_weekday else 1):
                    break
        return found

    def _since(self, name: str) -> None:
        """Make a variable of a moment that is told by how long ago it was."""
        points = self._collector.of(name)
        fact = self.fact(name)
        if points.windows:
            self._counted(name, points)
            return
        date = fact.type == "date"
        clock = self._place.get("time.date" if date else "time.now")
        nows = self._nows(clock, date) if clock is not None else []
        days = {int(day // 1) + step for day in points.elapsed for step in (-1, 0, 1, 2)}
        values, closed = cells(fact, points)
        for now in nows[:_MOST_MOMENTS]:
            values += [_ago(now, day) for day in sorted(days)]
        closed = closed and len(nows) <= _MOST_MOMENTS and not (points.numbers or points.days)
        self._variable((name,), [(value,) for value in dict.fromkeys(values)], closed)

    def _counted(self, name: str, points: Points) -> None:
        """Make a variable of the moments at which something happened: so many within each window."""
        clock = self._place.get("time.now")
        nows = cast("list[float]", self._nows(clock, date=False)) if clock is not None else []
        values: list[object] = [None, []]
        counts = sorted({count for _, least in points.windows for count in (least - 1, least) if count > 0})
        within = [0.0, *sorted(seconds for seconds, _ in points.windows)]
        for now in nows[:3]:
            for last, seconds in itertools.pairwise(within):
                values += [[now - (last + seconds) / 2] * count for count in counts]
        self._variable((name,), [(value,) for value in values], closed=False)

    def _nows(self, clock: int, date: bool) -> list[object]:
        """Give the examples of today's date, or of now; there is at least one."""
        variable = self.variables[clock]
        usable = _is_day if date else _is_moment
        found = [now for now in (value[0] for value in variable.values) if usable(now)]
        if not found:
            found.append(day_text(_day_of(_NOON)) if date else _NOON)
            variable.values.append((*found, *(None for _ in variable.facts[1:])))
        return found

    def _link_dates(self) -> None:
        """Let dates and the present moment be those of one instant in some zone."""
        now = self._place.get("time.now")
        for clock in CLOCKS:
            day = self._place.get(clock + "date")
            if now is None or day is None or len(self.variables[day].values) < 2:
                continue
            self.links.append(_one_instant(now, day, self.variables[day].facts.index(clock + "date")))

    # -- conditions

    def _is_closed(self, atom: Atom, closed: bool) -> bool:
        places = {self._place[name] for name in atom.facts}
        variables = [self.variables[place] for place in places]
        if all(variable.finite for variable in variables):
            return True
        if len(variables) > 1:
            return closed and all(variable.closed for variable in variables)
        return closed and (variables[0].closed or _plain(atom.node)) and not self._open_glob(atom)

    def _open_glob(self, atom: Atom) -> bool:
        """Tell a glob among other conditions on a text: how they meet is not told by the cells."""
        points = self._collector.of(atom.facts[0])
        if not isinstance(atom.node, Call) or _pattern(atom.node) not in points.globs:
            return False
        return len(points.globs) > 1 or bool(points.starts or points.ends or points.parts)

    def everything(self) -> list[int]:
        """Give the sets of all examples, by variable."""
        if len(self._every) < len(self.variables):
            self._every = [variable.every for variable in self.variables]
        return self._every.copy()

    def compiled(self, formula: Formula, relaxed: bool = False) -> Compiled:
        """Give what `compile` does, kept for formulas that are asked about again."""
        key = (id(formula), relaxed)
        if key not in self._compiled:
            self._compiled[key] = (formula, self.compile(formula, relaxed))
        return self._compiled[key][1]

    def compile(self, formula: Formula, relaxed: bool = False) -> Compiled:
        """Write a formula for the search. Relaxed, a condition that isn't closed may hold or not, as it likes."""
        if isinstance(formula, Is):
            return self._compile_atom(formula.atom, formula.wanted, relaxed)
        conjunction = isinstance(formula, All)
        parts: list[Compiled] = []
        for part in formula.parts:
            found = self.compile(part, relaxed)
            if found is (not conjunction):
                return found
            if not isinstance(found, bool):
                parts.append(found)
        if len(parts) < 2:
            return parts[0] if parts else conjunction
        return (AND if conjunction else OR, tuple(parts))

    def _compile_atom(self, atom: Atom, wanted: bool, relaxed: bool) -> Compiled:
        if relaxed and not self._closed[atom]:
            free = self._liberty(atom, wanted)
            needs = self._needs(atom) if wanted else None
            return free if needs is None else (AND, (free, needs)) if needs else False
        places = sorted({self._place[name] for name in atom.facts})
        if len(places) > 1:
            return (JOINT, self._joint(atom, tuple(places)), wanted)
        mask = self.mask(atom)
        every = self.variables[places[0]].every
        mask = mask if wanted else every & ~mask
        return (LIT, places[0], mask) if mask not in (0, every) else mask != 0

    def _liberty(self, atom: Atom, wanted: bool) -> Compiled:
        """Let a condition, its negation, or neither hold."""
        key = key_of(atom.node)
        if key not in self._free:
            self._free[key] = len(self.variables)
            self.variables.append(Variable((), [(), (), ()]))
        mask = 2 if atom.sign else 4
        return (LIT, self._free[key], mask if wanted else 7 & ~mask)

    def _needs(self, atom: Atom) -> Part | None:
        """Give what a text must be at least to fit a glob: its start and its end."""
        if not atom.sign or not isinstance(atom.node, Call) or not self._open_glob(atom):
            return None
        head, tail = around(_pattern(atom.node) or "")
        place = self._place[atom.facts[0]]
        mask = 0
        for number, (value, *_) in enumerate(self.variables[place].values):
            if isinstance(value, str) and value.startswith(head) and value.endswith(tail):
                mask |= 1 << number
        return (LIT, place, mask) if self.variables[place].closed else None

    def mask(self, atom: Atom) -> int:
        """Give the examples that a condition on one variable holds for."""
        if atom not in self._masks:
            variable = self.variables[self._place[atom.facts[0]]]
            self._masks[atom] = self._mask(atom, variable)
        return self._masks[atom]

    def _mask(self, atom: Atom, variable: Variable) -> int:
        if len(variable.values) > _MANY and len(variable.facts) == 1:
            texts = _texts_of(atom.node)
            if texts is not None:
                return _mask_of_texts(atom, variable, texts)
            numbers = self._numbers_of(atom.node)
            if numbers is not None:
                return _mask_of_numbers(atom, variable, numbers)
        return _mask(atom, variable)

    def _numbers_of(self, node: Node) -> list[float] | None:
        """Give the numbers between which a comparison of a fact always says the same; None for other conditions."""
        if not isinstance(node, Call) or OPERATORS[node.op].takes not in ("order", "same", "moments"):
            return None
        args = settle(node, self.vocabulary)
        literals = [arg.value for arg in args if isinstance(arg, Literal)]
        if len(literals) != len(args) - 1 or not all(map(is_number, literals)):
            return None
        return sorted(cast("list[float]", literals))

    def _joint(self, atom: Atom, places: tuple[int, ...]) -> Joint:
        if atom not in self._joints:
            variables = [self.variables[place] for place in places]

            def holds(chosen: Sequence[tuple[object, ...]]) -> bool:
                known: dict[str, object] = {}
                for variable, values in zip(variables, chosen, strict=True):
                    known.update(zip(variable.facts, values, strict=True))
                return atom.holds(known.get)

            self._joints[atom] = Joint(places, holds)
        return self._joints[atom]

    def context(self, chosen: Mapping[int, int]) -> Context:
        """Give the visitor with the chosen examples."""
        found = Context(self.given)
        for place, number in chosen.items():
            if number:
                for name, value in zip(self.variables[place].facts, self.variables[place].values[number], strict=True):
                    if value is None:
                        found.pop(name, None)
                    else:
                        found[name] = value
        return found


_CLOCK_VALUES: Final[dict[str, Sequence[int]]] = {
    "hour": range(24),
    "minute": range(60),
    "weekday": range(1, 8),
}


def _mask(atom: Atom, variable: Variable) -> int:
    found = 0
    if len(variable.facts) == 1:
        name = variable.facts[0]
        for number, (value,) in enumerate(variable.values):
            if atom.holds({name: value}.get):
                found |= 1 << number
        return found
    for number, values in enumerate(variable.values):
        if atom.holds(dict(zip(variable.facts, values, strict=True)).get):
            found |= 1 << number
    return found


def _mask_of_numbers(atom: Atom, variable: Variable, turns: Sequence[float]) -> int:
    """Ask a comparison once for all numbers between two of its own, and at each of those."""
    ranks, name = variable.ranked, variable.facts[0]
    stops = {0, len(ranks.numbers)}
    for turn in turns:
        stops |= {bisect_left(ranks.numbers, turn), bisect_right(ranks.numbers, turn)}
    found = 0
    for start, end in itertools.pairwise(sorted(stops)):
        if atom.holds({name: ranks.numbers[start]}.get):
            found |= ranks.between(start, end)
    for place in ranks.others:
        if atom.holds({name: variable.values[place][0]}.get):
            found |= 1 << place
    return found


def _pattern(node: Call) -> str | None:
    wanted = node.args[-1]
    matches = node.op == "matches_glob" and isinstance(wanted, Literal) and isinstance(wanted.value, str)
    return cast(str, cast(Literal, wanted).value) if matches else None


def _mask_of_texts(atom: Atom, variable: Variable, texts: frozenset[str]) -> int:
    """Ask a condition that names texts only of those, and once for all others."""
    found = 0
    name = variable.facts[0]
    other: bool | None = None
    for number, (value,) in enumerate(variable.values):
        if isinstance(value, str) and value not in texts and number:
            if other is None:
                other = atom.holds({name: value}.get)
            held = other
        else:
            held = atom.holds({name: value}.get)
        if held:
            found |= 1 << number
    return found


def _texts_of(node: Node) -> frozenset[str] | None:
    """Give the texts by which alone a condition tells texts apart; None for other conditions."""
    if not isinstance(node, Call) or len(node.args) != 2 or not isinstance(node.args[0], Var):
        return None
    wanted = node.args[1]
    if not isinstance(wanted, Literal) or node.args[0].default is not None:
        return None
    if OPERATORS[node.op].takes == "same":
        return frozenset([wanted.value] if isinstance(wanted.value, str) else [])
    items = list_of(wanted) if node.op == "in" else None
    return None if items is None else frozenset(item for item in items if isinstance(item, str))


def _plain(node: Node) -> bool:
    """Tell a condition whose cells are covered whatever else is asked of the fact: equality, membership."""
    if not isinstance(node, Call):
        return False
    takes = OPERATORS[node.op].takes
    return takes in ("same", "in_list", "weekday") or (takes == "in" and isinstance(node.args[1], Literal))


def _disturbance(has: tuple[object, ...], wanted: tuple[object, ...]) -> tuple[float, ...]:
    """Measure how far examples are from what a visitor has: how many values differ, then by how much."""
    pairs = [(old, new) for old, new in zip(has, wanted, strict=True) if old is not new and old != new]
    return (len(pairs), sum(step(old, new) for old, new in pairs))


def step(old: object, new: object) -> float:
    """Measure one change: numbers by their distance, anything else as 1; to lose a value is the most."""
    if new is None:
        return 1e12
    if is_number(old) and is_number(new):
        far = abs(to_number(new) - to_number(old))
        return far if far == far else 0.0
    if isinstance(old, str) and isinstance(new, str):
        first, last = day_number(old), day_number(new)
        return abs(last - first) if first is not None and last is not None else 1.0
    if isinstance(old, list) and isinstance(new, list):
        before, after = cast("list[object]", old), cast("list[object]", new)
        return sum(one not in after for one in before) + sum(one not in before for one in after)
    if (old is None or old is WITHHELD) and is_number(new):
        return abs(to_number(new))
    return 1.0


def _is_moment(value: object) -> bool:
    return is_number(value) and abs(cast(float, value)) < _END_OF_TIME


def _is_day(value: object) -> bool:
    return isinstance(value, str) and day_number(value) is not None


def _noon(day: str) -> float:
    return (cast(int, day_number(day)) - _EPOCH) * DAY + DAY / 2


def _day_of(moment: float) -> int:
    return int(moment // DAY) + _EPOCH


def _ago(now: object, days: int) -> object:
    """Give the moment, or the date, some days before another; a moment half a day more, far from the edge."""
    if isinstance(now, str):
        return day_text(cast(int, day_number(now)) - days)
    return cast(float, now) - days * DAY - DAY / 2


def _one_instant(now: int, day: int, place: int) -> Joint:
    """Let the present moment and a date, at its place among the facts of a day, be those of one instant."""
    return Joint((now, day), lambda chosen: _near_date(chosen[0][0], chosen[1][place]))


def _near_date(now: object, date: object) -> bool:
    """Tell whether it can be a date somewhere at an instant: zones run from 12 hours behind UTC to 14 ahead."""
    if not is_number(now) or not isinstance(date, str):
        return True
    day = day_number(date)
    if day is None:
        return True
    start = (day - _EPOCH) * DAY
    return start - 14 * 3600 <= cast(float, now) < start + DAY + 12 * 3600
