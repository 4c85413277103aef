"""Own code for what the kernel offers: descriptor, permission, copying, header and segments."""

from kernel_model import *


def lookup(u, msqid, error):
    table = u.k.msgque
    if msqid >= 0:
        q = table.entries[msqid % table.size]
        if q.perm.mode & IPC_ALLOC and q.perm.seq == msqid // table.size:
            return q
    raise KernelError(error, "no such queue")


def may_write(u, perm):
    shift = 6 if u.euid in (perm.uid, perm.cuid) else 3 if u.egid in (perm.gid, perm.cgid) else 0
    return u.euid == 0 or bool(perm.mode >> shift & 2)


def allocate(u, mtype, data):
    k = u.k
    if k.msgpool.headers == k.limits.MSGTQL:
        return None
    spot = None
    if data:
        need, rest = divmod(len(data), k.limits.MSGSSZ)
        need += rest > 0
        for index in range(len(k.msgpool.map.free)):
            first, length = k.msgpool.map.free[index]
            if length == need:
                del k.msgpool.map.free[index]
            elif length > need:
                k.msgpool.map.free[index] = (first + need, length - need)
            else:
                continue
            spot = first
            break
        else:
            return None
    k.msgpool.headers += 1
    return Message(mtype=mtype, text=data, spot=spot)


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    q = lookup(u, msqid, Errno.EINVAL)
    if not may_write(u, q.perm):
        raise KernelError(Errno.EACCES, "not permitted")
    if text is None:
        raise KernelError(Errno.EFAULT, "bad address")
    data = text.encode("latin-1") if isinstance(text, str) else bytes(text)
    if size is None:
        size = len(data)
    if size < 0 or size > u.k.limits.MSGMAX or mtype < 1:
        raise KernelError(Errno.EINVAL, "bad argument")
    data = (data + bytes(size))[:size]
    done = False
    while not done:
        if q.qbytes < q.cbytes + size:
            event = q.space
        else:
            message = allocate(u, mtype, data)
            event = u.k.msgpool.freed
            done = message is not None
        if not done:
            if (flags & IPC_NOWAIT) != 0:
                raise KernelError(Errno.EAGAIN, "not now")
            await sleep(u, event, PMSG)
            lookup(u, msqid, Errno.EIDRM)
    if q.first is None:
        q.first = message
    if q.last is not None:
        q.last.next = message
    q.last = message
    q.qnum = q.qnum + 1
    q.cbytes = q.cbytes + size
    q.lspid = u.pid
    q.stime = u.k.time
    wakeup(u, q.arrival)
    return 0
