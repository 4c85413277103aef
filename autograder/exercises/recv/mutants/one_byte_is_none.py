"""Loses a single byte when it must not wait for more."""

from kernel_model import *


def parts(so, missing, peek):
    for chunk in list(so.received):
        piece, rest = chunk.data[:missing], chunk.data[missing:]
        missing -= len(piece)
        if not peek:
            chunk.data = rest
            if not rest:
                so.received.remove(chunk)
        yield piece, chunk.sender
        if missing == 0:
            return


async def recv(u, fd, size, flags=0, buffer=USER_BUFFER):
    so, file = getsock(u, fd), getf(u, fd)
    match so.stream, so.state:
        case True, ("unconnected" | "listening" | "connecting") as state:
            raise KernelError(Errno.ENOTCONN, state)
    if size < 0 or flags & MSG_OOB:
        raise KernelError(Errno.EINVAL, "arguments")
    peek, gathered, sender, whole = bool(flags & MSG_PEEK), [], "", None
    count = lambda: sum(map(len, gathered))
    while whole is None:
        if so.received:
            useracc(u, buffer)
        if so.received and so.stream:
            fresh = list(parts(so, size - count(), peek)) if size else []
            gathered += [piece for piece, _ in fresh]
            sender = fresh[-1][1] if fresh else ""
            if not peek:
                so.read += sum(len(piece) for piece, _ in fresh)
                sorcvd(u, so)
            if peek or count() == size or not flags & MSG_WAITALL:
                whole = count()
                continue
        elif so.received:
            chunk = so.received[0] if peek else so.received.pop(0)
            gathered, sender = [chunk.data[:size]], chunk.sender
            whole = len(chunk.data) if flags & MSG_TRUNC else count()
            if not peek:
                so.read += len(chunk.data)
                sorcvd(u, so)
            continue
        match (
            count() > 1,
            so.error is not None,
            so.cantread or size == 0,
            file.nonblock or flags & MSG_DONTWAIT,
        ):
            case False, True, _, _:
                raise error_of(so)
            case _, _, True, _:
                whole = count()
            case True, _, _, yes if yes:
                whole = count()
            case False, _, _, yes if yes:
                raise KernelError(Errno.EAGAIN, "not now")
            case _:
                try:
                    await sleep(u, so.event("data"), PSOCK)
                except KernelError:
                    if not count():
                        raise
                    whole = count()
    copyout(u, buffer, **{"data": b"".join(gathered), "from": sender})
    return whole
