"""Takes the connection before it asks for a descriptor."""

from kernel_model import *


async def accept(u, fd, flags=0):
    so, nonblock = getsock(u, fd), getf(u, fd).nonblock
    if so.kind == SOCK_DGRAM:
        raise KernelError(Errno.EOPNOTSUPP, "datagrams know no connections")
    if so.state != LISTENING or flags:
        raise KernelError(Errno.EINVAL, f"the socket is {so.state}, the flags {flags}")
    while not so.queue:
        if so.cantread:
            raise KernelError(Errno.EINVAL, "the socket is shut down")
        if nonblock:
            raise KernelError(Errno.EAGAIN, "no connection waits")
        await sleep(u, so.event("connection"), PSOCK)
    new = so.queue.pop(0)
    soplace(u, so)
    made = descriptor(u, new)
    copyout(u, USER_BUFFER, name=peer_name(new))
    return made
