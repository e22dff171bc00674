"""Compile a rule to closures, and evaluate it.

A closure takes `read` (dotted name -> value) and `memo` (answers of shared audiences in this evaluation). Meaning is
defined with `!` pushed down to the comparisons: each condition is compiled under a sign, and under either sign a
comparison that lacks an operand is False. Withheld facts follow Kleene's three-valued logic.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast, overload
from typing import Literal as Either

from mitate_rules.check import check
from mitate_rules.errors import Diagnostic, RuleError
from mitate_rules.explain import Explainer, Explanation, Tell
from mitate_rules.facts import Context, Facts, Item, Read, looks, reader, split
from mitate_rules.jsonlogic import compile_official
from mitate_rules.operators import OPERATORS, glob, time_between
from mitate_rules.partial import Fold, Folds, Json, Kept, Rest, folder, is_live, kept
from mitate_rules.settle import settle
from mitate_rules.source import scan
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import WITHHELD, Answer, is_number, truth
from mitate_rules.vocabulary import Declarations, Vocabulary

if TYPE_CHECKING:
    from mitate_rules.changes import Change

Memo = dict[str, Answer]
Run = Callable[[Read, Memo], Answer]
Value = Callable[[Read, Memo], object]

# Comparisons that lack an operand when one is missing, whatever the others are.
NEEDS_ALL = frozenset({"order", "moments", "days_since", "count_events", "time_between", "sem_ver"})


class Compiler:
    """Turns checked trees into closures; `items` names the type of a list's items inside a quantifier."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._audiences: dict[tuple[str, bool], Run] = {}
        self.told: dict[tuple[str, bool], Tell] = {}

    # -- conditions

    def condition(self, node: Node, sign: bool = True, scope: str | None = None) -> Run:
        """Compile a condition; with sign False its negation."""
        if isinstance(node, Literal):
            return _constant(truth(_plain(node.value)) is sign)
        if isinstance(node, Var):
            return self._truth(node, sign, scope)
        if node.op in ("!", "!!"):
            return self.condition(node.args[0], sign is (node.op == "!!"), scope)
        if node.op in ("and", "or"):
            runs = [self.condition(arg, sign, scope) for arg in node.args]
            return _every(runs) if (node.op == "and") is sign else _any(runs)
        if node.op == "if":
            return self._choose(node.args, sign, scope)
        if node.op == "audience":
            return self.audience(cast(str, cast(Literal, node.args[0]).value), sign)
        if node.op in ("some", "all", "none"):
            return self._quantifier(node, sign, scope)
        if OPERATORS[node.op].gives != "condition":
            return _truth_of(self.value(node, scope), sign)
        return self._leaf(node, sign, scope)

    def every(self, conditions: Sequence[tuple[Node, bool]]) -> Run:
        """Compile conditions, each with its sign, that must all hold."""
        return _every([self.condition(node, sign) for node, sign in conditions])

    def audience(self, name: str, sign: bool = True) -> Run:
        """Compile an audience once; its answer is shared by all rules of one evaluation."""
        key = (name, sign)
        if key not in self._audiences:
            tree = self.vocabulary.audience(name).node
            assert tree is not None
            self._audiences[key] = _remembered(name if sign else "!" + name, self.condition(tree, sign))
        return self._audiences[key]

    def _truth(self, node: Var, sign: bool, scope: str | None) -> Run:
        if node.default is None and self._type(node.name, scope) in ("boolean", None):
            return _truth_fact(node.name, sign, only_boolean=self._type(node.name, scope) == "boolean")
        return _truth_of(self.value(node, scope), sign)

    def _choose(self, args: Sequence[Node], sign: bool, scope: str | None) -> Run:
        """Compile if as (c and a) or (not c and b), so that a condition that lacks an operand takes no branch."""
        run = self.condition(args[-1], sign, scope) if len(args) % 2 else _constant(not sign)
        for place in range(len(args) - len(args) % 2 - 2, -1, -2):
            yes, no = self.condition(args[place], True, scope), self.condition(args[place], False, scope)
            run = _any([_every([yes, self.condition(args[place + 1], sign, scope)]), _every([no, run])])
        return run

    def _quantifier(self, node: Call, sign: bool, scope: str | None) -> Run:
        items = self.value(node.args[0], scope)
        inner = _items_type(self.vocabulary, node.args[0])
        exists = sign if node.op == "some" else not sign
        holds = self.condition(node.args[1], sign if node.op == "all" else exists, inner)
        return _quantified(items, holds, exists=exists, empty=not sign if node.op == "all" else not exists)

    def _leaf(self, node: Call, sign: bool, scope: str | None) -> Run:
        operator = OPERATORS[node.op]
        args = settle(node, self.vocabulary, scope is not None)
        fused = _fuse_clock(operator.takes, args, sign, typed=scope is None and not self.vocabulary.facts.open)
        dated = operator.takes == "text" and isinstance(args[0], Var) and self._type(args[0].name, scope) == "date"
        if fused is None and len(args) == 2 and not dated:
            fused = _fuse(node.op, args, sign)
        if fused is not None:
            return fused
        evaluate = cast("Callable[..., bool | None]", operator.evaluate)
        places = [place for place, arg in enumerate(args) if not isinstance(arg, Literal)]
        if len(places) == 1:
            plain = [arg.value if isinstance(arg, Literal) else None for arg in args]
            needs_all = operator.takes in NEEDS_ALL
            return _compared_one(evaluate, self.value(args[places[0]], scope), plain, places[0], sign, needs_all)
        return _compared(evaluate, [self.value(arg, scope) for arg in args], sign, operator.takes in NEEDS_ALL)

    # -- values

    def value(self, node: Node, scope: str | None = None) -> Value:
        """Compile an operand."""
        if isinstance(node, Literal):
            return _literal(node.value)
        if isinstance(node, Var):
            default = self.value(node.default, scope) if node.default is not None else None
            return _read_fact(node.name, self._type(node.name, scope), default)
        if node.op == "if":
            value = self.value(node.args[-1], scope) if len(node.args) % 2 else _literal(None)
            for place in range(len(node.args) - len(node.args) % 2 - 2, -1, -2):
                test = node.args[place]
                yes, no = self.condition(test, True, scope), self.condition(test, False, scope)
                value = _chosen(yes, no, self.value(node.args[place + 1], scope), value)
            return value
        if node.op == "filter":
            inner = _items_type(self.vocabulary, node.args[0])
            return _filtered(self.value(node.args[0], scope), self.condition(node.args[1], True, inner))
        compute = cast("Callable[..., object]", OPERATORS[node.op].evaluate)
        return _computed(compute, [self.value(arg, scope) for arg in node.args])

    def _type(self, name: str, scope: str | None) -> str | None:
        if scope is not None:
            return scope or None if name == "" else None
        fact = self.vocabulary.facts.find(name)
        return fact.type if fact is not None else None


def _items_type(vocabulary: Vocabulary, node: Node) -> str:
    while isinstance(node, Call) and node.op == "filter":
        node = node.args[0]
    fact = vocabulary.facts.find(node.name) if isinstance(node, Var) else None
    return (fact.items or "") if fact is not None else ""


def _plain(value: object) -> object:
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


# -- closures: connectives


def _constant(answer: bool) -> Run:
    return lambda read, memo: answer


def _every(runs: Sequence[Run]) -> Run:
    if len(runs) == 1:
        return runs[0]
    if len(runs) == 2:
        first, second = runs

        def both(read: Read, memo: Memo) -> Answer:
            answer = first(read, memo)
            if answer is True:
                return second(read, memo)
            if answer is False:
                return False
            return False if second(read, memo) is False else WITHHELD

        return both
    if len(runs) == 3:
        one, two, three = runs

        def all_three(read: Read, memo: Memo) -> Answer:
            a = one(read, memo)
            if a is False:
                return False
            b = two(read, memo)
            if b is False:
                return False
            c = three(read, memo)
            if c is False:
                return False
            return True if a is True and b is True and c is True else WITHHELD

        return all_three
    head, rest = runs[0], tuple(runs[1:])

    def every(read: Read, memo: Memo) -> Answer:
        answer = head(read, memo)
        if answer is False:
            return False
        for run in rest:
            held = run(read, memo)
            if held is False:
                return False
            if held is not True:
                answer = WITHHELD
        return answer

    return every


def _any(runs: Sequence[Run]) -> Run:
    if len(runs) == 1:
        return runs[0]
    if len(runs) == 2:
        first, second = runs

        def either(read: Read, memo: Memo) -> Answer:
            answer = first(read, memo)
            if answer is False:
                return second(read, memo)
            if answer is True:
                return True
            return True if second(read, memo) is True else WITHHELD

        return either
    several = tuple(runs)

    def any_of(read: Read, memo: Memo) -> Answer:
        answer: Answer = False
        for run in several:
            held = run(read, memo)
            if held is True:
                return True
            if held is not False:
                answer = WITHHELD
        return answer

    return any_of


def _remembered(key: str, run: Run) -> Run:
    def shared(read: Read, memo: Memo) -> Answer:
        answer = memo.get(key)
        if answer is None:
            answer = memo[key] = run(read, memo)
        return answer

    return shared


def _quantified(items: Value, holds: Run, *, exists: bool, empty: bool) -> Run:
    """Ask whether some item holds (exists) or every one; `empty` is the answer for no items."""

    def run(read: Read, memo: Memo) -> Answer:
        found = items(read, memo)
        if found is WITHHELD:
            return WITHHELD
        if not isinstance(found, (list, tuple)) or not found:
            return empty
        answer: Answer = not exists
        for item in cast("Sequence[object]", found):
            held = holds(Item(item, read), memo)
            if held is exists:
                return exists
            if held is WITHHELD:
                answer = WITHHELD
        return answer

    return run


# -- closures: conditions on operands


def _compared(evaluate: Callable[..., bool | None], getters: Sequence[Value], sign: bool, needs_all: bool) -> Run:
    several = tuple(getters)

    def compared(read: Read, memo: Memo) -> Answer:
        operands = [get(read, memo) for get in several]
        for operand in operands:
            if operand is WITHHELD:
                return False if needs_all and any(other is None for other in operands) else WITHHELD
        held = evaluate(*operands)
        return False if held is None else held is sign

    return compared


def _compared_one(
    evaluate: Callable[..., bool | None],
    get: Value,
    operands: Sequence[object],
    place: int,
    sign: bool,
    needs_all: bool,
) -> Run:
    """Compare one operand that is read with others that stand in the rule."""
    before, after = tuple(operands[:place]), tuple(operands[place + 1 :])
    undecided: Answer = False if needs_all and any(other is None for other in (*before, *after)) else WITHHELD

    def compared(read: Read, memo: Memo) -> Answer:
        found = get(read, memo)
        if found is WITHHELD:
            return undecided
        held = evaluate(*before, found, *after)
        return False if held is None else held is sign

    return compared


def _truth_of(value: Value, sign: bool) -> Run:
    def run(read: Read, memo: Memo) -> Answer:
        found = value(read, memo)
        return WITHHELD if found is WITHHELD else truth(found) is sign

    return run


def _truth_fact(name: str, sign: bool, only_boolean: bool) -> Run:
    def run(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if found is True:
            return sign
        if found is False or found is None:
            return not sign
        if found is WITHHELD:
            return WITHHELD
        return not sign if only_boolean else truth(found) is sign

    return run


def _equals(name: str, wanted: object, sign: bool) -> Run | None:
    if isinstance(wanted, bool):

        def is_bool(read: Read, memo: Memo) -> Answer:
            found: Any = read(name)
            return WITHHELD if found is WITHHELD else (found is wanted) is sign

        return is_bool
    if isinstance(wanted, str):
        unlike = not sign

        def is_text(read: Read, memo: Memo) -> Answer:
            found: Any = read(name)
            if found == wanted:
                return sign
            return WITHHELD if found is WITHHELD else unlike

        return is_text
    if isinstance(wanted, (int, float)):
        unlike = not sign

        def is_number_like(read: Read, memo: Memo) -> Answer:
            found: Any = read(name)
            if found == wanted and is_number(found):
                return sign
            return WITHHELD if found is WITHHELD else unlike

        return is_number_like
    return None


def _ge(name: str, bound: float) -> Run:
    def at_least(read: Read, memo: Memo) -> Answer:
        found: Any = read(name)
        kind = found.__class__
        if kind is float or kind is int:
            held: bool = found >= bound
            return held
        return WITHHELD if found is WITHHELD else is_number(found) and bool(found >= bound)

    return at_least


def _gt(name: str, bound: float) -> Run:
    def above(read: Read, memo: Memo) -> Answer:
        found: Any = read(name)
        kind = found.__class__
        if kind is float or kind is int:
            held: bool = found > bound
            return held
        return WITHHELD if found is WITHHELD else is_number(found) and bool(found > bound)

    return above


def _le(name: str, bound: float) -> Run:
    def at_most(read: Read, memo: Memo) -> Answer:
        found: Any = read(name)
        kind = found.__class__
        if kind is float or kind is int:
            held: bool = found <= bound
            return held
        return WITHHELD if found is WITHHELD else is_number(found) and bool(found <= bound)

    return at_most


def _lt(name: str, bound: float) -> Run:
    def below(read: Read, memo: Memo) -> Answer:
        found: Any = read(name)
        kind = found.__class__
        if kind is float or kind is int:
            held: bool = found < bound
            return held
        return WITHHELD if found is WITHHELD else is_number(found) and bool(found < bound)

    return below


def _in_texts(name: str, wanted: frozenset[str], sign: bool) -> Run:
    unlike = not sign

    def among(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if isinstance(found, str):
            return (found in wanted) is sign
        return WITHHELD if found is WITHHELD else unlike

    return among


def _starts_with(name: str, wanted: str, sign: bool) -> Run:
    def starts(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if isinstance(found, str):
            held: bool = found.startswith(wanted)
            return held is sign
        return WITHHELD if found is WITHHELD else not sign

    return starts


def _fits_glob(name: str, fits: Callable[[str], bool], sign: bool) -> Run:
    def fitting(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if isinstance(found, str):
            return fits(found) is sign
        return WITHHELD if found is WITHHELD else not sign

    return fitting


_BOUNDS = {"<": _lt, "<=": _le, ">": _gt, ">=": _ge}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _fuse(op: str, args: Sequence[Node], sign: bool) -> Run | None:
    """Give one closure for the commonest conditions, a fact against a literal; None for the others."""
    left, right = args
    takes = OPERATORS[op].takes
    if isinstance(left, Literal) and isinstance(right, Var) and takes in ("same", "order"):
        left, right, op = right, left, _FLIPPED.get(op, op)
    if not isinstance(left, Var) or left.default is not None or not isinstance(right, Literal):
        return None
    wanted = right.value
    if takes == "same":
        return _equals(left.name, wanted, sign is op.startswith("="))
    if takes == "order" and is_number(wanted):
        return _BOUNDS[op if sign else cast(str, OPERATORS[op].negated)](left.name, cast(float, wanted))
    if isinstance(wanted, frozenset):
        return _in_texts(left.name, cast("frozenset[str]", wanted), sign)
    if op == "in" and isinstance(wanted, tuple):
        items = cast("tuple[object, ...]", wanted)
        if all(isinstance(item, str) for item in items):
            return _in_texts(left.name, frozenset(cast("tuple[str, ...]", items)), sign)
    if op == "starts_with" and isinstance(wanted, str):
        return _starts_with(left.name, wanted, sign)
    if op == "matches_glob" and isinstance(wanted, str):
        return _fits_glob(left.name, glob(wanted), sign)
    return None


def _fuse_clock(takes: str, args: Sequence[Node], sign: bool, *, typed: bool) -> Run | None:
    """Give one closure for a time of day or a weekday against literals; None for the others."""
    if takes == "weekday":
        days, today = args
        if isinstance(days, Literal) and isinstance(today, Var):
            return _on_days(today.name, frozenset(cast("tuple[int, ...]", days.value)), sign)
    if takes == "time_between":
        start, end, hour, minute = args
        bounds = (start.value, end.value) if isinstance(start, Literal) and isinstance(end, Literal) else ()
        if bounds and isinstance(hour, Var) and isinstance(minute, Var):
            return _within(bounds, hour.name, minute.name, sign, typed)
    return None


def _on_days(name: str, days: frozenset[int], sign: bool) -> Run:
    def on(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if found.__class__ is int:
            return (found in days) is sign
        if found is WITHHELD:
            return WITHHELD
        return (is_number(found) and found in days) is sign

    return on


def _within(bounds: tuple[object, object], hour_name: str, minute_name: str, sign: bool, typed: bool) -> Run:
    start, end = bounds

    def within(read: Read, memo: Memo) -> Answer:
        hour, minute = read(hour_name), read(minute_name)
        if hour is WITHHELD or minute is WITHHELD:
            known = minute if hour is WITHHELD else hour
            wrong = typed and known is not WITHHELD and not is_number(known)
            return False if known is None or wrong else WITHHELD
        held = time_between(start, end, hour, minute)
        return False if held is None else held is sign

    return within


# -- closures: operands


def _literal(value: object) -> Value:
    return lambda read, memo: value


def _read_fact(name: str, type_name: str | None, default: Value | None) -> Value:
    fits = looks(type_name) if type_name is not None else None

    def fact(read: Read, memo: Memo) -> object:
        found = read(name)
        if found is WITHHELD:
            return WITHHELD
        if found is None or (fits is not None and not fits(found)):
            return default(read, memo) if default is not None else None
        return found

    return fact


def _computed(compute: Callable[..., object], getters: Sequence[Value]) -> Value:
    several = tuple(getters)

    def computed(read: Read, memo: Memo) -> object:
        operands = [get(read, memo) for get in several]
        if any(operand is WITHHELD for operand in operands):
            return WITHHELD
        return compute(*operands)

    return computed


def _chosen(yes: Run, no: Run, then: Value, other: Value) -> Value:
    def chosen(read: Read, memo: Memo) -> object:
        held = yes(read, memo)
        if held is True:
            return then(read, memo)
        not_held = no(read, memo)
        if not_held is True:
            return other(read, memo)
        return WITHHELD if held is WITHHELD or not_held is WITHHELD else None

    return chosen


def _filtered(items: Value, holds: Run) -> Value:
    def filtered(read: Read, memo: Memo) -> object:
        found = items(read, memo)
        if not isinstance(found, (list, tuple)):
            return WITHHELD if found is WITHHELD else None
        kept: list[object] = []
        for item in cast("Sequence[object]", found):
            held = holds(Item(item, read), memo)
            if held is WITHHELD:
                return WITHHELD
            if held is True:
                kept.append(item)
        return kept

    return filtered


# -- the doors


def reads_of(node: Node, vocabulary: Vocabulary, seen: set[str] | None = None) -> set[str]:
    """Name the facts a tree may read, those of its audiences included."""
    seen = set() if seen is None else seen
    found: set[str] = set()
    pending: list[tuple[Node, bool]] = [(node, False)]
    while pending:
        part, inside = pending.pop()
        if isinstance(part, Var):
            if not inside or part.name.startswith("@"):
                found.add(part.name.removeprefix("@"))
            if part.default is not None:
                pending.append((part.default, inside))
        elif isinstance(part, Call):
            if part.op == "audience":
                name = cast(str, cast(Literal, part.args[0]).value)
                tree = vocabulary.audience(name).node
                if name not in seen and tree is not None:
                    seen.add(name)
                    pending.append((tree, False))
            elif OPERATORS[part.op].takes == "quantifier":
                pending.append((part.args[0], inside))
                pending.append((part.args[1], True))
            else:
                for arg in settle(part, vocabulary, inside):
                    if isinstance(arg, Var) and arg.default is None and not inside:
                        found.add(arg.name.removeprefix("@"))
                    elif not isinstance(arg, Literal):
                        pending.append((arg, inside))
    return found


class Program:
    """A compiled rule. Call it with the data; it may be shared by threads."""

    def __init__(self, rule: object, node: Node, compiler: Compiler) -> None:
        self.rule = rule
        self.node = node
        self._compiler = compiler
        self._explainer: Explainer | None = None
        self._folds: dict[bool, Fold] = {}
        self.run = compiler.condition(node)
        self.facts_read = frozenset(reads_of(node, compiler.vocabulary))
        self._paths = {name: split(name) for name in self.facts_read}

    @property
    def vocabulary(self) -> Vocabulary:
        """The facts, audiences and lists it was compiled with."""
        return self._compiler.vocabulary

    def __call__(self, data: object) -> Answer:
        """Give True, False, or WITHHELD when the answer depends on withheld facts."""
        if isinstance(data, Context):
            return self.run(data.get, {})
        return self.run(self._reader(data), {})

    def explain(self, data: object) -> Explanation:
        """Give the answer with every condition, the values it read, and what was not evaluated."""
        if self._explainer is None:
            self._explainer = Explainer(self.node, self._compiler)
        return self._explainer(self._reader(data))

    def partial(self, data: object, withheld: Collection[str] = ()) -> bool | Json:
        """Give True, False, or what is left while facts are withheld (`withheld` are, too): a rule nobody may change.

        What is left reads only withheld facts. True or False may come where evaluation says `WITHHELD`.
        """
        folded = self.fold(self._withholding(data, withheld))
        return folded if isinstance(folded, bool) else folded.rule

    def for_browser(self, data: object, may_know: Callable[[str], bool] = is_live) -> bool | Rest | Kept:
        """Give what is left when a browser may be told: it reads and carries only facts that the browser `may_know`,
        and no list. Else `Kept` says why not.
        """
        folded = self.fold(self._reader(data))
        return folded if isinstance(folded, bool) else kept(folded, may_know) or folded

    def fold(self, read: Read, folds: Folds | None = None, *, undecided: bool = False) -> bool | Rest:
        """Do the same as `partial`, from a reader, giving what is left with the facts that it reads.

        Programs of one document share what is left of their audiences through `folds`, for one visitor. Where it is
        known that evaluation says `WITHHELD` (`undecided`), that costs less.
        """
        run = self._folds.get(undecided)
        if run is None:
            run = self._folds[undecided] = folder(self._compiler).condition(self.node, undecided=undecided)
        return run(read, {}, {} if folds is None else folds)

    def _withholding(self, data: object, names: Collection[str]) -> Read:
        read = self._reader(data)
        return (lambda name: WITHHELD if name in names else read(name)) if names else read

    def changes(self, data: object, *, limit: int = 3, may_change: Callable[[str], bool] | None = None) -> list[Change]:
        """Give the smallest changes of a visitor that make the rule match, fewest facts first, each verified."""
        from mitate_rules.changes import changes

        return changes(self.node, self._compiler, self._reader(data), limit=limit, may_change=may_change)

    def _reader(self, data: object) -> Read:
        return data.get if isinstance(data, Context) else reader(data, self._paths)


class Official:
    """A compiled rule of the official JSON-Logic dialect; its data and its answer are any JSON value."""

    def __init__(self, rule: object) -> None:
        self.rule = rule
        self._apply, self.facts_read = compile_official(rule)

    def __call__(self, data: object = None) -> object:
        """Evaluate; raises `LimitError` when it takes more work than the limit allows."""
        return self._apply(data)


def check_rule(
    rule: object,
    facts: Declarations | Facts | None = None,
    *,
    audiences: Declarations | None = None,
    lists: Mapping[str, Iterable[str]] | None = None,
    source: str | None = None,
) -> list[Diagnostic]:
    """Give every finding on a targeting rule, with line and column when its JSON text is given."""
    found = check(rule, Vocabulary(facts, audiences, lists))[1]
    if source is None:
        return found
    positions = scan(source)
    placed = [diagnostic.at(positions=positions) for diagnostic in [*positions.diagnostics, *found]]
    return sorted(placed, key=lambda diagnostic: (diagnostic.line or 0, diagnostic.column or 0))


@overload
def compile_rule(
    rule: object,
    facts: Declarations | Facts | None = None,
    *,
    dialect: Either["targeting"] = "targeting",
    audiences: Declarations | None = None,
    lists: Mapping[str, Iterable[str]] | None = None,
) -> Program: ...
@overload
def compile_rule(rule: object, *, dialect: Either["jsonlogic"]) -> Official: ...
def compile_rule(
    rule: object,
    facts: Declarations | Facts | None = None,
    *,
    dialect: Either["targeting", "jsonlogic"] = "targeting",
    audiences: Declarations | None = None,
    lists: Mapping[str, Iterable[str]] | None = None,
) -> Program | Official:
    """Compile a rule; raises `RuleError` with every finding when it has an error."""
    if dialect == "jsonlogic":
        return Official(rule)
    return compile_with(rule, Compiler(Vocabulary(facts, audiences, lists)))


def compile_with(rule: object, compiler: Compiler) -> Program:
    """Compile a rule with the shared words of a document; raises `RuleError`."""
    node, found = check(rule, compiler.vocabulary)
    if node is None:
        raise RuleError([diagnostic for diagnostic in found if diagnostic.severity == "error"])
    return Program(rule, node, compiler)
