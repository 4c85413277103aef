"""Does the first operation and then the rest; if the rest cannot be done, takes the first back."""

from kernel_model import *


def rest(u, s, array, old=0):
    """(None, the last old value) when all is done; else (who has to wait, its value)."""
    if not array:
        return None, old
    one, *others = array
    sem = s.sems[one.num]
    before = sem.semval
    if before + one.op < 0 or (one.op == 0 < before):
        return one, before
    if before + one.op > SEMVMX:
        raise KernelError(Errno.ERANGE, "too large")
    undo = one.flags & SEM_UNDO
    if undo:
        semaoe(u, s, one.num, -one.op)
    sem.semval = before + one.op
    good = False
    try:
        waits, old = rest(u, s, others, before)
        good = waits is None
    finally:
        if not good:
            sem.semval = before
            if undo:
                semaoe(u, s, one.num, one.op)
    return waits, old


def look(u, s, array):
    """Every operation is allowed, and for a semaphore of the set."""
    if array:
        one = array[0]
        ipcaccess(u, s.perm, SEM_A if one.op else SEM_R)
        if one.num >= len(s.sems):
            raise KernelError(Errno.EFBIG, "no semaphore has this number")
        look(u, s, array[1:])


async def again(u, s, semid, array):
    waits, old = rest(u, s, array)
    if waits is None:
        return old
    if waits.flags & IPC_NOWAIT:
        raise KernelError(Errno.EAGAIN, "it is not to wait")
    await semsleep(u, s, waits)
    return await again(u, semconv(u, semid, Errno.EIDRM), semid, array)


async def semop(u, semid, ops):
    s = semconv(u, semid)
    array = operations(u, ops)
    look(u, s, array)
    old = await again(u, s, semid, array)
    for one in array:
        s.sems[one.num].sempid = u.pid
        for event in (s.increase(one.num), s.zero(one.num)) if one.op else ():
            wakeup(u, event)
    s.otime = u.k.time
    return old
