"""Which part of the standard library may be read inside: all but the installed packages."""

from __future__ import annotations

import os
import sys

INSTALLED = frozenset({"site-packages", "dist-packages"})

# Imported before anything is closed: what students use, and what needs a shared library. No folder
# of shared libraries is readable inside, so a module that needs one not mapped by then stays out.
_NAMES = """
    abc array bisect bz2 collections collections.abc contextlib copy ctypes dataclasses datetime
    decimal enum fractions functools hashlib heapq inspect io itertools json keyword lzma math
    numbers operator pprint queue random re statistics string struct textwrap threading time
    traceback types typing weakref zlib
"""
COMMON = _NAMES.split()


def folders() -> list[str]:
    """The library's folders, outermost first (a clean Python has nothing else in sys.path)."""
    found: list[str] = []
    for path in sorted({os.path.abspath(p) for p in sys.path if os.path.exists(p)}, key=len):
        if not any(path.startswith(outer + os.sep) for outer in found):
            found.append(path)
    return found


def installed(folder: str) -> list[str]:
    """The folders of installed packages directly in `folder`."""
    if not os.path.isdir(folder):
        return []
    return [e.path for e in os.scandir(folder) if e.name in INSTALLED and e.is_dir()]


def readable() -> list[str]:
    """What to allow: each library folder, or its entries if it holds installed packages.

    Allowing a folder allows all below it. A link is left out: allowing it allows its target.
    """
    return [path for folder in folders() for path in _readable(folder)]


def _readable(folder: str) -> list[str]:
    if not any(os.listdir(path) for path in installed(folder)):
        return [folder]
    return [
        entry.path
        for entry in os.scandir(folder)
        if entry.name not in INSTALLED and not entry.is_symlink()
    ]
