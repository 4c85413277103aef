"""All that can be said of the arguments comes first: the address, the size, then who may read."""

from kernel_model import *


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    if msgp is None:
        raise KernelError(Errno.EFAULT, "there is nothing at this address")
    q = msgconv(u, msqid)
    if size < 0:
        raise KernelError(Errno.EINVAL, "a size below 0")
    ipcaccess(u, q.perm, MSG_R)

    def wanted():
        for message in q.messages():
            if mtype == 0 or message.mtype == mtype:
                return message
        low = [message for message in q.messages() if message.mtype <= -mtype]
        return min(low, key=lambda message: message.mtype, default=None)

    while (message := wanted()) is None:
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.ENOMSG, "no message of this type")
        await sleep(u, q.arrival, PMSG)
        q = msgconv(u, msqid, Errno.EIDRM)
    if len(message.text) > size and not flags & MSG_NOERROR:
        raise KernelError(Errno.E2BIG, "the text is longer")
    text = message.text[:size]
    copyout(u, msgp, mtype=message.mtype, data=text)
    rest = [other for other in q.messages() if other is not message]
    for other, after in zip(rest, rest[1:] + [None]):
        other.next = after
    q.first, q.last = (rest[0], rest[-1]) if rest else (None, None)
    q.qnum, q.cbytes = q.qnum - 1, q.cbytes - len(message.text)
    q.lrpid, q.rtime = u.pid, u.k.time
    wakeup(u, q.space)
    msgfree(u, message)
    return len(text)
