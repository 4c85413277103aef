"""Takes a connection whose client is still there before one whose client has gone."""

from kernel_model import *


async def accept(u, fd, flags=0):
    so = getsock(u, fd)
    if so.kind == SOCK_DGRAM:
        raise KernelError(Errno.EOPNOTSUPP, "datagrams")
    if so.state != LISTENING:
        raise KernelError(Errno.EINVAL, "not listening")
    if flags != 0:
        raise KernelError(Errno.EINVAL, "flags")
    while not so.queue:
        if so.cantread:
            raise KernelError(Errno.EINVAL, "shut down")
        if getf(u, fd).nonblock:
            raise KernelError(Errno.EAGAIN, "none waits")
        await sleep(u, so.event("connection"), PSOCK)
    if free_descriptors(u) < 1:
        raise KernelError(Errno.EMFILE, "no descriptor")
    new = next((one for one in so.queue if not one.cantread), so.queue[0])
    so.queue.remove(new)
    soplace(u, so)
    got = descriptor(u, new)
    copyout(u, USER_BUFFER, name=peer_name(new))
    return got
