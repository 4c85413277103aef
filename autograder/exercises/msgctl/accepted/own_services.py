"""Own code for what the kernel offers: descriptor, permission, ownership, fields, freeing."""

from kernel_model import *
from kernel_model.rmap import mfree


def entry_of(u, msqid):
    for q in u.k.msgque.entries:
        if q.perm.mode & IPC_ALLOC and q.perm.seq * u.k.msgque.size + q.slot == msqid:
            return q
    raise KernelError(Errno.EINVAL, "stale or wrong descriptor")


def may_read(u, perm):
    if u.euid == 0:
        return True
    if u.euid in (perm.uid, perm.cuid):
        return bool(perm.mode & 0o400)
    if u.egid in (perm.gid, perm.cgid):
        return bool(perm.mode & 0o040)
    return bool(perm.mode & 0o004)


def owns(u, perm):
    return u.euid == 0 or u.euid == perm.uid or u.euid == perm.cuid


def msgctl(u, msqid, cmd, arg=USER_BUFFER):
    k = u.k
    q = entry_of(u, msqid)
    p = q.perm
    if cmd not in (IPC_RMID, IPC_SET, IPC_STAT):
        raise KernelError(Errno.EINVAL, "command")
    if cmd == IPC_STAT and not may_read(u, p):
        raise KernelError(Errno.EACCES, "not readable")
    if cmd != IPC_STAT and not owns(u, p):
        raise KernelError(Errno.EPERM, "neither owner nor creator")
    if cmd == IPC_STAT:
        fields = {n: getattr(p, n) for n in ("key", "uid", "gid", "cuid", "cgid")}
        fields["mode"] = p.mode & 0o777
        fields["flags"] = []
        for n in ("stime", "rtime", "ctime", "cbytes", "qnum", "qbytes", "lspid", "lrpid"):
            fields[n] = getattr(q, n)
        copyout(u, arg, fields=fields)
        return 0
    if cmd == IPC_SET:
        wanted = copyin(u, arg)
        for name in wanted:
            if name == "qbytes" and wanted[name] > q.qbytes and u.euid != 0:
                raise KernelError(Errno.EPERM, "only root raises qbytes")
        for name in wanted:
            if name == "qbytes":
                q.qbytes = wanted[name]
            elif name == "mode":
                p.mode = p.mode - (p.mode & 0o777) + (wanted[name] & 0o777)
            else:
                setattr(p, name, wanted[name])
        q.ctime = k.time
        return 0
    m = q.first
    while m:
        following = m.next
        k.msgpool.headers -= 1
        if m.spot is not None:
            mfree(k.msgpool.map, m.spot, -(-len(m.text) // k.limits.MSGSSZ))
        m = following
    wakeup(u, k.msgpool.freed)
    q.first = q.last = None
    q.qnum = q.cbytes = 0
    p.mode = 0
    p.seq += 1
    wakeup(u, q.arrival)
    wakeup(u, q.space)
    return 0
