"""Flags and plain ifs, one condition a line, and an index where others slice."""

from kernel_model import *


async def accept(u, fd, flags=0):
    so = getsock(u, fd)
    entry = getf(u, fd)
    ok = True
    if so.state != LISTENING:
        ok = False
    if flags != 0:
        ok = False
    if so.kind == SOCK_DGRAM:
        raise KernelError(Errno.EOPNOTSUPP, "this is a datagram socket")
    if ok == False:
        raise KernelError(Errno.EINVAL, "this socket does not listen")
    if free_descriptors(u) == 0:
        raise KernelError(Errno.EMFILE, "no descriptors")
    found = None
    while found is None:
        if len(so.queue) != 0:
            found = so.queue[0]
        else:
            if so.cantread == True:
                raise KernelError(Errno.EINVAL, "shut down")
            if entry.nonblock == True:
                raise KernelError(Errno.EAGAIN, "nothing to accept")
            await sleep(u, so.event("connection"), PSOCK)
    so.queue.remove(found)
    soplace(u, so)
    fd2 = descriptor(u, found)
    who = peer_name(found)
    copyout(u, USER_BUFFER, name=who)
    return fd2
