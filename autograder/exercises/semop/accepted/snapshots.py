"""Saves values and undo structures before it begins, and puts back what it saved."""

from copy import deepcopy

from kernel_model import *


def saved(u, s):
    return [sem.semval for sem in s.sems], deepcopy(semaphores_of(u.k).undos)


def restored(u, s, kept):
    values, undos = kept
    for num, value in enumerate(values):
        s.sems[num].semval = value
    semaphores_of(u.k).undos.clear()
    semaphores_of(u.k).undos.update(undos)


def do(u, s, array):
    """The operation that has to wait, if there is one, and the last old value."""
    old = 0
    for num, op, flags in ((one.num, one.op, one.flags) for one in array):
        sem = s.sems[num]
        old = sem.semval
        if op == 0 and sem.semval != 0:
            return Operation(num, op, flags), old
        if op < 0 and sem.semval + op < 0:
            return Operation(num, op, flags), old
        if sem.semval + op > SEMVMX:
            raise KernelError(Errno.ERANGE, "semaphore too large")
        sem.semval += op
        if flags & SEM_UNDO:
            semaoe(u, s, num, -op)
    return None, old


async def semop(u, semid, ops):
    s = semconv(u, semid)
    array = operations(u, ops)
    for one in array:
        if one.op == 0:
            ipcaccess(u, s.perm, SEM_R)
        else:
            ipcaccess(u, s.perm, SEM_A)
    if array and max(one.num for one in array) >= len(s.sems):
        raise KernelError(Errno.EFBIG, "number too large")
    while True:
        kept = saved(u, s)
        try:
            waits, old = do(u, s, array)
        except KernelError:
            restored(u, s, kept)
            raise
        if waits is None:
            break
        restored(u, s, kept)
        if waits.flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "no waiting wanted")
        await semsleep(u, s, waits)
        semconv(u, semid, Errno.EIDRM)
    for num in {one.num for one in array}:
        s.sems[num].sempid = u.pid
        if s.sems[num].semval > kept[0][num]:
            wakeup(u, s.increase(num))
        if s.sems[num].semval < kept[0][num] and not s.sems[num].semval:
            wakeup(u, s.zero(num))
    s.otime = u.k.time
    return old
