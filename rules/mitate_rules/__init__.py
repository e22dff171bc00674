"""The rule engine: a JSON rule and facts give an answer and why. Pure: no I/O, no clock, no randomness."""

from mitate_rules.errors import Diagnostic, LimitError, MitateError, RuleError, suggest
from mitate_rules.explain import Explanation
from mitate_rules.facts import Context, Fact, Facts
from mitate_rules.partial import Kept, Rest
from mitate_rules.program import Official, Program, check_rule, compile_rule
from mitate_rules.ruleset import Residual, RuleSet
from mitate_rules.values import WITHHELD, Answer, Withheld

__all__ = [
    "WITHHELD",
    "Answer",
    "Context",
    "Diagnostic",
    "Explanation",
    "Fact",
    "Facts",
    "Kept",
    "LimitError",
    "MitateError",
    "Official",
    "Program",
    "Residual",
    "Rest",
    "RuleError",
    "RuleSet",
    "Withheld",
    "check_rule",
    "compile_rule",
    "suggest",
]
