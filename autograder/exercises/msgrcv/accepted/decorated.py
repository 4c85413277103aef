"""An exception of its own tells a decorator to sleep and try again; the list is changed in a finally clause."""

import functools
from kernel_model import *


class Nothing(Exception):
    pass


def retry(f):
    async def inner(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
        error = Errno.EINVAL
        while True:
            q = msgconv(u, msqid, error)
            try:
                return f(u, q, size, mtype, flags, msgp)
            except Nothing:
                if flags & IPC_NOWAIT:
                    raise KernelError(Errno.ENOMSG, "nothing") from None
            await sleep(u, q.arrival, PMSG)
            error = Errno.EIDRM

    functools.update_wrapper(inner, f)
    return inner


@retry
def msgrcv(u, q, size, mtype, flags, msgp):
    ipcaccess(u, q.perm, MSG_R)
    if size < 0:
        raise KernelError(Errno.EINVAL, "size")
    ms = q.messages()
    types = [m.mtype for m in ms]
    wanted = {
        True: types[:1],
        False: [mtype] if mtype > 0 else [min((t for t in types if t <= -mtype), default=0)],
    }[mtype == 0]
    try:
        i = types.index(wanted[0])
    except (ValueError, IndexError):
        raise Nothing from None
    m = ms[i]
    taken = False
    try:
        if len(m.text) > size and flags & MSG_NOERROR == 0:
            raise KernelError(Errno.E2BIG, "big")
        copyout(u, msgp, mtype=m.mtype, data=m.text[:size])
        taken = True
        return len(m.text[:size])
    finally:
        if taken:
            if i:
                ms[i - 1].next = m.next
            else:
                q.first = m.next
            if i == len(ms) - 1:
                q.last = ms[i - 1] if i else None
            q.qnum -= 1
            q.cbytes -= len(m.text)
            q.lrpid, q.rtime = u.pid, u.k.time
            msgfree(u, m)
            wakeup(u, q.space)
