"""Where a suspended coroutine stands, as a key: equal keys, equal future.

A position and the named variables are not enough. `await load(a) + await load(b)` keeps the first
value on the frame's value stack, and a `for` keeps its iterator there. Both are among what the
coroutine refers to (`gc.get_referents`); `visible` tries out whether this interpreter shows them.
"""

from __future__ import annotations

import functools
import gc
import types
from collections.abc import AsyncGenerator, Coroutine, Generator, Hashable, Mapping
from typing import Any

from kernel_model.explore.canonical import NOWHERE, PLAIN, SPECIAL, Canonical, Hidden
from kernel_model.explore.cells import LockError
from kernel_model.explore.codes import code_key
from kernel_model.explore.operations import Operation

Suspended = Coroutine[Operation, Any, Any]
AWAIT = Operation.__await__.__code__
DEEPEST = 60  # calls that wait for one another; a tree of sixteen processors has a dozen
FRAMES: dict[
    type, tuple[str, str, str]
] = {  # a kind of thing that has a frame: its frame, its code, and what it waits for
    types.CoroutineType: ("cr_frame", "cr_code", "cr_await"),
    types.GeneratorType: ("gi_frame", "gi_code", "gi_yieldfrom"),
    types.AsyncGeneratorType: ("ag_frame", "ag_code", "ag_await"),
}


def snapshot(coroutine: Suspended, file: str, places: Mapping[int, int] = NOWHERE) -> Hashable:
    """The key of a coroutine that waits in an operation; raises Hidden for what it cannot see.

    places  of what its module keeps, by id: which of these things a variable names is seen
    """
    return Canonical(file, places).key(coroutine)


def line(coroutine: Suspended, file: str) -> int | None:
    """The innermost line of the author's at which it waits.

    Raises LockError for calls that are nested deeper than any lock's.
    """
    found, deep = None, 0
    at: object = coroutine
    while at is not None:
        names = FRAMES.get(type(at))
        if names is None:
            at = _wrapped(at)
            continue
        frame = getattr(at, names[0])
        if frame is not None and frame.f_code.co_filename == file:
            found, deep = frame.f_lineno, deep + 1
            if deep > DEEPEST:
                raise LockError(
                    f"its calls are nested {DEEPEST} deep: "
                    f"whoever tries again by calling itself never comes back; use a loop"
                )
        at = getattr(at, names[2])
    return found


def _wrapped(x: object) -> object:
    """The coroutine or generator inside an awaitable of the interpreter's own."""
    return next((one for one in gc.get_referents(x) if type(one) in FRAMES), None)


def _suspended(canonical: Canonical, x: Any) -> Hashable:
    """The key of whatever has a frame: position, variables, value stack, what it waits for."""
    names = FRAMES[type(x)]
    frame, code = getattr(x, names[0]), getattr(x, names[1])
    if frame is None:
        return "ended", x.__name__, x.__qualname__
    canonical.seen.setdefault(id(frame), -1)  # whoever refers to it refers to this one
    canonical.kept.append(frame)
    if code is AWAIT:
        return "step", *canonical.keys(one for one in gc.get_referents(x) if type(one) is Operation)
    variables = frame.f_locals
    others = [name for name in variables if name not in names_of(code)]  # which `exec` has made
    inside: list[Hashable] = [canonical.key(variables[name]) for name in sorted(others)]
    of_frame = False  # its names as a dict: met again, that is what locals() gave
    own = {"function", "code"}  # both are visited before any value; met again, they are values
    for one in gc.get_referents(x):
        kind = type(one)
        if kind in PLAIN:
            inside.append(one)
        elif one is variables and not of_frame:
            of_frame = True
        elif one is variables:
            raise Hidden("what locals() gives")
        elif one is frame:
            continue
        elif one is code and "code" in own:
            own.discard("code")
        elif kind is types.FunctionType and "function" in own and one.__code__ is code:
            own.discard("function")
        else:
            inside.append(canonical.key(one))
    # of a variable without a value nothing is visited: say which ones have one
    named = x.__name__, x.__qualname__
    return "frame", code_key(code), *named, frame.f_lasti, tuple(sorted(variables)), *inside


@functools.cache
def names_of(code: types.CodeType) -> frozenset[str]:
    """The variables that code has by itself."""
    return frozenset((*code.co_varnames, *code.co_cellvars, *code.co_freevars))


async def _nothing() -> None:
    """For its type only."""


async def _none() -> AsyncGenerator[None, None]:
    """For the types of what it is waited for with."""
    yield


def _awaitables() -> list[type]:
    """The interpreter's own types between a frame and the one it waits for."""
    coroutine, generator = _nothing(), _none()
    waits: list[Any] = [coroutine.__await__(), generator.asend(None), generator.aclose()]
    for one in waits:
        one.close()
    coroutine.close()
    return [type(one) for one in waits]


def _frame(canonical: Canonical, x: Any) -> Hashable:
    """A frame that somebody holds, of code that has ended or stands elsewhere."""
    names = [*x.f_locals]
    held = canonical.keys(x.f_locals[name] for name in names)
    return "held frame", code_key(x.f_code), x.f_lasti, *names, *held


def _by_referents(canonical: Canonical, x: object) -> Hashable:
    return type(x).__name__, *canonical.keys(gc.get_referents(x))


for _kind in FRAMES:
    SPECIAL[_kind] = _suspended
SPECIAL[types.FrameType] = _frame
for _kind in _awaitables():
    SPECIAL[_kind] = _by_referents


@types.coroutine
def _stop(value: int) -> Generator[int, int, int]:
    return (yield value)


async def _on_the_stack() -> int:
    return await _stop(0) + 2 * await _stop(1)


async def _in_an_iterator() -> None:
    for _ in [7, 7, 7]:
        await _stop(0)


def visible() -> bool:
    """Does this interpreter show value stacks and iterators?"""
    return _told_apart(_on_the_stack, (None, 5), (None, 6)) and _told_apart(
        _in_an_iterator, (None,), (None, 0)
    )


def _told_apart(code: Any, one: tuple[int | None, ...], other: tuple[int | None, ...]) -> bool:
    keys = []
    for sent in (one, other, other):
        coroutine = code()
        for value in sent:
            coroutine.send(value)
        keys.append(snapshot(coroutine, __file__))
        coroutine.close()
    return keys[0] != keys[1] == keys[2]
