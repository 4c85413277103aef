"""What Linux keeps for SEM_UNDO: no table that runs out, and no sum beyond 16 bits."""

from __future__ import annotations

from collections.abc import Container

from kernel_model.process import Process
from kernel_model.semtable import SemaphoreSet, Undo, semaphores_of


def adjusted(p: Process, s: SemaphoreSet, num: int) -> int:
    """What the exit of a process will add to a semaphore so far."""
    mine = semaphores_of(p.k).undos.get(p.pid, [])
    return sum(one.adjust for one in mine if one.slot == s.slot and one.num == num)


def adjust_to(p: Process, s: SemaphoreSet, num: int, adjust: int) -> None:
    """Sets what the exit of a process will add to a semaphore."""
    undos = semaphores_of(p.k).undos
    mine = [one for one in undos.get(p.pid, []) if (one.slot, one.num) != (s.slot, num)]
    if adjust:
        mine.append(Undo(s.slot, num, adjust))
        mine.sort(key=lambda one: (one.slot, one.num))
    if mine:
        undos[p.pid] = mine
    else:
        undos.pop(p.pid, None)


def drop(u: Process, s: SemaphoreSet, numbers: Container[int]) -> None:
    """Forgets what exit would add to these semaphores."""
    for pid, entries in list(semaphores_of(u.k).undos.items()):
        entries[:] = [one for one in entries if one.slot != s.slot or one.num not in numbers]
        if not entries:
            del semaphores_of(u.k).undos[pid]
