"""Loops that count their rounds, so that code of which nobody knows whether it ends does end."""

from __future__ import annotations

import ast
from collections.abc import Callable

ENDLESS = "EndlessLoop"  # the error's name, by which what came of a run is told


class EndlessLoop(BaseException):
    """Works on without end; not an Exception, so that no handler keeps it."""


def counted(source: str) -> str:
    """The source with every loop calling `round_` at the beginning of each round.

    Raises what `ast.parse` raises for a source that is no Python.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            node.body.insert(0, ast.parse("round_()").body[0])
    return ast.unparse(ast.fix_missing_locations(tree))


def rounds(most: int) -> Callable[[], None]:
    """A `round_` for so many rounds of all loops together; then it raises EndlessLoop."""
    left = most

    def round_() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise EndlessLoop

    return round_


def counter(most: int) -> str:
    """The same as a cell, to stand before counted ones where nothing of ours can be imported."""
    return f"""
class {ENDLESS}(BaseException):
    pass
rounds_left_ = [{most}]
def round_():
    rounds_left_[0] -= 1
    if rounds_left_[0] < 0:
        raise {ENDLESS}
"""
