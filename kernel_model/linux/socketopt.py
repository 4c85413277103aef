"""Options of Linux's sockets, whose values are integers, or two (net/core/sock.c; man 7 socket)."""

from __future__ import annotations

from kernel_model.constants import (
    AF_INET,
    IPPROTO_IP,
    IPPROTO_TCP,
    SO_BROADCAST,
    SO_DEBUG,
    SO_DONTROUTE,
    SO_ERROR,
    SO_KEEPALIVE,
    SO_LINGER,
    SO_OOBINLINE,
    SO_PASSCRED,
    SO_PRIORITY,
    SO_RCVBUF,
    SO_RCVLOWAT,
    SO_REUSEADDR,
    SO_REUSEPORT,
    SO_SNDBUF,
    SO_SNDLOWAT,
    SOL_SOCKET,
    TCP_NODELAY,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.sockettime import LIMITS, limit_told, set_limit
from kernel_model.process import Process
from kernel_model.sockets.lingering import Setting, linger_told, single
from kernel_model.sockets.options import told
from kernel_model.sockets.table import Socket, getsock
from kernel_model.traps import linux
from kernel_model.user import USER_BUFFER, copyout

SWITCHES = (
    SO_BROADCAST, SO_DEBUG, SO_DONTROUTE, SO_KEEPALIVE, SO_OOBINLINE, SO_PASSCRED, SO_REUSEADDR,
    SO_REUSEPORT,
)  # fmt: skip
INT_MAX = 2**31 - 1
RCVLOWAT_MOST = 2**24  # bytes that a circuit of the Internet domain waits for at most
PRIORITIES = range(7)  # that anybody may set


@linux
def getsockopt(u: Process, fd: int, level: int, optname: int) -> int:
    """The classic cases, but for these:

    no such level                     EOPNOTSUPP
    SO_PASSCRED, Internet domain      EOPNOTSUPP
    SO_SNDLOWAT                       1
    """
    #: find the socket, copy out the value of the option at its level
    so = getsock(u, fd)
    value: Setting
    if level != SOL_SOCKET:
        judge_level(so, level, optname, Errno.EOPNOTSUPP)
        value = so.options.get(-optname, 0)
    elif optname == SO_LINGER:
        value = linger_told(so)
    elif optname in (*SWITCHES, SO_RCVLOWAT, SO_PRIORITY):
        judge_domain(so, optname, SO_PASSCRED)
        value = so.options.get(optname, int(optname == SO_RCVLOWAT))
    elif optname in LIMITS:
        value = limit_told(so, optname)
    elif optname == SO_ERROR:
        value, so.error = (0 if so.error is None else int(so.error)), None
    else:
        value = 1 if optname == SO_SNDLOWAT else told(so, optname)
    copyout(u, USER_BUFFER, value=value)
    return 0


@linux
def setsockopt(u: Process, fd: int, level: int, optname: int, optval: Setting) -> int:
    """Sets an option. Gives 0; fails as getsockopt does, and for what can only be asked.

    no such level                          EOPNOTSUPP, or ENOPROTOOPT in the Internet domain
    SO_DEBUG                               EACCES, but for the superuser
    SO_PRIORITY, none of 0 to 6            EPERM, but for the superuser
    SO_REUSEPORT, UNIX domain              EOPNOTSUPP
    SO_LINGER, one number                  EINVAL, as of the limits of time two are
    """
    #: find the socket, set the option at its level
    so, value = getsock(u, fd), single(optval)
    if level != SOL_SOCKET:
        judge_level(so, level, optname, Errno.ENOPROTOOPT)
        so.options[-optname] = int(bool(value))
    elif optname == SO_LINGER:
        u.k.algorithms["solingers"](u, so, optval)
    elif optname in SWITCHES:
        if optname == SO_DEBUG and value and u.euid != 0:
            raise KernelError(Errno.EACCES, "only the superuser sets SO_DEBUG")
        judge_domain(so, optname, SO_PASSCRED, *([SO_REUSEPORT] if value else []))
        so.options[optname] = int(bool(value))
    elif optname == SO_PRIORITY:
        if value not in PRIORITIES and u.euid != 0:
            raise KernelError(Errno.EPERM, f"the priority {value} is for the superuser")
        so.options[optname] = value
    elif optname == SO_RCVLOWAT:
        most = RCVLOWAT_MOST if so.domain == AF_INET and so.stream else INT_MAX
        so.options[optname] = min(value if value >= 0 else INT_MAX, most) or 1
        if so.domain == AF_INET and so.stream and so.received:
            u.k.algorithms["soready"](u, so)
    elif optname in LIMITS:
        set_limit(so, optname, optval)
    elif optname in (SO_SNDBUF, SO_RCVBUF):
        u.k.algorithms["soreserve"](u, so, optname, value)
    else:
        raise KernelError(Errno.ENOPROTOOPT, f"option {optname} cannot be set")
    return 0


def judge_level(so: Socket, level: int, optname: int, unknown: Errno) -> None:
    """Options of a protocol: of them only TCP_NODELAY is there."""
    if so.domain != AF_INET:
        raise KernelError(Errno.EOPNOTSUPP, "the UNIX domain has the level of sockets only")
    if level not in (IPPROTO_IP, so.protocol):
        raise KernelError(unknown, f"the protocol has no level {level}")
    if (level, optname) != (IPPROTO_TCP, TCP_NODELAY):
        raise KernelError(Errno.ENOPROTOOPT, f"level {level} has no option {optname}")


def judge_domain(so: Socket, optname: int, *options: int) -> None:
    """SO_PASSCRED is of the UNIX domain, SO_REUSEPORT of the Internet domain: EOPNOTSUPP."""
    if optname in options and (optname == SO_PASSCRED) != so.local:
        raise KernelError(Errno.EOPNOTSUPP, f"the domain has no option {optname}")
