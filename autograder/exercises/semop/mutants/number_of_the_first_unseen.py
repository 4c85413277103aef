"""Holds the numbers of all operations but the first against the set."""

from kernel_model import *


async def semop(u, semid, ops):
    s = semconv(u, semid)
    array = operations(u, ops)
    for one in array:
        ipcaccess(u, s.perm, SEM_A if one.op else SEM_R)
    for one in array[1:]:
        if one.num >= len(s.sems):
            raise KernelError(Errno.EFBIG, "no such semaphore")
    while True:
        blocked, old = attempt(u, s, array)
        if blocked is None:
            break
        if blocked.flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "not now")
        await semsleep(u, s, blocked)
        semconv(u, semid, Errno.EIDRM)
    s.otime = u.k.time
    for one in array:
        s.sems[one.num].sempid = u.pid
    return old


def attempt(u, s, array):
    done, old = [], 0
    for one in array:
        sem = s.sems[one.num]
        old = sem.semval
        if (one.op < 0 and old + one.op < 0) or (one.op == 0 and old != 0):
            back(u, s, done)
            return one, old
        try:
            if old + one.op > SEMVMX:
                raise KernelError(Errno.ERANGE, "too large")
            if one.flags & SEM_UNDO:
                semaoe(u, s, one.num, -one.op)
        except KernelError:
            back(u, s, done)
            raise
        sem.semval += one.op
        done.append(one)
        if one.op > 0:
            wakeup(u, s.increase(one.num))
        if one.op < 0 and sem.semval == 0:
            wakeup(u, s.zero(one.num))
    return None, old


def back(u, s, done):
    for one in reversed(done):
        s.sems[one.num].semval -= one.op
        if one.flags & SEM_UNDO:
            semaoe(u, s, one.num, one.op)
