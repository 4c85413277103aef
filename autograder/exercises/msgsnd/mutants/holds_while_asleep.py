"""Takes a header before it knows that there is room, and gives it back only when it fails."""

from kernel_model import *


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    k = u.k
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_W)
    if size is not None and not 0 <= size <= k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, "size")
    data = copyin(u, text, size)
    if len(data) > k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, "too long")
    if mtype < 1:
        raise KernelError(Errno.EINVAL, "type")
    message = None
    while True:
        message = message or msgalloc(u, mtype, data)
        if message is not None and q.cbytes + len(data) <= q.qbytes:
            break
        if flags & IPC_NOWAIT:
            if message is not None:
                msgfree(u, message)
            raise KernelError(Errno.EAGAIN, "no room")
        try:
            await sleep(u, k.msgpool.freed if message is None else q.space, PMSG)
            msgconv(u, msqid, Errno.EIDRM)
        except KernelError:
            if message is not None:
                msgfree(u, message)
            raise
    if q.first is None:
        q.first = message
    else:
        q.last.next = message
    q.last = message
    q.qnum += 1
    q.cbytes += len(data)
    q.lspid = u.pid
    q.stime = k.time
    wakeup(u, q.arrival)
    return 0
