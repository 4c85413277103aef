"""Takes the last place, and says with O_NDELAY that it waits."""

from dataclasses import dataclass

from kernel_model import *


def refuse(why):
    raise KernelError(Errno.ECONNREFUSED, why)


@dataclass
class Attempt:
    u: Process
    so: Socket
    name: str

    def allowed(self):
        state = self.so.state
        if state == UNCONNECTED:
            return
        errno = Errno.EISCONN
        if state == LISTENING:
            errno = Errno.EOPNOTSUPP
        elif state == CONNECTING:
            errno = Errno.EALREADY
        raise KernelError(errno, f"a socket that is {state}")

    def server(self):
        found = solookup(self.u, self.so, self.name)
        listens = found is not None and found.state == LISTENING and not found.cantread
        return found if listens else refuse("nobody there")

    def begin(self):
        """Is it connected already?"""
        if not solocal(self.u, self.so, self.name):
            sosyn(self.u, self.so, self.name)
            return False
        server = self.server()
        places = server.qlimit - len(server.queue)
        if places > 0:
            new = sonewconn(self.u, server, self.so, self.name)
            server.queue.insert(len(server.queue), new)
            wakeup(self.u, server.event("connection"))
        elif self.so.domain == AF_UNIX:
            refuse("no place")
        else:
            server.pending.append(self.so)
            self.so.state = CONNECTING
            self.so.far = self.name
        return places > 1

    async def wait(self):
        while self.so.state == CONNECTING:
            await sleep(self.u, self.so.event("connect"), PSOCK)
        told = error_of(self.so)
        if told is not None:
            raise told


async def connect(u, fd, name):
    so = getsock(u, fd)
    attempt = Attempt(u, so, sockargs(u, so, name))
    if so.kind == SOCK_DGRAM:
        soaim(u, so, attempt.name)
        return 0
    attempt.allowed()
    if not attempt.begin():
        if getf(u, fd).nonblock:
            raise KernelError(Errno.EINPROGRESS, "not yet")
        await attempt.wait()
    return 0
