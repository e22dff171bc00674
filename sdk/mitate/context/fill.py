"""The shape of every source of facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from mitate.visitor import Visitor

Fill: TypeAlias = Callable[[Visitor, Mapping[str, object], float, dict[str, object]], None]
"""(visitor, remembered fields, now, facts so far): writes into the facts what it knows, never raises.

Remembered fields are a profile's data, empty where nothing may be remembered; `now` is in seconds (UTC).
"""
