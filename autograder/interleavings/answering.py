"""What runs inside the sandbox where code over cells is graded: `Answers` for the submission.

Its neighbours are `answers`, `callees`, `taken`, `cells` and `idle`, beside it in the sandbox's
root. No claim, no search and no verdict is on this side.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from kernel_model import explore

idle: Any = importlib.import_module("idle")
clean_cell = importlib.import_module("cells").clean_cell
Taken = importlib.import_module("taken").Taken
Callees = importlib.import_module("callees").Callees

sys.meta_path.insert(0, idle.IdleFinder())
explore.check = idle.Nothing()  # a notebook's own searches decide nothing
handle = (
    importlib.import_module("answers")
    .Answers(lambda cells, names: Taken(cells, names, clean_cell), Callees)
    .handle
)
