"""Nested functions over the arguments, conditions as named lambdas, the wait in a helper that only waits."""

from kernel_model import *


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    k, queue = u.k, msgconv(u, msqid)
    ipcaccess(u, queue.perm, MSG_W)
    sound = lambda n: 0 <= n <= k.limits.MSGMAX
    if not sound(size or 0) or not mtype > 0:
        raise KernelError(Errno.EINVAL, "size or type")
    data = copyin(u, text, size)
    if not sound(len(data)):
        raise KernelError(Errno.EINVAL, "size")

    full = lambda: queue.cbytes + len(data) > queue.qbytes

    async def wait(event):
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, f"waiting for {event}")
        await sleep(u, event, PMSG)
        msgconv(u, msqid, Errno.EIDRM)

    message = None
    while message is None:
        while full():
            await wait(queue.space)
        message = msgalloc(u, mtype, data)
        if message is None:
            await wait(k.msgpool.freed)

    if queue.first is None:
        queue.first = queue.last = message
    else:
        queue.last.next, queue.last = message, message
    queue.qnum += 1
    queue.cbytes += len(data)
    queue.lspid, queue.stime = u.pid, k.time
    wakeup(u, queue.arrival)
    return 0
