"""Bytes out of band of Linux's circuits: MSG_OOB (net/ipv4/tcp.c, net/unix/af_unix.c; man 7 tcp).

The last byte of a send with MSG_OOB is urgent. It lies among the others, as a chunk of its own, and
its place there is the mark. recv with MSG_OOB takes it; a normal recv stops at the mark when it has
taken something, and passes it otherwise: then the byte is lost. A socket has one mark, and the
next send of this kind moves it:

    Internet  the former urgent byte is among the normal ones from then on, even when recv with
              MSG_OOB had taken it; but it is lost if a reader has come as far as the former mark
    UNIX      the former urgent byte is a normal one unless it was taken; then it is gone
"""

from __future__ import annotations

from kernel_model.constants import MSG_PEEK, SO_OOBINLINE
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.socketdata import (
    LINEAR,
    charge,
    enter,
    judge_stream,
    sotaken,
    until_answered,
    until_room,
)
from kernel_model.process import Process
from kernel_model.sockets.calls import deliver
from kernel_model.sockets.table import CLOSED, CONNECTED, Chunk, Socket, held
from kernel_model.traps import wakeup
from kernel_model.user import copyin


async def send_urgent(
    u: Process, so: Socket, data: bytes | None, name: str | None, wait: bool
) -> int:
    """Sends on a circuit, the last byte out of band; gives how many bytes.

    nothing, in the UNIX domain   EOPNOTSUPP
    the other end on another host EOPNOTSUPP
    otherwise                     as without MSG_OOB; what is cut off has no urgent byte
    """
    if (so.local and data is not None and not data) or so.connection is not None:
        raise KernelError(Errno.EOPNOTSUPP, "nothing of this can be sent out of band")
    await until_answered(u, so, wait)
    judge_stream(so, name)
    text, send = copyin(u, data), u.k.algorithms["send_stream"]
    if not so.local:
        sent = int(await send(u, so, text, name, wait))
        if sent and so.state == CONNECTED and so.peer is not None and not so.peer.gone:
            mark_last(u, so.peer)
        return sent
    sent = int(await send(u, so, text[:-1], name, wait))
    if sent < len(text) - 1:
        return sent
    try:
        await until_room(u, so, wait)
        put_urgent(u, so, text[-1:])
    except KernelError:
        if not sent:
            raise
        return sent
    return sent + 1


def put_urgent(u: Process, so: Socket, byte: bytes) -> None:
    """Puts the urgent byte into the other socket of the UNIX domain, in a piece of its own."""
    other = so.peer
    assert other is not None, "a circuit without another end"
    if other.gone or other.cantread:
        raise KernelError(Errno.EPIPE, "nobody is left to receive it")
    deliver(u, so, other, "1 byte out of band")
    enter(so, other, byte, charge(1, LINEAR))
    other.urgent = other.received[-1]
    wakeup(u, other.event("data"))
    wakeup(u, other.event("all"))


def mark_last(u: Process, other: Socket) -> None:
    """The last byte that an Internet socket was given is the urgent one now."""
    last, former = other.received[-1], other.urgent
    for what in ("data", "all"):  # it is told even if not much has come
        wakeup(u, other.event(what))
    if len(last.data) > 1:
        other.received.append(Chunk(last.data[-1:], last.sender, last.origin))
        last.data = last.data[:-1]
    other.urgent, other.taken = other.received[-1], False
    if former is not None and former is other.received[0]:
        other.received.remove(former)
        other.read += 1
        sotaken(u, other, [former])


def recv_urgent(u: Process, so: Socket, size: int, flags: int) -> tuple[bytes, int]:
    """The urgent byte, once, and the number that is told; with MSG_PEEK the byte stays.

    there is none, it was taken, or          EINVAL
    SO_OOBINLINE leaves it with the others
    of an Internet circuit that was reset    ENOTCONN
    `size` 0                                 nothing is copied, and the byte is lost; 0, though in
                                             the UNIX domain 1 is told
    """
    urgent = so.urgent
    if urgent is None or so.taken or so.options.get(SO_OOBINLINE):
        raise KernelError(Errno.EINVAL, "no byte out of band has come, or it was taken")
    if not so.local and so.state == CLOSED and not so.finished:
        raise KernelError(Errno.ENOTCONN, "the circuit was reset")
    byte = urgent.data
    if not flags & MSG_PEEK:
        if so.local:
            leave_place(u, so, urgent)
        else:
            so.taken = True
    return byte[:size], 1 if so.local else min(size, 1)


def leave_place(u: Process, so: Socket, urgent: Chunk) -> None:
    """The urgent byte of the UNIX domain is taken: of its place the empty piece is left."""
    so.read, so.urgent = so.read + len(urgent.data), None
    urgent.data = b""
    at = so.received.index(urgent)
    if at and not so.received[at - 1].data:
        sotaken(u, so, [so.received.pop(at - 1)])


def take_circuit(
    u: Process, so: Socket, size: int, peek: bool, begun: bool
) -> tuple[bytes, bool, bool]:
    """Takes bytes of a circuit as far as the mark, which is passed when nothing was taken before.

    Gives the bytes; whether anything but the mark was there; and whether the mark ended it.
    """
    text, there, stop = b"", bool(so.received) and size == 0 and not so.local, False
    passed: list[Chunk] = []
    cut = 0
    for chunk in so.received:
        if there and len(text) == size:
            break
        if chunk is so.urgent or (not chunk.data and so.urgent is None):
            stop = begun or bool(text)
            if stop:
                break
        if chunk.data and (chunk is not so.urgent or so.options.get(SO_OOBINLINE)):
            there, wanted = True, size - len(text)
            text += chunk.data[:wanted]
            if wanted < len(chunk.data):
                cut = wanted
                break
        passed.append(chunk)
    if not peek:
        leave_behind(u, so, passed, cut)
    return text, there, stop


def leave_behind(u: Process, so: Socket, passed: list[Chunk], cut: int) -> None:
    """What a reader has passed is gone, and of the next chunk the first `cut` bytes."""
    del so.received[: len(passed)]
    if so.urgent in passed:
        so.urgent, so.taken = None, False
    if cut:
        so.received[0].data = so.received[0].data[cut:]
    so.read += cut + held(passed)
    sotaken(u, so, passed)
