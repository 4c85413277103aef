"""Gives those it lets in itself no name of their own."""

from collections import deque
from itertools import count

from kernel_model import *


def name_of_client(new):
    return new.far if new.far else new.peer.name


def let_in(u, so):
    for client in list(so.pending):
        if len(so.queue) >= so.qlimit:
            return
        so.pending.remove(client)
        so.queue.append(sonewconn(u, so, client, so.far))
        wakeup(u, so.event("connection"))
        wakeup(u, client.event("connect"))


async def accept(u, fd, flags=0):
    so = getsock(u, fd)
    if so.kind == SOCK_DGRAM:
        raise KernelError(Errno.EOPNOTSUPP, "wrong kind")
    if flags or so.state != LISTENING:
        raise KernelError(Errno.EINVAL, "wrong state")
    if free_descriptors(u) <= 0:
        raise KernelError(Errno.EMFILE, "no number left")
    for _ in count():
        if so.queue or so.cantread or getf(u, fd).nonblock:
            break
        await sleep(u, so.event("connection"), PSOCK)
    if not so.queue:
        raise KernelError(Errno.EINVAL if so.cantread else Errno.EAGAIN, "nobody")
    line = deque(so.queue)
    new = line.popleft()
    so.queue = list(line)
    let_in(u, so)
    copyout(u, USER_BUFFER, name=name_of_client(new))
    return descriptor(u, new)
