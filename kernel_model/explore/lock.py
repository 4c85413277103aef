"""A lock file's text made of functions, so that a notebook can explore what its cells define.

    flag = lock(semaphore, Pprim, Vprim)      the text, with the functions in this order
    check(flag, 2)
    both = system(memory, program, finals=[nothing_lost])      the same for a system file
    own = system(flag, memory, program)       a text that is there already may stand among them

A function that is sealed goes in as well; its steps in words are kept for whoever shows it.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from kernel_model.trace import STEP

HEADER = (
    "from typing import Any; from kernel_model.explore import *; "
    "from kernel_model.explore.structures import *"
)
SEALED = "kernel_model.sealed"  # holds the functions that are sealed, where any are


class Lock(str):
    """The text of a lock file.

    steps   of sealed functions, by line: what begins there, in words; empty: all can be read
    """

    steps: dict[int, str]

    def __new__(cls, text: str, steps: Mapping[int, str] | None = None) -> Self:
        """A text with the steps that stand for its lines."""
        made = super().__new__(cls, text)
        made.steps = dict(steps or {})
        return made

    def __repr__(self) -> str:
        return f"<Lock of {len(self.splitlines())} lines{', sealed' if self.steps else ''}>"

    def told(self) -> dict[int, str]:
        """The steps in words, whether they stand for the lines or above them as `#:` comments."""
        if self.steps:
            return self.steps
        found = (STEP.match(line) for line in self.splitlines())
        return {at: hit[1] for at, hit in enumerate(found, 1) if hit}

    def neighbours(self) -> list[tuple[str, str]]:
        """Steps, in words, of which one comes right after the other in the same block."""
        return [(one.words, other.words) for one, other in self._pairs()]

    def swapped(self, first: str, second: str) -> Lock:
        """The lock with two neighbouring steps, named by their words, in the other order.

        Raises ValueError for steps that there are not, or that are no neighbours.
        """
        told = list(dict.fromkeys(self.told().values()))
        for words in (first, second):
            if words not in told:
                raise ValueError(f"there is no step {words!r}; there are {', '.join(told)}")
        wanted = first, second
        named = [pair for pair in self._pairs() if (pair[0].words, pair[1].words) == wanted]
        if not named:
            raise ValueError(f"{second!r} does not come right after {first!r}")
        one, other = named[0]
        lines = self.splitlines()
        middle = lines[other.first - 1 : other.last] + lines[one.first - 1 : one.last]
        text = "\n".join([*lines[: one.first - 1], *middle, *lines[other.last :], ""])
        down, up = other.last - other.first + 1, other.first - one.first
        moved = {at: at + down for at in range(one.first, one.last + 1)}
        moved |= {at: at - up for at in range(other.first, other.last + 1)}
        return Lock(text, {moved.get(at, at): words for at, words in self.steps.items()})

    def _pairs(self) -> list[tuple[Block, Block]]:
        """Every two steps that are neighbours."""
        every = list(self._blocks())
        return [(one, other) for one in every for other in every if one.before(other)]

    def _blocks(self) -> Iterator[Block]:
        """The statement of each step."""
        told = self.told()
        above = 0 if self.steps else 1  # words stand in the line above, or for the statement
        for body in _bodies(ast.parse(self)):
            for statement in body:
                at = statement.lineno - above
                if at in told:
                    yield Block(told[at], at, statement.end_lineno or statement.lineno, id(body))


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of a step: from its words, or its statement, to the end of the statement."""

    words: str
    first: int
    last: int
    body: int  # which list of statements it stands in

    def before(self, other: Block) -> bool:
        """Does the other one come right after it?"""
        return self.body == other.body and self.last + 1 == other.first


def lock(*functions: Callable[..., Any] | str, **constants: int) -> Lock:
    """A lock of functions, or of texts that hold some; the constants become globals of its module.

    Raises ValueError, in words, for a function whose source cannot be had.
    """
    lines = ["; ".join([HEADER, *(f"{name} = {value}" for name, value in constants.items())])]
    steps: dict[int, str] = {}
    for function in functions:
        if len(lines) > 1:
            lines += ["", ""]
        text, told = _source(function)
        steps |= {len(lines) + line: words for line, words in told.items()}
        lines += text.splitlines()
    return Lock("\n".join([*lines, ""]), steps)


def system(
    *functions: Callable[..., Any] | str,
    invariants: Sequence[Callable[..., Any]] = (),
    finals: Sequence[Callable[..., Any]] = (),
    **constants: int,
) -> Lock:
    """The text of a system file: `memory`, `program` and whatever else they use.

    invariants, finals   functions that say what must hold in every state, and at the end
    """
    made = lock(*functions, *dict.fromkeys([*invariants, *finals]), **constants)
    asked = {"invariants": invariants, "finals": finals}
    told = [
        f"{name} = ({', '.join(one.__name__ for one in given)},)\n"
        for name, given in asked.items()
        if given
    ]
    return Lock("\n\n".join([made, *told]), made.steps)


def _source(function: Callable[..., Any] | str) -> tuple[str, dict[int, str]]:
    """The source of a function, and its steps in words if that source is sealed."""
    if isinstance(function, str):
        return function.rstrip(), dict(getattr(function, "steps", {}))
    if getattr(function, "sealed_steps", None) is not None:
        kept: dict[str, tuple[str, dict[str, str]]] = sys.modules[SEALED].contents()
        text, steps = kept[f"{function.__module__}:{function.__qualname__}"]
        return text, {int(line): words for line, words in steps.items()}
    try:
        return _bare(textwrap.dedent(inspect.getsource(function)).rstrip()), {}
    except (OSError, TypeError) as error:
        name = getattr(function, "__name__", function)
        raise ValueError(f"{name}: its source cannot be found ({error})") from error


def _bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body:
                yield body


def _bare(text: str) -> str:
    """A function without the types in its signature, where that stands on one line."""
    head, *rest = text.split("\n")
    try:
        node = ast.parse(text).body[0]
    except SyntaxError:
        return text
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return text
    alone = head.endswith(":") and node.body[0].lineno > node.lineno and not node.decorator_list
    if alone:
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        head = f"{kind} {node.name}({ast.unparse(node.args)}):"
    return "\n".join([head, *rest])
