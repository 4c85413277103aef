"""Semaphores: semctl, by which they are queried, set and removed (Bach 11.2.3)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    GETALL,
    GETNCNT,
    GETPID,
    GETVAL,
    GETZCNT,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    SETALL,
    SETVAL,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import ipcaccess, ipcfree, ipcowner, perm_fields, set_perm
from kernel_model.process import Process
from kernel_model.rmap import mfree
from kernel_model.semtable import SEM_A, SEM_R, SEMVMX, SemaphoreSet, semaphores_of, semconv
from kernel_model.semundo import forget, semwake
from kernel_model.traps import syscall, wakeup
from kernel_model.user import USER_BUFFER, copyin, copyout


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


def semset(u: Process, s: SemaphoreSet, values: dict[int, int]) -> None:
    """Sets semaphores of a set; nothing that was done to them before will be undone."""
    forget(u, s, values)
    for num, value in values.items():
        s.sems[num].semval, s.sems[num].sempid = value, u.pid
    for num in values:
        semwake(u, s, num)


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
