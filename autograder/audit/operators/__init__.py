"""The mutation operators, in the order in which they are applied: that of these imports.

Code over cells has operators of its own as well; these come first.
"""

from autograder.audit.operators import (
    cells,
    comparisons,
    conditions,
    kernel,
    statements,
    steps,
    values,
)
from autograder.audit.operators.place import ON_CELLS, OPERATORS, Operator, Place, Said

EVERY = ON_CELLS | OPERATORS

__all__ = [
    "EVERY",
    "ON_CELLS",
    "OPERATORS",
    "Operator",
    "Place",
    "Said",
    "cells",
    "comparisons",
    "conditions",
    "kernel",
    "statements",
    "steps",
    "values",
]
