"""The command line. Each command is imported when it is called, so that `mitate --help` is quick."""

from .main import main

__all__ = ["main"]
