"""What exit takes back of a process's operations on semaphores: SEM_UNDO (Bach 11.2.3)."""

from __future__ import annotations

from collections.abc import Container

from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.semtable import SEMVMX, SemaphoreSet, Undo, semaphores_of
from kernel_model.traps import algorithm, wakeup


@algorithm
def semaoe(u: Process, s: SemaphoreSet, num: int, adjust: int) -> None:
    """Adjust on exit: adds to what exit will add to a semaphore for this process.

        sum beyond SEMAEM      ERANGE
        no undo structure left ENOSPC: SEMMNU, one a process
        no entry left in it    EINVAL: SEMUME

    An entry whose sum is 0 is dropped. (Bach 11.2.3, Figures 11.15 and 11.16; SVR2 semaoe)
    """
    k, undos = u.k, semaphores_of(u.k).undos
    if adjust == 0:
        return
    mine = undos.get(u.pid)
    if mine is None and len(undos) >= k.limits.SEMMNU:
        raise KernelError(Errno.ENOSPC, f"all {k.limits.SEMMNU} undo structures are in use")
    mine = mine if mine is not None else []
    entry = next((one for one in mine if one.slot == s.slot and one.num == num), None)
    total = adjust + (entry.adjust if entry is not None else 0)
    if abs(total) > semaphores_of(k).semaem:
        raise KernelError(Errno.ERANGE, f"{total} is more than exit may adjust")
    if entry is None and len(mine) >= k.limits.SEMUME:
        raise KernelError(Errno.EINVAL, f"all {k.limits.SEMUME} undo entries are in use")
    if entry is None:
        mine.append(Undo(s.slot, num, total))
        mine.sort(key=lambda one: (one.slot, one.num))
    elif total:
        entry.adjust = total
    else:
        mine.remove(entry)
    undos[u.pid] = mine
    if not mine:
        del undos[u.pid]


@algorithm
def semexit(u: Process) -> None:
    """Undoes, at the exit of a process, what it asked to be undone (Bach 11.2.3).

    What would leave a value outside 0 to SEMVMX is left out.
    """
    sema = semaphores_of(u.k)
    for undo in sema.undos.pop(u.pid, []):
        s = sema.sets.entries[undo.slot]
        sem = s.sems[undo.num]
        if 0 <= sem.semval + undo.adjust <= SEMVMX:
            sem.semval += undo.adjust
            semwake(u, s, undo.num)


def semwake(u: Process, s: SemaphoreSet, num: int) -> None:
    """Wakes whoever the value of a semaphore, which has changed, may concern."""
    sem = s.sems[num]
    if sem.semval and sem.semncnt:
        wakeup(u, s.increase(num))
    if not sem.semval and sem.semzcnt:
        wakeup(u, s.zero(num))


def forget(u: Process, s: SemaphoreSet, numbers: Container[int]) -> None:
    """Drops all undo entries for these semaphores of a set."""
    undos = semaphores_of(u.k).undos
    for pid, entries in list(undos.items()):
        entries[:] = [one for one in entries if one.slot != s.slot or one.num not in numbers]
        if not entries:
            del undos[pid]
