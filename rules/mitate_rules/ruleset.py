"""Many rules as one: asked together, answered in priority order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal

from mitate_rules.errors import Diagnostic, RuleError, escape
from mitate_rules.facts import Context, Facts, Read, reader, split
from mitate_rules.index import Index, numbers
from mitate_rules.program import Compiler, Memo, Program, Run, compile_with
from mitate_rules.values import Withheld
from mitate_rules.vocabulary import Declarations, Vocabulary

INDEXED_FROM: Final = 8
"""Fewer rules than this are evaluated one by one: that costs less than looking them up."""


class RuleSet:
    """Rules by id, in priority order; audiences they share are evaluated once per context.

    Raises `RuleError` with the findings of all rules, each under its id. May be shared by threads.
    """

    def __init__(
        self,
        rules: Mapping[str, object],
        facts: Declarations | Facts | None = None,
        *,
        audiences: Declarations | None = None,
        lists: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        compiler = Compiler(Vocabulary(facts, audiences, lists))
        self._programs: dict[str, Program] = {}
        found: list[Diagnostic] = []
        for name, rule in rules.items():
            try:
                self._programs[name] = compile_with(rule, compiler)
            except RuleError as error:
                found.extend(diagnostic.at(pointer_prefix=escape(name)) for diagnostic in error.diagnostics)
        if found:
            raise RuleError(found)
        self._runs: list[tuple[str, Run]] = [(name, program.run) for name, program in self._programs.items()]
        nodes = [program.node for program in self._programs.values()]
        self._index = Index(nodes, compiler) if len(nodes) >= INDEXED_FROM else None
        self._among = _among(self._runs)
        self.facts_read = frozenset[str]().union(*(program.facts_read for program in self._programs.values()))
        self._paths = {name: split(name) for name in self.facts_read}

    def outcomes(self, context: Mapping[str, object]) -> Iterator[tuple[str, Literal[True] | Withheld]]:
        """Give, lazily and in priority order, each id that matches (True) or is undecided (WITHHELD)."""
        read, memo = self._reader(context), Memo()
        for name, run in self._candidates(read):
            answer = run(read, memo)
            if answer is not False:
                yield name, answer

    def match(self, context: Mapping[str, object]) -> list[str]:
        """Give the ids of the rules that match, in priority order."""
        return [name for name, answer in self.outcomes(context) if answer is True]

    def first(self, context: Mapping[str, object]) -> str | None:
        """Give the id of the first rule that matches, or None."""
        return next((name for name, answer in self.outcomes(context) if answer is True), None)

    def _candidates(self, read: Read) -> Sequence[tuple[str, Run]]:
        return self._runs if self._index is None else self._among(self._index.candidates(read))

    def program(self, name: str) -> Program:
        """Give one rule's program, for explaining."""
        return self._programs[name]

    def __len__(self) -> int:
        return len(self._runs)

    def _reader(self, context: Mapping[str, object]) -> Read:
        return context.get if isinstance(context, Context) else reader(context, self._paths)


def _among(runs: Sequence[tuple[str, Run]]) -> Callable[[int], Sequence[tuple[str, Run]]]:
    """Give the function from a bit set to the rules in it. Visitors differ, but the sets that may be theirs are few."""

    @lru_cache(maxsize=512)
    def among(bits: int) -> Sequence[tuple[str, Run]]:
        return [runs[number] for number in numbers(bits)]

    return among
