"""One sort key for all three cases of the type; a generator of neighbours; nested functions."""

from kernel_model import *


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    queue = msgconv(u, msqid)
    ipcaccess(u, queue.perm, MSG_R)
    if not size >= 0:
        raise KernelError(Errno.EINVAL, "the size of a buffer is at least 0")

    low, high = (
        {True: (mtype, mtype), False: (1, -mtype)}[mtype > 0] if mtype else (1, float("inf"))
    )

    def neighbours():
        before, message = None, queue.first
        while message is not None:
            yield before, message
            before, message = message, message.next

    def ranked():
        fitting = [pair for pair in neighbours() if low <= pair[1].mtype <= high]
        # sorted is stable: of equal keys the first on the list stays first
        return sorted(fitting, key=lambda pair: pair[1].mtype if mtype < 0 else 0)

    while not (order := ranked()):
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.ENOMSG, "no message")
        await sleep(u, queue.arrival, PMSG)
        msgconv(u, msqid, Errno.EIDRM)

    before, message = order[0]
    whole, part = message.text, message.text[:size]
    if part != whole and not flags & MSG_NOERROR:
        raise KernelError(Errno.E2BIG, f"{len(whole)} bytes do not fit in {size}")
    copyout(u, msgp, data=part, mtype=message.mtype)
    setattr(*((queue, "first") if before is None else (before, "next")), message.next)
    queue.last = before if queue.last is message else queue.last
    queue.qnum -= 1
    queue.cbytes -= len(whole)
    queue.lrpid = u.pid
    queue.rtime = u.k.time
    msgfree(u, message)
    wakeup(u, queue.space)
    return len(part)
