"""A rule, compiled: call it with the data, ask it why, or for what is left of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, overload
from typing import Literal as Either

from mitate_rules.check import check
from mitate_rules.compiling import Compiler, reads_of
from mitate_rules.errors import Diagnostic, RuleError
from mitate_rules.explain import Explainer, Explanation
from mitate_rules.facts import Context, Facts, Read, is_live, reader, split
from mitate_rules.jsonlogic import compile_official
from mitate_rules.partial import Fold, Folds, Json, Kept, Rest, folder, for_page
from mitate_rules.source import scan
from mitate_rules.tree import Node
from mitate_rules.values import WITHHELD, Answer
from mitate_rules.vocabulary import Declarations, Vocabulary

if TYPE_CHECKING:
    from mitate_rules.changes import Change


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
        """Give what is left when a browser may be told, in the words of a page: it reads and carries only facts that the
        browser `may_know`, and no list. Else `Kept` says why not.
        """
        folded = self.fold(self._reader(data))
        return folded if isinstance(folded, bool) else for_page(folded, may_know)

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
    if dialect != "targeting":
        raise ValueError(f'dialect is "targeting" or "jsonlogic", not {dialect!r}')
    return compile_with(rule, Compiler(Vocabulary(facts, audiences, lists)))


def compile_with(rule: object, compiler: Compiler) -> Program:
    """Compile a rule with the shared words of a document; raises `RuleError`."""
    node, found = check(rule, compiler.vocabulary)
    if node is None:
        raise RuleError([diagnostic for diagnostic in found if diagnostic.severity == "error"])
    return Program(rule, node, compiler)


__all__ = ["Compiler", "Official", "Program", "check_rule", "compile_rule", "compile_with", "reads_of"]
