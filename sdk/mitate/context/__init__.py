"""Everything that is known of a visitor at the moment of a decision, as facts rules can read."""

from .accounts import Account, Accounts
from .collect import Collector, Sources
from .facts import BUILT_IN
from .geo import Geo, GeoFileError
from .interests import describe_interest, signals
from .visits import changes

__all__ = [
    "BUILT_IN",
    "Account",
    "Accounts",
    "Collector",
    "Geo",
    "GeoFileError",
    "Sources",
    "changes",
    "describe_interest",
    "signals",
]
