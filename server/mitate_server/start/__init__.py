"""The start page: the state of each site, the tag to paste, what to do next."""

from .page import StartPage

__all__ = ["StartPage"]
