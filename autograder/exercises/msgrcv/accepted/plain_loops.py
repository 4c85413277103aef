"""Loops over an index and one variable a step, as somebody writes who learns Python."""

from kernel_model import *


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    if size < 0:
        raise KernelError(Errno.EINVAL, "negative size")
    found = None
    while found is None:
        messages = q.messages()
        if mtype == 0:
            if len(messages) > 0:
                found = messages[0]
        elif mtype > 0:
            i = 0
            while i < len(messages) and found is None:
                if messages[i].mtype == mtype:
                    found = messages[i]
                i = i + 1
        else:
            for m in messages:
                if m.mtype <= -mtype:
                    if found is None:
                        found = m
                    elif m.mtype < found.mtype:
                        found = m
        if found is None:
            if (flags & IPC_NOWAIT) != 0:
                raise KernelError(Errno.ENOMSG, "none")
            await sleep(u, q.arrival, PMSG)
            q = msgconv(u, msqid, Errno.EIDRM)
    data = found.text
    if len(data) > size:
        if flags & MSG_NOERROR:
            data = data[0:size]
        else:
            raise KernelError(Errno.E2BIG, "too big")
    copyout(u, msgp, mtype=found.mtype, data=data)
    if q.first is found:
        q.first = found.next
        if q.first is None:
            q.last = None
    else:
        before = q.first
        while before.next is not found:
            before = before.next
        before.next = found.next
        if q.last is found:
            q.last = before
    q.qnum = q.qnum - 1
    q.cbytes = q.cbytes - len(found.text)
    q.lrpid = u.pid
    q.rtime = u.k.time
    msgfree(u, found)
    wakeup(u, q.space)
    return len(data)
