"""Where the exercised functions are in the kernel's sources, and what may be shown of each.

A function is exercised when an exercise has its name, wherever in the kernel it is: what one
personality does is not far from what the other does. Those of an exercise about interleavings are
known by place, since the explorer has steps of the same names. An exercise seals further ones by
place as well.
The wrappers in `targets/` that make real calls of the machine have the same names and are no
kernel code.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import kernel_model
from autograder.exercise import INTERLEAVINGS, Exercise

KERNEL = Path(kernel_model.__file__).parent
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Exercised:
    """Functions by name, and further ones by place (module:function)."""

    names: frozenset[str]
    places: frozenset[str] = frozenset()

    @classmethod
    def of(cls, exercises: Iterable[Exercise]) -> Exercised:
        """Those of some exercises."""
        every = list(exercises)
        return cls(
            frozenset(
                name
                for one in every
                if one.kind != INTERLEAVINGS
                for name in ((one.of,) if one.of else one.functions)
            ),
            frozenset(
                place
                for one in every
                for place in (*one.seal, *(one.places if one.kind == INTERLEAVINGS else ()))
            ),
        )

    def has(self, module: str, name: str) -> bool:
        """Is the function of this name in this module one of them?"""
        return name in self.names or f"{module}:{name}" in self.places

    def may_be_in(self, text: str) -> bool:
        """Can a source define one of them? Quicker to say than to parse it."""
        last = (place.rpartition(":")[2].rpartition(".")[2] for place in self.places)
        return any(f"def {name}" in text for name in (*self.names, *last))

    def check(self, found: Iterable[str]) -> None:
        """Raises ValueError unless each was among the places found (module:function)."""
        there = set(found)
        missing = self.places - there
        missing |= self.names - {place.rpartition(":")[2] for place in there}
        if missing:
            raise ValueError(
                f"the kernel has no function {', '.join(sorted(missing))}; an exercise has the "
                f"name of one, and `seal` lists functions as module:function"
            )


def module_name(path: Path, root: Path = KERNEL) -> str:
    """The module that a source file of the kernel is."""
    parts = [root.name, *path.relative_to(root).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_kernel_code(path: Path, root: Path = KERNEL) -> bool:
    """Is a file below the kernel's folder a source in which exercised functions are looked for?"""
    return path.suffix == ".py" and path.relative_to(root).parts[0] != "targets"


def functions(tree: ast.Module, module: str, exercised: Exercised) -> dict[str, Function]:
    """The exercised functions of a module by qualified name, in the order of their lines."""

    def below(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function) and exercised.has(module, child.name):
                yield prefix + child.name, child
            elif isinstance(child, Function):
                yield from below(child, f"{prefix}{child.name}.<locals>.")
            elif isinstance(child, ast.ClassDef):
                yield from below(child, f"{prefix}{child.name}.")
            elif not isinstance(child, ast.expr):
                yield from below(child, prefix)

    return dict(below(tree, ""))


def docstring(node: Function) -> ast.Expr | None:
    """The statement that is the docstring."""
    given = node.body[0]
    if isinstance(given, ast.Expr) and isinstance(given.value, ast.Constant):
        return given if isinstance(given.value.value, str) else None
    return None


def drop_docstrings(tree: ast.Module) -> None:
    """Takes every docstring out of a module's tree."""
    for node in (tree, *statements(tree)):
        if isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]


def statements(tree: ast.Module) -> list[ast.AST]:
    """All statements of a module, with handlers and cases; no expression, which has none in it."""
    found: list[ast.AST] = [*tree.body]
    for node in found:  # which grows
        for part in ("body", "handlers", "orelse", "finalbody", "cases"):
            found += getattr(node, part, ())
    return found


def contract(text: str, node: Function) -> str:
    """Signature and docstring as they are written, without decorators and without the body."""
    lines = text.splitlines(keepends=True)
    given = docstring(node)
    end = given.end_lineno if given is not None else node.end_lineno
    signature = _to_the_colon("".join(lines[node.lineno - 1 : end]))
    if given is None:
        return signature + " ...\n"
    return signature + "\n" + "".join(lines[given.lineno - 1 : given.end_lineno])


def _to_the_colon(text: str) -> str:
    """The beginning of a definition up to the colon that ends its signature."""
    depth = 0
    lines = text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.OP:
            depth += token.string in "([{"
            depth -= token.string in ")]}"
            if token.string == ":" and depth == 0:
                row, column = token.end
                return "".join(lines[: row - 1]) + lines[row - 1][:column]
    raise ValueError(f"this is no definition of a function: {lines[0].strip()}")


@lru_cache(maxsize=1024)
def bare(source: str) -> str:
    """A module as its tree gives it back, without docstrings and comments."""
    tree = ast.parse(source)
    drop_docstrings(tree)
    return ast.unparse(tree)
