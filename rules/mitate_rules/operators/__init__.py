"""Operators: what each one means, and the table that names them all.

`evaluate` is the meaning in the targeting dialect. It is total: operands may be of any type, and a condition says
None where it *lacks an operand*, that is, where neither it nor its negation holds. `loose` is the meaning in the
official JSON-Logic dialect, with JavaScript's coercions.

    table          one row each: name, arity, types, meaning, what it does, an example
    comparisons    order and equality
    text           membership, and text with its beginnings, ends and globs
    versions       Semantic Versioning
    time           instants, dates, times of day, days of the week
    addresses      addresses and networks
    arithmetic     numbers
    official       what the official dialect makes of them
"""

from mitate_rules.operators.addresses import Networks, address, in_cidr, network, networks
from mitate_rules.operators.comparisons import ORDER
from mitate_rules.operators.table import ELSEWHERE, NEEDS_ALL, OPERATORS, TABLE, TAKES, Operator
from mitate_rules.operators.text import glob, is_in
from mitate_rules.operators.time import DAY, DAYS, day_number, elapsed_days, instant, minutes, time_between
from mitate_rules.operators.versions import VERSION_SIGNS, Version, version

__all__ = [
    "DAY",
    "DAYS",
    "ELSEWHERE",
    "NEEDS_ALL",
    "OPERATORS",
    "ORDER",
    "TABLE",
    "TAKES",
    "VERSION_SIGNS",
    "Networks",
    "Operator",
    "Version",
    "address",
    "day_number",
    "elapsed_days",
    "glob",
    "in_cidr",
    "instant",
    "is_in",
    "minutes",
    "network",
    "networks",
    "time_between",
    "version",
]
