"""Recursion in place of every loop: down the list to choose, and into itself after a sleep."""

from kernel_model import *


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    queue = msgconv(u, msqid)
    ipcaccess(u, queue.perm, MSG_R)
    if size < 0:
        raise KernelError(Errno.EINVAL, f"a buffer of {size} bytes")
    return await receive(u, msqid, queue, size, mtype, flags, msgp)


async def receive(u, msqid, queue, size, mtype, flags, msgp):
    wanted = pick(queue.first, mtype, None)
    if wanted is None:
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.ENOMSG, "nothing for this type")
        await sleep(u, queue.arrival, PMSG)
        msgconv(u, msqid, Errno.EIDRM)
        return await receive(u, msqid, queue, size, mtype, flags, msgp)
    text = wanted.text
    if len(text) > size:
        if not flags & MSG_NOERROR:
            raise KernelError(Errno.E2BIG, f"{len(text)} bytes for {size}")
        text = text[:size]
    copyout(u, msgp, mtype=wanted.mtype, data=text)
    queue.first = without(queue.first, wanted)
    queue.last = final(queue.first)
    queue.qnum, queue.cbytes = queue.qnum - 1, queue.cbytes - len(wanted.text)
    queue.lrpid, queue.rtime = u.pid, u.k.time
    msgfree(u, wanted)
    wakeup(u, queue.space)
    return len(text)


def pick(message, mtype, best):
    if message is None:
        return best
    if mtype >= 0:
        return message if mtype in (0, message.mtype) else pick(message.next, mtype, best)
    better = message.mtype <= -mtype and (best is None or message.mtype < best.mtype)
    return pick(message.next, mtype, message if better else best)


def without(message, gone):
    if message is gone:
        return message.next
    message.next = without(message.next, gone)
    return message


def final(message):
    return message if message is None or message.next is None else final(message.next)
