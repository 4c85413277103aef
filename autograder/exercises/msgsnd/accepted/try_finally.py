"""A message that is not sent goes back to the pool in a finally clause."""

from kernel_model import *


def shadow(wakeup):
    async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
        q = msgconv(u, msqid)
        ipcaccess(u, q.perm, MSG_W)
        if mtype < 1 or (size or 0) < 0 or (size or 0) > u.k.limits.MSGMAX:
            raise KernelError(Errno.EINVAL, "type or size")
        if len(data := copyin(u, text, size)) > u.k.limits.MSGMAX:
            raise KernelError(Errno.EINVAL, "too long")
        while True:
            room = q.cbytes + len(data) <= q.qbytes
            m = msgalloc(u, mtype, data) if room else None
            try:
                if m:
                    if q.last:
                        q.last.next = m
                    q.first = q.first or m
                    q.last = m
                    q.qnum += 1
                    q.cbytes += len(data)
                    q.lspid = u.pid
                    q.stime = u.k.time
                    wakeup(u, q.arrival)
                    m = None
                    return 0
                if flags & IPC_NOWAIT:
                    raise KernelError(Errno.EAGAIN, "no room")
            finally:
                if m:
                    msgfree(u, m)
            await sleep(u, u.k.msgpool.freed if room else q.space, PMSG)
            q = msgconv(u, msqid, Errno.EIDRM)

    return msgsnd


msgsnd = shadow(wakeup)
