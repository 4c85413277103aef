"""The mutation operators, in the order in which they are applied: that of these imports."""

from autograder.audit.operators import comparisons, conditions, kernel, statements, values
from autograder.audit.operators.place import OPERATORS, Operator, Place, Said

__all__ = [
    "OPERATORS",
    "Operator",
    "Place",
    "Said",
    "comparisons",
    "conditions",
    "kernel",
    "statements",
    "values",
]
