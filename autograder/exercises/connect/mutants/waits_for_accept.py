"""Sleeps until the server has accepted."""

from kernel_model import *


async def connect(u, fd, name):
    so, nonblock = getsock(u, fd), getf(u, fd).nonblock
    name = sockargs(u, so, name)
    if so.kind == SOCK_DGRAM:
        soaim(u, so, name)
        return 0
    if so.state == LISTENING:
        raise KernelError(Errno.EOPNOTSUPP, "the socket listens")
    if so.state == CONNECTING:
        raise KernelError(Errno.EALREADY, "the socket is connecting")
    if so.state != UNCONNECTED:
        raise KernelError(Errno.EISCONN, f"the socket is {so.state}")
    if solocal(u, so, name):
        other = solookup(u, so, name)
        if other is None or other.state != LISTENING or other.cantread:
            raise KernelError(Errno.ECONNREFUSED, f"nobody listens at {name}")
        if len(other.queue) < other.qlimit:
            other.queue.append(sonewconn(u, other, so, name))
            wakeup(u, other.event("connection"))
            while so.peer in other.queue:
                await sleep(u, other.event("place"), PSOCK)
            return 0
        if so.domain == AF_UNIX:
            raise KernelError(Errno.ECONNREFUSED, f"the queue of {name} is full")
        so.state, so.far = CONNECTING, name
        other.pending.append(so)
    else:
        sosyn(u, so, name)
    if nonblock:
        raise KernelError(Errno.EINPROGRESS, f"the way to {name} is being made")
    while so.state == CONNECTING:
        await sleep(u, so.event("connect"), PSOCK)
    if (error := error_of(so)) is not None:
        raise error
    return 0
