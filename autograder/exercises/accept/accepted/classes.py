"""A class for the listening socket, with a method that waits and one that takes."""

from dataclasses import dataclass

from kernel_model import *


@dataclass
class Listener:
    u: Process
    so: Socket
    patient: bool

    def check(self):
        for wrong, errno in (
            (self.so.kind == SOCK_DGRAM, Errno.EOPNOTSUPP),
            (self.so.state != LISTENING, Errno.EINVAL),
            (free_descriptors(self.u) == 0, Errno.EMFILE),
        ):
            if wrong:
                raise KernelError(errno, "cannot accept")

    async def wait(self):
        while len(self.so.queue) == 0:
            if self.so.cantread:
                raise KernelError(Errno.EINVAL, "the queue is closed")
            if not self.patient:
                raise KernelError(Errno.EAGAIN, "the queue is empty")
            await sleep(self.u, self.so.event("connection"), PSOCK)

    def take(self):
        try:
            return self.so.queue.pop(0)
        finally:
            soplace(self.u, self.so)


async def accept(u, fd, flags=0):
    if flags:
        getsock(u, fd)
        raise KernelError(Errno.EINVAL, "no flags")
    listener = Listener(u, getsock(u, fd), not getf(u, fd).nonblock)
    listener.check()
    await listener.wait()
    connection = listener.take()
    copyout(u, USER_BUFFER, name=peer_name(connection))
    return descriptor(u, connection)
