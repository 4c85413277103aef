"""send, sendto and write of Linux: what each kind of socket does with what it is to send."""

from __future__ import annotations

from kernel_model.constants import (
    AF_INET,
    MSG_DONTWAIT,
    MSG_NOSIGNAL,
    MSG_OOB,
    SOCK_DGRAM,
    SOCK_SEQPACKET,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.socketdata import BrokenPipe, send_datagram
from kernel_model.linux.socketurgent import send_urgent
from kernel_model.pipes import SIGPIPE
from kernel_model.posting import psignal
from kernel_model.process import Process
from kernel_model.sockets.naming import ANY, autobind, sockargs
from kernel_model.sockets.table import CONNECTED, Socket, error_of
from kernel_model.traps import linux


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
    if name is not None:
        sockargs(u, so, name if so.domain != AF_INET or not so.stream else "0.0.0.0:0")
    if so.kind == SOCK_SEQPACKET:
        judge_records(so)
    if flags & MSG_OOB and not so.stream:
        raise KernelError(Errno.EOPNOTSUPP, "only circuits send out of band")
    if so.kind == SOCK_SEQPACKET:
        return await send_datagram(u, so, data, None, wait)
    if so.kind == SOCK_DGRAM and so.domain != AF_INET:
        return int(await u.k.algorithms["send_datagram"](u, so, data, name, wait))
    if so.kind == SOCK_DGRAM:
        if so.far and (error := error_of(so)) is not None:
            raise error
        return int(u.k.algorithms["send_internet"](u, so, data, name))
    send = send_urgent if flags & MSG_OOB else u.k.algorithms["send_stream"]
    try:
        return int(await send(u, so, data, name, wait))
    except BrokenPipe as error:
        if not flags & MSG_NOSIGNAL:
            psignal(u, SIGPIPE)
        raise KernelError(Errno.EPIPE, error.why) from None


def judge_records(so: Socket) -> None:
    """A circuit of records that is not connected sends nothing; an error that waits is told."""
    if (error := error_of(so)) is not None:
        raise error
    if so.state != CONNECTED:
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
