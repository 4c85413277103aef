"""Recursion: after every sleep the function that tries calls itself; the end of the list is found by recursion too."""

from kernel_model import *


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_W)
    if mtype <= 0:
        raise KernelError(Errno.EINVAL, "a type is positive")
    if size is not None and (size < 0 or size > u.k.limits.MSGMAX):
        raise KernelError(Errno.EINVAL, "a message of this size cannot be")
    data = copyin(u, text, size)
    if len(data) > u.k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, "longer than MSGMAX")
    message = await obtain(u, msqid, q, mtype, data, flags)
    if q.first is None:
        q.first = message
    else:
        append(q.first, message)
    q.last = message
    q.qnum, q.cbytes = q.qnum + 1, q.cbytes + len(data)
    q.lspid, q.stime = u.pid, u.k.time
    wakeup(u, q.arrival)
    return 0


async def obtain(u, msqid, q, mtype, data, flags):
    event = q.space
    if q.qbytes - q.cbytes >= len(data):
        message = msgalloc(u, mtype, data)
        if message:
            return message
        event = u.k.msgpool.freed
    if flags & IPC_NOWAIT:
        raise KernelError(Errno.EAGAIN, event)
    await sleep(u, event, PMSG)
    return await obtain(u, msqid, msgconv(u, msqid, Errno.EIDRM), mtype, data, flags)


def append(listed, message):
    if listed.next is None:
        listed.next = message
    else:
        append(listed.next, message)
