"""Events: what happened, kept once each and never lost after it was acknowledged."""

from mitate.events.event import Event, EventSink, EventType
from mitate.events.memory import MemoryEvents
from mitate.events.sqlite import SQLiteEvents

__all__ = ["Event", "EventSink", "EventType", "MemoryEvents", "SQLiteEvents"]
