"""Gives a client of the Internet domain no port and no other end."""

from kernel_model import *
from kernel_model.sockets.table import newsocket


def made_for(u, client, server, name):
    new = newsocket(u.k, server.domain, server.kind, server.protocol)
    new.inherited = True
    new.name = name if client.domain == AF_INET else server.name
    new.far = client.name if client.domain == AF_INET else ""
    new.sndbuf = server.sndbuf
    new.rcvbuf = server.rcvbuf
    new.peer = client
    client.peer = new
    new.state = CONNECTED
    client.state = CONNECTED
    return new


async def connect(u, fd, name):
    so = getsock(u, fd)
    name = sockargs(u, so, name)
    if so.kind == SOCK_DGRAM:
        soaim(u, so, name)
        return 0
    for state, errno in [(LISTENING, Errno.EOPNOTSUPP), (CONNECTING, Errno.EALREADY)]:
        if so.state == state:
            raise KernelError(errno, state)
    if so.state != UNCONNECTED:
        raise KernelError(Errno.EISCONN, so.state)
    there = solookup(u, so, name) if solocal(u, so, name) else sosyn(u, so, name)
    if so.state == UNCONNECTED:
        if there is None or there.cantread or there.state != LISTENING:
            raise KernelError(Errno.ECONNREFUSED, "it was looked for")
        if len(there.queue) + 1 <= there.qlimit:
            there.queue.append(made_for(u, so, there, name))
            wakeup(u, there.event("connection"))
            return 0
        if so.domain == AF_UNIX:
            raise KernelError(Errno.ECONNREFUSED, "full")
        there.pending.append(so)
        so.state = CONNECTING
        so.far = name
    if getf(u, fd).nonblock:
        raise KernelError(Errno.EINPROGRESS, "soon")
    while True:
        if so.state != CONNECTING:
            break
        await sleep(u, so.event("connect"), PSOCK)
    error, so.error = so.error, None
    if error is not None:
        raise KernelError(error, "it was told")
    return 0
