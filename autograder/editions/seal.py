"""Sealing: the kernel's sources without the bodies of exercised functions, which still run.

In a sealed source the function keeps decorators, signature and docstring; `@sealed` gives it
its body when it is imported. The bodies, made small, are in one data file.
"""

from __future__ import annotations

import ast
import json
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from autograder.editions import sealed
from autograder.editions.functions import (
    KERNEL,
    Exercised,
    Function,
    contract,
    functions,
    is_kernel_code,
    module_name,
)
from autograder.editions.minify import Small, minify

LOADER = Path(sealed.__file__)
IMPORT = f"from {KERNEL.name}.{LOADER.stem} import {sealed.sealed.__name__}\n"


@dataclass
class Book:
    """What sealing took out: each function made small, by module:function."""

    functions: dict[str, Small] = field(default_factory=dict)

    def data(self) -> bytes:
        """The data file that the loader reads."""
        found = {place: (each.source, each.steps) for place, each in self.functions.items()}
        return sealed.masked(zlib.compress(json.dumps(found, sort_keys=True).encode(), 9))


def sealed_kernel(exercised: Exercised, root: Path = KERNEL) -> dict[Path, bytes]:
    """Every file of the student's kernel, by its place in the package's folder.

    Raises ValueError when an exercised function is not found.
    """
    book, files = Book(), {}
    for path in kernel_files(root):
        data = path.read_bytes()
        if is_kernel_code(path, root):
            data = seal_source(data.decode(), module_name(path, root), exercised, book).encode()
        files[path.relative_to(root)] = data
    exercised.check(place.replace("<locals>.", "") for place in book.functions)
    if book.functions:
        files[Path(LOADER.name)] = LOADER.read_bytes()
        files[Path(sealed.FILE)] = book.data()
    return files


def kernel_files(root: Path = KERNEL) -> list[Path]:
    """Every file that belongs to the kernel's package."""
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    ]


def seal_source(text: str, module: str, exercised: Exercised, book: Book) -> str:
    """A module with its exercised functions sealed; their bodies go into the book."""
    if not exercised.may_be_in(text):
        return text
    source, small = _sealed(text, module, exercised)
    book.functions |= small
    return source


@lru_cache(maxsize=256)  # whoever makes an edition looks for what it must not give away as well
def _sealed(text: str, module: str, exercised: Exercised) -> tuple[str, dict[str, Small]]:
    """A module with its exercised functions sealed, and these made small."""
    small: dict[str, Small] = {}
    tree = ast.parse(text)
    found = functions(tree, module, exercised)
    lines = text.splitlines(keepends=True)
    for qualname, node in reversed(found.items()):
        small[f"{module}:{qualname}"] = minify(text, node)
        lines[node.lineno - 1 : node.end_lineno] = [_visible(text, node)]
    if found:
        lines.insert(_after_imports(tree), IMPORT)
    return "".join(lines), small


def _visible(text: str, node: Function) -> str:
    indent = " " * node.col_offset
    return f"{indent}@{sealed.sealed.__name__}\n{contract(text, node)}"


def _after_imports(tree: ast.Module) -> int:
    """The line after the last import at the top of a module."""
    ends = [
        node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return max(ends, default=(tree.body[0].end_lineno or 0) if ast.get_docstring(tree) else 0)
