"""A class with the parts of the call as methods; the bytes are gathered in a bytearray."""

from dataclasses import dataclass, field

from kernel_model import *


@dataclass
class Receiving:
    u: Process
    so: Socket
    size: int
    flags: int
    text: bytearray = field(default_factory=bytearray)
    length: int = 0
    sender: str = ""

    def has(self, flag):
        return bool(self.flags & flag)

    def datagram(self):
        first = self.so.received[0]
        self.text += first.data[: self.size]
        self.sender = first.sender
        self.length = len(first.data) if self.has(MSG_TRUNC) else len(self.text)
        if not self.has(MSG_PEEK):
            del self.so.received[0]
            self.so.read += len(first.data)
            sorcvd(self.u, self.so)

    def bytes(self):
        missing = self.size - len(self.text)
        for chunk in tuple(self.so.received):
            part = chunk.data[:missing]
            missing -= len(part)
            self.text += part
            self.sender = chunk.sender
            if self.has(MSG_PEEK):
                continue
            self.so.read += len(part)
            if len(part) < len(chunk.data):
                chunk.data = chunk.data[len(part) :]
            else:
                self.so.received.remove(chunk)
        self.length = len(self.text)
        if not self.has(MSG_PEEK):
            sorcvd(self.u, self.so)

    def done(self):
        if not self.so.stream or self.has(MSG_PEEK):
            return True
        return len(self.text) == self.size or (self.text and not self.has(MSG_WAITALL))


async def recv(u, fd, size, flags=0, buffer=USER_BUFFER):
    so = getsock(u, fd)
    if so.stream and so.state in (UNCONNECTED, LISTENING, CONNECTING):
        raise KernelError(Errno.ENOTCONN, "no other end")
    if size < 0 or flags & MSG_OOB:
        raise KernelError(Errno.EINVAL, "bad arguments")
    one = Receiving(u, so, size, flags)
    impatient = one.has(MSG_DONTWAIT) or getf(u, fd).nonblock
    while True:
        if so.received:
            useracc(u, buffer)
            one.bytes() if so.stream else one.datagram()
            if one.done():
                break
        if so.error and not one.text:
            raise error_of(so)
        if so.cantread or not size:
            break
        if impatient and one.text:
            break
        if impatient:
            raise KernelError(Errno.EAGAIN, "nothing there")
        try:
            await sleep(u, so.event("data"), PSOCK)
        except KernelError:
            if one.text:
                break
            raise
    copyout(u, buffer, **{"data": bytes(one.text), "from": one.sender})
    return one.length
