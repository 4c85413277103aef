"""Counts the texts on the queue by the length of its own when it asks what to wait for."""

from kernel_model import *


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_W)
    data = checked(u, mtype, text, size)
    while (message := attempt(u, q, mtype, data)) is None:
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "would have to wait")
        lacking = sum(len(data) for m in q.messages()) + len(data) > q.qbytes
        await sleep(u, q.space if lacking else u.k.msgpool.freed, PMSG)
        msgconv(u, msqid, Errno.EIDRM)
    relink(q, q.messages() + [message])
    q.lspid = u.pid
    q.stime = u.k.time
    wakeup(u, q.arrival)
    return 0


def checked(u, mtype, text, size):
    largest = u.k.limits.MSGMAX
    data = copyin(u, text, size if size is None else min(max(size, 0), largest))
    length = len(data) if size is None else size
    if length not in range(largest + 1) or mtype not in range(1, 2**63):
        raise KernelError(Errno.EINVAL, f"type {mtype}, {length} bytes")
    return data


def attempt(u, q, mtype, data):
    room = q.qbytes - sum(len(m.text) for m in q.messages())
    return msgalloc(u, mtype, data) if len(data) <= room else None


def relink(q, messages):
    for left, right in zip(messages, messages[1:]):
        left.next = right
    q.first, q.last = messages[0], messages[-1]
    q.qnum = len(messages)
    q.cbytes = sum(len(m.text) for m in messages)
