"""The words a document's rules and blocks may use: facts, audiences, lists; and what was read with them."""

from __future__ import annotations

from collections.abc import Mapping

from mitate.model import Filling
from mitate_rules import Facts, Program, check_rule, compile_rule

from .folder import Folder, Part

Declarations = Mapping[str, Mapping[str, object]]


class Words:
    """Checks and compiles rules in their places, and gathers every fact that anything reads."""

    def __init__(
        self,
        folder: Folder,
        *,
        facts: Declarations,
        audiences: Mapping[str, dict[str, object]],
        lists: Mapping[str, frozenset[str]],
    ) -> None:
        self.folder = folder
        self.facts = facts
        self._facts = Facts.of(facts)  # read once for all rules
        self.audiences = audiences
        self.lists = lists
        self.reads: frozenset[str] = frozenset()

    def check(self, rule: object, part: Part) -> bool:
        """Report everything about a rule in its place; tell whether it can be used."""
        found = check_rule(rule, self._facts, audiences=self.audiences, lists=self.lists)
        for diagnostic in found:
            self.folder.say(diagnostic, part)
        return not any(one.severity == "error" for one in found)

    def compile(self, rule: object, part: Part) -> Program | None:
        """Compile a rule, or report what is wrong with it."""
        if not self.check(rule, part):
            return None
        program = compile_rule(rule, self._facts, audiences=self.audiences, lists=self.lists)
        self.reads |= program.facts_read
        return program

    def filled(self, filling: Filling) -> Filling:
        """Note what content reads."""
        self.reads |= filling.facts_read
        return filling
