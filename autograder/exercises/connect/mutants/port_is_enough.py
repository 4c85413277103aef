"""Looks for the port on this host, whatever host was named."""

from kernel_model import *


async def connect(u, fd, name):
    so = getsock(u, fd)
    name = sockargs(u, so, name)
    if so.kind == SOCK_DGRAM:
        soaim(u, so, name)
        return 0
    if so.state == LISTENING:
        raise KernelError(Errno.EOPNOTSUPP, "it listens")
    if so.state == CONNECTING:
        raise KernelError(Errno.EALREADY, "it is connecting")
    if so.state != UNCONNECTED:
        raise KernelError(Errno.EISCONN, "it is connected")
    other = solookup(u, so, name)
    if other is not None or solocal(u, so, name):
        if other is None or other.state != LISTENING or other.cantread:
            raise KernelError(Errno.ECONNREFUSED, "nobody listens")
        if len(other.queue) < other.qlimit:
            other.queue.append(sonewconn(u, other, so, name))
            wakeup(u, other.event("connection"))
            return 0
        if so.domain == AF_UNIX:
            raise KernelError(Errno.ECONNREFUSED, "queue full")
        so.state = CONNECTING
        so.far = name
        other.pending.append(so)
    else:
        sosyn(u, so, name)
    if so.state == CONNECTING and getf(u, fd).nonblock:
        raise KernelError(Errno.EINPROGRESS, "")
    while so.state == CONNECTING:
        await sleep(u, so.event("connect"), PSOCK)
    error = error_of(so)
    if error is not None:
        raise error
    return 0
