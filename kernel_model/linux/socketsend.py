"""send, sendto and write of Linux: what each kind of socket does with what it is to send."""

from __future__ import annotations

from kernel_model.constants import (
    AF_INET,
    MSG_DONTWAIT,
    MSG_MORE,
    MSG_NOSIGNAL,
    MSG_OOB,
    SOCK_DGRAM,
    SOCK_SEQPACKET,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.socketdata import BrokenPipe, send_datagram
from kernel_model.linux.sockets import name_for_credentials
from kernel_model.linux.socketurgent import send_urgent
from kernel_model.pipes import SIGPIPE
from kernel_model.posting import psignal
from kernel_model.process import Process
from kernel_model.sockets.datagrams import UDP_MOST
from kernel_model.sockets.naming import ANY, autobind, sockargs, split
from kernel_model.sockets.table import CONNECTED, Socket, error_of
from kernel_model.traps import linux
from kernel_model.user import copyin


@linux
async def sosend(
    u: Process, so: Socket, data: bytes | None, flags: int, name: str | None, nonblock: bool
) -> int:
    """send, sendto and write; SIGPIPE comes of circuits without records only.

    MSG_OOB is of circuits without records: EOPNOTSUPP for anything else.
    """
    wait = not (nonblock or flags & MSG_DONTWAIT)
    if so.domain == AF_INET and so.kind == SOCK_DGRAM:
        autobind(u, so, ANY)
    if so.kind == SOCK_SEQPACKET:
        judge_records(so)
    if flags & MSG_OOB and not so.stream:
        raise KernelError(Errno.EOPNOTSUPP, "only circuits send out of band")
    if name is not None and so.kind == SOCK_DGRAM and so.corked is None:
        name = receiver_name(u, so, name)
    if so.local and not so.stream:
        name_for_credentials(u, so)
    if so.kind == SOCK_SEQPACKET:
        return await send_datagram(u, so, data, None, wait)
    if so.kind == SOCK_DGRAM and so.domain != AF_INET:
        return int(await u.k.algorithms["send_datagram"](u, so, data, name, wait))
    if so.kind == SOCK_DGRAM:
        if so.far and (error := error_of(so)) is not None:
            if flags & MSG_MORE and so.corked is None:  # it is begun all the same, without a byte
                so.corked = (name or so.far), b""
            raise error
        return send_corked(u, so, data, bool(flags & MSG_MORE), name)
    send = send_urgent if flags & MSG_OOB else u.k.algorithms["send_stream"]
    try:
        return int(await send(u, so, data, name, wait))
    except BrokenPipe as error:
        if not flags & MSG_NOSIGNAL:
            psignal(u, SIGPIPE)
        raise KernelError(Errno.EPIPE, error.why) from None


def receiver_name(u: Process, so: Socket, name: str) -> str:
    """The name of a datagram's receiver; what is more of a datagram goes where that goes."""
    if not (name := sockargs(u, so, name)):
        raise KernelError(Errno.EINVAL, "the name is empty")
    if not so.local and not split(name)[1]:
        raise KernelError(Errno.EINVAL, "nobody can be at port 0")
    return name


def send_corked(u: Process, so: Socket, data: bytes | None, more: bool, name: str | None) -> int:
    """Sends a datagram of the Internet domain; with MSG_MORE what follows belongs to the same one.

    Whom the first part names has it, and no later name is even looked at. What makes it too long
    loses all of it: EMSGSIZE.
    """
    send = u.k.algorithms["send_internet"]
    if so.corked is None and not more:
        return int(send(u, so, data, name))
    target = name or so.far
    if so.corked is None and not target:
        raise KernelError(Errno.EDESTADDRREQ, "nobody is named, and nobody connected")
    if so.cantsend and so.corked is None:
        raise KernelError(Errno.EPIPE, "the socket is shut down for writing")
    target, before = so.corked or (target, b"")
    so.corked = None
    text = copyin(u, data)
    if len(before + text) > UDP_MOST:
        raise KernelError(Errno.EMSGSIZE, f"{len(before + text)} bytes are more than {UDP_MOST}")
    if more:
        so.corked = target, before + text
    else:  # also after a shutdown: what was begun before it is sent
        shut, so.cantsend = so.cantsend, False
        send(u, so, before + text, target)
        so.cantsend = shut
    return len(text)


def judge_records(so: Socket) -> None:
    """A circuit of records that is not connected sends nothing; an error that waits is told."""
    if (error := error_of(so)) is not None:
        raise error
    if so.state != CONNECTED:
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
