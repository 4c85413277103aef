"""Every command first makes a plan of changes without making one, then one loop applies the plan."""

from kernel_model import *


def plan(u, q, cmd, arg):
    if cmd == IPC_STAT:
        ipcaccess(u, q.perm, MSG_R)
        yield copyout, (u, arg), {"fields": queue_fields(q)}
    elif cmd == IPC_SET:
        ipcowner(u, q.perm)
        wanted = copyin(u, arg)
        room = wanted.get("qbytes", q.qbytes)
        if not (room <= q.qbytes or u.euid == 0):
            raise KernelError(Errno.EPERM, "qbytes")
        mode = wanted.get("mode", q.perm.mode)
        yield setattr, (q.perm, "mode", (q.perm.mode | 0o777) & (mode | ~0o777)), {}
        yield from ((setattr, (q.perm, n, wanted[n]), {}) for n in ("uid", "gid") if n in wanted)
        yield setattr, (q, "qbytes", room), {}
        yield setattr, (q, "ctime", u.k.time), {}
    elif cmd == IPC_RMID:
        ipcowner(u, q.perm)
        yield from ((msgfree, (u, message), {}) for message in q.messages())
        for name, value in (("first", None), ("last", None), ("qnum", 0), ("cbytes", 0)):
            yield setattr, (q, name, value), {}
        yield ipcfree, (u.k.msgque, q.perm), {}
        yield from ((wakeup, (u, event), {}) for event in (q.arrival, q.space))
    else:
        raise KernelError(Errno.EINVAL, "command")


def msgctl(u, msqid, cmd, arg=USER_BUFFER):
    for action, args, named in list(plan(u, msgconv(u, msqid), cmd, arg)):
        action(*args, **named)
    return 0
