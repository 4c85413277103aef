"""Comprehensions: the candidates in a Python list, the best by min, the linked list rebuilt."""

from kernel_model import *


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    if size < 0:
        raise KernelError(Errno.EINVAL, "size is negative")

    def candidates():
        if mtype == 0:
            return q.messages()
        if mtype > 0:
            return [m for m in q.messages() if m.mtype == mtype]
        return [m for m in q.messages() if m.mtype <= abs(mtype)]

    while not candidates():
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.ENOMSG, "no message for you")
        await sleep(u, q.arrival, PMSG)
        msgconv(u, msqid, Errno.EIDRM)

    found = candidates()
    taken = min(found, key=lambda m: m.mtype) if mtype < 0 else found[0]
    if len(taken.text) > size and flags & MSG_NOERROR == 0:
        raise KernelError(Errno.E2BIG, f"{len(taken.text)} > {size}")
    copied = bytes(taken.text[:size])
    copyout(u, msgp, mtype=taken.mtype, data=copied)

    rest = [m for m in q.messages() if m is not taken]
    for message, following in zip(rest, [*rest[1:], None]):
        message.next = following
    q.first, q.last = (rest[0], rest[-1]) if rest else (None, None)
    q.qnum, q.cbytes = len(rest), sum(len(m.text) for m in rest)
    q.lrpid, q.rtime = u.pid, u.k.time
    msgfree(u, taken)
    wakeup(u, q.space)
    return len(copied)
