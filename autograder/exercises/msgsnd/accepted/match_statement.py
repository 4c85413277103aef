"""Arguments first, before the queue is looked up; states of an attempt in a match statement; early returns."""

from kernel_model import *

NO_ROOM, NO_HEADER, SENT = range(3)


def arguments(u, mtype, text, size):
    if text is None:
        raise KernelError(Errno.EFAULT, "bad address")
    size = len(text) if size is None else size
    if size < 0:
        raise KernelError(Errno.EINVAL, "negative size")
    if size > u.k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, "too long")
    if mtype < 1:
        raise KernelError(Errno.EINVAL, "type below 1")
    return copyin(u, text, size)


def try_to_send(u, q, mtype, data):
    if len(data) + q.cbytes > q.qbytes:
        return NO_ROOM
    message = msgalloc(u, mtype, data)
    if message is None:
        return NO_HEADER
    before = q.last
    q.last = message
    if before is None:
        q.first = message
    else:
        before.next = message
    q.qnum += 1
    q.cbytes += len(data)
    q.lspid = u.pid
    q.stime = u.k.time
    wakeup(u, q.arrival)
    return SENT


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    data = arguments(u, mtype, text, size)
    error = Errno.EINVAL
    while True:
        q = msgconv(u, msqid, error)
        ipcaccess(u, q.perm, MSG_W)
        match try_to_send(u, q, mtype, data):
            case 2:
                return 0
            case _ if flags & IPC_NOWAIT:
                raise KernelError(Errno.EAGAIN, "IPC_NOWAIT")
            case 0:
                event = q.space
            case 1:
                event = u.k.msgpool.freed
        await sleep(u, event, PMSG)
        error = Errno.EIDRM
