"""Recursion in place of the loop: after every sleep the call is made again from the beginning."""

from kernel_model import *


async def accept(u, fd, flags=0):
    so = getsock(u, fd)
    if so.state != LISTENING or flags:
        datagrams = so.kind == SOCK_DGRAM
        raise KernelError(Errno.EOPNOTSUPP if datagrams else Errno.EINVAL, "no such connections")
    if not so.queue:
        if so.cantread:
            raise KernelError(Errno.EINVAL, "none will come")
        if getf(u, fd).nonblock:
            raise KernelError(Errno.EAGAIN, "none is there")
        await sleep(u, so.event("connection"), PSOCK)
        return await accept(u, fd, flags)
    if not free_descriptors(u):
        raise KernelError(Errno.EMFILE, "no descriptor")
    taken = so.queue[0]
    del so.queue[0]
    soplace(u, so)
    copyout(u, USER_BUFFER, name=peer_name(taken))
    return descriptor(u, taken)
