"""How the server logs: one line an event, to standard error."""

from __future__ import annotations

import logging


def configure_logging(level: str) -> None:
    """Log our own words from this level on, and other libraries' warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel("WARNING")
    logging.getLogger("mitate").setLevel(level.upper())
