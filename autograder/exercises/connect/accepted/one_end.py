"""Small functions with one way out, where an error that waited before is told as well."""

from kernel_model import *


STATES = {
    LISTENING: Errno.EOPNOTSUPP,
    CONNECTING: Errno.EALREADY,
    CONNECTED: Errno.EISCONN,
    CLOSED: Errno.EISCONN,
}


def refuse(why):
    raise KernelError(Errno.ECONNREFUSED, why)


def server_of(u, so, name):
    head = solookup(u, so, name)
    match head:
        case None:
            refuse("nobody")
        case Socket(state=state, cantread=False) if state == LISTENING:
            return head
    refuse("not listening")


def full(head):
    return not len(head.queue) < head.qlimit


def enter_queue(u, so, head, name):
    head.queue += [sonewconn(u, head, so, name)]
    wakeup(u, head.event("connection"))


def stand_in_line(so, head, name):
    if so.domain != AF_INET:
        refuse("full")
    so.state, so.far = CONNECTING, name
    head.pending += [so]


async def until_connected(u, so):
    if so.state == CONNECTING:
        await sleep(u, so.event("connect"), PSOCK)
        await until_connected(u, so)


async def connect(u, fd, name):
    so, entry = getsock(u, fd), getf(u, fd)
    where = sockargs(u, so, name)
    if so.kind == SOCK_DGRAM:
        soaim(u, so, where)
        return 0
    if so.state in STATES:
        raise KernelError(STATES[so.state], so.state)
    if not solocal(u, so, where):
        sosyn(u, so, where)
    else:
        head = server_of(u, so, where)
        (stand_in_line(so, head, where) if full(head) else enter_queue(u, so, head, where))
    if entry.nonblock and so.state == CONNECTING:
        raise KernelError(Errno.EINPROGRESS, "later")
    await until_connected(u, so)
    if (error := error_of(so)) is not None:
        raise error
    return 0
