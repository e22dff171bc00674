"""Many rules as one: asked together, answered in priority order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from heapq import merge
from typing import Final, Literal, NoReturn

from mitate_rules.check import check
from mitate_rules.errors import Diagnostic, RuleError, escape
from mitate_rules.facts import Context, Facts, Read, reader, split
from mitate_rules.index import Block, Builder, Memo, Run, rows_of
from mitate_rules.parse import parse
from mitate_rules.program import Compiler, Program, compile_with, reads_of
from mitate_rules.values import Answer
from mitate_rules.vocabulary import Declarations, Vocabulary

INDEXED_FROM: Final = 8
"""Fewer rules than this are evaluated one by one: that costs less than looking them up."""

PATCHED: Final = 256
"""After so many replaced rules the whole set is indexed anew."""


class Residual:
    """The outcome of a rule that is neither True nor False while facts are withheld; worked out when asked for."""

    __slots__ = ("_context", "_program", "_rule")

    def __init__(self, program: Program, context: Mapping[str, object]) -> None:
        self._program = program
        self._context = context
        self._rule: object = None

    @property
    def rule(self) -> object:
        """What is left of the rule, as JSON: it reads nothing but withheld facts."""
        if self._rule is None:
            self._rule = self._program.partial(self._context)
        return self._rule

    @property
    def facts(self) -> frozenset[str]:
        """The withheld facts on which the answer depends."""
        node = parse(self.rule).node
        return frozenset() if node is None else frozenset(reads_of(node, self._program.vocabulary))

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
        self._rules = dict(rules)
        self._names = list(rules)
        self._compiler = Compiler(Vocabulary(facts, audiences, lists))
        self._programs: dict[str, Program] = {}
        self._replaced: frozenset[int] = frozenset()
        self._patch: Sequence[Block] = ()
        builder = Builder(self._compiler) if len(rules) >= INDEXED_FROM else None
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
        self._paths = {name: split(name) for name in reads}

    # -- asking

    def outcomes(self, context: Mapping[str, object]) -> Iterator[Outcome]:
        """Give, lazily and in priority order, each id that matches (True) or is undecided (what is left of its rule)."""
        for name, answer in self._answers(self._reader(context), {}):
            yield name, True if answer is True else Residual(self.program(name), context)

    def match(self, context: Mapping[str, object]) -> list[str]:
        """Give the ids of the rules that match, in priority order."""
        return [name for name, answer in self._answers(self._reader(context), {}) if answer is True]

    def first(self, context: Mapping[str, object]) -> str | None:
        """Give the id of the first rule that matches, or None."""
        read = context.get if context.__class__ is Context else self._reader(context)
        memo: Memo = {}
        if self._plain is not None or self._patch:
            return next((name for name, answer in self._answers(read, memo) if answer is True), None)
        for block in self._blocks:
            found, doubt = block.look(read, memo)
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
            for name, run in self._plain:
                answer = run(read, memo)
                if answer is not False:
                    yield name, answer
            return
        names = self._names
        walked = self._walk(self._blocks, read, memo)
        if self._patch:
            replaced = self._replaced
            kept = (one for one in walked if one[0] not in replaced)
            walked = merge(kept, self._walk(self._patch, read, memo))  # numbers differ, so answers are not compared
        for number, answer in walked:
            yield names[number], answer

    def _walk(self, blocks: Sequence[Block], read: Read, memo: Memo) -> Iterator[tuple[int, Answer]]:
        for block in blocks:
            found, doubt = block.look(read, memo)
            if not found:
                continue
            rules = block.rules
            if not doubt and block.alone and not found & ~block.exact:
                for row in rows_of(found):
                    yield rules[row], True
            else:
                yield from self._walk_rows(block, found, doubt, read, memo)

    def _walk_rows(self, block: Block, found: int, doubt: int, read: Read, memo: Memo) -> Iterator[tuple[int, Answer]]:
        sure = found & block.exact & ~doubt
        held = sure.to_bytes(block.every.bit_length() // 8 + 1, "little")
        done = -1
        for row in rows_of(found):
            number = block.rules[row]
            if number == done:
                continue
            if held[row >> 3] >> (row & 7) & 1:
                answer: Answer = True
            else:
                answer = self._holds(block, row, doubt, read, memo)
            if answer is not False:
                done = number
                yield number, answer

    def _holds(self, block: Block, row: int, doubt: int, read: Read, memo: Memo) -> Answer:
        """Evaluate what the tables leave open of a row; of a rule of several rows, or in doubt, all of it."""
        if row in block.several or (doubt and doubt >> row & 1):
            return self.program(self._names[block.rules[row]]).run(read, memo)
        return block.rest(row)(read, memo)

    # -- its rules

    def program(self, name: str) -> Program:
        """Give one rule's program, for explaining; it is made when first asked for."""
        program = self._programs.get(name)
        if program is None:
            node = parse(self._rules[name]).node
            assert node is not None  # it was checked
            program = self._programs[name] = Program(self._rules[name], node, self._compiler)
        return program

    def replace(self, name: str, rule: object) -> RuleSet:
        """Give a set in which one rule reads otherwise; raises `RuleError`, and `KeyError` for an unknown id.

        The index is shared: only replaced rules are indexed anew, until there are many.
        """
        if name not in self._rules:
            raise KeyError(name)
        program = compile_with(rule, self._compiler)
        changed = copy(self)
        changed._rules = {**self._rules, name: rule}
        changed._programs = {**self._programs, name: program}
        changed.facts_read = self.facts_read | program.facts_read
        changed._paths = {**self._paths, **{fact: split(fact) for fact in program.facts_read}}
        if changed._plain is not None:
            changed._plain = [(other, changed.program(other).run) for other in self._names]
            return changed
        changed._replaced = self._replaced | {self._names.index(name)}
        if len(changed._replaced) > PATCHED:
            changed._replaced, changed._patch = frozenset(), ()
            changed._blocks = changed._built(range(len(self)))
        else:
            changed._patch = changed._built(sorted(changed._replaced))
        return changed

    def _built(self, numbers: Iterable[int]) -> Sequence[Block]:
        builder = Builder(self._compiler)
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
        if isinstance(context, Context):
            return context.get
        return _Reading(reader(context, self._paths)).__getitem__ if self._plain is None else reader(context, self._paths)


class _Reading(dict[str, object]):
    """What was read of nested data so far: the index asks for a fact once in each block."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, name: str) -> object:
        value = self[name] = self.read(name)
        return value
