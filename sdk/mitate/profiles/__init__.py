"""Profiles: what is remembered of visitors, changed only by changes that commute and count once."""

from mitate.profiles.changes import REMEMBERED_IDS, Add, Append, Change, First, Latest, Merge, apply
from mitate.profiles.memory import MemoryProfiles
from mitate.profiles.sqlite import SQLiteProfiles
from mitate.profiles.store import Profile, ProfileStore
from mitate.profiles.writer import Writer

__all__ = [
    "REMEMBERED_IDS",
    "Add",
    "Append",
    "Change",
    "First",
    "Latest",
    "MemoryProfiles",
    "Merge",
    "Profile",
    "ProfileStore",
    "SQLiteProfiles",
    "Writer",
    "apply",
]
