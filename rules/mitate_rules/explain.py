"""Why a rule gave its answer: every condition, the values it read, and what was not evaluated.

The steps show the rule's meaning, with `!` pushed down to its comparisons. Each comparison is answered by the very
closure that decides, so that an explanation can't differ from the decision. What is the same for every visitor is
prepared once for each rule (`Explainer`); words are found when someone asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol, cast

from mitate_rules import sentences
from mitate_rules.facts import Item, Read
from mitate_rules.messages import WORDS, spoken
from mitate_rules.operators import OPERATORS
from mitate_rules.settle import settle
from mitate_rules.steps import NO_ITEM, Condition, Memo, Step
from mitate_rules.tree import Call, Literal, Node, Var, walk
from mitate_rules.values import WITHHELD, Answer, shown, to_number
from mitate_rules.vocabulary import Vocabulary


class Compiles(Protocol):
    """What an explanation needs of the compiler. `told` keeps the audiences' prepared explanations."""

    vocabulary: Vocabulary
    told: dict[tuple[str, bool], Tell]

    def condition(self, node: Node, sign: bool = True, scope: str | None = None) -> Callable[[Read, Memo], Answer]: ...
    def value(self, node: Node, scope: str | None = None) -> Callable[[Read, Memo], object]: ...


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer with its reasons, for marketers (`clauses`, `sentence`), developers (`tree`) and programs."""

    result: Answer
    facts: Mapping[str, object]
    step: Step
    vocabulary: Vocabulary = field(repr=False)

    def clauses(self, lang: str = "en") -> list[str]:
        """Give the conditions that decided, each with the actual value, in "en" or "ja"."""
        return sentences.clauses(self.step, self.vocabulary, spoken(lang))

    def because(self, lang: str = "en") -> str:
        """Give the clauses joined, to be continued: "…のため" in Japanese, "a and b" in English."""
        return sentences.because(self.clauses(lang), spoken(lang))

    def sentence(self, lang: str = "en") -> str:
        """Give one sentence for a marketer."""
        return sentences.sentence(self.step, self.vocabulary, spoken(lang))

    def tree(self, lang: str = "en") -> str:
        """Give the developer's tree: ✓ holds, ✗ fails, ? withheld, – not evaluated."""
        return sentences.tree(self.step, self.vocabulary, spoken(lang))

    def to_dict(self) -> dict[str, object]:
        """Give the explanation as JSON; withheld values and answers are the text "withheld" under their own key."""
        known = {name: _json(value) for name, value in self.facts.items() if value is not WITHHELD}
        return {
            "result": _answer(self.result),
            "facts": known,
            "withheld": [name for name, value in self.facts.items() if value is WITHHELD],
            "tree": _step_dict(self.step),
        }


class Notes:
    """What one explanation has read so far. `facts` may be shown, `known` also holds what never leaves a decision."""

    __slots__ = ("audiences", "facts", "get", "known", "memo", "reads", "recall")

    def __init__(self, get: Read, memo: Memo) -> None:
        self.get = get
        self.memo = memo
        self.facts: dict[str, object] = {}
        self.known: dict[str, object] = {}
        self.reads: dict[str, object] = {}
        self.recall: Read = self.known.get
        self.audiences: dict[tuple[str, bool], Step] = {}

    def read(self, name: str) -> object:
        """Read a fact for the condition at hand."""
        value = self.reads[name] = self.get(name)
        return value


Tell = Callable[[Notes], Step]


class Explainer:
    """Explains one rule to any number of visitors; may be shared by threads."""

    def __init__(self, node: Node, compiler: Compiles) -> None:
        self._tell = _Planner(compiler).plan(node, True)
        self._vocabulary = compiler.vocabulary

    def __call__(self, read: Read) -> Explanation:
        """Explain the rule on the facts of one visitor."""
        notes = Notes(read, {})
        step = self._tell(notes)
        return Explanation(cast(Answer, step.result), notes.facts, step, self._vocabulary)


class _Planner:
    """Prepares explanations: one closure for each condition, evaluating in the order of the rule's own closures."""

    def __init__(self, compiler: Compiles) -> None:
        self.compiler = compiler
        self.vocabulary = compiler.vocabulary

    def plan(self, node: Node, sign: bool, scope: str | None = None) -> Tell:
        if isinstance(node, Literal):
            answer = self.compiler.condition(node, sign)(_nothing, {})
            return _always(Step(Condition(node, sign, "always"), answer))
        if isinstance(node, Call):
            if node.op in ("!", "!!"):
                return self.plan(node.args[0], sign is (node.op == "!!"), scope)
            if node.op in ("and", "or"):
                op = "and" if (node.op == "and") is sign else "or"
                return self.joined(node, sign, op, [(arg, sign) for arg in node.args], scope)
            if node.op == "if":
                return self.chosen(node, sign, 0, scope)
            if node.op == "audience":
                return self.audience(node, sign)
            if OPERATORS[node.op].takes == "quantifier" and OPERATORS[node.op].gives == "condition":
                return self.quantified(node, sign, scope)
        return self.leaf(node, sign, scope)

    def joined(self, node: Node, sign: bool, op: str, wanted: Sequence[tuple[Node, bool]], scope: str | None) -> Tell:
        """Explain conditions from left to right, until the answer is sure."""
        condition, decisive = Condition(node, sign, op), op == "or"
        several = [
            (self.plan(arg, sign, scope), Step(Condition(arg, sign, _op(arg)), None, why=f"{op} decided"))
            for arg, sign in wanted
        ]

        def tell(notes: Notes) -> Step:
            result: Answer = not decisive
            parts: list[Step] = []
            for explain, skipped in several:
                if result is decisive:
                    parts.append(skipped)
                    continue
                part = explain(notes)
                parts.append(part)
                if part.result is decisive:
                    result = decisive
                elif part.result is WITHHELD:
                    result = WITHHELD
            return Step(condition, result, parts)

        return tell

    def chosen(self, node: Call, sign: bool, place: int, scope: str | None) -> Tell:
        """Explain if as (c and a) or (not c and what follows)."""
        args = node.args[place:]
        if not args:
            return _always(Step(Condition(Literal(False), True, "always"), not sign))
        if len(args) == 1:
            return self.plan(args[0], sign, scope)
        either, other = Condition(node, sign, "or"), Condition(node, sign, "and")
        take = self.joined(node, sign, "and", [(args[0], True), (args[1], sign)], scope)
        refuse = self.plan(args[0], False, scope)
        follow = self.chosen(node, sign, place + 2, scope)

        def tell(notes: Notes) -> Step:
            taken = take(notes)
            if taken.result is True:
                return Step(either, True, (taken,))
            parts = [refuse(notes)]
            result = cast(Answer, parts[0].result)
            if result is not False:
                parts.append(follow(notes))
                if parts[1].result is not True:
                    result = False if parts[1].result is False else WITHHELD
            undecided = WITHHELD in (taken.result, result) and result is not True
            return Step(either, WITHHELD if undecided else result, (taken, Step(other, result, parts)))

        return tell

    def audience(self, node: Call, sign: bool) -> Tell:
        """Explain an audience; what was shown once is only referred to after that."""
        name = cast(str, cast(Literal, node.args[0]).value)
        condition, key, told = Condition(node, sign, "audience"), (name, sign), self.compiler.told
        if key not in told:
            tree = self.vocabulary.audience(name).node
            assert tree is not None
            told[key] = self.plan(tree, sign)
        explain = told[key]

        def tell(notes: Notes) -> Step:
            seen = notes.audiences.get(key)
            if seen is not None:
                return Step(condition, seen.result, (), _withheld_in(seen), why="seen above")
            inner = explain(notes)
            step = notes.audiences[key] = Step(condition, inner.result, (inner,))
            return step

        return tell

    def leaf(self, node: Node, sign: bool, scope: str | None) -> Tell:
        run, private = self.compiler.condition(node, sign, scope), _private(node, self.vocabulary)
        op = "truth"
        args: tuple[Node, ...] = (node,)
        if isinstance(node, Call) and OPERATORS[node.op].gives == "condition":
            op, args = node.op, settle(node, self.vocabulary, scope is not None)
        condition = Condition(node, sign, op, args, tuple(self.compiler.value(arg, scope) for arg in args))

        def tell(notes: Notes) -> Step:
            reads: dict[str, object] = {}
            notes.reads = reads
            result = run(notes.read, notes.memo)
            notes.known.update(reads)
            if private:
                reads = _without(reads, private)
            notes.facts.update(reads)
            return Step(condition, result, (), reads, notes.recall)

        return tell

    def quantified(self, node: Call, sign: bool, scope: str | None) -> Tell:
        """Explain some, all and none by the item that decided, where one did."""
        run, private = self.compiler.condition(node, sign, scope), _private(node, self.vocabulary)
        items = self.compiler.value(node.args[0], scope)
        condition = Condition(node, sign, node.op, node.args[:1], (items,))
        inner, exists = self.vocabulary.items_of(node.args[0]), sign if node.op == "some" else not sign
        asked = sign if node.op == "all" else exists
        holds = self.compiler.condition(node.args[1], asked, inner)
        explain = self.plan(node.args[1], asked, inner)

        def tell(notes: Notes) -> Step:
            reads: dict[str, object] = {}
            notes.reads = reads
            result = run(notes.read, notes.memo)
            part: Step | None = None
            item: object = NO_ITEM
            if result is exists and not private:
                item = _first(items(notes.read, notes.memo), holds, exists, notes)
                if item is not NO_ITEM:
                    part = explain(Notes(Item(item, notes.read), notes.memo))
            notes.known.update(reads)
            shown = _without(reads, private) if private else reads
            notes.facts.update(shown)
            return Step(condition, result, () if part is None else (part,), shown, notes.recall, None, item)

        return tell


def _nothing(name: str) -> object:
    return None


def _always(step: Step) -> Tell:
    return lambda notes: step


def _first(found: object, holds: Callable[[Read, Memo], Answer], exists: bool, notes: Notes) -> object:
    """Give the first item that decides, or NO_ITEM."""
    for item in cast("Sequence[object]", found) if isinstance(found, (list, tuple)) else ():
        if holds(Item(item, notes.read), notes.memo) is exists:
            return item
    return NO_ITEM


def _without(reads: Mapping[str, object], private: frozenset[str]) -> dict[str, object]:
    return {name: value for name, value in reads.items() if name not in private}


def _withheld_in(step: Step) -> dict[str, object]:
    found: dict[str, object] = {name: value for name, value in step.reads.items() if value is WITHHELD}
    for part in step.parts:
        found |= _withheld_in(part)
    return found


def _private(node: Node, vocabulary: Vocabulary) -> frozenset[str]:
    """Name the facts whose value never leaves the decision: addresses, and what is compared as one."""
    nodes = list(walk(node))
    compared = any(isinstance(part, Call) and part.op == "in_cidr" for part in nodes)
    names: set[str] = set()
    for part in nodes:
        if isinstance(part, Var):
            fact = vocabulary.facts.find(part.name)
            if compared or (fact is not None and "ip" in (fact.type, fact.items)):
                names.add(part.name)
        elif isinstance(part, Call) and part.op == "audience" and part is not node:
            # A condition inside an operand may ask an audience, which reads for itself.
            tree = vocabulary.audience(cast(str, cast(Literal, part.args[0]).value)).node
            names |= _private(tree, vocabulary) if tree is not None else set()
    return frozenset(names)


def _op(node: Node) -> str:
    return node.op if isinstance(node, Call) else "truth" if isinstance(node, Var) else "always"


def _answer(result: Answer | None) -> object:
    return "withheld" if result is WITHHELD else result


_LEVELS: Final = 3
_ITEMS: Final = 100


def _json(value: object, depth: int = 0) -> object:
    """Write what was read as JSON: a few levels and at most 100 items of each, for it may hold itself."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        number = to_number(value)
        return number if number - number == 0 else None
    if depth < _LEVELS and isinstance(value, (list, tuple)):
        return [_json(item, depth + 1) for item in cast("Sequence[object]", value)[:_ITEMS]]
    if depth < _LEVELS and isinstance(value, Mapping):
        some = islice(cast("Mapping[object, object]", value).items(), _ITEMS)
        return {str(key): _json(item, depth + 1) for key, item in some}
    if isinstance(value, (list, tuple, Mapping)):
        return "…"
    return "withheld" if value is WITHHELD else shown(value)


def _step_dict(step: Step) -> dict[str, object]:
    found: dict[str, object] = {"op": step.op, "pointer": step.node.pointer, "result": _answer(step.result)}
    if not step.sign and step.op not in ("and", "or"):
        found["negated"] = True
    if isinstance(step.node, Call) and step.op == "audience":
        found["audience"] = cast(Literal, step.node.args[0]).value
    if step.reads and step.op != "audience":
        found["reads"] = {name: _json(value) for name, value in step.reads.items()}
    if step.parts and step.why is None:
        found["parts"] = [_step_dict(part) for part in step.parts]
    if step.item is not NO_ITEM:
        found["item"] = _json(step.item)
    if step.why is not None:
        found["why"] = WORDS["en"].get(step.why, step.why)
    return found
