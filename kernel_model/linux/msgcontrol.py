"""msgctl of Linux: its commands, and those that only Linux has (Linux ipc/msg.c)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    IPC_INFO,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    MSG_INFO,
    MSG_STAT,
    MSG_STAT_ANY,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import INDEX, IPC_ALLOC, MSG_R, ipcaccess, ipcid, ipcowner, set_perm
from kernel_model.linux.control import NOBODY
from kernel_model.linux.ipc import as_int
from kernel_model.messages import MessageQueue, msgconv, queue_fields
from kernel_model.process import Process
from kernel_model.traps import linux, wakeup
from kernel_model.user import USER_BUFFER, copyin, copyout


@linux
def msgctl(u: Process, msqid: int, cmd: int, arg: Any = USER_BUFFER) -> int:
    """Queries, changes or removes a queue. Knows MSG_STAT, MSG_STAT_ANY, MSG_INFO, IPC_INFO.

    IPC_SET wakes every sleeper, and only qbytes above MSGMNB needs the superuser.
    """
    k, msqid, cmd = u.k, as_int(msqid), as_int(cmd)
    if msqid < 0 or cmd < 0:
        raise KernelError(Errno.EINVAL, f"descriptor {msqid}, command {cmd}; neither is negative")
    if cmd in (IPC_INFO, MSG_INFO):
        used = [slot for slot, q in enumerate(k.msgque.entries) if q.perm.mode & IPC_ALLOC]
        copyout(u, arg, fields=info_fields(u, cmd == MSG_INFO))
        return max(used, default=0)
    if cmd in (MSG_STAT, MSG_STAT_ANY):
        return msg_stat(u, msqid, cmd, arg)
    if cmd == IPC_SET and arg is None:
        raise KernelError(Errno.EFAULT, "nothing can be read at this user address")
    if cmd not in (IPC_STAT, IPC_SET, IPC_RMID):
        raise KernelError(Errno.EINVAL, f"{cmd} is not a command of msgctl")
    q = msgconv(u, msqid)
    if cmd == IPC_STAT:
        ipcaccess(u, q.perm, MSG_R)
        copyout(u, arg, fields=queue_fields(q))
        return 0
    ipcowner(u, q.perm)
    if cmd == IPC_SET:
        set_queue(u, q, {} if arg is USER_BUFFER else copyin(u, arg))
    else:
        k.msgpool.headers -= q.qnum
        q.perm.mode = 0
        k.msgque.entries[q.slot] = k.msgque.make(q.slot)
    wakeup(u, q.arrival)
    wakeup(u, q.space)
    return 0


def set_queue(u: Process, q: MessageQueue, wanted: dict[str, int]) -> None:
    """IPC_SET: each value as its field holds it, an unsigned int (qbytes is cut to an int).

    What is not named is set to what it is, which takes the superuser where it is above MSGMNB.
    """
    mnb = u.k.limits.MSGMNB
    wanted = {name: value & NOBODY for name, value in wanted.items()}
    if wanted.get("qbytes", q.qbytes) > mnb and u.euid != 0:
        raise KernelError(Errno.EPERM, f"qbytes above {mnb} need the superuser")
    if NOBODY in (wanted.get("uid"), wanted.get("gid")):
        raise KernelError(Errno.EINVAL, "-1 is no user and no group")
    set_perm(q.perm, wanted)
    if "qbytes" in wanted:
        q.qbytes = wanted["qbytes"]
        if q.qbytes >= 2**31:  # a negative int is widened to an unsigned long
            q.qbytes += 2**64 - 2**32
    q.ctime = u.k.time


def msg_stat(u: Process, index: int, cmd: int, arg: Any) -> int:
    """MSG_STAT and MSG_STAT_ANY: as IPC_STAT, by slot; gives the descriptor."""
    table = u.k.msgque
    slot = index % INDEX
    if slot >= len(table.entries) or not table.entries[slot].perm.mode & IPC_ALLOC:
        raise KernelError(Errno.EINVAL, f"slot {slot} is free")
    q = table.entries[slot]
    if cmd == MSG_STAT:
        ipcaccess(u, q.perm, MSG_R)
    copyout(u, arg, fields=queue_fields(q))
    return ipcid(table, slot)


def info_fields(u: Process, usage: bool) -> dict[str, int]:
    """What MSG_INFO (usage) and IPC_INFO (limits) tell."""
    k = u.k
    queues = [q for q in k.msgque.entries if q.perm.mode & IPC_ALLOC]
    limits = k.limits
    return {
        "msgpool": len(queues) if usage else 512000,
        "msgmap": sum(q.qnum for q in queues) if usage else 16384,
        "msgmax": limits.MSGMAX,
        "msgmnb": limits.MSGMNB,
        "msgmni": limits.MSGMNI,
        "msgssz": 16,
        "msgtql": sum(q.cbytes for q in queues) if usage else 16384,
        "msgseg": 65535,
    }
