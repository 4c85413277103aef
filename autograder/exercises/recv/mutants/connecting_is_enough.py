"""Waits for bytes at a circuit that is still connecting."""

from kernel_model import *


async def recv(u, fd, size, flags=0, buffer=USER_BUFFER):
    so = getsock(u, fd)
    if size < 0 or flags & MSG_OOB:
        raise KernelError(Errno.EINVAL, "size or flag")
    if so.stream and so.state in (UNCONNECTED, LISTENING):
        raise KernelError(Errno.ENOTCONN, "no connection")
    if so.stream:
        return await recv_stream(u, fd, so, size, flags, buffer)
    return await recv_dgram(u, fd, so, size, flags, buffer)


def may_wait(u, fd, flags):
    return not getf(u, fd).nonblock and not flags & MSG_DONTWAIT


async def recv_dgram(u, fd, so, size, flags, buffer):
    while not so.received:
        if (error := error_of(so)) is not None:
            raise error
        if so.cantread or size == 0:
            copyout(u, buffer, **{"data": b"", "from": ""})
            return 0
        if not may_wait(u, fd, flags):
            raise KernelError(Errno.EAGAIN, "nothing there")
        await sleep(u, so.event("data"), PSOCK)
    chunk = so.received[0]
    text = chunk.data[:size]
    copyout(u, buffer, **{"data": text, "from": chunk.sender})
    if not flags & MSG_PEEK:
        del so.received[0]
        so.read += len(chunk.data)
        sorcvd(u, so)
    return len(chunk.data) if flags & MSG_TRUNC else len(text)


async def recv_stream(u, fd, so, size, flags, buffer):
    peek = bool(flags & MSG_PEEK)
    everything = bool(flags & MSG_WAITALL) and not peek
    got, sender = b"", ""
    while True:
        if so.received:
            useracc(u, buffer)
            sender = so.received[0].sender
            got += peek_at(so, size - len(got)) if peek else take(u, so, size - len(got))
        if got and (len(got) == size or not everything):
            break
        if so.received and size == 0:
            break
        if got and (so.cantread or not may_wait(u, fd, flags)):
            break
        if (error := error_of(so)) is not None:
            raise error
        if so.cantread or size == 0:
            break
        if not may_wait(u, fd, flags):
            raise KernelError(Errno.EAGAIN, "nothing there")
        try:
            await sleep(u, so.event("data"), PSOCK)
        except KernelError:
            if got:
                break
            raise
    copyout(u, buffer, **{"data": got, "from": sender})
    return len(got)


def peek_at(so, size):
    return b"".join(chunk.data for chunk in so.received)[:size]


def take(u, so, size):
    if size == 0:
        return b""
    text = b""
    while so.received and len(text) < size:
        chunk = so.received[0]
        part = chunk.data[: size - len(text)]
        text += part
        chunk.data = chunk.data[len(part) :]
        if not chunk.data:
            so.received.pop(0)
    so.read += len(text)
    sorcvd(u, so)
    return text
