"""Fold what is known into a rule, and give what is left of it.

Two readers. The engine, or a developer, asks `fold`: everything known is folded, and what is left reads only withheld
facts (`Rest` says where the dialect has no words for that). A browser is told less (`for_page`): only what reads facts that
it may know, carries no value of another, asks no list and no network, and has only operators that a page evaluates.
Anything else stays undecided there, for the reason that `Kept` gives.

    folding    a rule as closures that fold; conditions, connectives, quantifiers
    reading    what a condition reads, its clock included
    written    operands: known parts folded, the rest written as JSON
    leaves     comparisons, one row for each `takes` of the operator table
    residual   the normal form of what is left, and its algebra of sets and intervals
    told       what a browser may be told
"""

from mitate_rules.partial.folding import Folder, fold, folder
from mitate_rules.partial.residual import Folded, Json, Rest
from mitate_rules.partial.told import Kept, both, for_page, opposite, ops_of, without
from mitate_rules.partial.written import Fold, Folds

__all__ = [
    "Fold",
    "Folded",
    "Folder",
    "Folds",
    "Json",
    "Kept",
    "Rest",
    "both",
    "fold",
    "folder",
    "for_page",
    "opposite",
    "ops_of",
    "without",
]
