"""semctl of Linux: further commands, and values that serve who sleeps (Linux ipc/sem.c)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    GETALL,
    GETNCNT,
    GETPID,
    GETVAL,
    GETZCNT,
    IPC_INFO,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    SEM_INFO,
    SEM_STAT,
    SEM_STAT_ANY,
    SETALL,
    SETVAL,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import INDEX, IPC_ALLOC, ipcaccess, ipcid, ipcowner, set_perm
from kernel_model.linux.ipc import as_fields, as_int
from kernel_model.linux.semserving import finish, serve
from kernel_model.linux.semundo import drop
from kernel_model.process import Process
from kernel_model.semcontrol import all_values, legal, number, set_fields
from kernel_model.semtable import SEM_A, SEM_R, SEMVMX, SemaphoreSet, semaphores_of, semconv
from kernel_model.traps import linux
from kernel_model.user import USER_BUFFER, copyin, copyout

ONE = {GETVAL: "semval", GETPID: "sempid", GETNCNT: "semncnt", GETZCNT: "semzcnt"}


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


def put(u: Process, s: SemaphoreSet, values: dict[int, int]) -> None:
    """SETVAL and SETALL: nothing that was done before will be undone; sleepers are served."""
    drop(u, s, values)
    for num, value in values.items():
        s.sems[num].semval, s.sems[num].sempid = value, u.pid
    s.ctime = u.k.time
    serve(u, s)


def semremove(u: Process, s: SemaphoreSet) -> None:
    """Frees a set; every call that sleeps on it fails with EIDRM."""
    drop(u, s, range(len(s.sems)))
    for waiting in list(s.pending):
        finish(u, s, waiting, Errno.EIDRM)
    s.perm.mode = 0
    sets = semaphores_of(u.k).sets
    sets.entries[s.slot] = sets.make(s.slot)


def set_set(u: Process, s: SemaphoreSet, wanted: dict[str, int]) -> None:
    """IPC_SET."""
    set_perm(s.perm, as_fields(wanted))
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
