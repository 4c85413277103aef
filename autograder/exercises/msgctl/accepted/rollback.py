"""A decorator puts everything back when the command fails half-way."""

import copy
import functools

from kernel_model import *


def all_or_nothing(f):
    @functools.wraps(f)
    def inner(u, msqid, cmd, arg=USER_BUFFER):
        q = msgconv(u, msqid)
        perm, qbytes, ctime = copy.copy(q.perm), q.qbytes, q.ctime
        ok = False
        try:
            f(u, q, cmd, arg)
            ok = True
        finally:
            if not ok:
                q.perm, q.qbytes, q.ctime = perm, qbytes, ctime
        return 0

    return inner


@all_or_nothing
def msgctl(u, q, cmd, arg):
    if cmd == IPC_STAT:
        ipcaccess(u, q.perm, MSG_R)
        copyout(u, arg, fields=queue_fields(q))
    elif cmd == IPC_SET:
        ipcowner(u, q.perm)
        wanted = copyin(u, arg)
        if (uid := wanted.get("uid")) is not None:
            q.perm.uid = uid
        if (gid := wanted.get("gid")) is not None:
            q.perm.gid = gid
        if (mode := wanted.get("mode")) is not None:
            q.perm.mode = IPC_ALLOC | mode & 0o777
        q.ctime = u.k.time
        if (n := wanted.get("qbytes")) is not None:
            if n > q.qbytes and u.euid:
                raise KernelError(Errno.EPERM, "raise")
            q.qbytes = n
    elif cmd == IPC_RMID:
        ipcowner(u, q.perm)
        ms = q.messages()
        ipcfree(u.k.msgque, q.perm)
        q.first = q.last = None
        q.qnum = q.cbytes = 0
        for m in ms:
            msgfree(u, m)
        wakeup(u, q.arrival)
        wakeup(u, q.space)
    else:
        raise KernelError(Errno.EINVAL, "cmd")
