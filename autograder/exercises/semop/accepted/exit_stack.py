"""Puts on a stack, for each operation, what takes it back; drops the stack when all are done."""

from contextlib import ExitStack
from operator import attrgetter

from kernel_model import *

flags_of = attrgetter("flags")


def change(sem, by):
    sem.semval += by


def one_operation(u, s, one, stack):
    """Does it, and says whether it could be done."""
    sem = s.sems[one.num]
    if sem.semval + one.op < 0:
        return False
    if one.op == 0:
        return sem.semval == 0
    if sem.semval + one.op > SEMVMX:
        raise KernelError(Errno.ERANGE, "larger than SEMVMX")
    if flags_of(one) & SEM_UNDO:
        semaoe(u, s, one.num, -one.op)
        stack.callback(semaoe, u, s, one.num, one.op)
    change(sem, one.op)
    stack.callback(change, sem, -one.op)
    return True


async def semop(u, semid, ops):
    s = semconv(u, semid)
    array = operations(u, ops)
    for one in array:
        ipcaccess(u, s.perm, (SEM_R, SEM_A)[bool(one.op)])
    for one in array:
        if one.num >= len(s.sems):
            raise KernelError(Errno.EFBIG, "semaphore?")
    stuck = True
    while stuck:
        olds = [0]
        with ExitStack() as stack:
            stuck = False
            for one in array:
                olds.append(s.sems[one.num].semval)
                if not one_operation(u, s, one, stack):
                    stuck = True
                    break
            else:
                stack.pop_all()
        if stuck and flags_of(one) & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "stuck")
        if stuck:
            await semsleep(u, s, one)
            semconv(u, semid, Errno.EIDRM)
    for one in array:
        s.sems[one.num].sempid = u.pid
        event = s.increase if one.op > 0 else s.zero
        if one.op > 0 or not s.sems[one.num].semval:
            wakeup(u, event(one.num))
    s.otime = u.k.time
    return olds[-1]
