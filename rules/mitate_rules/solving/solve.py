"""Find visitors: values of facts that make conditions hold, or the proof that none do.

    search(masks, pending):
        reduce every pending formula by what the masks leave; narrow the masks by those that became one condition,
        until nothing changes any more; a contradiction ends the branch
        branch on the alternative with the fewest parts left
        nothing pending: choose an example for each variable, the visitor's own value first

Examples stand for all values of a fact where the conditions on it are closed (cells.py). Where one isn't, a second
search lets it hold or not as it likes: if even then nothing is found, nothing exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, cast

from mitate_rules.compiling import Compiler
from mitate_rules.facts import Context
from mitate_rules.solving.formula import Formula, denied
from mitate_rules.solving.space import AND, JOINT, LIT, OR, Compiled, Joint, Part, Space, step
from mitate_rules.tree import Node
from mitate_rules.vocabulary import Vocabulary

BUDGET: Final = 50_000
"""How many parts of formulas a search looks at before it gives up."""
_COMPARED: Final = 20


@dataclass(frozen=True, slots=True)
class Solutions:
    """Contexts that were found, those that change fewest facts first; `complete` when none means that none exist."""

    contexts: tuple[Context, ...]
    complete: bool

    def __iter__(self) -> Iterator[Context]:
        return iter(self.contexts)

    def __len__(self) -> int:
        return len(self.contexts)


def solutions(
    wanted: Sequence[tuple[Node, bool]],
    vocabulary: Vocabulary,
    *,
    given: Mapping[str, object] | None = None,
    limit: int = 1,
    budget: int = BUDGET,
    assume: Sequence[Node] = (),
) -> Solutions:
    """Find contexts in which each node is True, or with sign False anything but True.

    The visitors differ from `given` in few facts, and each in others. `assume` are conditions that always hold.
    """
    compiler = Compiler(vocabulary)
    space = Space(compiler, given)
    parts = [space.formulas.of(node) for node, _ in wanted]
    parts = [part if sign else denied(part) for part, (_, sign) in zip(parts, wanted, strict=True)]
    parts += [space.formulas.of(node) for node in assume]
    for part in parts:
        space.add(part)
    space.seal()
    found = Search(space, budget).nearest(parts, limit)
    runs = [(compiler.condition(node), sign) for node, sign in wanted]
    sure = tuple(one for one in found.contexts if all((run(one.get, {}) is True) is sign for run, sign in runs))
    return Solutions(sure, found.complete and len(sure) == len(found.contexts))


class _SpentError(Exception):
    """The budget is used up."""


class Search:
    """Searches one space; the budget is for all its questions together."""

    def __init__(self, space: Space, budget: int = BUDGET) -> None:
        self.space = space
        self.budget = budget
        self.left = budget

    def possible(self, parts: Sequence[Formula]) -> bool | None:
        """Tell whether formulas can all hold; None when that couldn't be decided."""
        try:
            if self.witness(parts) is not None:
                return True
            return False if self.refuted(parts) else None
        except _SpentError:
            return None

    def refuted(self, parts: Sequence[Formula]) -> bool:
        """Prove that formulas can't all hold; False where that isn't proven."""
        try:
            return next(self._search(parts, relaxed=True), None) is None
        except _SpentError:
            return False

    def witness(self, parts: Sequence[Formula]) -> Context | None:
        """Give a visitor for whom all formulas hold, or None when none is found."""
        chosen = self.choice(parts)
        return None if chosen is None else self.space.context(chosen)

    def choice(self, parts: Sequence[Formula]) -> dict[int, int] | None:
        """Give the same as numbers of examples, by variable."""
        try:
            return next(self._search(parts), None)
        except _SpentError:
            return None

    def nearest(self, parts: Sequence[Formula], limit: int, *, prove: bool = True) -> Solutions:
        """Give visitors for whom all formulas hold, fewest facts changed first, none changing what another does.

        Where there is none, it is tried to `prove` that.
        """
        found: list[Context] = []
        first: dict[int, int] | None = None
        try:
            first = next(self._search(parts), None)
            if first is None:
                return Solutions((), prove and next(self._search(parts, relaxed=True), None) is None)
            seen: list[frozenset[int]] = []
            for bound in range(len(self.space.variables) + 1):
                for chosen in self._search(parts, bound=bound, seen=seen):
                    changed = frozenset(place for place, number in chosen.items() if number)
                    seen.append(changed)
                    found.append(self.space.context(self._gentlest(parts, changed, chosen)))
                    if len(found) >= limit:
                        return Solutions(tuple(found), True)
        except _SpentError:
            near = [self.space.context(first)] if first is not None and not found else []
            return Solutions((*found, *near), False)
        return Solutions(tuple(found), True)

    def _gentlest(self, parts: Sequence[Formula], changed: frozenset[int], chosen: dict[int, int]) -> dict[int, int]:
        """Choose among solutions that change the same facts one that changes them least."""
        found = [chosen]
        try:
            found.extend(islice(self._search(parts, only=changed), _COMPARED))
        except _SpentError:
            return chosen
        return min(found, key=self._effort)

    def _effort(self, chosen: Mapping[int, int]) -> float:
        variables = self.space.variables
        return sum(
            step(old, new)
            for place, number in chosen.items()
            for old, new in zip(variables[place].values[0], variables[place].values[number], strict=True)
            if number and old != new
        )

    def _search(
        self,
        parts: Sequence[Formula],
        *,
        relaxed: bool = False,
        bound: int | None = None,
        seen: Sequence[frozenset[int]] = (),
        only: frozenset[int] | None = None,
    ) -> Iterator[dict[int, int]]:
        """Give choices of examples (variable -> number) that satisfy all formulas."""
        start: list[Compiled] = [self.space.compiled(part, relaxed) for part in parts]
        if not relaxed:
            start += [(JOINT, link, True) for link in self.space.links]
        masks = self.space.everything()
        if only is not None:
            masks = [mask if place in only else 1 for place, mask in enumerate(masks)]
        stack: list[tuple[list[int], list[Compiled]]] = [(masks, start)]
        while stack:
            masks, pending = stack.pop()
            left = self._narrowed(masks, pending)
            if left is None or _barred(masks, bound, seen) or self._too_far(masks, left, bound):
                continue
            choices = [part for part in left if part[0] == OR]
            if not choices:
                yield from self._chosen(masks, left, bound, seen)
                continue
            choice = min(choices, key=_size)
            rest: list[Compiled] = [part for part in left if part is not choice]
            branches: list[tuple[list[int], list[Compiled]]] = []
            for part in cast("tuple[Part, ...]", choice[1]):
                branches.append((masks.copy(), [part, *rest]))
                if part[0] == LIT:  # the branches after it need not try it again
                    masks = masks.copy()
                    masks[cast(int, part[1])] &= ~cast(int, part[2])
                    if not masks[cast(int, part[1])]:
                        break
            stack.extend(reversed(branches))

    def _narrowed(self, masks: list[int], pending: list[Compiled]) -> list[Part] | None:
        """Narrow the masks by all conditions that must hold; give what remains open, None for a contradiction."""
        while True:
            changed = False
            left: list[Part] = []
            queue = list(pending)
            while queue:
                part = self._reduced(queue.pop(), masks)
                if part is False:
                    return None
                if part is True:
                    continue
                if part[0] == AND:
                    queue.extend(cast("tuple[Compiled, ...]", part[1]))
                elif part[0] == LIT:
                    masks[cast(int, part[1])] &= cast(int, part[2])
                    changed = True
                else:
                    left.append(part)
            if not changed:
                return left
            pending = cast("list[Compiled]", left)

    def _too_far(self, masks: list[int], left: Sequence[Part], bound: int | None) -> bool:
        """Tell whether alternatives that share no variable need more changes together than are allowed."""
        if bound is None:
            return False
        unchanged = [mask & 1 or mask for mask in masks]
        needed = sum(not mask & 1 for mask in masks)
        used: set[int] = set()
        for part in left:
            if part[0] == OR and self._reduced(part, unchanged) is False:
                places = {place for place in _places(part) if masks[place] & 1}
                if not places & used:
                    used |= places
                    needed += 1
        return needed > bound

    def _reduced(self, part: Compiled, masks: list[int]) -> Compiled:
        """Simplify a formula by what the masks leave."""
        if isinstance(part, bool):
            return part
        self._spend()
        kind = part[0]
        if kind == LIT:
            mask = masks[cast(int, part[1])]
            narrowed = mask & cast(int, part[2])
            return part if narrowed not in (0, mask) else narrowed != 0
        if kind == JOINT:
            return self._decided(part, masks)
        kept: list[Compiled] = []
        for inner in cast("tuple[Compiled, ...]", part[1]):
            found = self._reduced(inner, masks)
            if isinstance(found, bool):
                if found is (kind == OR):
                    return found
            else:
                kept.append(found)
        if len(kept) < 2:
            return kept[0] if kept else kind == AND
        return (kind, tuple(kept))

    def _decided(self, part: Part, masks: list[int]) -> Compiled:
        joint = cast(Joint, part[1])
        chosen: list[int] = []
        for place in joint.variables:
            mask = masks[place]
            if mask & (mask - 1):
                return part
            chosen.append(mask.bit_length() - 1)
        return self._asked(joint, tuple(chosen)) is part[2]

    def _asked(self, joint: Joint, chosen: tuple[int, ...]) -> bool:
        if chosen not in joint.known:
            self._spend()
            variables = [self.space.variables[place] for place in joint.variables]
            values = [variable.values[number] for variable, number in zip(variables, chosen, strict=True)]
            joint.known[chosen] = joint.holds(values)
        return joint.known[chosen]

    def _chosen(
        self,
        masks: list[int],
        joints: Sequence[Part],
        bound: int | None,
        seen: Sequence[frozenset[int]],
    ) -> Iterator[dict[int, int]]:
        """Choose an example for each variable, the visitor's own first, such that the joint conditions hold."""
        places = sorted({place for part in joints for place in cast(Joint, part[1]).variables})
        stack: list[Iterator[list[int]]] = [iter([masks])]
        while stack:
            following = next(stack[-1], None)
            if following is None:
                stack.pop()
                continue
            masks = following
            if _barred(masks, bound, seen):
                continue
            place = next((one for one in places if masks[one] & (masks[one] - 1)), None)
            if place is not None:
                stack.append(self._settled(masks, place, joints))
            elif all(self._decided(part, masks) is True for part in joints):
                yield {
                    number: (mask & -mask).bit_length() - 1
                    for number, mask in enumerate(masks)
                    if self.space.variables[number].facts
                }

    def _settled(self, masks: list[int], place: int, joints: Sequence[Part]) -> Iterator[list[int]]:
        """Give the masks with each example of one variable, as far as no joint condition speaks against it."""
        mask = masks[place]
        while mask:
            self._spend()
            lowest = mask & -mask
            mask ^= lowest
            branch = masks.copy()
            branch[place] = lowest
            if all(self._decided(part, branch) is not False for part in joints):
                yield branch

    def _spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _SpentError


def _places(part: Part) -> Iterator[int]:
    """Give the variables that a formula is about, with repetitions."""
    if part[0] == LIT:
        yield cast(int, part[1])
    elif part[0] == JOINT:
        yield from cast(Joint, part[1]).variables
    else:
        for inner in cast("tuple[Part, ...]", part[1]):
            yield from _places(inner)


def _size(part: Part) -> int:
    return len(cast("tuple[Compiled, ...]", part[1]))


def _barred(masks: Sequence[int], bound: int | None, seen: Sequence[frozenset[int]]) -> bool:
    """Tell whether more facts must change than allowed, or all that an earlier solution changes."""
    if bound is None:
        return False
    changed = {place for place, mask in enumerate(masks) if not mask & 1}
    return len(changed) > bound or any(one <= changed for one in seen)
