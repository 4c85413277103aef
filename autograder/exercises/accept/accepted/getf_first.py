"""Asks for the entry of the file table first; waits in a recursion, and takes in a helper."""

from kernel_model import *


async def accept(u, fd, flags=0):
    file, so = getf(u, fd), getsock(u, fd)
    wrong = [
        (so.kind != SOCK_STREAM, Errno.EOPNOTSUPP),
        (flags != 0, Errno.EINVAL),
        (so.state != LISTENING, Errno.EINVAL),
        (not so.queue and so.cantread, Errno.EINVAL),
        (not so.queue and file.nonblock, Errno.EAGAIN),
    ]
    for found, errno in wrong:
        if found:
            raise KernelError(errno, "not so")
    if so.queue:
        return take(u, so)
    await sleep(u, so.event("connection"), PSOCK)
    return await accept(u, fd, flags)


def take(u, so):
    if not free_descriptors(u):
        raise KernelError(Errno.EMFILE, "no descriptor is free")
    new, *so.queue = so.queue
    fd = descriptor(u, new)
    copyout(u, USER_BUFFER, name=peer_name(new))
    soplace(u, so)
    return fd
