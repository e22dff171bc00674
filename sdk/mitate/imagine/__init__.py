"""Imagined visitors: "iPhone in Osaka, 23:10, third visit" for tests, explanations and demonstrations."""

from .imagined import Imagined, Place
from .words import WORDS, UnknownWordsError, imagine

__all__ = ["WORDS", "Imagined", "Place", "UnknownWordsError", "imagine"]
