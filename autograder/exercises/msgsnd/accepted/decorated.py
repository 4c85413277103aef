"""A decorator judges the arguments; what it wraps links the list anew each time."""

import functools

from kernel_model import *


def checked(f):
    @functools.wraps(f)
    async def inner(u, msqid, mtype, text, flags=0, size=None):
        q = msgconv(u, msqid)
        ipcaccess(u, q.perm, MSG_W)
        limit = u.k.limits.MSGMAX
        bad = [mtype < 1, size is not None and size < 0, size is not None and size > limit]
        if any(bad):
            raise KernelError(Errno.EINVAL, str(bad))
        data = copyin(u, text, size)
        if len(data) > limit:
            raise KernelError(Errno.EINVAL, "long")
        return await f(u, q, msqid, mtype, data, flags)

    return inner


@checked
async def msgsnd(
    u: Process, q: MessageQueue, msqid: int, mtype: int, data: bytes, flags: int
) -> int:
    message: Message | None = None
    while message is None:
        full = q.cbytes + len(data) > q.qbytes
        if not full:
            message = msgalloc(u, mtype, data)
        if message is None:
            if flags & IPC_NOWAIT:
                raise KernelError(Errno.EAGAIN, "full")
            await sleep(u, q.space if full else u.k.msgpool.freed, PMSG)
            q = msgconv(u, msqid, Errno.EIDRM)
    # rebuild the whole list
    chain = [*q.messages(), message]
    for a, b in zip(chain, chain[1:] + [None]):
        a.next = b
    q.first, q.last = chain[0], chain[-1]
    q.qnum, q.cbytes = len(chain), sum(len(m.text) for m in chain)
    q.stime, q.lspid = u.k.time, u.pid
    wakeup(u, q.arrival)
    return 0
