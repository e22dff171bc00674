"""mitate chooses what each visitor sees: `Mitate.from_path(folder).decide(Visitor(...))`.

Everything a backend needs is here; the engine's part for rules alone is `mitate_rules`.
"""

from mitate_rules import WITHHELD, Context, Diagnostic, MitateError, RuleError, RuleSet, check_rule, compile_rule

from .analysis import analyse, check
from .answers import Decisions, ExplainedDecisions
from .document import DocumentError, load, site_schema
from .events import Event, EventSink, MemoryEvents, SQLiteEvents
from .ids import new_id
from .mitate import Mitate
from .model import Basis, Decision, Offer, Reason, Site
from .profiles import MemoryProfiles, Profile, ProfileStore, SQLiteProfiles
from .recording import Reported
from .tokens import TokenError, sign_identity
from .visitor import Visitor

__all__ = [
    "WITHHELD",
    "Basis",
    "Context",
    "Decision",
    "Decisions",
    "Diagnostic",
    "DocumentError",
    "Event",
    "EventSink",
    "ExplainedDecisions",
    "MemoryEvents",
    "MemoryProfiles",
    "Mitate",
    "MitateError",
    "Offer",
    "Profile",
    "ProfileStore",
    "Reason",
    "Reported",
    "RuleError",
    "RuleSet",
    "SQLiteEvents",
    "SQLiteProfiles",
    "Site",
    "TokenError",
    "Visitor",
    "analyse",
    "check",
    "check_rule",
    "compile_rule",
    "load",
    "new_id",
    "sign_identity",
    "site_schema",
]
