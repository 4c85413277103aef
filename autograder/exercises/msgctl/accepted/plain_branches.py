"""One branch after the other, each with its return, as somebody writes who learns Python."""

from kernel_model import *


def msgctl(u, msqid, cmd, arg=USER_BUFFER):
    q = msgconv(u, msqid)
    if cmd == IPC_STAT:
        ipcaccess(u, q.perm, MSG_R)
        fields = queue_fields(q)
        copyout(u, arg, fields=fields)
        return 0
    if cmd == IPC_SET:
        ipcowner(u, q.perm)
        wanted = copyin(u, arg)
        if "qbytes" in wanted:
            if wanted["qbytes"] > q.qbytes:
                if u.euid != 0:
                    raise KernelError(Errno.EPERM, "only root")
        if "uid" in wanted:
            q.perm.uid = wanted["uid"]
        if "gid" in wanted:
            q.perm.gid = wanted["gid"]
        if "mode" in wanted:
            q.perm.mode = IPC_ALLOC | (wanted["mode"] & 0o777)
        if "qbytes" in wanted:
            q.qbytes = wanted["qbytes"]
        q.ctime = u.k.time
        return 0
    if cmd == IPC_RMID:
        ipcowner(u, q.perm)
        for message in q.messages():
            msgfree(u, message)
        q.first = None
        q.last = None
        q.qnum = 0
        q.cbytes = 0
        ipcfree(u.k.msgque, q.perm)
        wakeup(u, q.arrival)
        wakeup(u, q.space)
        return 0
    raise KernelError(Errno.EINVAL, "no such command")
