"""Find values of facts that make conditions hold, or prove that there are none.

    solve      the search: fewest facts changed first, each visitor verified by evaluation
    formula    a rule as a formula over its conditions, audiences written out
    space      the visitors that conditions tell apart: variables, each a fact with examples
    cells      the examples: the values of one fact that conditions tell apart, the natural ones first
    hulls      which of many rules can meet at all, a fast first no
    wishes     what would have to be otherwise, in words
    spelling   conditions as developers read them

`analysis` (dead, shadowed and redundant rules) and `changes` (what would make one match) ask it.
"""

from mitate_rules.solving.solve import Solutions, solutions

__all__ = ["Solutions", "solutions"]
