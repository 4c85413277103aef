"""Every mutant of a function: one operator, at one place of it.

The same function and operators give the same mutants with the same names, in the same order. Two
that are the same code are one, and what is the function itself, or no Python, is none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.audit.operators import OPERATORS, Operator, Place, Said
from autograder.audit.operators.place import first_line
from autograder.audit.source import SAID, Function, submission

LONGEST = 140  # characters of a change
SHORT = 30  # characters of an expression that does not tell where it is
AROUND = 60  # characters of the statement around it
OCTAL = re.compile(r"\b(\d{2,})\b")  # a number that is bits


@dataclass(frozen=True)
class Mutant:
    """A wrong solution."""

    name: str  # operator and change; of its own in its exercise
    operator: str
    line: int  # of the kernel's source; 0: written by hand
    change: str  # in one line
    source: str


def mutants_of(
    tree: ast.Module, operators: Iterable[Operator] | None = None, limit: int | None = None
) -> list[Mutant]:
    """The mutants of the functions of a module, `limit` at most of each operator."""
    seen = {_normal(submission(tree))}
    names: dict[str, int] = {}
    found = []
    for one in OPERATORS.values() if operators is None else operators:
        count = 0
        for place in places(tree):
            for new in one.make(place):
                text = changed(tree, place, new)
                made = _normal(text)
                if made is None or made in seen or count == limit:
                    continue
                seen.add(made)
                count += 1
                change = words(place, new)
                name = f"{one.name}: {change}"
                names[name] = names.get(name, 0) + 1
                if names[name] > 1:
                    name += f" ({names[name]})"
                found.append(Mutant(name, one.name, _line(place, new), change, text))
    return found


def places(tree: ast.Module | ast.ClassDef) -> Iterator[Place]:
    """Every place within the bodies of its functions and methods, in the order of the text."""
    for index, function in enumerate(tree.body):
        if isinstance(function, ast.ClassDef):
            yield from places(function)
        elif isinstance(function, Function):
            yield Place(function, tree, "body", index, function, function)
            yield from _below(function, function, function)


def _below(parent: ast.AST, statement: ast.stmt, function: ast.AST) -> Iterator[Place]:
    for slot, value in ast.iter_fields(parent):
        if isinstance(parent, Function) and slot == "args":
            continue  # the signature is given
        several = isinstance(value, list)
        for index, node in enumerate(value if several else [value]):
            if isinstance(node, ast.AST):
                around = statement
                if isinstance(node, ast.stmt) and not isinstance(node, ast.Raise):
                    around = node
                yield Place(node, parent, slot, index if several else None, around, function)
                yield from _below(node, around, function)


def changed(tree: ast.Module, place: Place, new: object) -> str:
    """The module's text with something else in one place; the tree stays as it is."""
    node = new.node if isinstance(new, Said) else new
    before = getattr(place.parent, place.slot)
    if place.index is None:
        after = node
    else:
        instead = node if isinstance(node, list) else [node]
        after = [*before[: place.index], *instead, *before[place.index + 1 :]]
        if not after and place.slot == "body":
            after = [ast.Pass()]
    setattr(place.parent, place.slot, after)
    try:
        return submission(tree)
    finally:
        setattr(place.parent, place.slot, before)


def words(place: Place, new: object) -> str:
    """The change in one line, with what the statement around it begins with if it is short."""
    if isinstance(new, Said):
        text = new.words
    else:
        assert isinstance(new, ast.AST), "a list of statements comes with words"
        before, around = ast.unparse(place.node), first_line(place.statement)
        text = f"{before} -> {ast.unparse(new)}"
        if len(before) <= SHORT and before != around.removesuffix(":"):
            text += f", in: {around if len(around) <= AROUND else around[: AROUND - 3] + '...'}"
    text = " ".join(text.split()).replace(f", {ast.unparse(SAID)}", "")
    text = OCTAL.sub(lambda found: _octal(int(found[1])), text)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _octal(value: int) -> str:
    return str(value) if value < 64 else f"0o{value:o}"


def _normal(text: str) -> str | None:
    """The same for the same code; None for what is no Python."""
    try:
        compile(text, "<mutant>", "exec")
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return None


def _line(place: Place, new: object) -> int:
    if isinstance(new, Said) and new.line is not None:
        return new.line
    for node in (place.node, place.parent):
        line = getattr(node, "lineno", None)
        if isinstance(line, int):
            return line
    return getattr(place.function, "lineno", 0)
