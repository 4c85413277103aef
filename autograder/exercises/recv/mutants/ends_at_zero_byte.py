"""Stops at a zero byte, as a C string would."""

from kernel_model import *


async def recv(u, fd, size, flags=0, buffer=USER_BUFFER):
    so, file = getsock(u, fd), getf(u, fd)
    if so.stream and so.state not in (CONNECTED, CLOSED):
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
    if size < 0 or flags & MSG_OOB:
        raise KernelError(Errno.EINVAL, "a size below 0, or bytes out of band")
    wait, peek = not (file.nonblock or flags & MSG_DONTWAIT), flags & MSG_PEEK
    enough = size if flags & MSG_WAITALL and not peek else 1
    text, told, sender = b"", 0, ""
    while True:
        there = so.received[:] if so.stream else so.received[:1]
        if there:
            useracc(u, buffer)
        for chunk in there:
            part, sender = chunk.data[: size - len(text)], chunk.sender
            text += part.partition(b"\0")[0]
            told += len(part) if so.stream or not flags & MSG_TRUNC else len(chunk.data)
            if not peek:
                gone = part if so.stream else chunk.data
                so.read += len(gone)
                chunk.data = chunk.data[len(gone) :]
                if not chunk.data:
                    so.received.remove(chunk)
        if there and not peek:
            sorcvd(u, so)
        if there and (len(text) >= enough or not so.stream):
            break
        if text and (so.cantread or not wait):
            break
        if (error := error_of(so)) is not None:
            raise error
        if so.cantread or size == 0:
            break
        if not wait:
            raise KernelError(Errno.EAGAIN, "nothing has come")
        try:
            await sleep(u, so.event("data"), PSOCK)
        except KernelError:
            if not text:
                raise
            break
    copyout(u, buffer, **{"data": text, "from": sender})
    return told
