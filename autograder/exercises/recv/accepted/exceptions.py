"""A call that knows what it has, and an exception where it is done; no sender at the end."""

from dataclasses import dataclass, field
from itertools import accumulate

from kernel_model import *


@dataclass
class Call:
    u: object
    so: object
    size: int
    flags: int
    buffer: object
    patient: bool
    parts: list = field(default_factory=list)
    sender: str = ""
    result: int = 0

    def has(self, flag):
        return self.flags & flag != 0

    @property
    def want(self):
        return self.size - sum(map(len, self.parts))

    def answer(self):
        told = {"from": self.sender} if self.parts else {}
        copyout(self.u, self.buffer, data=b"".join(self.parts), **told)
        return self.result


class Done(Exception):
    pass


def stream(c):
    so = c.so
    useracc(c.u, c.buffer)
    starts = [0, *accumulate(len(chunk.data) for chunk in so.received)]
    pieces = [chunk.data[: max(0, c.want - start)] for chunk, start in zip(so.received, starts)]
    c.sender = so.received[0].sender
    taken = b"".join(pieces)
    c.parts.append(taken)
    c.result += len(taken)
    if c.has(MSG_PEEK):
        raise Done
    for chunk, piece in zip(so.received, pieces):
        chunk.data = chunk.data[len(piece) :]
    so.received[:] = [chunk for chunk in so.received if chunk.data]
    so.read += len(taken)
    sorcvd(c.u, so)
    if not c.has(MSG_WAITALL) or c.want == 0:
        raise Done


def datagram(c):
    useracc(c.u, c.buffer)
    first = c.so.received[0]
    c.parts.append(first.data[: c.size])
    c.sender = first.sender
    c.result = len(first.data if c.has(MSG_TRUNC) else c.parts[0])
    if not c.has(MSG_PEEK):
        c.so.received.pop(0)
        c.so.read += len(first.data)
        sorcvd(c.u, c.so)
    raise Done


async def pause_for_more(c):
    partly = c.result > 0
    if partly and (c.so.cantread or not c.patient):
        raise Done
    error = error_of(c.so)
    if error is not None:
        raise error
    if c.so.cantread or c.size == 0:
        raise Done
    if not c.patient:
        raise KernelError(Errno.EAGAIN, "would sleep")
    try:
        await sleep(c.u, c.so.event("data"), PSOCK)
    except KernelError:
        if partly:
            raise Done from None
        raise


async def recv(u, fd, size, flags=0, buffer=USER_BUFFER):
    so = getsock(u, fd)
    if so.stream and so.state not in {CONNECTED, CLOSED}:
        raise KernelError(Errno.ENOTCONN, so.state)
    if flags & MSG_OOB or size < 0:
        raise KernelError(Errno.EINVAL, "no")
    c = Call(u, so, size, flags, buffer, not (getf(u, fd).nonblock or flags & MSG_DONTWAIT))
    try:
        while True:
            if so.received:
                (stream if so.stream else datagram)(c)
            await pause_for_more(c)
    except Done:
        return c.answer()
