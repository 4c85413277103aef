"""Options of sockets: getsockopt, setsockopt (Bach 11.4)."""

from __future__ import annotations

from kernel_model.constants import (
    AF_INET,
    IPPROTO_TCP,
    SO_ACCEPTCONN,
    SO_BROADCAST,
    SO_DOMAIN,
    SO_ERROR,
    SO_KEEPALIVE,
    SO_LINGER,
    SO_PROTOCOL,
    SO_RCVBUF,
    SO_RCVLOWAT,
    SO_REUSEADDR,
    SO_SNDBUF,
    SO_TYPE,
    SOL_SOCKET,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.sockets.lingering import Setting, linger_told, single
from kernel_model.sockets.table import LISTENING, Socket, getsock
from kernel_model.traps import algorithm, syscall, wakeup
from kernel_model.user import USER_BUFFER, copyout

SWITCHES = (SO_REUSEADDR, SO_KEEPALIVE, SO_BROADCAST)  # on (1) or off (0)
ASKED = (SO_TYPE, SO_ERROR, SO_ACCEPTCONN, SO_PROTOCOL, SO_DOMAIN)  # that cannot be set


@syscall
def getsockopt(u: Process, fd: int, level: int, optname: int) -> int:
    """Copies out the `value` of an option. Gives 0.

    no such level    EOPNOTSUPP; ENOPROTOOPT in the classic kernel
    no such option   ENOPROTOOPT
    SO_ERROR         the error that waits to be told, as a number, which is told with this
    """
    #: find the socket, copy out the value of the option at its level
    so = getsock(u, fd)
    value: Setting
    if not u.k.algorithms["solevel"](u, so, level):
        value = so.options.get(-optname, 0)
    elif optname == SO_LINGER:
        value = linger_told(so)
    elif optname in (*SWITCHES, SO_RCVLOWAT):
        value = so.options.get(optname, int(optname == SO_RCVLOWAT))
    elif optname == SO_ERROR:
        value, so.error = (0 if so.error is None else int(so.error)), None
    else:
        value = told(so, optname)
    copyout(u, USER_BUFFER, value=value)
    return 0


def told(so: Socket, optname: int) -> int:
    """What a socket is."""
    known = {
        SO_TYPE: so.kind, SO_DOMAIN: so.domain, SO_PROTOCOL: so.protocol,
        SO_ACCEPTCONN: int(so.state == LISTENING), SO_SNDBUF: so.sndbuf, SO_RCVBUF: so.rcvbuf,
    }  # fmt: skip
    if optname not in known:
        raise KernelError(Errno.ENOPROTOOPT, f"there is no option {optname}")
    return known[optname]


@syscall
def setsockopt(u: Process, fd: int, level: int, optname: int, optval: Setting) -> int:
    """Sets an option. Gives 0; fails as getsockopt does, and for what can only be asked.

    SO_LINGER        takes two numbers, on or off and seconds: EINVAL for one
    """
    #: find the socket, set the option at its level
    so, value = getsock(u, fd), single(optval)
    if not u.k.algorithms["solevel"](u, so, level):
        so.options[-optname] = int(bool(value))
    elif optname in SWITCHES:
        so.options[optname] = int(bool(value))
    elif optname == SO_RCVLOWAT:
        so.options[optname] = value or 1
    elif optname in (SO_SNDBUF, SO_RCVBUF):
        u.k.algorithms["soreserve"](u, so, optname, value)
    elif optname == SO_LINGER:
        u.k.algorithms["solingers"](u, so, optval)
    else:
        raise KernelError(Errno.ENOPROTOOPT, f"option {optname} cannot be set")
    return 0


@algorithm
def solevel(u: Process, so: Socket, level: int) -> bool:
    """Is it the level of sockets? False for that of the socket's protocol."""
    if level != SOL_SOCKET and not (so.domain == AF_INET and so.stream and level == IPPROTO_TCP):
        raise KernelError(Errno.ENOPROTOOPT, f"there is no level {level}")
    return level == SOL_SOCKET


@algorithm
def soreserve(u: Process, so: Socket, optname: int, value: int) -> None:
    """Sets the size of a buffer."""
    if value <= 0:
        raise KernelError(Errno.EINVAL, f"a buffer of {value} bytes")
    if optname == SO_SNDBUF:
        so.sndbuf = value
    else:
        so.rcvbuf = value
    for one in (so, so.peer):
        if one is not None:
            wakeup(u, one.event("room"))
