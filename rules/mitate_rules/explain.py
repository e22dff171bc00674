"""Why a rule gave its answer: every condition, the values it read, and what was not evaluated.

The tree shows the rule's meaning, with `!` pushed down to its comparisons. Each comparison is answered by the very
closure that decides, so that an explanation can't differ from the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from mitate_rules import sentences
from mitate_rules.facts import Read
from mitate_rules.messages import WORDS
from mitate_rules.operators import OPERATORS
from mitate_rules.settle import settle
from mitate_rules.steps import Step
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import WITHHELD, Answer, shown, to_number
from mitate_rules.vocabulary import Vocabulary

Memo = dict[str, Answer]


class Compiles(Protocol):
    """What an explanation needs of the compiler."""

    vocabulary: Vocabulary

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
        return sentences.clauses(self.step, self.vocabulary, lang)

    def because(self, lang: str = "en") -> str:
        """Give the clauses joined, to be continued: "…のため" in Japanese, "a and b" in English."""
        return sentences.because(self.clauses(lang), lang)

    def sentence(self, lang: str = "en") -> str:
        """Give one sentence for a marketer."""
        return sentences.sentence(self.step, self.vocabulary, lang)

    def tree(self, lang: str = "en") -> str:
        """Give the developer's tree: ✓ holds, ✗ fails, ? withheld, – not evaluated."""
        return sentences.tree(self.step, self.vocabulary, lang)

    def to_dict(self) -> dict[str, object]:
        """Give the explanation as JSON; withheld values and answers are the text "withheld" under their own key."""
        known = {name: _json(value) for name, value in self.facts.items() if value is not WITHHELD}
        return {
            "result": _answer(self.result),
            "facts": known,
            "withheld": [name for name, value in self.facts.items() if value is WITHHELD],
            "tree": _step_dict(self.step),
        }


def explain(node: Node, read: Read, compiler: Compiles) -> Explanation:
    """Explain a rule on the facts of one visitor."""
    explainer = _Explainer(read, compiler)
    step = explainer.step(node, True)
    assert step.result is not None
    return Explanation(step.result, explainer.facts, step, compiler.vocabulary)


class _Explainer:
    def __init__(self, read: Read, compiler: Compiles) -> None:
        self.read = read
        self.compiler = compiler
        self.vocabulary = compiler.vocabulary
        self.facts: dict[str, object] = {}
        self.audiences: dict[tuple[str, bool], Step] = {}
        self.memo: Memo = {}

    def step(self, node: Node, sign: bool) -> Step:
        """Explain one condition, evaluating as the closures do: left to right, until the answer is sure."""
        if isinstance(node, Literal):
            return Step(node, sign, "always", self.compiler.condition(node, sign)(self.read, {}))
        if isinstance(node, Call):
            if node.op in ("!", "!!"):
                return self.step(node.args[0], sign is (node.op == "!!"))
            if node.op in ("and", "or"):
                steps = [(arg, sign) for arg in node.args]
                return self.joined(node, sign, "and" if (node.op == "and") is sign else "or", steps)
            if node.op == "if":
                return self.chosen(node, sign, 0)
            if node.op == "audience":
                return self.audience(node, sign)
        return self.leaf(node, sign)

    def joined(self, node: Node, sign: bool, op: str, wanted: Sequence[tuple[Node, bool]]) -> Step:
        decisive = op == "or"
        result: Answer = not decisive
        parts: list[Step] = []
        for arg, arg_sign in wanted:
            if result is decisive:
                parts.append(Step(arg, arg_sign, _op(arg), None, why=f"{op} decided"))
                continue
            part = self.step(arg, arg_sign)
            parts.append(part)
            if part.result is decisive:
                result = decisive
            elif part.result is WITHHELD:
                result = WITHHELD
        return Step(node, sign, op, result, tuple(parts))

    def chosen(self, node: Call, sign: bool, place: int) -> Step:
        """Explain if as (c and a) or (not c and what follows)."""
        args = node.args[place:]
        if not args:
            return Step(Literal(False), True, "always", not sign)
        if len(args) == 1:
            return self.step(args[0], sign)
        taken = self.joined(node, sign, "and", [(args[0], True), (args[1], sign)])
        if taken.result is True:
            return Step(node, sign, "or", True, (taken,))
        refused = self.step(args[0], False)
        parts = [refused]
        result = cast(Answer, refused.result)
        if result is not False:
            rest = self.chosen(node, sign, place + 2)
            parts.append(rest)
            if rest.result is not True:
                result = False if rest.result is False else WITHHELD
        other = Step(node, sign, "and", result, tuple(parts))
        either = WITHHELD if WITHHELD in (taken.result, result) and result is not True else result
        return Step(node, sign, "or", either, (taken, other))

    def audience(self, node: Call, sign: bool) -> Step:
        name = cast(str, cast(Literal, node.args[0]).value)
        seen = self.audiences.get((name, sign))
        if seen is not None:
            return Step(node, sign, "audience", seen.result, (), _withheld_in(seen), why="seen above")
        tree = self.vocabulary.audience(name).node
        assert tree is not None
        inner = self.step(tree, sign)
        step = Step(node, sign, "audience", inner.result, (inner,))
        self.audiences[name, sign] = step
        return step

    def leaf(self, node: Node, sign: bool) -> Step:
        reads: dict[str, object] = {}
        private = _private(node)

        def read(name: str) -> object:
            value = self.read(name)
            fact = self.vocabulary.facts.find(name)
            if name not in private and (fact is None or "ip" not in (fact.type, fact.items)):
                reads[name] = self.facts[name] = value
            return value

        result = self.compiler.condition(node, sign)(read, self.memo)
        args: tuple[Node, ...] = (node,)
        op = "truth"
        if isinstance(node, Call):
            op = node.op
            if OPERATORS[op].takes == "quantifier" and OPERATORS[op].gives == "condition":
                args = node.args[:1]
            elif OPERATORS[op].gives == "condition":
                args = settle(node, self.vocabulary)
            else:
                op = "truth"
        operands = tuple(self.compiler.value(arg)(read, {}) for arg in args)
        missing = any(value is None for arg, value in zip(args, operands, strict=True) if not isinstance(arg, Literal))
        return Step(node, sign, op, result, (), reads, operands, missing=missing)


def _withheld_in(step: Step) -> dict[str, object]:
    found: dict[str, object] = {name: value for name, value in step.reads.items() if value is WITHHELD}
    for part in step.parts:
        found |= _withheld_in(part)
    return found


def _private(node: Node) -> set[str]:
    """Name the facts whose value never leaves the decision: addresses."""
    if isinstance(node, Call) and node.op == "in_cidr":
        return {arg.name for arg in node.args if isinstance(arg, Var)}
    return set()


def _op(node: Node) -> str:
    return node.op if isinstance(node, Call) else "truth" if isinstance(node, Var) else "always"


def _answer(result: Answer | None) -> object:
    return "withheld" if result is WITHHELD else result


def _json(value: object) -> object:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        number = to_number(value)
        return number if number - number == 0 else None
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in cast("Sequence[object]", value)[:100]]
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in cast("Mapping[object, object]", value).items()}
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
    if step.why is not None:
        found["why"] = WORDS["en"].get(step.why, step.why)
    return found
