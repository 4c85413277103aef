"""An async generator gives the queue as it is for each attempt; what lacks is an exception that says what to wait for."""

from kernel_model import *


class Wait(Exception):
    def __init__(self, event):
        self.event = event


def attempt(u, q, mtype, data):
    if len(data) > q.qbytes - q.cbytes:
        raise Wait(q.space)
    message = msgalloc(u, mtype, data)
    if not message:
        raise Wait(u.k.msgpool.freed)
    return message


async def queues(u, msqid, flags):
    yield msgconv(u, msqid)
    while True:
        yield msgconv(u, msqid, Errno.EIDRM)


def append(q, message):
    tail = q.messages()
    if tail:
        tail[-1].next = message
    else:
        q.first = message
    q.last = message


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    data = copyin(u, text, size) if size is None or 0 <= size <= u.k.limits.MSGMAX else None
    if data is None or len(data) > u.k.limits.MSGMAX or mtype <= 0:
        raise KernelError(Errno.EINVAL, "")
    first = True
    async for q in queues(u, msqid, flags):
        if first:
            ipcaccess(u, q.perm, MSG_W)
            first = False
        try:
            message = attempt(u, q, mtype, data)
        except Wait as wait:
            if flags & IPC_NOWAIT:
                raise KernelError(Errno.EAGAIN, "") from None
            await sleep(u, wait.event, PMSG)
            continue
        append(q, message)
        q.qnum, q.cbytes = len(q.messages()), sum(len(m.text) for m in q.messages())
        q.lspid, q.stime = u.pid, u.k.time
        wakeup(u, q.arrival)
        return 0
