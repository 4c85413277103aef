"""What a processor may do to a cell in one step: load, store, swap and their like."""

from __future__ import annotations

from collections.abc import Generator

from kernel_model.explore.cells import Cell, LockError, Value, value

LOAD, STORE, SWAP = "load", "store", "swap"
COMPARE_AND_SWAP, FETCH_AND_ADD = "compare_and_swap", "fetch_and_add"
SEMAPHORE = ("P", "V", "CP")  # steps on a cell that is a semaphore, for kernel code only

_forgotten: list[str] = []  # operations that went away without having been awaited


class Operation:
    """One atomic step on one cell; `await` does it and gives what it returns."""

    __slots__ = ("args", "awaited", "cell", "kind")

    def __init__(self, kind: str, cell: Cell, *args: object) -> None:
        self.awaited = True  # until it is whole
        if not isinstance(cell, Cell):
            raise LockError(f"{kind}({cell!r}): this is no cell of the shared memory")
        self.kind = kind
        self.cell = cell
        self.args = tuple(value(arg, cell.name) for arg in args)
        self.awaited = False

    def __await__(self) -> Generator[Operation, Value, Value]:
        self.awaited = True
        return (yield self)

    def __bool__(self) -> bool:
        raise LockError(f"{self.kind}({self.cell}) is used without await")

    def __del__(self) -> None:
        if not self.awaited:
            _forgotten.append(f"{self.kind}({self.cell})")


def load(cell: Cell) -> Operation:
    """Reads the cell; gives its value."""
    return Operation(LOAD, cell)


def store(cell: Cell, new: object) -> Operation:
    """Writes the cell; gives None."""
    return Operation(STORE, cell, new)


def swap(cell: Cell, new: object) -> Operation:
    """Writes the cell and gives the value that it held before."""
    return Operation(SWAP, cell, new)


def compare_and_swap(cell: Cell, expected: object, new: object) -> Operation:
    """Writes the cell if it holds `expected`; gives whether it did."""
    return Operation(COMPARE_AND_SWAP, cell, expected, new)


def fetch_and_add(cell: Cell, more: int) -> Operation:
    """Adds to the cell and gives the value that it held before."""
    if not isinstance(more, int):
        raise LockError(f"fetch_and_add({cell}, {more!r}): only a number can be added")
    return Operation(FETCH_AND_ADD, cell, more)


def P(semaphore: Cell) -> Operation:
    """Takes one; sleeps while there is none."""
    return Operation("P", semaphore)


def V(semaphore: Cell) -> Operation:
    """Gives one, which lets a sleeper go on."""
    return Operation("V", semaphore)


def CP(semaphore: Cell) -> Operation:
    """Takes one if there is one; gives whether there was, and never sleeps."""
    return Operation("CP", semaphore)


def sleeps(kind: str, held: Value) -> bool:
    """Does the step have to wait while the cell holds this?"""
    return kind == "P" and not (isinstance(held, int) and held > 0)


def effect(kind: str, args: tuple[Value, ...], held: Value) -> tuple[Value, Value]:
    """What the cell holds after the step, and what the step returns; raises LockError."""
    if kind == LOAD:
        return held, held
    if kind == STORE:
        return args[0], None
    if kind == SWAP:
        return args[0], held
    if kind == COMPARE_AND_SWAP:
        return (args[1], True) if held == args[0] else (held, False)
    if not isinstance(held, int):
        raise LockError(f"{kind} finds {held!r} in the cell, which is no number")
    if kind == FETCH_AND_ADD and isinstance(args[0], int):
        return held + args[0], held
    if kind == "CP" and held <= 0:
        return held, False
    return (held + 1, None) if kind == "V" else (held - 1, kind == "CP" or None)


def forgotten() -> list[str]:
    """Operations that were made and thrown away since the last time this was asked."""
    gone = _forgotten.copy()
    _forgotten.clear()
    return gone


def forget(name: str) -> None:
    """Takes down something that was made to be awaited and thrown away."""
    _forgotten.append(name)
