"""Keeps the undo structures itself, counts its own sleep, and reads the array by itself."""

from kernel_model import *


def entries(u):
    return semaphores_of(u.k).undos.setdefault(u.pid, [])


def noted(u, s, num):
    return next((e for e in entries(u) if (e.slot, e.num) == (s.slot, num)), None)


def adjust(u, s, num, by):
    every, limits = semaphores_of(u.k), u.k.limits
    known = sum(len(found) > 0 for pid, found in every.undos.items() if pid != u.pid)
    entry = noted(u, s, num)
    total = by + (entry.adjust if entry else 0)
    if by and not entries(u) and known >= limits.SEMMNU:
        raise KernelError(Errno.ENOSPC, "no undo structure")
    if abs(total) > every.semaem:
        raise KernelError(Errno.ERANGE, "too much to adjust")
    if by and entry is None and len(entries(u)) >= limits.SEMUME:
        raise KernelError(Errno.EINVAL, "no undo entry")
    rest = [e for e in entries(u) if e is not entry]
    if total:
        rest.append(Undo(s.slot, num, total))
    every.undos[u.pid] = sorted(rest, key=lambda e: (e.slot, e.num))


def clean(u):
    if not entries(u):
        del semaphores_of(u.k).undos[u.pid]


async def doze(u, s, one):
    sem = s.sems[one.num]
    field = "semncnt" if one.op else "semzcnt"
    setattr(sem, field, getattr(sem, field) + 1)
    try:
        await sleep(u, (s.increase if one.op else s.zero)(one.num), PSEMN if one.op else PSEMZ)
    finally:
        setattr(sem, field, getattr(sem, field) - 1)


def attempt(u, s, array):
    values = [sem.semval for sem in s.sems]
    before = [Undo(e.slot, e.num, e.adjust) for e in entries(u)]
    stuck = old = None
    try:
        for one in array:
            old = values[one.num]
            values[one.num] += one.op
            if values[one.num] < 0 or (one.op == 0 and old):
                stuck = one
                break
            if values[one.num] > SEMVMX:
                raise KernelError(Errno.ERANGE, "too large")
            if one.flags & SEM_UNDO:
                adjust(u, s, one.num, -one.op)
    except KernelError:
        semaphores_of(u.k).undos[u.pid] = before
        clean(u)
        raise
    if stuck is not None:
        semaphores_of(u.k).undos[u.pid] = before
    else:
        for sem, value in zip(s.sems, values):
            sem.semval = value
    clean(u)
    return stuck, old or 0


async def semop(u, semid, ops):
    s = semconv(u, semid)
    if ops is None:
        raise KernelError(Errno.EFAULT, "bad address")
    if len(ops) > u.k.limits.SEMOPM:
        raise KernelError(Errno.E2BIG, "too many")
    array = [Operation(num, op, flags) for num, op, flags in ops]
    for one in array:
        if not 0 <= one.num < len(s.sems):
            raise KernelError(Errno.EFBIG, "no semaphore")
        ipcaccess(u, s.perm, SEM_A if one.op else SEM_R)
    stuck, old = attempt(u, s, array)
    while stuck is not None:
        if stuck.flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "no")
        await doze(u, s, stuck)
        semconv(u, semid, Errno.EIDRM)
        stuck, old = attempt(u, s, array)
    s.otime = u.k.time
    for one in array:
        s.sems[one.num].sempid = u.pid
        wakeup(u, s.increase(one.num))
        if s.sems[one.num].semval == 0:
            wakeup(u, s.zero(one.num))
    return old
