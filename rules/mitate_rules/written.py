"""A door to `partial.written` for `ruleset`."""

from mitate_rules.partial.written import Folds

__all__ = ["Folds"]
