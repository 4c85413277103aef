"""Two match statements: over the state of the socket, and over what was found under the name."""

from kernel_model import *


async def connect(u, fd, name):
    so, file = getsock(u, fd), getf(u, fd)
    name = sockargs(u, so, name)
    match so.kind, so.state:
        case (kind, _) if kind == SOCK_DGRAM:
            soaim(u, so, name)
            return 0
        case _, "listening":
            raise KernelError(Errno.EOPNOTSUPP, "a server")
        case _, "connecting":
            raise KernelError(Errno.EALREADY, "asked already")
        case _, "connected" | "closed":
            raise KernelError(Errno.EISCONN, "connected already")
    if solocal(u, so, name):
        match solookup(u, so, name):
            case Socket(state="listening", cantread=False) as other:
                pass
            case _:
                raise KernelError(Errno.ECONNREFUSED, "no server")
        match len(other.queue) >= other.qlimit, so.local:
            case False, _:
                new = sonewconn(u, other, so, name)
                other.queue = [*other.queue, new]
                wakeup(u, other.event("connection"))
                return 0
            case True, True:
                raise KernelError(Errno.ECONNREFUSED, "too many wait")
            case True, False:
                so.state, so.far, other.pending = CONNECTING, name, [*other.pending, so]
    else:
        sosyn(u, so, name)
    match file.nonblock:
        case True:
            raise KernelError(Errno.EINPROGRESS, "it goes on without us")
        case False:
            while so.state == CONNECTING:
                await sleep(u, so.event("connect"), PSOCK)
    match error_of(so):
        case None:
            return 0
        case error:
            raise error
