"""A flag for the loop, and a sleep in each branch, as somebody writes who learns Python."""

from kernel_model import *


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    queue = msgconv(u, msqid)
    ipcaccess(u, queue.perm, MSG_W)
    if mtype < 1:
        raise KernelError(Errno.EINVAL, "type must be at least 1")
    if size is not None:
        if size < 0:
            raise KernelError(Errno.EINVAL, "negative size")
        if size > u.k.limits.MSGMAX:
            raise KernelError(Errno.EINVAL, "too big")
    data = copyin(u, text, size)
    if len(data) > u.k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, "too long")
    sent = False
    while sent == False:
        if queue.cbytes + len(data) <= queue.qbytes:
            message = msgalloc(u, mtype, data)
            if message is None:
                if flags & IPC_NOWAIT != 0:
                    raise KernelError(Errno.EAGAIN, "pool")
                await sleep(u, u.k.msgpool.freed, PMSG)
                queue = msgconv(u, msqid, Errno.EIDRM)
            else:
                sent = True
        else:
            if flags & IPC_NOWAIT != 0:
                raise KernelError(Errno.EAGAIN, "queue")
            await sleep(u, queue.space, PMSG)
            queue = msgconv(u, msqid, Errno.EIDRM)
    if queue.last is None:
        queue.first = message
        queue.last = message
    else:
        queue.last.next = message
        queue.last = message
    queue.qnum = queue.qnum + 1
    queue.cbytes = queue.cbytes + len(data)
    queue.lspid = u.pid
    queue.stime = u.k.time
    wakeup(u, queue.arrival)
    return 0
