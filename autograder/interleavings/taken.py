"""What a lock needs of a notebook's cells, as a lock file that runs again and again.

A lock's module is made afresh for each replay, so only what its functions use is taken: the
statements that bind a name which they look up, and those that change what such a name holds.
A line is known by its cell as well: line 7 of the third cell is 300007.
"""

from __future__ import annotations

import ast
import copy
import dis
import importlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import CodeType
from typing import Any

from kernel_model.explore.cells import LockError
from kernel_model.explore.identity import watched
from kernel_model.explore.modules import LIBRARY, Text, imported

FILE = "submission"
LINES = 100_000  # lines of a cell, at most
BAD = (SyntaxError, ValueError, RecursionError, MemoryError)
LOOKED_UP = ("_NAME", "_GLOBAL", "_GLOBALS")  # how the opcodes end that look up a name
DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)  # what is in them runs later
TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class Statement:
    """One statement at the top of a cell: the names that it binds and that it looks up."""

    def __init__(self, node: ast.stmt) -> None:
        self.node = node
        self.binds: set[str] = set()
        self.uses: set[str] = set()
        self.star: dict[str, Any] = {}  # what `from x import *` brings
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            self.star = public(node.module or "")
            self.binds = set(self.star)
            return
        module = ast.Module([node], [])
        self._read(compile(module, FILE, "exec", TOP_LEVEL_AWAIT, dont_inherit=True), top=True)

    def _read(self, code: CodeType, top: bool) -> None:
        for step in dis.get_instructions(code):
            if step.opname == "STORE_GLOBAL" or (top and step.opname == "STORE_NAME"):
                self.binds.add(step.argval)
            elif step.opname.startswith("LOAD_") and step.opname.endswith(LOOKED_UP):
                self.uses.add(step.argval)
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                self._read(inner, top=False)

    def wanted(self, names: set[str], asked: set[str]) -> bool:
        """Does it bind one of the names, or change what one of them holds?"""
        if self.binds & names:
            return True
        inside = [] if isinstance(self.node, DEFINING) else ast.walk(self.node)
        changed = {name for one in inside for name in changes(one)}
        return bool(changed & names or (not self.binds and self.uses & (names - asked)))

    def taken(self, names: set[str]) -> ast.stmt:
        """The statement; of `from x import *` only the names that are wanted."""
        if not self.star:
            return self.node
        assert isinstance(self.node, ast.ImportFrom), "only such a one has a star"
        few = [ast.alias(name) for name in sorted(self.binds & names)]
        return ast.copy_location(ast.ImportFrom(self.node.module, few, 0), self.node)


class Taken(Text):
    """The functions of that name as the cells leave them, with all that they need."""

    def __init__(
        self, cells: Iterable[str], asked: tuple[str, ...], clean: Callable[[str], str]
    ) -> None:
        self.file = FILE
        self.problems: list[dict[str, Any]] = []
        statements: list[Statement] = []
        for number, cell in enumerate(cells, 1):
            try:
                tree = ast.parse(clean(cell), FILE)
                for node in tree.body:
                    ast.increment_lineno(node, number * LINES)
                statements += [Statement(node) for node in tree.body]
            except BAD as error:
                self.problem(number, error)
        kept, names = needed(statements, set(asked))
        self.nodes = [one.node for one in kept]
        self.bound = {name for one in kept for name in one.binds}
        tree = ast.Module([one.taken(names) for one in kept], [])
        imported(tree)
        try:
            tree = ast.fix_missing_locations(watched(copy.deepcopy(tree)))
            self.code = compile(tree, FILE, "exec", dont_inherit=True)
        except BAD as error:
            raise LockError(f"this cannot be run outside a notebook: {error}") from error

    def problem(self, cell: int, error: BaseException) -> None:
        """Keeps why a cell is left out."""
        line = error.lineno if isinstance(error, SyntaxError) else None
        told = f"{type(error).__name__}: {error}"[:300]
        self.problems.append({"cell": cell, "line": line, "error": told})

    def missing(self, asked: Iterable[str]) -> list[str]:
        """The functions that no cell defines."""
        return [name for name in asked if name not in self.bound]


def needed(statements: list[Statement], asked: set[str]) -> tuple[list[Statement], set[str]]:
    """The statements that functions of these names need, in order, and all names looked up."""
    names, before = set(asked), -1
    kept: set[int] = set()
    while len(kept) != before:
        before = len(kept)
        for at, one in enumerate(statements):
            if at not in kept and one.wanted(names, asked):
                kept.add(at)
                names |= one.uses
    return [statements[at] for at in sorted(kept)], names


def changes(node: ast.AST) -> Iterable[str | None]:
    """The names of what a part of a statement changes: `T[i] = x`, `T.add(x)`, `setattr(T, x)`."""
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        yield root(node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        yield root(call.func)
        if isinstance(call.func, ast.Name) and call.func.id == "setattr" and call.args:
            yield root(ast.Attribute(call.args[0], "", ast.Store()))


def root(target: ast.AST) -> str | None:
    """The name whose object is changed: `a` for `a.b[0] = 1`; None for a name that is bound."""
    inner = target
    while isinstance(inner, ast.Attribute | ast.Subscript):
        inner = inner.value
    return inner.id if inner is not target and isinstance(inner, ast.Name) else None


def public(module: str) -> dict[str, Any]:
    """What `from module import *` brings; {} for a module that a lock cannot use."""
    if module.partition(".")[0] not in LIBRARY:
        return {}
    with suppress(ImportError, LockError):
        names = vars(importlib.import_module(module))
        listed = names.get("__all__") or [one for one in names if not one.startswith("_")]
        return {name: names[name] for name in listed if name in names}
    return {}
