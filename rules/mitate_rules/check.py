"""Frozen tree + vocabulary -> every finding: unknown words, wrong types, comparisons that say nothing."""

from __future__ import annotations

from typing import cast

from mitate_rules.errors import Diagnostic, Severity
from mitate_rules.facts import is_live
from mitate_rules.hints import fact_meant, meant, one_of
from mitate_rules.kinds import (
    ANY,
    NUMBERS,
    PRIVATE_HINT,
    Kind,
    args_of,
    bounds,
    compatible,
    decided,
    is_null_test,
    span,
    spoken,
    text_of,
)
from mitate_rules.operands import OPERANDS
from mitate_rules.operators import OPERATORS, day_number, version
from mitate_rules.parse import MAX_CHOICES, MAX_DEPTH, parse
from mitate_rules.tree import BROKEN, Call, Literal, Node, Var, nesting
from mitate_rules.values import is_number, kind_of, same, truth
from mitate_rules.vocabulary import Vocabulary


def check(rule: object, vocabulary: Vocabulary) -> tuple[Node | None, list[Diagnostic]]:
    """Parse and check a rule; the tree is None when there is an error."""
    parsed = parse(rule)
    if parsed.node is None:
        return None, parsed.diagnostics
    checker = Checker(vocabulary)
    checker.condition(parsed.node, True, None, frozenset())
    checker.depth(parsed.node)
    found = parsed.diagnostics + checker.found
    return None if any(one.severity == "error" for one in found) else parsed.node, found


class Checker:
    """One walk over one rule; `scope` is the type of a list's items inside a quantifier, else None."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.found: list[Diagnostic] = []

    def say(
        self,
        severity: Severity,
        code: str,
        message: str,
        node: Node,
        *,
        expected: str | None = None,
        got: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Collect a finding."""
        self.found.append(
            Diagnostic(
                code=code,
                severity=severity,
                message=message,
                pointer=node.pointer,
                expected=expected,
                got=got,
                hint=hint,
            )
        )

    # -- conditions

    def broken(self, name: str) -> Diagnostic | None:
        """Give what is wrong with an audience, however far down."""
        return self.vocabulary.broken(name, check)

    def condition(self, node: Node, sign: bool, scope: str | None, guarded: frozenset[str]) -> None:
        """Check a condition; `guarded` are the facts known wherever it is asked."""
        if isinstance(node, Literal):
            self.literal_condition(node)
            return
        if isinstance(node, Var):
            kind = self.value(node, scope)
            if kind.name == "ip":
                self.private(node)
            self.note_unknown(node, sign, scope, guarded)
            return
        operator = OPERATORS[node.op]
        if operator.takes in ("conditions", "if"):
            if node.op in ("!", "!!"):
                self.condition(node.args[0], sign is (node.op == "!!"), scope, guarded)
                return
            if (node.op == "and") is sign and node.op in ("and", "or"):
                guarded |= {name for arg in node.args for name in self.requires(arg, sign)}
            for arg in node.args:
                self.condition(arg, sign, scope, guarded)
            return
        if operator.takes == "quantifier":
            self.quantifier(node, scope)
            self.note_unknown(node, sign, scope, guarded)
            return
        if operator.gives == "condition":
            OPERANDS[operator.takes](self, node, scope)
            self.note_unknown(node, sign, scope, guarded)
            return
        self.value(node, scope)

    def literal_condition(self, node: Literal) -> None:
        if node.value is BROKEN:
            return
        if isinstance(node.value, bool):
            if node.pointer:
                word = "true" if node.value else "false"
                self.say("warning", f"always-{word}", f"this condition is always {word}", node)
            return
        hint = f'a fact is read with {{"var": "{node.value}"}}' if isinstance(node.value, str) else None
        self.say(
            "error",
            "not-a-condition",
            "this is a value, not a condition",
            node,
            expected="a condition, true or false",
            got=spoken(node.value),
            hint=hint,
        )

    def requires(self, node: Node, sign: bool) -> set[str]:
        """Name the facts that must be known for a part of a conjunction to hold."""
        if isinstance(node, Call) and node.op in ("!", "!!"):
            return self.requires(node.args[0], sign is (node.op == "!!"))
        if isinstance(node, Var):
            return {node.name} if sign else set()
        if isinstance(node, Literal) or OPERATORS[node.op].takes in ("conditions", "if", "quantifier", "audience"):
            return set()
        if self.holds_unknown(node, sign) is not False:
            return set()
        return {arg.name for arg in node.args if isinstance(arg, Var) and arg.default is None}

    def holds_unknown(self, node: Node, sign: bool) -> bool | None:
        """Tell whether a condition holds for a visitor of whom nothing is known; None when that is hard to say."""
        if isinstance(node, Literal):
            return truth(node.value) is sign
        if isinstance(node, Var):
            return not sign if node.default is None else None
        if node.op in ("!", "!!"):
            return self.holds_unknown(node.args[0], sign is (node.op == "!!"))
        if node.op in ("and", "or"):
            answers = [self.holds_unknown(arg, sign) for arg in node.args]
            if (node.op == "and") is sign:
                return False if False in answers else None if None in answers else True
            return True if True in answers else None if None in answers else False
        if node.op == "audience":
            name = text_of(node.args[0])
            known = name is not None and name in self.vocabulary.audiences
            tree = self.vocabulary.audience(name).node if name is not None and known else None
            return self.holds_unknown(tree, sign) if tree is not None else None
        if node.op in ("some", "none", "all"):
            return sign if node.op == "none" else not sign
        takes = OPERATORS[node.op].takes
        if takes == "same":
            literals = [arg.value for arg in node.args if isinstance(arg, Literal)]
            plain = [arg for arg in node.args if isinstance(arg, Var) and arg.default is None]
            if len(literals) == 1 and len(plain) == 1:
                return same(None, literals[0]) is (sign is node.op.startswith("="))
            return None
        if takes in ("in", "in_list", "contains", "text", "regex", "in_cidr", "weekday"):
            return not sign
        return False if OPERATORS[node.op].gives == "condition" else None

    def note_unknown(self, node: Node, sign: bool, scope: str | None, guarded: frozenset[str]) -> None:
        """Note a condition that also holds where its fact is unknown, as `country != "JP"` does."""
        if scope is not None or (self.found and self.found[-1].severity == "error"):
            return
        if isinstance(node, Call) and node.op == "audience":
            name = text_of(node.args[0])
            loops = name is not None and self.vocabulary.loop_from(name) is not None
            if not sign and not loops and self.holds_unknown(node, False) is True:
                message = f'also holds for visitors of whom nothing is known: they are outside "{name}"'
                self.say("note", "matches-unknown", message, node)
            return
        names = [node.name] if isinstance(node, Var) else [arg.name for arg in args_of(node) if isinstance(arg, Var)]
        if not names or is_live(names[0]):  # a page always knows what goes on in it
            return
        if names[0] in guarded or is_null_test(node) or self.holds_unknown(node, sign) is not True:
            return
        self.say(
            "note",
            "matches-unknown",
            f'also holds for visitors whose "{names[0]}" is not known',
            node,
            hint=f'to leave them out, add {{"!=": [{{"var": "{names[0]}"}}, null]}}',
        )

    def quantifier(self, node: Call, scope: str | None) -> Kind:
        kind = self.value(node.args[0], scope)
        if kind.name not in ("list", "any"):
            self.wrong(node.args[0], "a list", kind)
        items = kind.fact.items if kind.fact is not None and kind.fact.items else ""
        self.condition(node.args[1], True, items, frozenset())
        return Kind("list", kind.fact)

    def depth(self, node: Node) -> None:
        """Refuse operators nested too deep, once audiences stand in for their rules; an "if" nests its branches."""
        deepest, most_choices = nesting(node, self.vocabulary.depth_of)
        if deepest > MAX_DEPTH + 1:
            message = f"the rule and its audiences nest more than {MAX_DEPTH} operators"
            self.say("error", "too-deep", message, node)
        elif most_choices > MAX_CHOICES:
            message = f'an "if" stands in the condition of another more than {MAX_CHOICES} times over'
            self.say("error", "too-deep", message, node, hint='join conditions with "and" and "or"')

    # -- operands

    def value(self, node: Node, scope: str | None) -> Kind:
        """Check an operand and say what it is."""
        if isinstance(node, Literal):
            if node.value is BROKEN:
                return ANY
            name = "list" if isinstance(node.value, tuple) else kind_of(node.value)
            return Kind(name, literal=node)
        if isinstance(node, Var):
            return self.variable(node, scope)
        operator = OPERATORS[node.op]
        if node.op == "if":
            return self.chosen(node, scope)
        if operator.takes == "quantifier" and operator.gives == "list":
            return self.quantifier(node, scope)
        if operator.takes == "numbers":
            for arg in node.args:
                kind = self.value(arg, scope)
                if kind.name not in (*NUMBERS, "any"):
                    self.wrong(arg, "a number", kind)
            return Kind("number")
        self.say(
            "error",
            "condition-as-value",
            f'"{node.op}" is a condition and can\'t be an operand here',
            node,
            expected="a fact or a value",
            hint='join conditions with "and", "or" and "!"',
        )
        return ANY

    def variable(self, node: Var, scope: str | None) -> Kind:
        if scope is not None:
            if node.name[:1] == "@":
                message = f'"{node.name}" is no part of an item; what a visitor is can\'t be asked of an item'
                self.say("error", "bad-var", message, node)
            kind = Kind(scope or "any") if node.name == "" else ANY
        elif node.name == "":
            self.say("error", "bad-var", "var without a name stands only for an item of a list", node)
            return ANY
        else:
            kind = self.known(node)
        if node.default is not None:
            default = self.value(node.default, scope)
            if not compatible(kind, default):
                self.wrong(node.default, f"a default of type {kind.name}", default)
        return kind

    def known(self, node: Var) -> Kind:
        fact = self.vocabulary.facts.find(node.name)
        if node.name[:1] == "@" or "" in node.name.split("."):
            self.say("error", "bad-var", f'"{node.name}" is no name of a fact', node)
            return ANY
        if fact is None:
            self.say(
                "error",
                "unknown-fact",
                f'unknown fact "{node.name}"',
                node,
                expected="a known fact",
                got=spoken(node.name),
                hint=fact_meant(node.name, self.vocabulary.facts),
            )
            return ANY
        name = "number" if fact.type == "integer" else fact.type or "any"
        return Kind(name, fact)

    def chosen(self, node: Call, scope: str | None) -> Kind:
        kinds: list[Kind] = []
        for place, arg in enumerate(node.args):
            if place % 2 == 0 and place + 1 < len(node.args):
                self.condition(arg, True, scope, frozenset())
            else:
                kinds.append(self.value(arg, scope))
        names = {kind.name for kind in kinds if kind.name != "null"}
        return Kind(names.pop()) if len(names) == 1 else ANY

    def wrong(self, node: Node, expected: str, kind: Kind, hint: str | None = None) -> None:
        """Report an operand of a wrong type."""
        self.say(
            "error",
            "wrong-type",
            f"expected {expected}, got {kind.said}",
            node,
            expected=expected,
            got=kind.said,
            hint=hint,
        )

    def private(self, node: Node) -> None:
        self.say("error", "private-fact", "an address is only read by in_cidr", node, hint=PRIVATE_HINT)

    def literal_text(self, node: Node, what: str) -> str | None:
        """Give an operand that must be written out as text."""
        text = text_of(node)
        if text is None:
            self.wrong(node, what, self.value(node, "") if isinstance(node, Literal) else Kind("a computed value"))
        return text

    def fits(self, kind: Kind, other: Kind) -> None:
        """Check a literal against the fact it is compared with: form, enum."""
        literal, fact = other.literal, kind.fact
        if literal is None or fact is None or literal.value is None:
            return
        value = literal.value
        if fact.type == "date" and day_number(str(value)) is None:
            self.say(
                "error",
                "bad-date",
                f"{spoken(value)} is no date",
                literal,
                expected='a date like "2026-11-21"',
                got=spoken(value),
            )
        elif fact.type == "version" and version(str(value)) is None:
            self.say(
                "error",
                "bad-version",
                f"{spoken(value)} is no version",
                literal,
                expected='a version like "17.5"',
                got=spoken(value),
            )
        elif fact.enum is not None and not any(same(value, one) for one in fact.enum):
            self.say(
                "error",
                "not-in-enum",
                f'"{fact.name}" is never {spoken(value)}',
                literal,
                expected=one_of(fact),
                got=spoken(value),
                hint=meant(value, fact),
            )

    def within(self, op: str, kind: Kind, other: Kind, node: Node) -> None:
        """Warn of a comparison that a fact's range decides already."""
        fact, literal = kind.fact, other.literal
        if fact is None or literal is None or not is_number(literal.value):
            return
        bound = cast(float, literal.value)
        low, high = bounds(fact)
        answer = decided(op, bound, low, high)
        if answer is None and op in ("==", "===") and fact.type == "integer" and bound != int(bound):
            answer = False
        if answer is None:
            return
        word = "always" if answer else "never"
        why = f"runs from {span(low, high)}" if low is not None or high is not None else "is a whole number"
        hint = None
        if fact.unit == "score" and bound > 1:
            hint = f"scores run from 0 to 1: write {bound / 100:g} for what people read as {bound:g}"
        self.say(
            "warning",
            "always-true" if answer else "always-false",
            f'"{fact.name}" {op} {bound:g} {word} holds where it is known: it {why}',
            node,
            hint=hint,
        )
