"""Finds out on a copy of the values what would come of it, and changes nothing before."""

from kernel_model import *


def plan(s, array):
    """The values afterwards, the old one of the last, and who has to wait."""
    values, old = [sem.semval for sem in s.sems], 0
    for one in array:
        old = values[one.num]
        if one.op < 0 and old < -one.op or not one.op and old:
            return values, old, one
        values[one.num] += one.op
        if values[one.num] > SEMVMX:
            raise KernelError(Errno.ERANGE, "above the largest value")
    return values, old, None


def note(u, s, array):
    """Notes what exit takes back, all of it or nothing."""
    wanted = [one for one in array if one.flags & SEM_UNDO]
    for place, one in enumerate(wanted):
        try:
            semaoe(u, s, one.num, -one.op)
        except KernelError:
            for noted in reversed(wanted[:place]):
                semaoe(u, s, noted.num, noted.op)
            raise


async def semop(u, semid, ops):
    s, array = semconv(u, semid), operations(u, ops)
    for one in array:
        if one.num not in range(len(s.sems)):
            raise KernelError(Errno.EFBIG, f"there is no semaphore {one.num}")
        ipcaccess(u, s.perm, SEM_A if one.op != 0 else SEM_R)
    values, old, waits = plan(s, array)
    while waits is not None:
        if waits.flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "it would have to wait")
        await semsleep(u, s, waits)
        s = semconv(u, semid, Errno.EIDRM)
        values, old, waits = plan(s, array)
    note(u, s, array)
    for sem, value in zip(s.sems, values):
        sem.semval = value
    for num in sorted({one.num for one in array}):
        s.sems[num].sempid = u.pid
        wakeup(u, s.increase(num))
        if values[num] == 0:
            wakeup(u, s.zero(num))
    s.otime = u.k.time
    return old
