"""Refuses a negative size only once there is room."""

from kernel_model import *


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    k = u.k
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_W)
    if size is not None and size > k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, "size")
    data = copyin(u, text, size)
    if len(data) > k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, "too long")
    if mtype < 1:
        raise KernelError(Errno.EINVAL, "type")
    while True:
        message = None
        event = q.space
        if q.cbytes + len(data) <= q.qbytes:
            if size is not None and size < 0:
                raise KernelError(Errno.EINVAL, "size")
            message = msgalloc(u, mtype, data)
            event = k.msgpool.freed
        if message is not None:
            break
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "no room")
        await sleep(u, event, PMSG)
        msgconv(u, msqid, Errno.EIDRM)
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
