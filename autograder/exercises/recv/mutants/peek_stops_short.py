"""Peeks at no further send when one byte is missing, nor at one byte."""

from kernel_model import *


async def recv(u, fd, size, flags=0, buffer=USER_BUFFER):
    so = getsock(u, fd)
    entry = getf(u, fd)
    if so.stream:
        if so.state != CONNECTED:
            if so.state != CLOSED:
                raise KernelError(Errno.ENOTCONN, "not connected")
    if size < 0:
        raise KernelError(Errno.EINVAL, "negative size")
    if flags & MSG_OOB != 0:
        raise KernelError(Errno.EINVAL, "nothing out of band")
    may_wait = True
    if entry.nonblock:
        may_wait = False
    if flags & MSG_DONTWAIT:
        may_wait = False
    looking = flags & MSG_PEEK != 0
    want_all = flags & MSG_WAITALL != 0 and so.stream and not looking
    result = b""
    name = ""
    number = 0
    finished = False
    while not finished:
        if len(so.received) > 0:
            useracc(u, buffer)
            if looking:
                where = 0
                while where < len(so.received) and len(result) + 1 < size:
                    data = so.received[where].data
                    i = 0
                    while i < len(data) and len(result) < size:
                        result = result + data[i : i + 1]
                        i = i + 1
                    where = where + 1
                    if not so.stream:
                        break
                name = so.received[0].sender
                number = len(result)
                if not so.stream and flags & MSG_TRUNC:
                    number = len(so.received[0].data)
                finished = True
            elif so.stream:
                name = so.received[0].sender
                while len(so.received) > 0 and len(result) < size:
                    chunk = so.received[0]
                    result = result + chunk.data[0:1]
                    chunk.data = chunk.data[1:]
                    so.read = so.read + 1
                    if chunk.data == b"":
                        del so.received[0]
                sorcvd(u, so)
                number = len(result)
                if not want_all or number == size:
                    finished = True
            else:
                chunk = so.received[0]
                del so.received[0]
                so.read = so.read + len(chunk.data)
                result = chunk.data[:size]
                number = len(result)
                if flags & MSG_TRUNC:
                    number = len(chunk.data)
                name = chunk.sender
                sorcvd(u, so)
                finished = True
        if not finished:
            if result == b"":
                error = error_of(so)
                if error is not None:
                    raise error
            if so.cantread or size == 0:
                finished = True
            elif may_wait:
                try:
                    await sleep(u, so.event("data"), PSOCK)
                except KernelError:
                    if result == b"":
                        raise
                    finished = True
            elif result == b"":
                raise KernelError(Errno.EAGAIN, "nothing there")
            else:
                finished = True
    copyout(u, buffer, **{"data": result, "from": name})
    return number
