"""A dictionary from command to function; the three functions know nothing of each other."""

from kernel_model import *


def msgctl(u, msqid, cmd, arg=USER_BUFFER):
    q = msgconv(u, msqid)
    if cmd not in COMMANDS:
        raise KernelError(Errno.EINVAL, f"no command {cmd}")
    COMMANDS[cmd](u, q, arg)
    return 0


def query(u, q, arg):
    ipcaccess(u, q.perm, MSG_R)
    copyout(u, arg, fields=queue_fields(q))


def change(u, q, arg):
    ipcowner(u, q.perm)
    new = {"uid": q.perm.uid, "gid": q.perm.gid, "mode": q.perm.mode, "qbytes": q.qbytes}
    new.update(copyin(u, arg))
    if u.euid and new["qbytes"] > q.qbytes:
        raise KernelError(Errno.EPERM, "qbytes may only go down")
    q.perm.uid, q.perm.gid, q.qbytes = new["uid"], new["gid"], new["qbytes"]
    q.perm.mode = IPC_ALLOC | (new["mode"] & 0o777)
    q.ctime = u.k.time


def remove(u, q, arg):
    ipcowner(u, q.perm)
    ipcfree(u.k.msgque, q.perm)
    for event in (q.space, q.arrival):
        wakeup(u, event)
    gone = q.messages()
    q.first = q.last = None
    q.qnum = q.cbytes = 0
    for message in reversed(gone):
        msgfree(u, message)


COMMANDS = {IPC_STAT: query, IPC_SET: change, IPC_RMID: remove}
