"""Cuts the message to the room that is left if MSG_NOERROR is set."""

from kernel_model import *


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_W)
    if size is None and text is not None:
        size = len(text)
    if mtype < 1 or size is not None and not 0 <= size <= u.k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, "type or size")
    data = copyin(u, text, size)
    if flags & MSG_NOERROR:
        data = data[: max(0, q.qbytes - q.cbytes)]
    while True:
        if q.cbytes + len(data) > q.qbytes:
            event = q.space
        else:
            message = msgalloc(u, mtype, data)
            if message is not None:
                break
            event = u.k.msgpool.freed
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "no room")
        await sleep(u, event, PMSG)
        q = msgconv(u, msqid, Errno.EIDRM)
    if q.last is None:
        q.first = message
    else:
        q.last.next = message
    q.last = message
    q.qnum += 1
    q.cbytes += len(data)
    q.lspid = u.pid
    q.stime = u.k.time
    wakeup(u, q.arrival)
    return 0
