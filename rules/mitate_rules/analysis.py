"""Check a set of rules like a program: what never or always holds, who is never first, what says nothing.

Each claim is proven over the cells of the facts that the rules read (cells.py), and shown by a visitor who is
evaluated by the rules' own programs. What can't be proven either way is said to be undecided, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

from mitate_rules.check import check
from mitate_rules.closures import Run
from mitate_rules.compiling import Compiler
from mitate_rules.facts import Context, Facts
from mitate_rules.solving.formula import Formula, atoms_of, denied, some
from mitate_rules.solving.hulls import Hulls
from mitate_rules.solving.solve import Search
from mitate_rules.solving.space import AND, LIT, Part, Space
from mitate_rules.solving.spelling import at, listed, place_of, spell
from mitate_rules.tree import Call, Node
from mitate_rules.tree import Literal as Value
from mitate_rules.vocabulary import Declarations, Vocabulary

Kind = Literal["never-true", "always-true", "shadowed", "overlapping", "redundant", "contradictory", "undecided"]
Patch = list[dict[str, object]]

STEPS: Final = 30_000
"""How many parts of formulas one question may look at."""
ALL_STEPS: Final = 3_000_000
"""How many all questions about a set of rules may look at."""
_MOST_SHADOWS: Final = 200
_AUDIENCE: Final = "audience:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One claim about a rule, or about an audience (`id` is then "audience:NAME").

    `parts` are the pointers of the conditions it is about. `witness` is a visitor who shows it, evaluated again.
    `repair` says the shortest remedy and `patch` writes it as JSON Patch (RFC 6902) of the rule, where there is one.
    """

    kind: Kind
    id: str
    message: str
    others: tuple[str, ...] = ()
    pointer: str = ""
    parts: tuple[str, ...] = ()
    witness: Mapping[str, object] | None = None
    repair: str | None = None
    patch: Patch | None = None


def analyse(
    rules: Mapping[str, object],
    facts: Declarations | Facts | None = None,
    *,
    audiences: Declarations | None = None,
    lists: Mapping[str, Iterable[str]] | None = None,
    competing: Callable[[str, str], bool] | None = None,
    wins: Callable[[str], bool] | None = None,
    assume: object = None,
    overlaps: int = 3,
) -> list[Finding]:
    """Analyse rules in priority order, and their audiences; rules with errors are left to the check.

    `competing` tells whether two rules may want the same place at the same time (yes when absent), `wins` whether a
    rule that matches surely takes it (yes when absent). `assume` is a rule that holds for every visitor. At most
    `overlaps` others are named for each rule that may match together with earlier ones; 0 leaves these notes out.
    """
    compiler = Compiler(Vocabulary(facts, audiences, lists))
    subjects = [*_audiences(compiler.vocabulary), *_subjects(rules, compiler.vocabulary)]
    analysis = _Analysis(compiler, subjects, assume, competing or _always, wins or _always)
    return [finding for one in subjects for finding in analysis.findings(one, overlaps)]


def _always(*names: str) -> bool:
    return True


@dataclass(slots=True, eq=False)
class _Subject:
    """A rule or an audience: its JSON, its tree, and once the space is sealed its formula both ways."""

    id: str
    rule: object
    node: Node
    number: int
    yes: Formula | None = None
    no: Formula | None = None
    run: Run | None = None


def _audiences(vocabulary: Vocabulary) -> Iterator[_Subject]:
    for name, declaration in vocabulary.audiences.items():
        rule = declaration.get("when")
        node = check(rule, vocabulary)[0] if vocabulary.broken(name, check) is None else None
        if node is not None:
            yield _Subject(_AUDIENCE + name, rule, node, -1)


def _subjects(rules: Mapping[str, object], vocabulary: Vocabulary) -> Iterator[_Subject]:
    number = 0
    for name, rule in rules.items():
        node = check(rule, vocabulary)[0]
        if node is not None:
            yield _Subject(name, rule, node, number)
            number += 1


class _Analysis:
    """The questions about one set of rules, over one space."""

    def __init__(
        self,
        compiler: Compiler,
        subjects: Sequence[_Subject],
        assume: object,
        competing: Callable[[str, str], bool],
        wins: Callable[[str], bool],
    ) -> None:
        self.compiler = compiler
        self.competing = competing
        self.wins = wins
        self.space = Space(compiler)
        self.assumed = [(part, facts_of(part)) for part in self._assumptions(assume)]
        for one in subjects:
            one.yes = self.space.formulas.of(one.node)
            one.no = denied(one.yes)
            one.run = compiler.condition(one.node)
            self.space.add(one.yes)
        for part, _ in self.assumed:
            self.space.add(part)
        self.space.seal()
        self.search = Search(self.space, STEPS)
        self.alone: Search | None = None
        self.spent = 0
        self.rules = [one for one in subjects if one.number >= 0]
        self.audiences = [one for one in subjects if one.number < 0]
        self.hulls = Hulls(self.space, [self.space.compiled(cast(Formula, one.yes)) for one in self.rules])
        self._known: dict[frozenset[str], list[Formula]] = {}

    def _assumptions(self, assume: object) -> list[Formula]:
        node = check(assume, self.compiler.vocabulary)[0] if assume is not None else None
        parts = node.args if isinstance(node, Call) and node.op == "and" else (node,) if node is not None else ()
        return [self.space.formulas.of(part) for part in parts]

    # -- questions

    def _with_assumed(self, parts: Sequence[Formula]) -> list[Formula]:
        """Add what is assumed of the facts that formulas read, and of those that go with them."""
        if not self.assumed:
            return list(parts)
        facts = frozenset[str]().union(*map(self._facts, parts))
        if facts not in self._known:
            reached, added = set(facts), list[Formula]()
            rest = list(self.assumed)
            while near := [one for one in rest if one[1] & reached]:
                added += [part for part, _ in near]
                reached |= {name for _, names in near for name in names}
                rest = [one for one in rest if one not in near]
            self._known[facts] = added
        return [*parts, *self._known[facts]]

    def _facts(self, formula: Formula) -> frozenset[str]:
        return facts_of(formula)

    def impossible(self, *parts: Formula) -> bool:
        """Prove that formulas can't hold together."""
        asked = self._with_assumed(parts)
        if self._search().choice(asked) is not None:
            return False
        return self._alone(asked).possible(asked) is False

    def witness(self, *parts: Formula) -> Context | None:
        """Give a visitor for whom formulas hold, or None when none is found."""
        asked = self._with_assumed(parts)
        found = self._search().witness(asked)
        return found if found is not None else self._alone(asked).witness(asked)

    def _search(self) -> Search:
        self._spend(self.search)
        self.search = Search(self.space, self._left())
        return self.search

    def _alone(self, asked: Sequence[Formula]) -> Search:
        """Make a space of a few formulas alone: its cells cover what those of all rules together are too many for."""
        space = Space(self.compiler)
        for part in asked:
            space.add(part)
        space.seal()
        self._spend(self.alone)
        self.alone = Search(space, self._left())
        return self.alone

    def _left(self) -> int:
        return max(0, min(STEPS, ALL_STEPS - self.spent))

    def _spend(self, search: Search | None) -> None:
        if search is not None:
            self.spent += search.budget - search.left

    # -- one rule

    def findings(self, one: _Subject, overlaps: int) -> Iterator[Finding]:
        """Give all findings on a rule or an audience."""
        yes, no = cast(Formula, one.yes), cast(Formula, one.no)
        if isinstance(one.node, Value):
            return  # "true" is said on purpose, and the check warns of "false"
        context = self.witness(yes)
        if context is None:
            yield self._never(one) if self.impossible(yes) else _undecided(one, "can ever hold")
            return
        if self.impossible(no):
            yield Finding(
                kind="always-true",
                id=one.id,
                message=f"{_called(one)} holds for every visitor",
                witness=context,
                repair="drop the condition, or narrow it" if one.number >= 0 else None,
            )
        else:
            yield from self._parts(one, context)
        if one.number >= 0:
            shadow = self._shadow(one)
            if shadow is not None:
                yield shadow
            elif overlaps:
                yield from self._overlaps(one, overlaps)
        else:
            yield from self._same_audience(one)

    def _never(self, one: _Subject) -> Finding:
        core = self._core(one)
        texts = [spell(node, sign) for node, sign in core]
        verb = "can't hold" if len(texts) == 1 else "can't both hold" if len(texts) == 2 else "can't all hold"
        repair, patch = self._mended(one, core)
        parts = tuple(place_of(node) for node, _ in core)
        message = f"{_called(one)} never holds: {listed(texts)} {verb}"
        pointer = parts[-1] if len(core) > 1 else parts[0] if core else ""
        return Finding(
            kind="never-true", id=one.id, message=message, pointer=pointer, parts=parts, repair=repair, patch=patch
        )

    def _core(self, one: _Subject) -> list[tuple[Node, bool]]:
        """Give as few conditions of a rule as can't hold together."""
        core = list(conjuncts(one.node, True))
        for part in list(core):
            fewer = [other for other in core if other is not part]
            if fewer and self.impossible(*(self.space.formulas.of(node, sign) for node, sign in fewer)):
                core = fewer
        return core

    def _mended(self, one: _Subject, core: Sequence[tuple[Node, bool]]) -> tuple[str | None, Patch | None]:
        """Give the shortest repair of a rule that never holds, where there is one, tried out."""
        last = place_of(core[-1][0])
        if len(core) < 2:
            patch: Patch = [{"op": "remove", "path": last}] if last else []
            return ("drop it", patch) if last and self._helps(one, core[-1][0]) else (None, None)
        places = [place_of(node) for node, _ in core]
        parents = {place.rpartition("/")[0] for place in places}
        same = {name for node, sign in core for name in facts_of(self.space.formulas.of(node, sign))}
        alike = len(core) == 2 and len(same) == 1 and len(parents) == 1 and _ends_in_and(parents)
        if alike and self._helps_either(one, core):
            either = {"or": [at(one.rule, place) for place in places]}
            return 'write "or" for "and"', [
                {"op": "remove", "path": last},
                {"op": "replace", "path": places[0], "value": either},
            ]
        if not self._helps(one, core[-1][0]):
            return "drop one of them", None
        return "drop one of them", [{"op": "remove", "path": last}] if last else None

    def _helps_either(self, one: _Subject, core: Sequence[tuple[Node, bool]]) -> bool:
        """Tell whether somebody would meet a rule that asks for one or the other of two conditions."""
        pair = [node for node, _ in core]
        rest = [self.space.formulas.of(node, sign) for node, sign in conjuncts(one.node, True) if node not in pair]
        return self.witness(*rest, some(self.space.formulas.of(node, sign) for node, sign in core)) is not None

    def _helps(self, one: _Subject, part: Node) -> bool:
        shorter = without(one.node, part)
        return shorter is not None and self.witness(self.space.formulas.of(shorter)) is not None

    # -- parts of a rule

    def _parts(self, one: _Subject, context: Context) -> Iterator[Finding]:
        """Find branches that can't hold, and parts that change nothing."""
        if self._plain(one):
            return
        dead: list[str] = []
        for node, sign in groups(one.node, True):
            if node is not one.node and self.impossible(self.space.formulas.of(node, sign)):
                found = self._contradiction(one, node, sign)
                if not any(_inside(found.pointer, place) for place in dead):
                    dead.append(place_of(node))
                    yield replace(found, witness=context)
        yield from self._redundant(one, context, dead)

    def _plain(self, one: _Subject) -> bool:
        """Tell a rule whose conditions are each on a fact of its own, where nothing can be too much."""
        compiled = self.space.compiled(cast(Formula, one.yes))
        if isinstance(compiled, bool) or (self.assumed and self._with_assumed([cast(Formula, one.yes)])[1:]):
            return False
        parts = cast("tuple[Part, ...]", compiled[1]) if compiled[0] == AND else (compiled,)
        places = [part[1] for part in parts if part[0] == LIT]
        leaves = sum(1 for _ in atoms_of(cast(Formula, one.yes)))
        return len(places) == len(parts) == leaves == len(set(places)) and not _has_idle(one.node)

    def _contradiction(self, one: _Subject, node: Node, sign: bool) -> Finding:
        core = list(conjuncts(node, sign))
        for part in list(core):
            fewer = [other for other in core if other is not part]
            if fewer and self.impossible(*(self.space.formulas.of(other, by) for other, by in fewer)):
                core = fewer
        texts = [spell(part, by) for part, by in core]
        verb = "can't hold" if len(texts) == 1 else "can't both hold" if len(texts) == 2 else "can't all hold"
        place = place_of(node)
        return Finding(
            kind="contradictory",
            id=one.id,
            message=f"a part of {_called(one)} never holds: {listed(texts)} {verb}",
            pointer=place,
            parts=tuple(place_of(part) for part, _ in core),
            repair=f"drop the part: {spell(node, sign)}",
            patch=_removal(one.rule, place),
        )

    def _redundant(self, one: _Subject, context: Context, dead: Sequence[str]) -> Iterator[Finding]:
        """Find parts without which the rule is the same: each alone, and all of them together."""
        node, yes = one.node, cast(Formula, one.yes)
        for part, conjunction in joined_parts(one.node, True):
            place = place_of(part)
            if any(_inside(place, gone) for gone in dead):
                continue
            less = self._same_without(node, yes, part, conjunction)
            if less is None:
                continue
            if node is not one.node and self._same_without(one.node, one.yes, part, conjunction) is None:
                continue
            node, yes = cast(Node, without(node, part)), less
            dead = [*dead, place]
            yield self._dispensable(one, part, place, conjunction, context)

    def _same_without(self, node: Node, yes: Formula | None, part: Node, conjunction: bool) -> Formula | None:
        """Give the formula of a rule without one part where that is the same rule; else None."""
        shorter = without(node, part)
        if shorter is None or yes is None:
            return None
        less = self.space.formulas.of(shorter)
        asked = (less, denied(yes)) if conjunction else (yes, denied(less))
        return less if self.impossible(*asked) else None

    def _dispensable(self, one: _Subject, part: Node, place: str, conjunction: bool, context: Context) -> Finding:
        why = "the rest already asks for it" if conjunction else "the rest already allows it"
        return Finding(
            kind="redundant",
            id=one.id,
            message=f"a part of {_called(one)} changes nothing, {why}: {spell(part)}",
            pointer=place,
            parts=(place,),
            witness=context,
            repair=f"drop {spell(part)}",
            patch=_removal(one.rule, place),
        )

    # -- rules among others

    def _shadow(self, one: _Subject) -> Finding | None:
        """Look for a visitor whom the rule is first for; each earlier rule that gets in the way is ruled out next."""
        ruled_out: list[_Subject] = []
        for _ in range(_MOST_SHADOWS):
            parts = [cast(Formula, one.yes), *(cast(Formula, other.no) for other in ruled_out)]
            chosen = self._search().choice(self._with_assumed(parts))
            context = self.space.context(chosen) if chosen is not None else self.witness(*parts)
            if context is None:
                if ruled_out and self.impossible(*parts):
                    return self._shadowed(one, self._shadowing(one, ruled_out))
                return _undecided(one, "is ever the first") if ruled_out else None
            before = self._first(one, chosen, context)
            if before is None or before in ruled_out:
                return None
            ruled_out.append(before)
        return None

    def _first(self, one: _Subject, chosen: Mapping[int, int] | None, context: Context) -> _Subject | None:
        """Give the first earlier rule that surely takes the place of a rule for a visitor."""
        near = range(one.number) if chosen is None else self.hulls.admitting(chosen, one.number)
        for number in near:
            other = self.rules[number]
            if cast(Run, other.run)(context.get, {}) is True and self._beats(other, one):
                return other
        return None

    def _beats(self, other: _Subject, one: _Subject) -> bool:
        return self.competing(other.id, one.id) and self.wins(other.id)

    def _shadowing(self, one: _Subject, others: Sequence[_Subject]) -> list[_Subject]:
        """Give as few of earlier rules as always beat one: the first that does alone, or several together."""
        ordered = sorted(others, key=lambda other: other.number)
        for other in ordered:
            if self.impossible(cast(Formula, one.yes), cast(Formula, other.no)):
                return [other]
        for other in list(ordered):
            fewer = [rest for rest in ordered if rest is not other]
            if fewer and self.impossible(cast(Formula, one.yes), *(cast(Formula, rest.no) for rest in fewer)):
                ordered = fewer
        return ordered

    def _shadowed(self, one: _Subject, others: Sequence[_Subject]) -> Finding:
        context = self.witness(cast(Formula, one.yes), cast(Formula, others[0].yes))
        names = [f'"{other.id}"' for other in others]
        same = len(others) == 1 and self.impossible(cast(Formula, others[0].yes), cast(Formula, one.no))
        message = f'"{one.id}" never comes to its turn: who meets it meets {" or ".join(names)} before'
        repair = f'move "{one.id}" before {names[0]}'
        if same:
            message = f'"{one.id}" never comes to its turn: {names[0]} before it asks for the same'
            repair = f'drop "{one.id}", or let it ask for something else'
        return Finding(
            kind="shadowed",
            id=one.id,
            message=message,
            others=tuple(other.id for other in others),
            witness=context,
            repair=repair,
        )

    def _overlaps(self, one: _Subject, most: int) -> Iterator[Finding]:
        near = [number for number in self.hulls.meeting(one.number) if self.competing(self.rules[number].id, one.id)]
        named: list[str] = []
        witness: Context | None = None
        for number in near[: most * 4]:
            found = self.witness(cast(Formula, one.yes), cast(Formula, self.rules[number].yes))
            if found is not None:
                named.append(self.rules[number].id)
                witness = found if witness is None else witness
            if len(named) == most:
                break
        if named:
            more = len(near) - len(named)
            others = listed([f'"{name}"' for name in named])
            message = f'"{one.id}" may match together with {others}' + (
                f", and perhaps with {more} more before it" if more > 0 else ""
            )
            yield Finding(kind="overlapping", id=one.id, message=message, others=tuple(named), witness=witness)

    def _same_audience(self, one: _Subject) -> Iterator[Finding]:
        """Find an earlier audience that everyone of this one belongs to and nobody else."""
        facts = facts_of(cast(Formula, one.yes))
        for other in self.audiences[: self.audiences.index(one)]:
            if facts_of(cast(Formula, other.yes)) != facts or not self._equal(one, other):
                continue
            name = other.id.removeprefix(_AUDIENCE)
            yield Finding(
                kind="redundant",
                id=one.id,
                message=f'{_called(one)} asks for the same as "{name}"',
                others=(other.id,),
                witness=self.witness(cast(Formula, one.yes)),
                repair=f'use "{name}" for both',
            )
            return

    def _equal(self, one: _Subject, other: _Subject) -> bool:
        return self.impossible(cast(Formula, one.yes), cast(Formula, other.no)) and self.impossible(
            cast(Formula, other.yes), cast(Formula, one.no)
        )


def _undecided(one: _Subject, what: str) -> Finding:
    return Finding(kind="undecided", id=one.id, message=f"could not decide whether {_called(one)} {what}")


def _called(one: _Subject) -> str:
    name = one.id.removeprefix(_AUDIENCE)
    return f'"{name}"' if one.number >= 0 else f'the audience "{name}"'


def _ends_in_and(parents: Iterable[str]) -> bool:
    return all(parent.endswith("/and") for parent in parents)


def _inside(place: str, outer: str) -> bool:
    return place == outer or place.startswith(outer + "/")


def _removal(rule: object, place: str) -> Patch | None:
    return [{"op": "remove", "path": place}] if place.rpartition("/")[2].isdecimal() else None


def facts_of(formula: Formula) -> frozenset[str]:
    """Name the facts that a formula reads."""
    return frozenset(name for atom in atoms_of(formula) for name in atom.facts)


# -- parts of a tree


def conjuncts(node: Node, sign: bool) -> Iterator[tuple[Node, bool]]:
    """Give the conditions that a rule joins by and, each with its sign; audiences are one each."""
    if isinstance(node, Call) and node.op in ("!", "!!"):
        yield from conjuncts(node.args[0], sign is (node.op == "!!"))
    elif isinstance(node, Call) and node.op == ("and" if sign else "or"):
        for arg in node.args:
            yield from conjuncts(arg, sign)
    else:
        yield node, sign


def groups(node: Node, sign: bool) -> Iterator[tuple[Node, bool]]:
    """Give the parts of a rule in which several conditions are joined by and, the outer ones first."""
    if isinstance(node, Call) and node.op in ("!", "!!"):
        yield from groups(node.args[0], sign is (node.op == "!!"))
    elif isinstance(node, Call) and node.op in ("and", "or"):
        if node.op == ("and" if sign else "or") and len(node.args) > 1:
            yield node, sign
        for arg in node.args:
            yield from groups(arg, sign)


def joined_parts(node: Node, sign: bool) -> Iterator[tuple[Node, bool]]:
    """Give each part of each and and or, and whether it is joined by and once `!` is pushed down.

    The outer parts come first, and of those the later ones.
    """
    if isinstance(node, Call) and node.op in ("!", "!!"):
        yield from joined_parts(node.args[0], sign is (node.op == "!!"))
    elif isinstance(node, Call) and node.op in ("and", "or"):
        for arg in reversed(node.args) if len(node.args) > 1 else ():
            yield arg, node.op == ("and" if sign else "or")
        for arg in node.args:
            yield from joined_parts(arg, sign)


def without(node: Node, part: Node) -> Node | None:
    """Give a tree without one part of an and or an or; None where that would leave nothing."""
    if not isinstance(node, Call) or node.op not in ("!", "!!", "and", "or"):
        return None
    if any(arg is part for arg in node.args):
        rest = tuple(arg for arg in node.args if arg is not part)
        return Call(node.op, rest, node.pointer) if rest and node.op in ("and", "or") else None
    for place, arg in enumerate(node.args):
        shorter = without(arg, part)
        if shorter is not None:
            return Call(node.op, (*node.args[:place], shorter, *node.args[place + 1 :]), node.pointer)
    return None


def _has_idle(node: Node) -> bool:
    """Tell whether constants stand among the conditions: the check says that."""
    return any(isinstance(part, Value) for part, _ in joined_parts(node, True))
