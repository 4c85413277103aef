"""Takes whoever was woken for one that has begun to receive."""

from kernel_model import *


async def recv(u, fd, size, flags=0, buffer=USER_BUFFER):
    so = getsock(u, fd)
    if so.stream and so.state not in {CONNECTED, CLOSED}:
        raise KernelError(Errno.ENOTCONN, "not connected")
    if flags & MSG_OOB or size < 0:
        raise KernelError(Errno.EINVAL, "no")
    text, sender, length = await more(u, fd, so, size, flags, buffer, False)
    copyout(u, buffer, **{"data": text, "from": sender})
    return length


async def more(u, fd, so, size, flags, buffer, begun):
    all_of_it = bool(flags & MSG_WAITALL) and so.stream and not flags & MSG_PEEK
    if so.received:
        useracc(u, buffer)
        text, sender, length = taken(u, so, size, flags)
        if not all_of_it or len(text) == size:
            return text, sender, length
        rest, _, more_length = await more(u, fd, so, size - len(text), flags, buffer, True)
        return text + rest, sender, length + more_length
    nothing = b"", "", 0
    if begun and (so.cantread or so.error is not None):
        return nothing
    error = error_of(so)
    if error:
        raise error
    if so.cantread or size == 0:
        return nothing
    try:
        if getf(u, fd).nonblock or flags & MSG_DONTWAIT:
            raise KernelError(Errno.EAGAIN, "nothing now")
        await sleep(u, so.event("data"), PSOCK)
    except KernelError:
        if begun:
            return nothing
        raise
    return await more(u, fd, so, size, flags, buffer, True)


def taken(u, so, size, flags):
    head, *others = so.received
    peek = flags & MSG_PEEK
    if not so.stream:
        if not peek:
            so.received, so.read = others, so.read + len(head.data)
            sorcvd(u, so)
        return (
            head.data[:size],
            head.sender,
            len(head.data) if flags & MSG_TRUNC else min(size, len(head.data)),
        )
    text = b""
    for chunk in so.received:
        text += chunk.data[: size - len(text)]
    if not peek:
        drop(so, len(text))
        sorcvd(u, so)
    return text, head.sender, len(text)


def drop(so, count):
    if count == 0:
        return
    head = so.received[0]
    step = min(count, len(head.data))
    head.data = head.data[step:]
    so.read += step
    if not head.data:
        so.received.pop(0)
    drop(so, count - step)
