"""Names of sockets: bind, getsockname, getpeername, and whom a name leads to (Bach 11.4).

"@x"               a name that only the kernel keeps, gone with its socket
"10.0.0.2:7001"    a host and a port of the Internet domain; port 0 is any
anything else      a name in the file system
"""

from __future__ import annotations

import re

from kernel_model.constants import AF_INET, SO_REUSEADDR, SO_REUSEPORT
from kernel_model.directories import may_enter, namei
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import access, files_of
from kernel_model.process import Process
from kernel_model.sockets.table import (
    CLOSED,
    CONNECTING,
    LISTENING,
    UNCONNECTED,
    Socket,
    getsock,
    network_of,
)
from kernel_model.traps import algorithm, syscall
from kernel_model.user import USER_BUFFER, copyout

INTERNET = re.compile(r"(\d+\.\d+\.\d+\.\d+):(\d+)")
ANY, LOOPBACK = "0.0.0.0", "127.0.0.1"
NO_FAMILY = "AF_UNSPEC"  # stands for an address of no domain
RESERVED = 1024  # the first port that is everybody's


@syscall
def bind(u: Process, fd: int, name: str | None) -> int:
    """Gives a socket its name. Gives 0.

        bad address (None)             EFAULT
        it has one                     EINVAL
        a name of the other domain     EINVAL
        somebody has this name         EADDRINUSE
        another host's                 EADDRNOTAVAIL
        a port below 1024              EACCES, but for the superuser

    (Bach 11.4)
    """
    #: the address comes from the process
    so = getsock(u, fd)
    name = sockargs(u, so, name)
    #: it must be free, and the socket without a name: then they belong together
    u.k.algorithms["sobind"](u, so, name)
    return 0


@algorithm
def sobind(u: Process, so: Socket, name: str) -> None:
    """Binds a socket that has no name to one that nobody has."""
    if so.name:
        raise KernelError(Errno.EINVAL, f"the socket is bound to {so.name}")
    if so.domain == AF_INET:
        bind_port(u, so, name)
    elif not name:
        raise KernelError(Errno.EINVAL, "the name is empty")
    elif taken(u, so, name):
        raise KernelError(Errno.EADDRINUSE, f"{name} is the name of something")
    else:
        enter_name(u, so, name)


@algorithm
def sockargs(u: Process, so: Socket, name: str | None) -> str:
    """A name that may be one of the socket's domain: EFAULT for a bad address, EINVAL."""
    if name is None:
        raise KernelError(Errno.EFAULT, "no name can be read at this user address")
    if (so.domain == AF_INET) != bool(INTERNET.fullmatch(name)):
        raise KernelError(Errno.EINVAL, f"{name!r} is no name of the socket's domain")
    return name


def taken(u: Process, so: Socket, name: str) -> bool:
    """Has something this name in the UNIX domain? EACCES if the process may not make it there."""
    if name.startswith("@"):
        return named(u, so, name) is not None
    if files_of(u.k).find("file", namei(u, name)) is not None:
        return True
    may_enter(u, name)
    return False


def named(u: Process, so: Socket, name: str) -> Socket | None:
    """The socket of the same kind that has a name which only the kernel keeps."""
    for one in network_of(u.k).sockets:
        bound = one.local and one.name == name and not one.inherited
        if bound and not one.gone and one.kind == so.kind:
            return one
    return None


def enter_name(u: Process, so: Socket, name: str) -> None:
    """Binds it; a name in the file system is that of a node there."""
    so.name = name
    if not name.startswith("@"):
        so.path = files_of(u.k).add(u, "socket", name, 0o777 & ~u.umask)
        so.path.socket = so


def bind_port(u: Process, so: Socket, name: str) -> None:
    """Binds a socket of the Internet domain."""
    host, port = split(name)
    if not ours(u, host):
        raise KernelError(Errno.EADDRNOTAVAIL, f"{host} is not this host")
    if 0 < port < RESERVED and u.euid != 0:
        raise KernelError(Errno.EACCES, f"port {port} is for the superuser")
    if port and any(clash(so, one, host, port) for one in network_of(u.k).sockets):
        raise KernelError(Errno.EADDRINUSE, f"{name} is in use")
    so.name = f"{host}:{port or free_port(u)}"
    network_of(u.k).bound += 1
    so.bound = network_of(u.k).bound


def clash(so: Socket, one: Socket, host: str, port: int) -> bool:
    """Does another socket stand in the way of this host and port?"""
    if (
        one is so
        or one.gone
        or one.loose
        or one.domain != AF_INET
        or one.kind != so.kind
        or not one.name
    ):
        return False
    its_host, its_port = split(one.name)
    shared = so.options.get(SO_REUSEADDR) and one.options.get(SO_REUSEADDR)
    if shared and one.state != LISTENING:
        return False
    if so.options.get(SO_REUSEPORT) and one.options.get(SO_REUSEPORT):
        return False
    return port == its_port and (host == its_host or ANY in (host, its_host))


def split(name: str) -> tuple[str, int]:
    """Host and port of a name of the Internet domain."""
    host, _, port = name.rpartition(":")
    return host, int(port)


def ours(u: Process, host: str) -> bool:
    """Is it an address of this host?"""
    return host.startswith("127.") or host in (ANY, network_of(u.k).address)


def this_host(name: str) -> str:
    """A name of the Internet domain; the address that stands for any host means this one."""
    return name.replace(f"{ANY}:", f"{LOOPBACK}:")


def free_port(u: Process) -> int:
    """A port for a socket that does not say which."""
    network_of(u.k).ports += 1
    return network_of(u.k).ports


def autobind(u: Process, so: Socket, host: str) -> None:
    """An Internet socket that sends or connects has a name, whether it asked for one or not."""
    if not so.name or so.loose:
        so.name, so.chosen, so.loose = f"{host}:{free_port(u)}", True, False


def lookup(u: Process, so: Socket, name: str, mismatch: Errno = Errno.ECONNREFUSED) -> Socket:
    """The socket of the UNIX domain that has this name.

    no such name                  ENOENT; ECONNREFUSED for a name that only the kernel keeps
    no permission to write        EACCES
    not a socket                  `mismatch`
    nobody is bound to it         ECONNREFUSED
    one of another kind           EPROTOTYPE
    """
    if name.startswith("@"):
        found = named(u, so, name)
        if found is None:
            raise KernelError(Errno.ECONNREFUSED, f"nobody is bound to {name}")
        return found
    inode = files_of(u.k).find("file", namei(u, name))
    if inode is None:
        raise KernelError(Errno.ENOENT, f"there is no {name}")
    access(u, inode, 2)
    if inode.kind != "socket":
        raise KernelError(mismatch, f"{name} is a {inode.kind}")
    if inode.socket is None:
        raise KernelError(Errno.ECONNREFUSED, f"nobody is bound to {name}")
    if inode.socket.kind != so.kind:
        raise KernelError(Errno.EPROTOTYPE, f"{name} is a socket of another kind")
    return inode.socket


def at_port(u: Process, so: Socket, name: str) -> Socket | None:
    """The socket of this host that listens, or takes datagrams, at an Internet name."""
    host, port = split(name)
    for one in network_of(u.k).sockets:
        if one.gone or one.domain != AF_INET or one.kind != so.kind or not one.name:
            continue
        its_host, its_port = split(one.name)
        fits = its_port == port and (ANY in (its_host, host) or its_host == host)
        if fits and (one.state == LISTENING or not one.stream):
            return one
    return None


@syscall
def getsockname(u: Process, fd: int) -> int:
    """Copies out the `name` that the socket is bound to; "" without one."""
    #: find the socket, copy out the name that it is bound to
    so = getsock(u, fd)
    unbound = f"{ANY}:0" if so.domain == AF_INET else ""
    copyout(u, USER_BUFFER, name=so.name or unbound)
    return 0


@syscall
def getpeername(u: Process, fd: int) -> int:
    """Copies out the `name` of the other end; ENOTCONN without one."""
    #: find the socket, copy out whom it is connected to
    so = getsock(u, fd)
    without = (UNCONNECTED, CONNECTING, CLOSED)
    nobody = (so.peer is None and not so.far) or so.far.endswith(":0")
    if nobody or (so.domain == AF_INET and so.state in without):
        raise KernelError(Errno.ENOTCONN, "the socket is not connected")
    copyout(u, USER_BUFFER, name=peer_name(so))
    return 0


def peer_name(so: Socket) -> str:
    """The name of the other end, as it is now."""
    return so.far or (so.peer.name if so.peer is not None else "")
