"""A match statement on command and argument; IPC_SET also wakes who waits for room, which it may."""

from kernel_model import *


def msgctl(u, msqid, cmd, arg=USER_BUFFER):
    match cmd, arg:
        case ((2 | 1), None):
            msgconv(u, msqid)
            raise KernelError(Errno.EFAULT, "bad address")
        case 2, _:
            q = msgconv(u, msqid)
            ipcaccess(u, q.perm, MSG_R)
            copyout(u, arg, fields=queue_fields(q))
        case 1, _:
            set_fields(u, msgconv(u, msqid), **copyin(u, arg))
        case 0, _:
            q = msgconv(u, msqid)
            ipcowner(u, q.perm)
            free_list(u, q.first)
            ipcfree(u.k.msgque, q.perm)
            q.first, q.last, q.qnum, q.cbytes = None, None, 0, 0
            wakeup(u, q.arrival), wakeup(u, q.space)
        case _:
            raise KernelError(Errno.EINVAL, "unknown command")
    return 0


def set_fields(u, q, uid=None, gid=None, mode=None, qbytes=None):
    ipcowner(u, q.perm)
    if qbytes is not None:
        if qbytes > q.qbytes and u.euid != 0:
            raise KernelError(Errno.EPERM, "raise")
        q.qbytes = qbytes
    if uid is not None:
        q.perm.uid = uid
    if gid is not None:
        q.perm.gid = gid
    if mode is not None:
        q.perm.mode ^= (q.perm.mode ^ mode) & 0o777
    q.ctime = u.k.time
    wakeup(u, q.space)


def free_list(u, message):
    if message is not None:
        free_list(u, message.next)
        msgfree(u, message)
