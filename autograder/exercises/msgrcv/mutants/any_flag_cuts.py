"""Any flag cuts what is too long, also IPC_NOWAIT."""

from kernel_model import *


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    if size < 0:
        raise KernelError(Errno.EINVAL, "negative size")
    while True:
        found, before = None, None
        previous, message = None, q.first
        while message is not None:
            if mtype == 0 or message.mtype == mtype:
                found, before = message, previous
                break
            lowest = -mtype if found is None else found.mtype - 1
            if mtype < 0 and message.mtype <= lowest:
                found, before = message, previous
            previous, message = message, message.next
        if found is not None:
            break
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.ENOMSG, "no message")
        await sleep(u, q.arrival, PMSG)
        msgconv(u, msqid, Errno.EIDRM)
    if len(found.text) > size and not flags:
        raise KernelError(Errno.E2BIG, "it does not fit")
    data = found.text[:size]
    copyout(u, msgp, mtype=found.mtype, data=data)
    if before is None:
        q.first = found.next
    else:
        before.next = found.next
    if found is q.last:
        q.last = before
    q.qnum -= 1
    q.cbytes -= len(found.text)
    q.lrpid = u.pid
    q.rtime = u.k.time
    msgfree(u, found)
    wakeup(u, q.space)
    return len(data)
