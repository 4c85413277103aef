"""The socket layer: socket, socketpair (Bach 11.4)."""

from __future__ import annotations

from kernel_model.constants import (
    AF_INET,
    AF_UNIX,
    IPPROTO_TCP,
    IPPROTO_UDP,
    SOCK_DGRAM,
    SOCK_STREAM,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import free_descriptors
from kernel_model.process import Process
from kernel_model.sockets.packets import passes
from kernel_model.sockets.table import CONNECTED, Socket, descriptor, network_of, newsocket
from kernel_model.traps import algorithm, syscall

# The protocols of each domain and kind; 0 stands for the first.
PROTOCOLS = {
    (AF_UNIX, SOCK_STREAM): (0,), (AF_UNIX, SOCK_DGRAM): (0,),
    (AF_INET, SOCK_STREAM): (IPPROTO_TCP,), (AF_INET, SOCK_DGRAM): (IPPROTO_UDP,),
}  # fmt: skip


@syscall
def socket(u: Process, domain: int = AF_UNIX, kind: int = SOCK_STREAM, protocol: int = 0) -> int:
    """Makes an end point of communication; gives the descriptor.

        no such domain, kind or protocol   EPROTONOSUPPORT
        no descriptor is free              EMFILE

    domain  AF_UNIX, for processes of one host, or AF_INET
    kind    SOCK_STREAM, a virtual circuit, or SOCK_DGRAM, datagrams

    (Bach 11.4)
    """
    #: find the protocol of this domain and kind
    kind, protocol, flags = u.k.algorithms["sokind"](u, domain, kind, protocol)
    #: there must be a descriptor for it
    if not free_descriptors(u):
        raise KernelError(Errno.EMFILE, f"{u.name} has no descriptor free")
    #: make an entry of the table of sockets, of the file table, and a descriptor
    return descriptor(u, newsocket(u.k, domain, kind, protocol), flags)


@algorithm
def sokind(u: Process, domain: int, kind: int, protocol: int) -> tuple[int, int, int]:
    """Kind, protocol and flags of a socket that is to be made, if there is such a one."""
    known = PROTOCOLS.get((domain, kind), ())
    if not known or protocol not in (0, *known):
        raise KernelError(
            Errno.EPROTONOSUPPORT, f"no protocol {protocol} of kind {kind} in domain {domain}"
        )
    return kind, known[0], 0


@syscall
def socketpair(
    u: Process, domain: int = AF_UNIX, kind: int = SOCK_STREAM, protocol: int = 0
) -> int:
    """Makes two sockets that are connected; copies out `0` and `1`, their descriptors. Gives 0.

    EOPNOTSUPP outside the UNIX domain; EMFILE, and none, when there are not two free descriptors.
    """
    #: find the protocol; only the UNIX domain has pairs
    kind, protocol, flags = u.k.algorithms["sokind"](u, domain, kind, protocol)
    if domain != AF_UNIX:
        raise KernelError(Errno.EOPNOTSUPP, "pairs are of the UNIX domain")
    #: there must be two descriptors
    if free_descriptors(u) < 2:
        raise KernelError(Errno.EMFILE, f"{u.name} has not two descriptors free")
    #: make two sockets, each the other end of the other
    ends = [newsocket(u.k, domain, kind, protocol) for _ in range(2)]
    join(ends[0], ends[1])
    #: a descriptor for each
    u.out |= {str(number): descriptor(u, so, flags) for number, so in enumerate(ends)}
    return 0


def join(one: Socket, other: Socket) -> None:
    """Connects two sockets of one host."""
    one.peer, other.peer = other, one
    one.state = other.state = CONNECTED


def deliver(u: Process, so: Socket, other: Socket, what: str) -> None:
    """Notes that on one host the protocol stack is by-passed: from socket to socket."""
    assert other in network_of(u.k).sockets, f"socket {other.number} is of another host"
    passes(u, "socket", "across", f"socket {so.number} → socket {other.number}: {what}")
