"""Matches on the operation, and counts the steps that it has to go back."""

from kernel_model import *


async def semop(u, semid, ops):
    s = semconv(u, semid)
    array = operations(u, ops)
    needed = {SEM_A if one.op else SEM_R for one in array}
    for permission in needed:
        ipcaccess(u, s.perm, permission)
    if any(one.num >= len(s.sems) for one in array):
        raise KernelError(Errno.EFBIG, "there is no such semaphore")
    place, old = 0, 0
    while place < len(array):
        one = array[place]
        sem = s.sems[one.num]
        match (one.op > 0) - (one.op < 0):
            case 1 if sem.semval + one.op > SEMVMX:
                go_back(u, s, array[:place])
                raise KernelError(Errno.ERANGE, "too large")
            case 0 if sem.semval:
                await wait(u, s, semid, array, place)
                place = 0
                continue
            case -1 if sem.semval < -one.op:
                await wait(u, s, semid, array, place)
                place = 0
                continue
        old = step(u, s, array, place)
        place += 1
    for one in array:
        s.sems[one.num].sempid = u.pid
    s.otime = u.k.time
    return old


async def wait(u, s, semid, array, place):
    go_back(u, s, array[:place])
    match array[place]:
        case Operation(flags=flags) if flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "not now")
        case one:
            await semsleep(u, s, one)
    semconv(u, semid, Errno.EIDRM)


def step(u, s, array, place):
    one = array[place]
    if one.flags & SEM_UNDO:
        try:
            semaoe(u, s, one.num, -one.op)
        except KernelError as error:
            go_back(u, s, array[:place])
            raise error
    sem = s.sems[one.num]
    old, sem.semval = sem.semval, sem.semval + one.op
    match one.op, sem.semval:
        case op, _ if op > 0:
            wakeup(u, s.increase(one.num))
        case op, 0 if op < 0:
            wakeup(u, s.zero(one.num))
    return old


def go_back(u, s, done):
    while done:
        *done, one = done
        s.sems[one.num].semval -= one.op
        if one.flags & SEM_UNDO:
            semaoe(u, s, one.num, one.op)
