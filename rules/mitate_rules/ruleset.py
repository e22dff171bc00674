"""Many rules as one: asked together, answered in priority order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from heapq import merge
from typing import Final, Literal, NoReturn, cast

from mitate_rules.check import check
from mitate_rules.errors import Diagnostic, RuleError, did_you_mean, escape
from mitate_rules.facts import Context, Facts, Read, reader, split
from mitate_rules.index import Block, Builder, Memo, Run, bits_of, rows_of
from mitate_rules.parse import parse
from mitate_rules.partial import Folds, Rest
from mitate_rules.program import Compiler, Program, compile_with, reads_of
from mitate_rules.values import Answer
from mitate_rules.vocabulary import Declarations, Vocabulary

INDEXED_FROM: Final = 8
"""Fewer rules than this are evaluated one by one: that costs less than looking them up."""

PATIENCE: Final = 4
"""How many look-ups a row that is left is worth."""

SMALL: Final = 256
"""A block of so many rows is walked bit by bit."""

PATCHED: Final = 256
"""After so many replaced rules the whole set is indexed anew."""


class Residual:
    """The outcome of a rule that is neither True nor False while facts are withheld; worked out when asked for."""

    __slots__ = ("_folded", "_folds", "_program", "_read")

    def __init__(self, program: Program, read: Read, folds: Folds) -> None:
        self._program = program
        self._read = read
        self._folds = folds
        self._folded: bool | Rest | None = None

    @property
    def folded(self) -> bool | Rest:
        """What is left of the rule; True or False where the withheld facts turn out not to matter."""
        if self._folded is None:
            self._folded = self._program.fold(self._read, self._folds, undecided=True)
        return self._folded

    @property
    def rule(self) -> object:
        """What is left of the rule, as JSON: it reads nothing but withheld facts. Nobody may change it."""
        folded = self.folded
        return folded if folded is True or folded is False else folded.rule

    @property
    def facts(self) -> frozenset[str]:
        """The withheld facts on which the answer depends."""
        return frozenset() if isinstance(self.folded, bool) else self.folded.facts

    def __bool__(self) -> NoReturn:
        raise TypeError("an undecided rule is neither true nor false: compare with `is True`")

    def __repr__(self) -> str:
        return f"Residual of {self._program.rule!r}"


Outcome = tuple[str, Literal[True] | Residual]


class RuleSet:
    """Rules by id, in priority order, answered from bitmaps; audiences they share are evaluated once per context.

    Raises `RuleError` with the findings of all rules, each under its id. Never changes; may be shared by threads.
    """

    def __init__(
        self,
        rules: Mapping[str, object],
        facts: Declarations | Facts | None = None,
        *,
        audiences: Declarations | None = None,
        lists: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        if not isinstance(cast(object, rules), Mapping):
            raise TypeError(f"rules are a mapping, id -> rule in priority order, not a {type(rules).__name__}")
        self._rules = dict(rules)
        self._names = list(rules)
        self._numbers = {name: number for number, name in enumerate(self._names)}
        self._compiler = Compiler(Vocabulary(facts, audiences, lists))
        self._programs: dict[str, Program] = {}
        self._replaced: frozenset[int] = frozenset()
        self._patch: Sequence[Block] = ()
        builder = self._builder() if len(rules) >= INDEXED_FROM else None
        reads: set[str] = set()
        found: list[Diagnostic] = []
        for number, (name, rule) in enumerate(rules.items()):
            node, said = check(rule, self._compiler.vocabulary)
            if node is None:
                errors = (diagnostic for diagnostic in said if diagnostic.severity == "error")
                found.extend(diagnostic.at(pointer_prefix=escape(name)) for diagnostic in errors)
            elif builder is None:
                self._programs[name] = Program(rule, node, self._compiler)
                reads |= self._programs[name].facts_read
            else:
                builder.add(number, node)
                reads |= reads_of(node, self._compiler.vocabulary)
        if found:
            raise RuleError(found)
        self._blocks: Sequence[Block] = builder.finish() if builder is not None else ()
        self._plain: list[tuple[str, Run]] | None = (
            [(name, program.run) for name, program in self._programs.items()] if builder is None else None
        )
        self.facts_read = frozenset(reads)
        self._reads = _Names(reads)

    # -- asking

    def outcomes(self, context: Mapping[str, object]) -> Iterator[Outcome]:
        """Give, lazily and in priority order, each id that matches (True) or is undecided (what is left of its rule)."""
        read, folds = self._reader(context), Folds()
        for name, answer in self._answers(read, {}):
            yield name, True if answer is True else Residual(self.program(name), read, folds)

    def match(self, context: Mapping[str, object]) -> list[str]:
        """Give the ids of the rules that match, in priority order."""
        read, memo = self._reader(context), Memo()
        if self._plain is not None or self._replaced:
            return [name for name, answer in self._answers(read, memo) if answer is True]
        names, matched = self._names, list[str]()
        for block in self._blocks:
            found, doubt = block.look(read, memo, PATIENCE)
            if found:
                held = found & block.exact & ~doubt
                unsure = [row for row in rows_of(found ^ held) if self._holds(block, row, doubt, read, memo) is True]
                rules = block.rules
                numbers = [rules[row] for row in rows_of(held | bits_of(unsure, block.size))]
                matched += [names[number] for number in (numbers if block.alone else dict.fromkeys(numbers))]
        return matched

    def first(self, context: Mapping[str, object]) -> str | None:
        """Give the id of the first rule that matches, or None."""
        read, memo = self._reader(context), Memo()
        if self._plain is not None or self._replaced:
            return next((name for name, answer in self._answers(read, memo) if answer is True), None)
        for block in self._blocks:
            found, doubt = block.look(read, memo, PATIENCE)
            if found:
                row = self._first_row(block, found, doubt, read, memo)
                if row is not None:
                    return self._names[block.rules[row]]
        return None

    def _first_row(self, block: Block, found: int, doubt: int, read: Read, memo: Memo) -> int | None:
        """Give the first row that holds: the first that the tables are sure of, unless one before it holds."""
        sure = found & block.exact & ~doubt
        lowest = sure & -sure
        for row in rows_of(found & lowest - 1 if sure else found):
            if self._holds(block, row, doubt, read, memo) is True:
                return row
        return lowest.bit_length() - 1 if sure else None

    def _answers(self, read: Read, memo: Memo) -> Iterator[tuple[str, Answer]]:
        """Give each rule that is not False, with its answer."""
        if self._plain is not None:
            return _one_by_one(self._plain, read, memo)
        walked = self._walk(self._blocks, read, memo)
        return walked if not self._replaced else self._merged(walked, read, memo)

    def _merged(self, walked: Iterator[tuple[str, Answer]], read: Read, memo: Memo) -> Iterator[tuple[str, Answer]]:
        """Put the answers of replaced rules in their places; names differ, so answers are not compared."""
        numbers, replaced = self._numbers, self._replaced
        kept = ((numbers[name], name, answer) for name, answer in walked if numbers[name] not in replaced)
        patched = ((numbers[name], name, answer) for name, answer in self._walk(self._patch, read, memo))
        for _, name, answer in merge(kept, patched):
            yield name, answer

    def _walk(self, blocks: Sequence[Block], read: Read, memo: Memo) -> Iterator[tuple[str, Answer]]:
        names = self._names
        for block in blocks:
            found, doubt = block.look(read, memo, PATIENCE)
            if not found:
                continue
            sure = found & block.exact & ~doubt
            rules, rest = block.rules, block.rest
            plain = not doubt and block.alone
            if plain and block.size <= SMALL:
                while found:
                    lowest = found & -found
                    found ^= lowest
                    row = lowest.bit_length() - 1
                    answer: Answer = True if sure & lowest else rest(row)(read, memo)
                    if answer is not False:
                        yield names[rules[row]], answer
                continue
            held = sure.to_bytes(block.size // 8 + 1, "little")
            done = -1
            for row in rows_of(found):
                number = rules[row]
                if number == done:
                    continue
                answer = True
                if not held[row >> 3] >> (row & 7) & 1:
                    answer = rest(row)(read, memo) if plain else self._holds(block, row, doubt, read, memo)
                    if answer is False:
                        continue
                done = number
                yield names[number], answer

    def _holds(self, block: Block, row: int, doubt: int, read: Read, memo: Memo) -> Answer:
        """Evaluate what the tables leave open of a row; of a rule of several rows, or in doubt, all of it."""
        if row in block.several or (doubt and doubt >> row & 1):
            return self.program(self._names[block.rules[row]]).run(read, memo)
        return block.rest(row)(read, memo)

    # -- its rules

    def program(self, name: str) -> Program:
        """Give one rule's program, for explaining; it is made when first asked for. Raises `KeyError`."""
        program = self._programs.get(name)
        if program is None:
            if name not in self._rules:
                raise self._unknown(name)
            node = parse(self._rules[name]).node
            assert node is not None  # it was checked
            program = self._programs[name] = Program(self._rules[name], node, self._compiler)
        return program

    def replace(self, name: str, rule: object) -> RuleSet:
        """Give a set in which one rule reads otherwise; raises `RuleError`, and `KeyError` for an unknown id.

        The index is shared: only replaced rules are indexed anew, until there are many.
        """
        if name not in self._rules:
            raise self._unknown(name)
        program = compile_with(rule, self._compiler)
        changed = copy(self)
        changed._rules = {**self._rules, name: rule}
        changed._programs = {**self._programs, name: program}
        changed.facts_read = self.facts_read | program.facts_read
        changed._reads = _Names(changed.facts_read)
        if changed._plain is not None:
            changed._plain = [(other, changed.program(other).run) for other in self._names]
            return changed
        changed._replaced = self._replaced | {self._numbers[name]}
        if len(changed._replaced) > PATCHED:
            changed._replaced, changed._patch = frozenset(), ()
            changed._blocks = changed._built(range(len(self)))
        else:
            changed._patch = changed._built(sorted(changed._replaced))
        return changed

    def _unknown(self, name: str) -> KeyError:
        hint = did_you_mean(name, self._names)
        return KeyError(f'there is no rule "{name}"' + (f" ({hint})" if hint is not None else ""))

    def _builder(self) -> Builder:
        rules, names = self._rules, self._names
        return Builder(self._compiler, lambda number: rules[names[number]])

    def _built(self, numbers: Iterable[int]) -> Sequence[Block]:
        builder = self._builder()
        for number in numbers:
            node = parse(self._rules[self._names[number]]).node
            assert node is not None  # it was checked
            builder.add(number, node)
        return builder.finish()

    def memory(self) -> dict[str, int]:
        """Estimate the bytes of the index (`tables`), and count the rules that were compiled whole so far."""
        return {
            "tables": sum(block.memory for block in (*self._blocks, *self._patch)),
            "compiled": len(self._programs),
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _reader(self, context: Mapping[str, object]) -> Read:
        return context.get if isinstance(context, Context) else _Reading(context, self._reads).__getitem__


TOGETHER: Final = 24
"""Of more facts with one first step, such as interests, hardly all are asked of one visitor."""


def _one_by_one(runs: Sequence[tuple[str, Run]], read: Read, memo: Memo) -> Iterator[tuple[str, Answer]]:
    for name, run in runs:
        answer = run(read, memo)
        if answer is not False:
            yield name, answer


class _Names:
    """The facts that rules read, by the first step of their names."""

    def __init__(self, names: Iterable[str]) -> None:
        self.paths = {name: split(name) for name in names}
        self.beside: dict[str, tuple[str, list[tuple[str, str]]]] = {}
        """A name of two steps -> its first step, and the names that are read with it, each with its second step."""
        groups: dict[str, list[str]] = {}
        for name, path in self.paths.items():
            if len(path) == 2:
                groups.setdefault(path[0], []).append(name)
        for first, beside in groups.items():
            for some in [beside] if len(beside) <= TOGETHER else [[name] for name in beside]:
                group = (first, [(name, self.paths[name][1]) for name in some])
                self.beside.update(dict.fromkeys(some, group))


class _Reading(dict[str, object]):
    """What was read of nested data so far: facts that stand together are read together, once."""

    def __init__(self, data: Mapping[str, object], names: _Names) -> None:
        self.data, self.names = data, names

    def __missing__(self, name: str) -> object:
        found = self.names.beside.get(name)
        if found is not None and self.data.__class__ is dict:
            first, beside = found
            node = self.data.get(first)
            if node.__class__ is dict:
                get = cast("dict[str, object]", node).get
                for fact, key in beside:
                    self[fact] = get(key)
                return self[name]
        value = self[name] = reader(self.data, self.names.paths)(name)
        return value
