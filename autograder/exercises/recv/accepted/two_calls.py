"""Two functions, one for circuits and one for datagrams, that share the wait."""

from kernel_model import *


async def something(u, fd, so, flags, size):
    """Waits; False when nothing will come."""
    while not so.received:
        told = error_of(so)
        if told is not None:
            raise told
        if so.cantread or size == 0:
            return False
        if flags & MSG_DONTWAIT or getf(u, fd).nonblock:
            raise KernelError(Errno.EAGAIN, "it would have to wait")
        await sleep(u, so.event("data"), PSOCK)
    return True


async def datagram(u, fd, so, size, flags, buffer):
    if not await something(u, fd, so, flags, size):
        return b"", "", 0
    useracc(u, buffer)
    chunk = so.received[0]
    if not flags & MSG_PEEK:
        so.received = so.received[1:]
        so.read += len(chunk.data)
        sorcvd(u, so)
    copied = chunk.data[:size]
    return copied, chunk.sender, len(chunk.data if flags & MSG_TRUNC else copied)


async def circuit(u, fd, so, size, flags, buffer):
    whole = flags & MSG_WAITALL and not flags & MSG_PEEK
    text, sender = b"", ""
    while True:
        try:
            if not await something(u, fd, so, flags, size):
                break
        except KernelError:
            if text:
                break
            raise
        useracc(u, buffer)
        sender = so.received[0].sender
        everything = b"".join(chunk.data for chunk in so.received)
        part = everything[: size - len(text)]
        text += part
        if not flags & MSG_PEEK:
            rest = everything[len(part) :]
            so.received = [Chunk(rest, so.received[-1].sender)] if rest else []
            so.read += len(part)
            sorcvd(u, so)
        if not whole or len(text) == size:
            break
    return text, sender, len(text)


async def recv(u, fd, size, flags=0, buffer=USER_BUFFER):
    so = getsock(u, fd)
    if so.stream and so.state != CONNECTED and so.state != CLOSED:
        raise KernelError(Errno.ENOTCONN, so.state)
    if size < 0:
        raise KernelError(Errno.EINVAL, "negative")
    if flags & MSG_OOB:
        raise KernelError(Errno.EINVAL, "out of band")
    way = circuit if so.stream else datagram
    text, sender, length = await way(u, fd, so, size, flags, buffer)
    copyout(u, buffer, **{"data": text, "from": sender})
    return length
