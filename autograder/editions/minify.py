"""A function's source made small: no words, no annotations, its own names replaced.

What is left runs as the original does and takes the same arguments. The steps that its `#:`
comments told are kept beside it, by the line of the small source where each begins.
"""

from __future__ import annotations

import ast
import pickle
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from autograder.editions.functions import Function, docstring
from kernel_model.trace import STEP


@dataclass(frozen=True)
class Small:
    """A function made small."""

    source: str
    steps: dict[int, str]  # words of each step of the algorithm, by the line where it begins


def minify(text: str, node: Function) -> Small:
    """The function at `node` of a module's `text`.

    Raises ValueError for a function that uses names of a function around it: what is sealed is
    compiled by itself.
    """
    told = _told_steps(text, node)
    if node.col_offset and _table(_symbols(text), node.name, node.lineno).get_frees():
        raise ValueError(f"{node.name} uses names of a function around it; move it to the top")
    bare: Function = _Strip().visit(pickle.loads(pickle.dumps(node)))  # sooner than copy.deepcopy
    source = ast.unparse(bare)
    names = _table(symtable.symtable(source, "<minify>", "exec"), bare.name, line=1)
    small = _Rename(_new_names(bare, names)).visit(bare)
    source = ast.unparse(small)
    return Small(source, _placed(told, small, ast.parse(source).body[0]) if told else {})


class _Strip(ast.NodeTransformer):
    """Leaves out docstrings, annotations, defaults and decorators of the function."""

    def __init__(self) -> None:
        self.depth = 0

    def _function(self, node: Function) -> ast.AST:
        if docstring(node) is not None:
            node.body = node.body[1:] or [ast.copy_location(ast.Pass(), node)]
        node.returns = None
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        if self.depth == 0:  # of the visible definition
            node.decorator_list = []
            node.args.defaults, node.args.kw_defaults = [], [None] * len(node.args.kwonlyargs)
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(0)
        self.generic_visit(node)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """An f-string as a call of format: unparse may write one that older Pythons cannot read."""
        values: list[ast.expr] = []
        template = ast.Attribute(ast.Constant(_template(node, values)), "format", ast.Load())
        return ast.Call(template, [self.visit(value) for value in values], [])


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.names.get(node.id, node.id)
        return node


def _template(node: ast.JoinedStr, values: list[ast.expr]) -> str:
    """The template of an f-string; what goes into it is added to the values."""
    text = ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            place = f"{{{len(values)}"
            values.append(part.value)
            place += f"!{chr(part.conversion)}" if part.conversion != -1 else ""
            if isinstance(part.format_spec, ast.JoinedStr):
                place += ":" + _template(part.format_spec, values)
            text += place + "}"
        elif isinstance(part, ast.Constant):
            text += str(part.value).replace("{", "{{").replace("}", "}}")
    return text


def _new_names(node: Function, table: symtable.SymbolTable) -> dict[str, str]:
    """New names for the plain local variables: those that only assignments bind."""
    own = {
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    for scope in _scopes(table):
        whole = isinstance(scope, symtable.Class)
        for symbol in scope.get_symbols():
            taken = symbol.is_parameter() or symbol.is_global() or symbol.is_declared_global()
            if whole or taken or symbol.is_imported() or symbol.is_namespace():
                own.discard(symbol.get_name())
    for each in ast.walk(node):  # names that are bound but are not Name nodes
        if isinstance(each, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            own.discard(each.name or "")
        elif isinstance(each, ast.MatchMapping):
            own.discard(each.rest or "")
        elif isinstance(each, ast.Nonlocal):
            own -= set(each.names)
    every = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    free = (name for n in range(1, 10_000) if (name := f"_{n}") not in every)
    return dict(zip(sorted(own), free, strict=False))


@lru_cache(maxsize=2)  # a module's functions are asked for one after the other
def _symbols(text: str) -> symtable.SymbolTable:
    return symtable.symtable(text, "<minify>", "exec")


def _table(symbols: symtable.SymbolTable, name: str, line: int) -> symtable.Function:
    """The names of the function that begins on a line."""
    for scope in _scopes(symbols):
        if isinstance(scope, symtable.Function) and scope.get_lineno() == line:
            return scope
    raise ValueError(f"there is no function {name} on line {line}")


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


def _told_steps(text: str, node: Function) -> dict[int, str]:
    """Words of the `#:` comments in the body, by line of the module."""
    given = docstring(node)
    begin = (given.end_lineno if given is not None else None) or node.lineno
    lines = text.splitlines()[begin : node.end_lineno]
    return {begin + 1 + n: hit[1] for n, line in enumerate(lines) if (hit := STEP.match(line))}


def _placed(told: dict[int, str], old: ast.stmt, new: ast.stmt) -> dict[int, str]:
    """The steps by line of the small source: each begins with the statement after its comment."""
    pairs = list(zip(_statements(old), _statements(new), strict=True))[1:]
    pairs.sort(key=lambda pair: pair[0].lineno)
    steps = {}
    for line, words in told.items():
        at = next((small.lineno for large, small in pairs if large.lineno > line), None)
        if at is not None:
            steps[at] = words
    return steps


def _statements(node: ast.stmt) -> list[ast.stmt]:
    return [each for each in ast.walk(node) if isinstance(each, ast.stmt)]
