"""Lets the group of the superuser raise qbytes, and not the superuser."""

from kernel_model import *


def msgctl(u, msqid, cmd, arg=USER_BUFFER):
    q = msgconv(u, msqid)
    perm = q.perm
    if cmd == IPC_STAT:
        ipcaccess(u, perm, MSG_R)
        copyout(u, arg, fields=queue_fields(q))
        return 0
    if cmd == IPC_SET:
        ipcowner(u, perm)
        wanted = copyin(u, arg)
        qbytes = wanted.get("qbytes", q.qbytes)
        if qbytes > q.qbytes and u.egid != 0:
            raise KernelError(Errno.EPERM, "only the superuser")
        perm.uid = wanted.get("uid", perm.uid)
        perm.gid = wanted.get("gid", perm.gid)
        if "mode" in wanted:
            perm.mode = perm.mode & ~0o777 | wanted["mode"] & 0o777
        q.qbytes = qbytes
        q.ctime = u.k.time
        return 0
    if cmd == IPC_RMID:
        ipcowner(u, perm)
        for message in q.messages():
            msgfree(u, message)
        q.first = q.last = None
        q.qnum = q.cbytes = 0
        ipcfree(u.k.msgque, perm)
        wakeup(u, q.arrival)
        wakeup(u, q.space)
        return 0
    raise KernelError(Errno.EINVAL, "no such command")
