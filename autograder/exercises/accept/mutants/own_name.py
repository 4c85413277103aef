"""Tells the name of the server."""

from kernel_model import *


async def accept(u, fd, flags=0):
    so, nonblock = getsock(u, fd), getf(u, fd).nonblock
    if so.kind == SOCK_DGRAM:
        raise KernelError(Errno.EOPNOTSUPP, "datagrams know no connections")
    if so.state != LISTENING or flags:
        raise KernelError(Errno.EINVAL, f"the socket is {so.state}, the flags {flags}")
    if not free_descriptors(u):
        raise KernelError(Errno.EMFILE, "there is no descriptor for a connection")
    while not so.queue:
        if so.cantread:
            raise KernelError(Errno.EINVAL, "the socket is shut down")
        if nonblock:
            raise KernelError(Errno.EAGAIN, "no connection waits")
        await sleep(u, so.event("connection"), PSOCK)
    new = so.queue.pop(0)
    soplace(u, so)
    made = descriptor(u, new)
    copyout(u, USER_BUFFER, name=new.name)
    return made
