"""Semaphores: semget and semop (Bach 11.2.3)."""

from __future__ import annotations

from kernel_model.constants import IPC_NOWAIT, SEM_UNDO
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import ipcaccess, ipcget, ipcid
from kernel_model.process import Process
from kernel_model.rmap import malloc
from kernel_model.semtable import (
    SEM_A,
    SEM_R,
    SEMVMX,
    Operation,
    SemaphoreSet,
    operations,
    semaphores_of,
    semconv,
)
from kernel_model.semundo import semaoe
from kernel_model.traps import PSEMN, PSEMZ, algorithm, sleep, syscall, wakeup


@syscall
def semget(u: Process, key: int, nsems: int, flags: int) -> int:
    """The descriptor of the set with this key, which is made if the flags say so.

        as ipcget says              ENOENT, EEXIST, EACCES, ENOSPC
        new, nsems < 1 or > SEMMSL  EINVAL
        new, less than nsems free   ENOSPC: SEMMNS semaphores are there for all sets
        found, with fewer           EINVAL; nsems 0 fits any

    The semaphores of a new set are 0. (Bach 11.2.3; SVR2)
    """
    k, sema = u.k, semaphores_of(u.k)
    #: find or create the entry
    slot, new = ipcget(u, sema.sets, key, flags)
    s = sema.sets.entries[slot]
    if new:
        #: a new set: the number of its semaphores must be legal
        if not 1 <= nsems <= k.limits.SEMMSL:
            s.perm.mode = 0
            raise KernelError(Errno.EINVAL, f"{nsems} semaphores; a set has 1 to {k.limits.SEMMSL}")
        #: take them out of the pool of all semaphores
        base = malloc(sema.map, nsems)
        if base is None:
            s.perm.mode = 0
            raise KernelError(Errno.ENOSPC, f"no {nsems} of {k.limits.SEMMNS} semaphores are free")
        #: initialise the entry
        s.base, s.sems = base, s.fresh(nsems)
        s.otime, s.ctime = 0, k.time
    #: found: it must have as many as asked for
    elif nsems > len(s.sems):
        raise KernelError(Errno.EINVAL, f"{nsems} semaphores of a set of {len(s.sems)}")
    #: the descriptor is slot + reuse count x table size
    return ipcid(sema.sets, slot)


@syscall
async def semop(u: Process, semid: int, ops: list[list[int]] | None) -> int:
    """Does all of an array of operations [number, operation, flags] on a set, or none.

        no such set                  EINVAL
        more than SEMOPM operations  E2BIG
        bad address (None)           EFAULT
        no permission                EACCES: SEM_R for an operation 0, SEM_A for any other
        no such semaphore            EFBIG
        operation > 0                adds it; ERANGE above SEMVMX
        operation < 0                subtracts it, when the value is large enough
        operation 0                  goes on, when the value is 0
        cannot be done, IPC_NOWAIT   EAGAIN; else it sleeps until the value is larger, or 0
        SEM_UNDO                     exit will take the operation back; ERANGE when all of them
                                     exceed SEMAEM, ENOSPC, EINVAL when SEMMNU, SEMUME run out
        removed while asleep         EIDRM
        signal while asleep          EINTR

    Gives the value that the last semaphore had before its operation. (Bach 11.2.3, Figure 11.14)
    """
    k = u.k
    #: find the set
    s = semconv(u, semid)
    #: read the array of operations
    array = operations(u, ops)
    #: check permission and number of every operation
    for one in array:
        ipcaccess(u, s.perm, SEM_A if one.op else SEM_R)
        if not 0 <= one.num < len(s.sems):
            raise KernelError(Errno.EFBIG, f"semaphore {one.num} of a set of {len(s.sems)}")
    while True:
        #: do one operation after the other, until one cannot be done
        done: list[Operation] = []
        blocked, old = None, 0
        for one in array:
            sem = s.sems[one.num]
            old = sem.semval
            # DOC: semop-cases
            if (one.op < 0 and old + one.op < 0) or (one.op == 0 and old != 0):
                blocked = one
                break
            try:
                #: a value above SEMVMX is an error, and so is an undo entry that cannot be made
                if old + one.op > SEMVMX:
                    raise KernelError(Errno.ERANGE, f"{old + one.op} exceeds SEMVMX {SEMVMX}")
                if one.flags & SEM_UNDO:
                    semaoe(u, s, one.num, -one.op)
            except KernelError:
                #: on an error reverse all that was done
                reverse(u, s, done)
                raise
            sem.semval += one.op
            done.append(one)
            #: larger: wake all who wait for that; 0: wake all who wait for that
            if one.op > 0 and sem.semncnt:
                wakeup(u, s.increase(one.num))
            if one.op < 0 and sem.semval == 0 and sem.semzcnt:
                wakeup(u, s.zero(one.num))
        if blocked is None:
            break
        #: one cannot be done: reverse all that was done
        reverse(u, s, done)
        if blocked.flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, f"semaphore {blocked.num} is {old}")
        # DOC: semop-sleep
        #: sleep until the value is larger, or 0; then start from the beginning
        await semsleep(u, s, blocked)
        semconv(u, semid, Errno.EIDRM)
    #: all are done: adjust time and process ids
    s.otime = k.time
    for one in array:
        s.sems[one.num].sempid = u.pid
    return old


@algorithm
async def semsleep(u: Process, s: SemaphoreSet, one: Operation) -> None:
    """Sleeps until a semaphore is larger, or 0, and is counted among those who do."""
    sem, up = s.sems[one.num], one.op != 0
    sem.semncnt += up
    sem.semzcnt += not up
    try:
        await sleep(u, s.waited(one), PSEMN if up else PSEMZ)
    finally:
        sem.semncnt -= up
        sem.semzcnt -= not up


def reverse(u: Process, s: SemaphoreSet, done: list[Operation]) -> None:
    """Takes operations back, the last one first."""
    for one in reversed(done):
        s.sems[one.num].semval -= one.op
        if one.flags & SEM_UNDO:
            semaoe(u, s, one.num, one.op)
