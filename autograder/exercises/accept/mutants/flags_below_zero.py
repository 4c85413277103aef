"""Takes flags below 0 for none."""

from kernel_model import *


def fail(errno, why):
    raise KernelError(errno, why)


def judged(u, fd, flags):
    so = getsock(u, fd)
    if flags > 0:
        fail(Errno.EINVAL, "this kernel knows no flags")
    if so.kind == SOCK_DGRAM:
        fail(Errno.EOPNOTSUPP, "a datagram socket")
    if so.state != LISTENING:
        fail(Errno.EINVAL, "nobody listens here")
    return so


async def accept(u, fd, flags=0):
    so = judged(u, fd, flags)
    while True:
        if len(so.queue) > 0:
            if free_descriptors(u) < 1:
                fail(Errno.EMFILE, "too many files are open")
            first, *others = so.queue
            so.queue = others
            number = descriptor(u, first)
            soplace(u, so)
            copyout(u, USER_BUFFER, name=peer_name(first))
            return number
        elif so.cantread:
            fail(Errno.EINVAL, "shut down")
        elif getf(u, fd).nonblock:
            fail(Errno.EAGAIN, "nobody there")
        await sleep(u, so.event("connection"), PSOCK)
