"""A table of guards is walked first; the three ways are functions of their own."""

from kernel_model import *

REFUSALS = {
    LISTENING: (Errno.EOPNOTSUPP, "it takes connections itself"),
    CONNECTING: (Errno.EALREADY, "be patient"),
    CONNECTED: (Errno.EISCONN, "it has an end"),
    CLOSED: (Errno.EISCONN, "it had an end"),
}


async def connect(u, fd, name):
    so = getsock(u, fd)
    name = sockargs(u, so, name)
    if so.kind == SOCK_DGRAM:
        return soaim(u, so, name) or 0
    if so.state in REFUSALS:
        raise KernelError(*REFUSALS[so.state])
    if not solocal(u, so, name):
        sosyn(u, so, name)
    elif enter(u, so, name):
        return 0
    await outcome(u, so, getf(u, fd))
    return 0


def enter(u, so, name):
    server = solookup(u, so, name)
    if not server or server.state != LISTENING or server.cantread:
        raise KernelError(Errno.ECONNREFUSED, name)
    if server.qlimit > len(server.queue):
        server.queue += [sonewconn(u, server, so, name)]
        wakeup(u, server.event("connection"))
        return True
    if so.domain != AF_INET:
        raise KernelError(Errno.ECONNREFUSED, "come back later")
    so.far = name
    so.state = CONNECTING
    server.pending += [so]
    return False


async def outcome(u, so, file):
    if file.nonblock:
        raise KernelError(Errno.EINPROGRESS, "on its way")
    while so.state == CONNECTING:
        await sleep(u, so.event("connect"), PSOCK)
    error = error_of(so)
    if error:
        raise error
