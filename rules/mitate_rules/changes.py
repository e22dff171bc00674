"""The smallest changes: what would have to be otherwise for a rule to match."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from mitate_rules.closures import Run
from mitate_rules.compiling import Compiler, reads_of
from mitate_rules.facts import Context, Read
from mitate_rules.solving.formula import Atom, Formula, atoms_of
from mitate_rules.solving.solve import BUDGET, Search
from mitate_rules.solving.space import Space, step
from mitate_rules.solving.wishes import Wish, form_of, speak
from mitate_rules.tree import Node
from mitate_rules.values import is_number
from mitate_rules.vocabulary import Vocabulary

Fits = Callable[[str, object], bool]
"""Whether the rule would match with another value of one fact."""


@dataclass(frozen=True, slots=True)
class Change:
    """Facts that would have to be otherwise: name -> (value now, value needed).

    None is a missing value; now, a value may be `WITHHELD`. `wishes` are the same as the sentence says it.
    """

    facts: Mapping[str, tuple[object, object]]
    wishes: tuple[Wish, ...] = ()

    def sentence(self, lang: str, vocabulary: Vocabulary) -> str:
        """Say what would have to change, in "en" or "ja"."""
        wishes = self.wishes or tuple(Wish((name,), "is") for name in self.facts)
        return speak(wishes, self.facts, vocabulary, lang)

    def applied(self, context: Mapping[str, object]) -> Context:
        """Give a flat context as it would be."""
        found = Context(context)
        for name, (_, needed) in self.facts.items():
            found[name] = needed
        return found


def changes(
    node: Node,
    compiler: Compiler,
    read: Read,
    *,
    limit: int = 3,
    may_change: Callable[[str], bool] | None = None,
) -> list[Change]:
    """Give the smallest changes of a visitor that make a rule match, fewest facts first, each verified.

    No change holds another one, and none has a fact that isn't needed. Where `may_change` isn't given, only facts
    change that are declared (or by default) `changeable`, and never an address.
    """
    run = compiler.condition(node)
    if run(read, {}) is True or limit < 1:
        return []
    given = {name: value for name in reads_of(node, compiler.vocabulary) if (value := read(name)) is not None}
    space = Space(compiler, given, may_change or _plausible(compiler.vocabulary))
    formula = space.formulas.of(node)
    space.add(formula)
    space.seal()
    found: dict[frozenset[str], Mapping[str, object]] = {}
    for context in Search(space, BUDGET).nearest([formula], limit, prove=False).contexts:
        needed = _minimal(run, given, _differences(given, context))
        if needed is not None:
            found.setdefault(frozenset(needed), needed)
    ordered = sorted(found.values(), key=lambda needed: _effort(given, needed))
    return [_change(formula, run, space, needed) for needed in ordered]


def _plausible(vocabulary: Vocabulary) -> Callable[[str], bool]:
    def may(name: str) -> bool:
        fact = vocabulary.facts.find(name)
        return fact is None or (fact.changeable and fact.type != "ip")

    return may


def _differences(given: Mapping[str, object], context: Mapping[str, object]) -> dict[str, object]:
    names = {*given, *context}
    return {name: context.get(name) for name in sorted(names) if context.get(name) is not given.get(name)}


def _minimal(run: Run, given: Mapping[str, object], needed: dict[str, object]) -> Mapping[str, object] | None:
    """Leave out each fact that the rule matches without; None when it doesn't match at all."""
    if not _matches(run, given, needed):
        return None
    for name in list(needed):
        fewer = {other: value for other, value in needed.items() if other != name}
        if _matches(run, given, fewer):
            needed = fewer
    return needed


def _matches(run: Run, given: Mapping[str, object], needed: Mapping[str, object]) -> bool:
    return run({**given, **needed}.get, {}) is True


def _effort(given: Mapping[str, object], needed: Mapping[str, object]) -> tuple[float, ...]:
    return (len(needed), sum(step(given.get(name), value) for name, value in needed.items()))


def _change(formula: Formula, run: Run, space: Space, needed: Mapping[str, object]) -> Change:
    given = space.given
    facts = {name: (given.get(name), value) for name, value in needed.items()}
    after = {**given, **needed}
    met = [atom for atom in _unique(atoms_of(formula)) if atom.holds(after.get) and not atom.holds(given.get)]

    def fits(name: str, value: object) -> bool:
        return run({**after, name: value}.get, {}) is True

    return Change(facts, tuple(_wishes(met, fits, facts, space)))


def _unique(atoms: Iterable[Atom]) -> list[Atom]:
    return sorted(dict.fromkeys(atoms), key=lambda atom: atom.node.pointer)


def _wishes(
    met: Sequence[Atom], fits: Fits, facts: Mapping[str, tuple[object, object]], space: Space
) -> Iterable[Wish]:
    said: set[str] = set()
    for name, (now, needed) in facts.items():
        if name in said:
            continue
        forms = [
            (atom, form)
            for atom in met
            if name in atom.facts and (form := form_of(atom.node, atom.sign, name)) is not None
        ]
        forms.sort(key=lambda pair: pair[1] in _WEAK)
        several = next(((atom, form) for atom, form in forms if len(atom.facts) > 1), None)
        if several is not None:
            together = [one for one in several[0].facts if one in facts and one not in said and one != name]
            said.update(together)
            yield Wish((name, *together), several[1], several[0].node)
        elif needed is None:
            yield Wish((name,), "gone")
        elif isinstance(needed, bool):
            yield Wish((name,), "yes" if needed else "no")
        elif is_number(needed) and not (forms and forms[0][1] in _SAID_BY_RULE):
            yield _number(name, now, cast(float, needed), fits, space)
        elif forms:
            yield Wish((name,), forms[0][1], forms[0][0].node)
        else:
            yield Wish((name,), "is")


_WEAK = ("other", "known", "without", "not clock")
_SAID_BY_RULE = ("weekday", "period", "from", "before")


def _number(name: str, now: object, needed: float, fits: Fits, space: Space) -> Wish:
    """Tell whether a number must be reached, must not be passed, lie between two, or be met."""
    ways = (1, -1) if not is_number(now) else (1,) if needed > cast(float, now) else (-1,)
    for way in ways:
        further = [needed + way * 1e-6, needed + way, needed + way * max(1.0, abs(needed)) * 10]
        further = [number for number in further if number >= 0 or needed < 0] or [needed]
        if all(fits(name, number) for number in further):
            return Wish((name,), "at least" if way > 0 else "at most")
    place = space.place(name)
    examples = space.variables[place].values if place is not None else []
    values = sorted(cast(float, one[0]) for one in examples if is_number(one[0]))
    until = needed
    for value in (one for one in values if one > needed):
        if not fits(name, value):
            break
        until = value
    return Wish((name,), "exactly") if until == needed else Wish((name,), "range", until=until)
