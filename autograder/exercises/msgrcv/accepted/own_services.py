"""Own code for what the kernel offers: descriptor, permission, linear search; permission is asked again after a sleep."""

from kernel_model import *
from kernel_model.rmap import mfree


def lookup(u, msqid):
    table = u.k.msgque
    for slot in range(len(table.entries)):
        perm = table.entries[slot].perm
        if perm.mode & IPC_ALLOC and perm.seq * table.size + slot == msqid:
            return table.entries[slot]
    return None


def readable(u, perm):
    if u.euid == 0:
        return True
    if u.euid == perm.uid or u.euid == perm.cuid:
        return perm.mode & 0o400 != 0
    if u.egid == perm.gid or u.egid == perm.cgid:
        return perm.mode & 0o040 != 0
    return perm.mode & 0o004 != 0


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    error = Errno.EINVAL
    while True:
        q = lookup(u, msqid)
        if q is None:
            raise KernelError(error, "no such queue")
        if not readable(u, q.perm):
            raise KernelError(Errno.EACCES, "not permitted")
        if size < 0:
            raise KernelError(Errno.EINVAL, "size < 0")
        index = -1
        listed = []
        cursor = q.first
        while cursor:
            listed.append(cursor)
            cursor = cursor.next
        for i in range(len(listed)):
            if mtype == 0:
                index = 0
                break
            if mtype > 0 and listed[i].mtype == mtype:
                index = i
                break
            if mtype < 0 and listed[i].mtype <= -mtype:
                if index == -1 or listed[i].mtype < listed[index].mtype:
                    index = i
        if index >= 0:
            break
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.ENOMSG, "none")
        await sleep(u, q.arrival, PMSG)
        error = Errno.EIDRM
    message = listed[index]
    n = len(message.text)
    if n > size:
        if flags & MSG_NOERROR:
            n = size
        else:
            raise KernelError(Errno.E2BIG, "too long")
    copyout(u, msgp, mtype=message.mtype, data=message.text[0:n])
    if index == 0:
        q.first = message.next
    else:
        listed[index - 1].next = message.next
    if index == len(listed) - 1:
        q.last = listed[index - 1] if index > 0 else None
    q.qnum = q.qnum - 1
    q.cbytes = q.cbytes - len(message.text)
    q.lrpid = u.pid
    q.rtime = u.k.time
    pool = u.k.msgpool
    pool.headers = pool.headers - 1
    if message.spot is not None:
        unit = u.k.limits.MSGSSZ
        mfree(pool.map, message.spot, (len(message.text) + unit - 1) // unit)
    wakeup(u, pool.freed)
    wakeup(u, q.space)
    return n
