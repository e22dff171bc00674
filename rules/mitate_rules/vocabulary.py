"""The words a rule may use: facts, audiences and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from mitate_rules.errors import Diagnostic
from mitate_rules.facts import Facts, Labels
from mitate_rules.parse import Parsed, parse
from mitate_rules.tree import Call, Literal, Node, Var, nesting, walk

Declarations = Mapping[str, Mapping[str, object]]
Check = Callable[[object, "Vocabulary"], tuple[Node | None, list[Diagnostic]]]


class Entries(frozenset[str]):
    """The entries of a list, with what people call it in each language."""

    label: Labels

    def __new__(cls, entries: Iterable[str] = (), label: Labels | None = None) -> Entries:
        made = super().__new__(cls, entries)
        made.label = label or {}
        return made


class Vocabulary:
    """Facts, audiences and lists, read once and shared by the rules of one document."""

    def __init__(
        self,
        facts: Declarations | Facts | None = None,
        audiences: Declarations | None = None,
        lists: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.facts = Facts.of(facts)
        self.audiences: Declarations = audiences or {}
        self.lists: Mapping[str, Iterable[str]] = lists or {}
        self._sets: dict[str, frozenset[str]] = {}
        self._parsed: dict[str, Parsed] = {}
        self._depths: dict[str, int] = {}
        self._broken: dict[str, Diagnostic | None] = {}
        self._referred: dict[str, list[str]] = {}

    def audience(self, name: str) -> Parsed:
        """Give an audience's rule, parsed."""
        if name not in self._parsed:
            self._parsed[name] = parse(self.audiences[name].get("when"))
        return self._parsed[name]

    def broken(self, name: str, check: Check) -> Diagnostic | None:
        """Say why an audience, or one it refers to, can't be used: a loop, or the first error of its rule."""
        if name not in self._broken:
            self._broken[name] = None  # while it is being checked
            self._broken[name] = self._loop(name) or self._first_error(name, check)
        return self._broken[name]

    def _loop(self, name: str) -> Diagnostic | None:
        loop = next(filter(None, map(self.loop_from, reversed(self.reached(name)))), None)
        if loop is None:
            return None
        message = f"audiences refer to each other in a loop: {' → '.join(loop)}"
        hint = "let one of them say its own conditions"
        return Diagnostic(code="audience-loop", severity="error", message=message, hint=hint)

    def _first_error(self, name: str, check: Check) -> Diagnostic | None:
        for other in self.reached(name):
            if other != name and self.broken(other, check) is not None:
                return self._broken[other]
        found = check(self.audiences[name].get("when"), self)[1]
        first = next((one for one in found if one.severity == "error"), None)
        if first is None:
            return None
        message = f'audience "{name}" can\'t be used: {first.message}'
        return Diagnostic(code="broken-audience", severity="error", message=message, hint=first.hint)

    def items_of(self, node: Node) -> str:
        """Give the type of a list's items; empty when it isn't known."""
        while isinstance(node, Call) and node.op == "filter":
            node = node.args[0]
        fact = self.facts.find(node.name) if isinstance(node, Var) else None
        return (fact.items or "") if fact is not None else ""

    def label(self, name: str) -> Labels:
        """Give an audience's label in each language it has."""
        label = self.audiences[name].get("label") if name in self.audiences else None
        if isinstance(label, str):
            return {"en": label, "ja": label}
        return cast("Labels", label) if isinstance(label, Mapping) else {}

    def list_label(self, name: str) -> Labels:
        """Give a list's label in each language it has."""
        found = self.lists.get(name)
        return found.label if isinstance(found, Entries) else {}

    def list_of(self, name: str) -> frozenset[str]:
        """Give a named list as a set."""
        if name not in self._sets:
            found = self.lists[name]
            self._sets[name] = found if isinstance(found, frozenset) else frozenset(found)
        return self._sets[name]

    def loop_from(self, name: str) -> list[str] | None:
        """Give the audiences that lead from one back to itself, or None; without recursion."""
        pending = [(name, [name])]
        seen: set[str] = set()
        while pending:
            here, path = pending.pop()
            for other in self.referred(here):
                if other == name:
                    return [*path, name]
                if other in self.audiences and other not in seen:
                    seen.add(other)
                    pending.append((other, [*path, other]))
        return None

    def referred(self, name: str) -> list[str]:
        """Name the audiences that an audience's rule refers to."""
        if name not in self._referred:
            self._referred[name] = self._references(name)
        return self._referred[name]

    def _references(self, name: str) -> list[str]:
        node = self.audience(name).node
        if node is None:
            return []
        calls = (part for part in walk(node) if isinstance(part, Call) and part.op == "audience")
        return [
            part.args[0].value
            for part in calls
            if isinstance(part.args[0], Literal) and isinstance(part.args[0].value, str)
        ]

    def reached(self, name: str) -> list[str]:
        """Name an audience and all it refers to, directly or not, the deepest first."""
        order: list[str] = []
        pending, seen = [(name, False)], set[str]()
        while pending:
            here, done = pending.pop()
            if done:
                order.append(here)
            elif here in self.audiences and here not in seen:
                seen.add(here)
                pending.append((here, True))
                pending.extend((other, False) for other in self.referred(here))
        return order

    def _known_depth(self, name: str) -> int:
        return self._depths.get(name, 0)

    def depth_of(self, name: str) -> int:
        """Count how deep operators nest in an audience, those of the audiences it refers to included."""
        for here in self.reached(name) if name not in self._depths else ():
            tree = self.audience(here).node
            self._depths[here] = nesting(tree, self._known_depth)[0] if tree is not None else 0
        return self._depths.get(name, 0)
