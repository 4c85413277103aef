"""The tables of semaphores as plain data: sets, their sleepers, undo structures.

`look` makes tuples that can be compared, and `show_semaphores` plain JSON of them, as in tables.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernel_model.ipc import IPC_ALLOC
from kernel_model.parts import Part, Parts, show_all
from kernel_model.semtable import SemaphoreSet

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

SET = ("slot", "key", "uid", "gid", "cuid", "cgid", "mode", "seq", "base", "otime", "ctime")
SEM = ("semval", "sempid", "semncnt", "semzcnt")
UNDO = ("slot", "num", "adjust")


def look(k: Kernel) -> tuple[Any, ...] | None:
    """The tables of semaphores as tuples; None while there are none."""
    if k.semaphores is None:
        return None
    sema = k.semaphores
    return (
        tuple(_set(one) for one in sema.sets.entries if one.perm.mode),
        sema.sets.size,
        tuple(sema.map.free),
        sema.map.size,
        tuple(
            (pid, tuple((one.slot, one.num, one.adjust) for one in entries))
            for pid, entries in sorted(sema.undos.items())
        ),
    )


def _set(one: SemaphoreSet) -> tuple[Any, ...]:
    """A set in use; of its mode word all but IPC_ALLOC, so that a wrong bit is seen."""
    perm = one.perm
    head = (
        one.slot, perm.key, perm.uid, perm.gid, perm.cuid, perm.cgid, perm.mode ^ IPC_ALLOC,
        perm.seq, one.base, one.otime, one.ctime,
    )  # fmt: skip
    sems = tuple((sem.semval, sem.sempid, sem.semncnt, sem.semzcnt) for sem in one.sems)
    return *head, sems


def show_semaphores(seen: tuple[Any, ...] | None) -> dict[str, Any]:
    """The tables as JSON: `sema`, `sempool` and `undo`; {} while there are none."""
    return show_all(seen, PARTS)


def _shown(row: tuple[Any, ...], modulus: int) -> dict[str, Any]:
    *head, sems = row
    shown = dict(zip(SET, head, strict=True))
    shown = {"semid": shown["seq"] * modulus + shown["slot"]} | shown
    return shown | {"sems": [dict(zip(SEM, sem, strict=True)) for sem in sems]}


def _pool(free: tuple[Any, ...], size: int) -> dict[str, Any]:
    return {"semaphores": size, "free": [list(extent) for extent in free]}


def _undo(row: tuple[Any, ...]) -> dict[str, Any]:
    pid, entries = row
    return {"pid": pid, "entries": [dict(zip(UNDO, one, strict=True)) for one in entries]}


PARTS: Parts = {
    ("sema",): Part((0, 1), _shown, rows=True),
    ("sempool",): Part((2, 3), _pool),
    ("undo",): Part((4,), _undo, rows=True),
}
