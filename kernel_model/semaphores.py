"""Semaphores: semget, semop, semctl, and undoing at exit (Bach 11.2.3)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    GETALL,
    GETNCNT,
    GETPID,
    GETVAL,
    GETZCNT,
    IPC_NOWAIT,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    SEM_UNDO,
    SETALL,
    SETVAL,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import (
    ipcaccess,
    ipcconv,
    ipcfree,
    ipcget,
    ipcid,
    ipcowner,
    perm_fields,
    set_perm,
)
from kernel_model.process import Process
from kernel_model.rmap import malloc, mfree
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
from kernel_model.traps import PSEMN, PSEMZ, algorithm, sleep, syscall, wakeup
from kernel_model.user import USER_BUFFER, copyin, copyout


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


@syscall
def semctl(u: Process, semid: int, num: int, cmd: int, arg: Any = USER_BUFFER) -> int:
    """Queries, sets or removes a set or one of its semaphores.

        no such set               EINVAL
        GETVAL GETPID             value, and process id of the last operation
        GETNCNT GETZCNT           how many sleep until it is larger, or 0
        GETALL                    copies out `data`, all values
        SETVAL SETALL             a value, or a list of all; ERANGE for one not in 0 to SEMVMX;
                                  what would be undone at exit is forgotten
        IPC_STAT                  copies out `fields`
        IPC_SET                   takes uid, gid and mode from a dict
        IPC_RMID                  frees the set and wakes every sleeper
        other commands            EINVAL
        no such semaphore         EINVAL, for GETVAL, GETPID, GETNCNT, GETZCNT and SETVAL
        bad address               EFAULT

    The first six and IPC_STAT need permission to read or, to set, to alter (EACCES); IPC_SET and
    IPC_RMID are for owner, creator and superuser (EPERM). (Bach 11.2.3; SVR2)
    """
    #: find the set
    s = semconv(u, semid)
    if cmd == IPC_RMID:
        ipcowner(u, s.perm)
        semremove(u, s)
    elif cmd == IPC_SET:
        #: change: owner and permission, by whom it is allowed to
        ipcowner(u, s.perm)
        set_perm(s.perm, copyin(u, arg))
        s.ctime = u.k.time
    elif cmd == IPC_STAT:
        #: query: copy the entry out, if the process may read the set
        ipcaccess(u, s.perm, SEM_R)
        copyout(u, arg, fields=set_fields(s))
    elif cmd in (GETVAL, GETPID, GETNCNT, GETZCNT):
        #: query one semaphore
        ipcaccess(u, s.perm, SEM_R)
        sem = s.sems[number(s, num)]
        return {
            GETVAL: sem.semval, GETPID: sem.sempid, GETNCNT: sem.semncnt, GETZCNT: sem.semzcnt,
        }[cmd]  # fmt: skip
    elif cmd == GETALL:
        #: query all values
        ipcaccess(u, s.perm, SEM_R)
        copyout(u, arg, data=[sem.semval for sem in s.sems])
    elif cmd == SETVAL:
        #: set one value
        ipcaccess(u, s.perm, SEM_A)
        semset(u, s, {number(s, num): legal(arg)})
    elif cmd == SETALL:
        #: set all values
        ipcaccess(u, s.perm, SEM_A)
        semset(u, s, dict(enumerate(all_values(u, s, arg))))
    else:
        raise KernelError(Errno.EINVAL, f"{cmd} is not a command of semctl")
    return 0


@algorithm
def semconv(u: Process, semid: int, error: Errno = Errno.EINVAL) -> SemaphoreSet:
    """The set that a descriptor stands for; fails with `error` if it stands for none (now)."""
    return ipcconv(u, semaphores_of(u.k).sets, semid, error)


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


@algorithm
def semaoe(u: Process, s: SemaphoreSet, num: int, adjust: int) -> None:
    """Adjust on exit: adds to what exit will add to a semaphore for this process.

        sum beyond SEMAEM      ERANGE
        no undo structure left ENOSPC: SEMMNU, one a process
        no entry left in it    EINVAL: SEMUME

    An entry whose sum is 0 is dropped. (Bach 11.2.3, Figures 11.15 and 11.16; SVR2 semaoe)
    """
    k, undos = u.k, semaphores_of(u.k).undos
    if adjust == 0:
        return
    mine = undos.get(u.pid)
    if mine is None and len(undos) >= k.limits.SEMMNU:
        raise KernelError(Errno.ENOSPC, f"all {k.limits.SEMMNU} undo structures are in use")
    mine = mine if mine is not None else []
    entry = next((one for one in mine if one.slot == s.slot and one.num == num), None)
    total = adjust + (entry.adjust if entry is not None else 0)
    if abs(total) > semaphores_of(k).semaem:
        raise KernelError(Errno.ERANGE, f"{total} is more than exit may adjust")
    if entry is None and len(mine) >= k.limits.SEMUME:
        raise KernelError(Errno.EINVAL, f"all {k.limits.SEMUME} undo entries are in use")
    if entry is None:
        mine.append(Undo(s.slot, num, total))
        mine.sort(key=lambda one: (one.slot, one.num))
    elif total:
        entry.adjust = total
    else:
        mine.remove(entry)
    undos[u.pid] = mine
    if not mine:
        del undos[u.pid]


@algorithm
def semexit(u: Process) -> None:
    """Undoes, at the exit of a process, what it asked to be undone (Bach 11.2.3).

    What would leave a value outside 0 to SEMVMX is left out.
    """
    sema = semaphores_of(u.k)
    for undo in sema.undos.pop(u.pid, []):
        s = sema.sets.entries[undo.slot]
        sem = s.sems[undo.num]
        if 0 <= sem.semval + undo.adjust <= SEMVMX:
            sem.semval += undo.adjust
            semwake(u, s, undo.num)


def reverse(u: Process, s: SemaphoreSet, done: list[Operation]) -> None:
    """Takes operations back, the last one first."""
    for one in reversed(done):
        s.sems[one.num].semval -= one.op
        if one.flags & SEM_UNDO:
            semaoe(u, s, one.num, one.op)


def semwake(u: Process, s: SemaphoreSet, num: int) -> None:
    """Wakes whoever the value of a semaphore, which has changed, may concern."""
    sem = s.sems[num]
    if sem.semval and sem.semncnt:
        wakeup(u, s.increase(num))
    if not sem.semval and sem.semzcnt:
        wakeup(u, s.zero(num))


def semset(u: Process, s: SemaphoreSet, values: dict[int, int]) -> None:
    """Sets semaphores of a set; nothing that was done to them before will be undone."""
    forget(u, s, values)
    for num, value in values.items():
        s.sems[num].semval, s.sems[num].sempid = value, u.pid
    for num in values:
        semwake(u, s, num)


def forget(u: Process, s: SemaphoreSet, numbers: Any) -> None:
    """Drops all undo entries for these semaphores of a set."""
    undos = semaphores_of(u.k).undos
    for pid, entries in list(undos.items()):
        entries[:] = [one for one in entries if one.slot != s.slot or one.num not in numbers]
        if not entries:
            del undos[pid]


def semremove(u: Process, s: SemaphoreSet) -> None:
    """Frees a set, and wakes everybody who sleeps on one of its semaphores."""
    sema = semaphores_of(u.k)
    forget(u, s, range(len(s.sems)))
    sems, s.sems = s.sems, []
    mfree(sema.map, s.base, len(sems))
    ipcfree(sema.sets, s.perm)
    for num in range(len(sems)):
        wakeup(u, s.increase(num))
        wakeup(u, s.zero(num))


def number(s: SemaphoreSet, num: int) -> int:
    """The number of a semaphore of the set; EINVAL when there is none."""
    if not 0 <= num < len(s.sems):
        raise KernelError(Errno.EINVAL, f"semaphore {num} of a set of {len(s.sems)}")
    return num


def legal(value: Any) -> int:
    """A value that a semaphore may have; ERANGE for another."""
    if type(value) is not int:
        raise KernelError(Errno.EFAULT, f"{value!r} is no value")
    if not 0 <= value <= SEMVMX:
        raise KernelError(Errno.ERANGE, f"{value}; a semaphore is 0 to {SEMVMX}")
    return value


def all_values(u: Process, s: SemaphoreSet, arg: Any) -> list[int]:
    """What SETALL is given, one value a semaphore, as unsigned 16 bits hold them."""
    if not isinstance(arg, list):
        raise KernelError(Errno.EFAULT, "nothing can be read at this user address")
    given = [value % 2**16 for value in arg][: len(s.sems)]
    u.tally.copies += 1
    u.tally.copied += 2 * len(s.sems)
    return [legal(value) for value in given + [0] * (len(s.sems) - len(given))]


def set_fields(s: SemaphoreSet) -> dict[str, Any]:
    """What IPC_STAT tells of a set."""
    return perm_fields(s.perm) | {"nsems": len(s.sems), "otime": s.otime, "ctime": s.ctime}
