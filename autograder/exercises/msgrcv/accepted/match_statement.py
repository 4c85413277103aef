"""Small helpers with early returns, the type rules in a match statement; arguments are judged first."""

from kernel_model import *


def fail(errno, why):
    raise KernelError(errno, why)


def chosen(q, mtype):
    match mtype:
        case 0:
            return q.first
        case positive if positive > 0:
            return next((m for m in q.messages() if m.mtype == positive), None)
        case _:
            for kind in sorted({m.mtype for m in q.messages()}):
                if kind > -mtype:
                    return None
                return chosen(q, kind)


def unlink(q, message):
    if q.first is message:
        q.first = message.next
        q.last = None if q.first is None else q.last
        return
    before = q.first
    while before.next is not message:
        before = before.next
    before.next = message.next
    if message.next is None:
        q.last = before


async def wait_for(u, msqid, mtype, flags):
    while True:
        q = msgconv(u, msqid, Errno.EIDRM)
        message = chosen(q, mtype)
        if message is not None:
            return q, message
        if flags & IPC_NOWAIT:
            fail(Errno.ENOMSG, "IPC_NOWAIT")
        await sleep(u, q.arrival, PMSG)


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    if size < 0:
        fail(Errno.EINVAL, "negative size")
    ipcaccess(u, msgconv(u, msqid).perm, MSG_R)
    q, message = await wait_for(u, msqid, mtype, flags)
    length = len(message.text)
    if msgp is None:
        fail(Errno.EFAULT, "bad address")
    if length > size and not (flags & MSG_NOERROR):
        fail(Errno.E2BIG, f"{length} > {size}")
    length = min(length, size)
    copyout(u, msgp, mtype=message.mtype, data=message.text[:length])
    unlink(q, message)
    q.qnum -= 1
    q.cbytes -= len(message.text)
    q.lrpid, q.rtime = u.pid, u.k.time
    msgfree(u, message)
    wakeup(u, q.space)
    return length
