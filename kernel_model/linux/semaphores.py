"""Semaphores of Linux: where they differ from the classic ones (Linux ipc/sem.c).

Whoever changes a value does the operations of those who sleep, oldest first, and wakes whose are
done: nobody who comes later is faster, and nobody is woken in vain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kernel_model.constants import (
    GETALL,
    GETNCNT,
    GETPID,
    GETVAL,
    GETZCNT,
    IPC_CREAT,
    IPC_EXCL,
    IPC_INFO,
    IPC_NOWAIT,
    IPC_PRIVATE,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    SEM_INFO,
    SEM_STAT,
    SEM_STAT_ANY,
    SEM_UNDO,
    SETALL,
    SETVAL,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import INDEX, IPC_ALLOC, ipcaccess, ipcget, ipcid, ipcowner, set_perm
from kernel_model.linux.control import NOBODY
from kernel_model.linux.ipc import as_int
from kernel_model.process import Process
from kernel_model.semaphores import all_values, legal, number, semconv, set_fields
from kernel_model.semtable import (
    SEM_A,
    SEM_R,
    SEMVMX,
    Operation,
    SemaphoreSet,
    Undo,
    operations,
    semaphores_of,
)
from kernel_model.traps import PSEMN, linux, sleep
from kernel_model.user import USER_BUFFER, copyin, copyout

SHORT = 1000  # milliseconds; a shorter time is over before anybody makes another call


@dataclass(eq=False, slots=True)
class Pending:
    """A semop that sleeps."""

    proc: Process
    array: list[Operation]
    blocked: Operation  # the one that cannot be done now
    result: Errno | int | None = None  # 0 or an error when it is over

    @property
    def alters(self) -> bool:
        """Does it do more than wait for zeros?"""
        return any(one.op for one in self.array)


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


def attempt(p: Process, s: SemaphoreSet, array: list[Operation]) -> Operation | None:
    """Does all operations for a process, or none: then it gives the first that has to wait.

    Fails with ERANGE for a value above SEMVMX and for more than exit may adjust.
    """
    values = [sem.semval for sem in s.sems]
    adjusts: dict[int, int] = {}
    semaem = semaphores_of(p.k).semaem
    for one in array:
        value = values[one.num] + one.op
        if value < 0 or (one.op == 0 and value):
            return one
        if value > SEMVMX:
            raise KernelError(Errno.ERANGE, f"{value} exceeds SEMVMX {SEMVMX}")
        if one.flags & SEM_UNDO:
            before = adjusts.get(one.num, adjusted(p, s, one.num))
            adjusts[one.num] = before - one.op
            if not -semaem - 1 <= adjusts[one.num] <= semaem:
                raise KernelError(Errno.ERANGE, f"{adjusts[one.num]} is more than exit may adjust")
        values[one.num] = value
    for one in array:
        s.sems[one.num].semval, s.sems[one.num].sempid = values[one.num], p.pid
    for num, adjust in adjusts.items():
        adjust_to(p, s, num, adjust)
    return None


def adjusted(p: Process, s: SemaphoreSet, num: int) -> int:
    """What the exit of a process will add to a semaphore so far."""
    mine = semaphores_of(p.k).undos.get(p.pid, [])
    return sum(one.adjust for one in mine if one.slot == s.slot and one.num == num)


def adjust_to(p: Process, s: SemaphoreSet, num: int, adjust: int) -> None:
    """Sets what the exit of a process will add to a semaphore."""
    undos = semaphores_of(p.k).undos
    mine = [one for one in undos.get(p.pid, []) if (one.slot, one.num) != (s.slot, num)]
    if adjust:
        mine.append(Undo(s.slot, num, adjust))
        mine.sort(key=lambda one: (one.slot, one.num))
    if mine:
        undos[p.pid] = mine
    else:
        undos.pop(p.pid, None)


def serve(u: Process, s: SemaphoreSet) -> None:
    """Does the operations of those who sleep, as far as they can be done now.

    Those who only wait for zeros come first, then the others, each in the order in which they
    went to sleep; after each that changed something it begins again.
    """
    again = True
    while again:
        again = False
        for waiting in sorted(s.pending, key=lambda one: one.alters):
            try:
                blocked = attempt(waiting.proc, s, waiting.array)
            except KernelError as error:
                finish(u, s, waiting, error.errno)
                continue
            if blocked is not None:
                move(waiting, s, blocked)
                continue
            s.otime = u.k.time
            finish(u, s, waiting, 0)
            if waiting.alters:
                again = True
                break
    count(s)


def move(waiting: Pending, s: SemaphoreSet, blocked: Operation) -> None:
    """Lets a call sleep on where it cannot go on now: at another operation, perhaps."""
    p, event = waiting.proc, s.waited(blocked)
    waiting.blocked = blocked
    if p.wchan is not None and p.wchan != event:
        queue = p.k.sleepers[p.wchan]
        queue.remove(p)
        if not queue:
            del p.k.sleepers[p.wchan]
        p.k.sleepers.setdefault(event, []).append(p)
        p.wchan = event


def finish(u: Process, s: SemaphoreSet, waiting: Pending, result: Errno | int) -> None:
    """Ends the sleep of one call with this result."""
    s.pending.remove(waiting)
    waiting.result = result
    p = waiting.proc
    if u.k.trace is not None:
        u.k.trace.event("wakeup", u, f"{u.name} wakes {p.name}, asleep on {p.wchan}")
    u.k.unsleep(p)


def count(s: SemaphoreSet) -> None:
    """Counts who waits for what: each for the operation that it cannot do."""
    for sem in s.sems:
        sem.semncnt = sem.semzcnt = 0
    for waiting in s.pending:
        sem = s.sems[waiting.blocked.num]
        if waiting.blocked.op:
            sem.semncnt += 1
        else:
            sem.semzcnt += 1


@linux
def semctl(u: Process, semid: int, num: int, cmd: int, arg: Any = USER_BUFFER) -> Any:
    """Queries, sets or removes a set. Knows SEM_STAT, SEM_STAT_ANY, SEM_INFO and IPC_INFO."""
    k, semid, cmd = u.k, as_int(semid), as_int(cmd)
    sema = semaphores_of(k)
    if semid < 0:
        raise KernelError(Errno.EINVAL, f"descriptor {semid} is negative")
    if cmd in (IPC_INFO, SEM_INFO):
        told = info_fields(u, cmd == SEM_INFO)
        copyout(u, arg, fields=told)
        used = [slot for slot, one in enumerate(sema.sets.entries) if one.perm.mode & IPC_ALLOC]
        return max(used, default=0)
    if cmd in (SEM_STAT, SEM_STAT_ANY):
        return sem_stat(u, semid, cmd, arg)
    if arg is None and cmd == IPC_SET:
        raise KernelError(Errno.EFAULT, "no fields can be read at this address")
    if cmd == SETVAL:
        legal(arg)
    if cmd not in (IPC_STAT, IPC_SET, IPC_RMID, GETALL, SETALL, SETVAL, *ONE):
        raise KernelError(Errno.EINVAL, f"{cmd} is not a command of semctl")
    s = semconv(u, semid)
    if cmd in (IPC_SET, IPC_RMID):
        ipcowner(u, s.perm)
        if cmd == IPC_RMID:
            semremove(u, s)
        else:
            set_set(u, s, {} if arg is USER_BUFFER else copyin(u, arg))
    elif cmd == SETVAL:
        num = number(s, num)
        ipcaccess(u, s.perm, SEM_A)
        put(u, s, {num: arg})
    elif cmd == SETALL:
        ipcaccess(u, s.perm, SEM_A)
        put(u, s, dict(enumerate(all_values(u, s, arg))))
    else:
        ipcaccess(u, s.perm, SEM_R)
        if cmd in ONE:
            return getattr(s.sems[number(s, num)], ONE[cmd])
        if cmd == GETALL:
            copyout(u, arg, data=[sem.semval for sem in s.sems])
        else:
            copyout(u, arg, fields=set_fields(s))
    return 0


ONE = {GETVAL: "semval", GETPID: "sempid", GETNCNT: "semncnt", GETZCNT: "semzcnt"}


def put(u: Process, s: SemaphoreSet, values: dict[int, int]) -> None:
    """SETVAL and SETALL: nothing that was done before will be undone; sleepers are served."""
    drop(u, s, values)
    for num, value in values.items():
        s.sems[num].semval, s.sems[num].sempid = value, u.pid
    s.ctime = u.k.time
    serve(u, s)


def drop(u: Process, s: SemaphoreSet, numbers: Any) -> None:
    """Forgets what exit would add to these semaphores."""
    for pid, entries in list(semaphores_of(u.k).undos.items()):
        entries[:] = [one for one in entries if one.slot != s.slot or one.num not in numbers]
        if not entries:
            del semaphores_of(u.k).undos[pid]


def semremove(u: Process, s: SemaphoreSet) -> None:
    """Frees a set; every call that sleeps on it fails with EIDRM."""
    drop(u, s, range(len(s.sems)))
    for waiting in list(s.pending):
        finish(u, s, waiting, Errno.EIDRM)
    s.perm.mode = 0
    sets = semaphores_of(u.k).sets
    sets.entries[s.slot] = sets.make(s.slot)


def set_set(u: Process, s: SemaphoreSet, wanted: dict[str, int]) -> None:
    """IPC_SET: each value as its field holds it, an unsigned int."""
    wanted = {name: value & NOBODY for name, value in wanted.items()}
    if NOBODY in (wanted.get("uid"), wanted.get("gid")):
        raise KernelError(Errno.EINVAL, "-1 is no user and no group")
    set_perm(s.perm, wanted)
    s.ctime = u.k.time


def sem_stat(u: Process, index: int, cmd: int, arg: Any) -> int:
    """SEM_STAT and SEM_STAT_ANY: as IPC_STAT, by slot; gives the descriptor."""
    sets = semaphores_of(u.k).sets
    slot = index % INDEX
    used = {n: one for n, one in enumerate(sets.entries) if one.perm.mode & IPC_ALLOC}
    if slot not in used:
        raise KernelError(Errno.EINVAL, f"no set is in slot {slot}")
    told = set_fields(used[slot])
    if cmd != SEM_STAT_ANY:
        ipcaccess(u, used[slot].perm, SEM_R)
    copyout(u, arg, fields=told)
    return ipcid(sets, slot)


def info_fields(u: Process, usage: bool) -> dict[str, int]:
    """What SEM_INFO (usage) and IPC_INFO (limits) tell."""
    limits = u.k.limits
    used = [one for one in semaphores_of(u.k).sets.entries if one.perm.mode & IPC_ALLOC]
    return {
        "semmap": limits.SEMMNS,
        "semmni": limits.SEMMNI,
        "semmns": limits.SEMMNS,
        "semmnu": limits.SEMMNS,
        "semmsl": limits.SEMMSL,
        "semopm": limits.SEMOPM,
        "semume": limits.SEMOPM,
        "semusz": len(used) if usage else 20,
        "semvmx": SEMVMX,
        "semaem": sum(len(one.sems) for one in used) if usage else SEMVMX,
    }


@linux
def semexit(u: Process) -> None:
    """Undoes at exit what a process asked to be undone; no value leaves 0 to SEMVMX."""
    sema = semaphores_of(u.k)
    touched = []
    for undo in sema.undos.pop(u.pid, []):
        s = sema.sets.entries[undo.slot]
        sem = s.sems[undo.num]
        sem.semval = min(max(sem.semval + undo.adjust, 0), SEMVMX)
        sem.sempid = u.pid
        if s not in touched:
            touched.append(s)
    for s in touched:
        s.otime = u.k.time
        serve(u, s)
