"""Wrong statements: left out, too early, too late; and loops that go over something else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.audit.operators.place import (
    Block,
    New,
    Place,
    Said,
    but,
    called,
    calls,
    first_line,
    operator,
    put,
)

MAY_FAIL = ("copyin", "copyout", "ipcaccess", "ipcowner", "msgconv", "ipcconv", "sleep")
GIVES_UP = ("msgfree", "ipcfree", "set_perm")  # calls that change tables
OWN = ("wakeup", "sleep")  # calls that have an operator of their own
PARTS = {"backwards": "::-1", "not the first": "1:", "not the last": ":-1"}  # of a list
PLAIN = (ast.Assign, ast.AugAssign, ast.Expr, ast.Break, ast.Continue, ast.Delete)


@operator
def left_out(place: Place) -> Iterator[New]:
    """a statement is forgotten"""
    node = place.node
    if isinstance(node, PLAIN) and called(node) not in OWN and not _after_sleep(place):
        yield Said([], f"{first_line(node)}")


@operator
def not_raised(place: Place) -> Iterator[New]:
    """an error is found and not reported"""
    if isinstance(place.node, ast.Raise):
        yield Said([], f"{first_line(place.node)}, in: {first_line(place.statement)}")


@operator
def no_recheck(place: Place) -> Iterator[New]:
    """what is tested after a sleep is not tested"""
    if isinstance(place.node, PLAIN) and _after_sleep(place):
        yield Said([], f"{first_line(place.node)}")


def _after_sleep(place: Place) -> bool:
    block = getattr(place.parent, place.slot)
    return bool(place.index) and called(block[(place.index or 0) - 1]) == "sleep"


@operator
def one_of_several(place: Place) -> Iterator[New]:
    """of several names that get one value, one does not get it"""
    node = place.node
    if isinstance(node, ast.Assign) and len(node.targets) > 1:
        for index in range(len(node.targets)):
            yield but(node, targets=put(node.targets, index))


@operator
def returned(place: Place) -> Iterator[New]:
    """nothing is given back, or the parts of it in another order"""
    node = place.node
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(None)
        if isinstance(node.value, ast.Tuple):
            yield ast.Return(but(node.value, elts=node.value.elts[::-1]))


@operator
def too_early(place: Place) -> Iterator[New]:
    """a table is changed before it is known that the call will not fail"""
    for slot, block in _blocks(place.node):
        for index, one in enumerate(block):
            for at in range(index) if _changes(one) else ():
                if _may_fail(block[at]) and not stored(block[at:index]) & loaded(one):
                    made = [*block[:at], one, *block[at:index], *block[index + 1 :]]
                    words = f"{first_line(one)}, before: {first_line(block[at])}"
                    yield Said(but(place.node, **{slot: made}), words, one.lineno)


@operator
def too_late(place: Place) -> Iterator[New]:
    """what may fail comes after the changes"""
    for slot, block in _blocks(place.node):
        changes = [at for at, one in enumerate(block) if _changes(one)]
        for index, one in enumerate(block):
            later = [at for at in changes if at > index]
            if later and _may_fail(one) and not stored([one]) & loaded(*block[index + 1 :]):
                end = later[-1] + 1
                made = [*block[:index], *block[index + 1 : end], one, *block[end:]]
                words = f"{first_line(one)}, after: {first_line(block[end - 1])}"
                yield Said(but(place.node, **{slot: made}), words, one.lineno)


def _blocks(node: ast.AST) -> Iterator[tuple[str, Block]]:
    for slot in ("body", "orelse"):
        block = getattr(node, slot, None)
        if isinstance(block, list) and block and not isinstance(node, ast.Module):
            yield slot, block


def _may_fail(node: ast.stmt) -> bool:
    raises = any(isinstance(part, ast.Raise) for part in ast.walk(node))
    return raises or calls(node, *MAY_FAIL)


def _changes(node: ast.stmt) -> bool:
    """Does it change a table, without failing?"""
    targets = [
        target
        for part in ast.walk(node)
        if isinstance(part, ast.Assign | ast.AugAssign)
        for target in (part.targets if isinstance(part, ast.Assign) else [part.target])
    ]
    stores = any(isinstance(target, ast.Attribute | ast.Subscript) for target in targets)
    return (stores or calls(node, *GIVES_UP)) and not _may_fail(node)


def stored(block: Block) -> set[str]:
    """The names that statements give a value."""
    return _names(block, ast.Store)


def loaded(*block: ast.stmt) -> set[str]:
    """The names whose value statements take."""
    return _names(list(block), ast.Load)


def _names(block: Block, context: type[ast.expr_context]) -> set[str]:
    return {
        node.id
        for one in block
        for node in ast.walk(one)
        if isinstance(node, ast.Name) and isinstance(node.ctx, context)
    }


@operator
def only_once(place: Place) -> Iterator[New]:
    """a loop ends after its first round"""
    node = place.node
    if isinstance(node, ast.For | ast.While) and not calls(node, "sleep"):
        words = f"one round only of: {first_line(node)}"
        yield Said(but(node, body=[*node.body, ast.Break()]), words)


@operator
def goes_over(place: Place) -> Iterator[New]:
    """a loop goes backwards, or spares the first or the last one"""
    node = place.node
    if isinstance(node, ast.For | ast.comprehension):
        every = ast.Call(ast.Name("list"), [node.iter], [])
        for text, words in (
            ("::-1", "backwards"),
            ("1:", "not the first"),
            (":-1", "not the last"),
        ):
            part = ast.Subscript(every, ast.Name(text))
            yield Said(but(node, iter=part), f"{words} of: {ast.unparse(node.iter)}")
