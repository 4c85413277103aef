"""`from kernel_model import *` in the sandbox, in a fraction of its time.

Cells run anew for every kernel, and most begin with that line. Python then looks for each of some
two hundred names, in Python, whether it is there, before it takes them all. Where all are, as long
as nobody deletes one, that finds nothing to do. Who deletes one gets the same error a step later.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

# Compiled under the name of Python's own file: errors that pass through it leave it out as ever.
FILE = "<frozen importlib._bootstrap>"
SOURCE = """\
def _handle_fromlist(module, fromlist, import_, *, recursive=False):
    if module is package and fromlist == ("*",):
        return module
    return found(module, fromlist, import_, recursive=recursive)
"""


def at_once(package: ModuleType) -> None:
    """Takes it for granted that a package has all names of its `__all__`."""
    bootstrap: Any = vars(importlib)["_bootstrap"]
    names: dict[str, Any] = {"package": package, "found": bootstrap._handle_fromlist}
    exec(compile(SOURCE, FILE, "exec"), names)
    bootstrap._handle_fromlist = names["_handle_fromlist"]
