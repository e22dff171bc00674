"""A door to `partial.residual` for `ruleset`."""

from mitate_rules.partial.residual import Rest

__all__ = ["Rest"]
