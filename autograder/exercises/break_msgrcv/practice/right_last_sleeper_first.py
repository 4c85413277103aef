"""Of several sleepers the one that slept last gets a message that suits all of them."""

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


WAITING = []  # queue, process and type of everyone who sleeps, in the order in which they came


def yields(q, u, mtype):
    behind = False
    for queue, process, wanted in WAITING:
        if process is u:
            behind = True
        elif behind and queue is q and chosen(q, wanted) is chosen(q, mtype):
            return True
    return False


async def awaited(u, q, msqid, mtype, flags):
    slept = False
    try:
        while True:
            message = chosen(q, mtype)
            if message is not None and not yields(q, u, mtype):
                return message
            if flags & IPC_NOWAIT:
                raise KernelError(Errno.ENOMSG, "none of this type")
            if not slept:
                WAITING.append((q, u, mtype))
                slept = True
            await sleep(u, q.arrival, PMSG)
            msgconv(u, msqid, Errno.EIDRM)
    finally:
        if slept:
            WAITING[:] = [entry for entry in WAITING if entry[1] is not u]
            wakeup(u, q.arrival)


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    if size < 0:
        raise KernelError(Errno.EINVAL, "a negative size")
    message = await awaited(u, q, msqid, mtype, flags)
    if len(message.text) > size and not flags & MSG_NOERROR:
        raise KernelError(Errno.E2BIG, "it does not fit")
    data = message.text[:size]
    copyout(u, msgp, mtype=message.mtype, data=data)
    unlink(q, message)
    q.lrpid, q.rtime = u.pid, u.k.time
    msgfree(u, message)
    wakeup(u, q.space)
    return len(data)
