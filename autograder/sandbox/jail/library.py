"""Which files of the standard library code in the sandbox may read: all but the installed packages."""

from __future__ import annotations

import os
import sys

INSTALLED = frozenset({"site-packages", "dist-packages"})

# Imported before anything is closed: what students use, and what needs a shared library. No library
# folder is readable inside, so an extension module that needs one that is not mapped yet stays out.
COMMON = ["abc", "array", "bisect", "builtins", "bz2", "collections", "collections.abc", "contextlib", "copy", "ctypes", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "hashlib", "heapq", "inspect", "io", "itertools", "json", "keyword", "lzma", "math", "numbers", "operator", "pprint", "queue", "random", "re", "statistics", "string", "struct", "textwrap", "threading", "time", "traceback", "types", "typing", "weakref", "zlib"]


def folders() -> list[str]:
    """The standard library's folders, outermost first (`python -I -S` puts nothing else in sys.path)."""
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
    """What to allow: each library folder, or each of its entries if it holds installed packages.

    Allowing a folder allows everything below. A link is left out: allowing it allows what it points to.
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
