"""IPC_NOWAIT is not known: it sleeps in any case."""

from kernel_model import *


def fits(message, mtype):
    if mtype > 0:
        return message.mtype == mtype
    return mtype == 0 or message.mtype <= -mtype


def chosen(q, mtype):
    found = [message for message in q.messages() if fits(message, mtype)]
    if mtype < 0:
        found.sort(key=lambda message: message.mtype)
    return found[0] if found else None


def unlink(q, gone):
    left = [message for message in q.messages() if message is not gone]
    q.first = left[0] if left else None
    q.last = left[-1] if left else None
    for place, message in enumerate(left):
        message.next = left[place + 1] if place + 1 < len(left) else None
    q.qnum -= 1
    q.cbytes -= len(gone.text)


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    if size < 0:
        raise KernelError(Errno.EINVAL, "a negative size")
    message = chosen(q, mtype)
    while message is None:
        await sleep(u, q.arrival, PMSG)
        msgconv(u, msqid, Errno.EIDRM)
        message = chosen(q, mtype)
    if len(message.text) > size and not flags & MSG_NOERROR:
        raise KernelError(Errno.E2BIG, "it does not fit")
    data = message.text[:size]
    copyout(u, msgp, mtype=message.mtype, data=data)
    unlink(q, message)
    q.lrpid, q.rtime = u.pid, u.k.time
    msgfree(u, message)
    wakeup(u, q.space)
    return len(data)
