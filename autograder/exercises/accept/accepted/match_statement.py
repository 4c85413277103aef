"""A match statement over what is true of the socket decides what to do next."""

from kernel_model import *


async def accept(u, fd, flags=0):
    file, so = getf(u, fd) if fd not in u.terminal else None, getsock(u, fd)
    match so.kind, so.state, flags, free_descriptors(u):
        case (kind, _, _, _) if kind == SOCK_DGRAM:
            raise KernelError(Errno.EOPNOTSUPP, "datagrams are not accepted")
        case (_, state, _, _) if state != LISTENING:
            raise KernelError(Errno.EINVAL, f"{state}")
        case _, _, 0, 0:
            raise KernelError(Errno.EMFILE, "the table of descriptors is full")
        case _, _, 0, _:
            pass
        case _:
            raise KernelError(Errno.EINVAL, "flags")
    while True:
        match so.queue, so.cantread, file.nonblock:
            case [new, *rest], _, _:
                so.queue[:] = rest
                break
            case [], True, _:
                raise KernelError(Errno.EINVAL, "shut down for reading")
            case [], _, True:
                raise KernelError(Errno.EAGAIN, "it would have to wait")
            case _:
                await sleep(u, so.event("connection"), PSOCK)
    made = descriptor(u, new)
    copyout(u, USER_BUFFER, name=peer_name(new))
    soplace(u, so)
    return made
