"""Semaphores of Linux: semget, semop, semtimedop (Linux ipc/sem.c).

Whoever changes a value does the operations of those who sleep, oldest first, and wakes whose are
done (semserving.py): nobody who comes later is faster, and nobody is woken in vain.
"""

from __future__ import annotations

from kernel_model.constants import IPC_CREAT, IPC_EXCL, IPC_NOWAIT, IPC_PRIVATE, SEM_UNDO
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import IPC_ALLOC, ipcaccess, ipcget, ipcid
from kernel_model.linux.ipc import as_int
from kernel_model.linux.semserving import Pending, attempt, count, serve
from kernel_model.process import Process
from kernel_model.semtable import SEM_A, SEM_R, SemaphoreSet, operations, semaphores_of, semconv
from kernel_model.traps import PSEMN, linux, sleep

SHORT = 1000  # milliseconds; a shorter time is over before anybody makes another call


@linux
def semget(u: Process, key: int, nsems: int, flags: int) -> int:
    """The descriptor of the set with this key. Judges the number before the permission."""
    k, sema, key, nsems = u.k, semaphores_of(u.k), as_int(key), as_int(nsems)
    if not 0 <= nsems <= k.limits.SEMMSL:
        raise KernelError(Errno.EINVAL, f"{nsems} semaphores; a set has 1 to {k.limits.SEMMSL}")
    used = [one for one in sema.sets.entries if one.perm.mode & IPC_ALLOC]
    found = next((one for one in used if key != IPC_PRIVATE and one.perm.key == key), None)
    exclusive = flags & IPC_CREAT and flags & IPC_EXCL
    if found is None and (key == IPC_PRIVATE or flags & IPC_CREAT):
        if nsems == 0:
            raise KernelError(Errno.EINVAL, "a new set has at least one semaphore")
        if sum(len(one.sems) for one in used) + nsems > k.limits.SEMMNS:
            raise KernelError(Errno.ENOSPC, f"no {nsems} of {k.limits.SEMMNS} semaphores are free")
    elif found is not None and nsems > len(found.sems) and not exclusive:
        raise KernelError(Errno.EINVAL, f"{nsems} semaphores of a set of {len(found.sems)}")
    slot, new = ipcget(u, sema.sets, key, flags)
    s = sema.sets.entries[slot]
    if new:
        s.sems, s.otime, s.ctime = s.fresh(nsems), 0, k.time
    return ipcid(sema.sets, slot)


@linux
async def semop(u: Process, semid: int, ops: list[list[int]] | None) -> int:
    """Does all of an array of operations, or none; gives 0. An empty array is EINVAL."""
    return await operate(u, semid, ops, None)


@linux
async def semtimedop(u: Process, semid: int, ops: list[list[int]] | None, ms: int | None) -> int:
    """As semop, and sleeps at most so many milliseconds (None: for ever), then EAGAIN.

    Less than a second is over before another process makes a call; more never is, in a model
    in which nothing else takes time.
    """
    return await operate(u, semid, ops, ms)


async def operate(u: Process, semid: int, ops: list[list[int]] | None, ms: int | None) -> int:
    """What semop and semtimedop do."""
    semid = as_int(semid)
    array = operations(u, ops)
    if not array or semid < 0 or (ms is not None and ms < 0):
        raise KernelError(Errno.EINVAL, f"{len(array)} operations, descriptor {semid}, time {ms}")
    s = semconv(u, semid)
    if any(one.flags & SEM_UNDO for one in array):
        s.undoers.add(u.pid)  # before anything else is looked at
    if max(one.num for one in array) >= len(s.sems):
        raise KernelError(Errno.EFBIG, f"a semaphore beyond the {len(s.sems)} of the set")
    ipcaccess(u, s.perm, SEM_A if any(one.op for one in array) else SEM_R)
    blocked = attempt(u, s, array)
    if blocked is None:
        s.otime = u.k.time
        if any(one.op for one in array):
            serve(u, s)
        return 0
    if blocked.flags & IPC_NOWAIT or (ms is not None and ms < SHORT):
        raise KernelError(Errno.EAGAIN, f"semaphore {blocked.num} is {s.sems[blocked.num].semval}")
    return await pend(u, s, Pending(u, array, blocked))


async def pend(u: Process, s: SemaphoreSet, waiting: Pending) -> int:
    """Sleeps until somebody has done the operations, or the set is gone, or a signal comes."""
    s.pending.append(waiting)
    count(s)
    try:
        while waiting.result is None:
            await sleep(u, s.waited(waiting.blocked), PSEMN)
    except KernelError as error:
        if waiting.result is None:  # never made again, whatever the handler was set with
            raise KernelError(Errno.EINTR, error.why) from None
    finally:
        if waiting in s.pending:
            s.pending.remove(waiting)
            count(s)
    if isinstance(waiting.result, Errno):
        raise KernelError(waiting.result, f"the sleep of {u.name} was ended")
    return 0
