"""Takes zeros at the end of a text for none of it, as in C."""

from kernel_model import *


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    if size < 0:
        raise KernelError(Errno.EINVAL, "negative size")
    while True:
        before, message = choose(q, mtype)
        if message is not None:
            break
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.ENOMSG, "no such message")
        await sleep(u, q.arrival, PMSG)
        msgconv(u, msqid, Errno.EIDRM)
    if len(message.text) > size and not flags & MSG_NOERROR:
        raise KernelError(Errno.E2BIG, "the message is too long")
    data = message.text[:size].rstrip(b"\0")
    copyout(u, msgp, mtype=message.mtype, data=data)
    if before is None:
        q.first = message.next
    else:
        before.next = message.next
    if q.last is message:
        q.last = before
    q.qnum -= 1
    q.cbytes -= len(message.text)
    q.lrpid = u.pid
    q.rtime = u.k.time
    msgfree(u, message)
    wakeup(u, q.space)
    return len(data)


def choose(q, mtype):
    best = (None, None)
    before = None
    for message in q.messages():
        if mtype == 0 or message.mtype == mtype:
            return before, message
        if mtype < 0 and message.mtype <= -mtype:
            if best[1] is None or message.mtype < best[1].mtype:
                best = (before, message)
        before = message
    return best
