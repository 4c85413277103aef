"""Nested functions that share the variables of the call, and recursion for the sleep."""

from kernel_model import *


async def connect(u, fd, name):
    so, file = getsock(u, fd), getf(u, fd)
    name = sockargs(u, so, name)

    def fails(errno):
        raise KernelError(errno, f"connect to {name}")

    def judge():
        if so.state == UNCONNECTED:
            return
        fails(
            {"listening": Errno.EOPNOTSUPP, "connecting": Errno.EALREADY}.get(
                so.state, Errno.EISCONN
            )
        )

    def put(other):
        if other is None or (other.state, other.cantread) != (LISTENING, False):
            fails(Errno.ECONNREFUSED)
        full = not len(other.queue) < other.qlimit
        if full and so.domain == AF_UNIX:
            fails(Errno.ECONNREFUSED)
        if full:
            so.state, so.far = CONNECTING, name
        (other.pending if full else other.queue).append(
            so if full else sonewconn(u, other, so, name)
        )
        if not full:
            wakeup(u, other.event("connection"))

    async def settled():
        if so.state == CONNECTING:
            await sleep(u, so.event("connect"), PSOCK)
            await settled()

    if so.kind == SOCK_DGRAM:
        soaim(u, so, name)
    else:
        judge()
        if solocal(u, so, name):
            put(solookup(u, so, name))
        else:
            sosyn(u, so, name)
        if file.nonblock and so.state == CONNECTING:
            fails(Errno.EINPROGRESS)
        await settled()
        waiting = error_of(so)
        if waiting is not None:
            raise waiting
    return 0
