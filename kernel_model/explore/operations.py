"""What a processor may do to a cell in one step: load, store, swap and their like."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from kernel_model.explore.cells import Cell, LockError, Value, value

LOAD, STORE, SWAP = "load", "store", "swap"
COMPARE_AND_SWAP, FETCH_AND_ADD = "compare_and_swap", "fetch_and_add"
SLEEP, ENQUEUE, SWTCH, WAKEUP, WAKEUP_ONE = "sleep", "enqueue", "swtch", "wakeup", "wakeup_one"
MSGSND, MSGRCV = "msgsnd", "msgrcv"
MSGSND_NOWAIT, MSGRCV_NOWAIT = "msgsnd_nowait", "msgrcv_nowait"
QUEUED = (MSGSND, MSGSND_NOWAIT, MSGRCV, MSGRCV_NOWAIT)  # on a queue of messages
ENTER, LEAVE, PROGRESS = "enter", "leave", "progress"
READING = (LOAD, SWTCH)  # they write nothing
MARKS = (ENTER, LEAVE, PROGRESS)  # they touch no cell
OWN_NAME = (SLEEP, ENQUEUE, SWTCH)  # they depend on whose step it is
# for kernel code only: a lock is made of steps that never wait
KERNEL = ("P", "V", "CP", "Pprim", "Vprim", SLEEP, ENQUEUE, SWTCH, WAKEUP, WAKEUP_ONE, *QUEUED,
          *MARKS)  # fmt: skip

_forgotten: list[str] = []  # operations that went away without having been awaited


class Operation:
    """One atomic step on one cell; `await` does it and gives what it returns."""

    __slots__ = ("args", "awaited", "cell", "kind", "line")

    def __init__(self, kind: str, cell: Cell | None, *args: object) -> None:
        self.awaited = True  # until it is whole
        if not isinstance(cell, Cell) and kind not in MARKS:
            raise LockError(f"{kind}({cell!r}): this is no cell of the shared memory")
        self.kind = kind
        self.cell = cell
        self.args = tuple([value(arg, str(cell)) for arg in args]) if args else ()
        self.line: int | None = None  # where it is known to stand; None: where it is awaited
        self.awaited = False

    def step(self) -> tuple[str, int | None, tuple[Value, ...]]:
        """The kind, the cell's number and the arguments."""
        return self.kind, None if self.cell is None else self.cell.number, self.args

    def __repr__(self) -> str:
        return f"{self.kind}({'' if self.cell is None else self.cell})"

    def __await__(self) -> Generator[Operation, Value, Any]:
        self.awaited = True
        return (yield self)

    def __bool__(self) -> bool:
        raise LockError(f"{self!r} is used without await")

    def __del__(self) -> None:
        if not self.awaited:
            _forgotten.append(repr(self))


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


def forgotten() -> list[str]:
    """Operations that were made and thrown away since the last time this was asked."""
    gone = _forgotten.copy()
    _forgotten.clear()
    return gone


def forget(name: str) -> None:
    """Takes down something that was made to be awaited and thrown away."""
    _forgotten.append(name)
