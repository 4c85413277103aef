"""Every interleaving of code over shared cells: `Shared`, and the steps `load`, `store`, ..."""

from kernel_model.explore.cells import Shared
from kernel_model.explore.operations import compare_and_swap, fetch_and_add, load, store, swap
from kernel_model.explore.report import Report
from kernel_model.explore.verdict import check

__all__ = [
    "Report",
    "Shared",
    "check",
    "compare_and_swap",
    "fetch_and_add",
    "load",
    "store",
    "swap",
]
