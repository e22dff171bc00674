"""Previews: what a visitor, or an imagined one, would see if this or that were otherwise. Nothing is counted or kept."""

from .deciding import Preview, Previews
from .phrases import not_usable
from .telling import describe
from .wanted import Overrides, moment

__all__ = ["Overrides", "Preview", "Previews", "describe", "moment", "not_usable"]
