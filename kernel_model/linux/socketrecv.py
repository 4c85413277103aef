"""recv of Linux: circuits of both domains, records and datagrams (man recv)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    MSG_DONTWAIT,
    MSG_ERRQUEUE,
    MSG_OOB,
    MSG_PEEK,
    MSG_TRUNC,
    MSG_WAITALL,
    SO_RCVLOWAT,
    SO_RCVTIMEO,
    SOCK_SEQPACKET,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import getf
from kernel_model.linux.pipes import wake_first
from kernel_model.linux.socketdata import sotaken
from kernel_model.linux.sockettime import wait_for
from kernel_model.linux.socketurgent import recv_urgent, take_circuit
from kernel_model.process import Process
from kernel_model.sockets.table import (
    CONNECTED,
    LISTENING,
    UNCONNECTED,
    Socket,
    error_of,
    getsock,
)
from kernel_model.traps import linux
from kernel_model.user import USER_BUFFER, copyout


@linux
async def recv(u: Process, fd: int, size: int, flags: int = 0, buffer: Any = USER_BUFFER) -> int:
    """The classic cases, but for these:

    a circuit of the UNIX domain, not connected   EINVAL
    a circuit that is connecting                  waits as if nothing had come
    `size` 0                                      waits for something to come, and gives 0
    MSG_ERRQUEUE, Internet domain                 EAGAIN: errors are not queued here
    the other side was closed with bytes unread   ECONNRESET once, after what had come
    """
    #: find the socket; is it to wait?
    so = getsock(u, fd)
    if size < 0:
        raise KernelError(Errno.EINVAL, f"{size} bytes")
    wait = not (getf(u, fd).nonblock or flags & MSG_DONTWAIT)
    if flags & MSG_ERRQUEUE and not so.local:
        raise KernelError(Errno.EAGAIN, "the queue of errors is empty")
    #: take what has come, bytes of a circuit or one record; sleep if nothing has
    if so.stream and flags & MSG_OOB:
        judge(so, flags)
        (text, told), sender = recv_urgent(u, so, size, flags), ""
    elif so.stream:
        judge(so, flags)
        text = await from_circuit(u, so, size, flags, wait)
        some = bool(text) or (size == 0 and bool(so.received))
        sender = so.peer.name if so.local and so.peer is not None and some else ""
        told = len(text)
    else:
        text, sender, told = await one_record(u, so, size, flags, wait)
    if flags & MSG_TRUNC and so.stream and not so.local:
        text = bytes(len(text))  # the bytes are thrown away, not copied
    #: copy it out, with the name of who sent it
    copyout(u, buffer, **{"data": text, "from": sender})
    return told


def judge(so: Socket, flags: int) -> None:
    """What must be true of a circuit before anything is received."""
    if so.local and so.state != CONNECTED:
        raise KernelError(Errno.EINVAL, f"the socket is {so.state}")
    apart = so.state == UNCONNECTED and not so.cantread and so.error is None
    nothing = so.state == LISTENING or (apart and not flags & MSG_OOB)
    if not so.local and nothing:
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")


async def from_circuit(u: Process, so: Socket, size: int, flags: int, wait: bool) -> bytes:
    """Bytes of a circuit: with MSG_WAITALL all that were asked for, unless something ends it.

    With MSG_PEEK only the Internet domain waits for more than is there.
    """
    peek, text = bool(flags & MSG_PEEK), b""
    least = size if flags & MSG_WAITALL else min(so.options.get(SO_RCVLOWAT, 1), size)
    while True:
        if so.received:
            text = b"" if peek else text  # a peek begins anew
            part, there, stop = take_circuit(u, so, size - len(text), peek, bool(text))
            text += part
            looked = peek and (so.local or len(text) >= least)
            if stop or (there and (looked or len(text) == size)):
                break
        if text and len(text) >= least:
            break
        if so.error is not None and not (so.finished and not so.local):
            if text and not so.local:  # the next call is told
                break
            error = error_of(so)
            if text or error is None:
                break
            raise error
        if so.cantread or (text and not wait):
            break
        if not wait:
            raise KernelError(Errno.EAGAIN, "nothing has come")
        try:
            await wait_for(u, so, SO_RCVTIMEO, so.event("all" if text and peek else "data"))
        except KernelError:
            if not so.local and so.received:  # SO_RCVLOWAT kept it asleep: this it takes
                text = b"" if peek else text
                text += take_circuit(u, so, size - len(text), peek, bool(text))[0]
            if not text:
                raise
            break
    return text


async def one_record(
    u: Process, so: Socket, size: int, flags: int, wait: bool
) -> tuple[bytes, str, int]:
    """One datagram or record: its bytes, its sender, and the length that is told."""
    if so.kind == SOCK_SEQPACKET and so.state != CONNECTED:
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
    if flags & MSG_OOB and so.local:
        raise KernelError(Errno.EOPNOTSUPP, "datagrams have nothing out of band")
    while True:
        if (error := error_of(so)) is not None:
            raise error
        if so.received:
            break
        if so.cantread and (wait or so.kind == SOCK_SEQPACKET):
            return b"", "", 0
        if not wait:
            raise KernelError(Errno.EAGAIN, "nothing has come")
        await wait_for(u, so, SO_RCVTIMEO, so.event("data"))
    first = so.received[0]
    sender = first.origin.name if first.origin is not None else first.sender
    if so.kind == SOCK_SEQPACKET and so.peer is not None:
        sender = so.peer.name
    text, whole = take(u, so, size, bool(flags & MSG_PEEK))
    if so.received and not flags & MSG_PEEK:
        wake_first(u, so.event("data"))
    return text, sender, whole if flags & MSG_TRUNC else len(text)


def take(u: Process, so: Socket, size: int, peek: bool) -> tuple[bytes, int]:
    """Takes bytes of a circuit, or one datagram: the bytes, and its whole length."""
    text, whole, number = b"", 0, 0
    while number < len(so.received):
        first = so.received[number]
        part = first.data[: size - len(text)]
        text += part
        record = not so.stream
        whole += len(first.data) if record else len(part)
        if record or len(part) == len(first.data):
            number += 1
        else:
            if not peek:
                first.data = first.data[len(part) :]
            break
        if record:
            break
    if not peek:
        so.read += whole
        used, so.received = so.received[:number], so.received[number:]
        sotaken(u, so, used)
    return text, whole
