"""Two processes on two hosts talk over a wire: a circuit or datagrams, with loss by chance.

Each program makes one call after another; when all sleep, the wire lets a packet arrive. The same
seed gives the same run.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kernel_model.constants import AF_INET, SO_RCVBUF, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET
from kernel_model.kernel import Kernel
from kernel_model.process import Call, Process
from kernel_model.sockets.watching import WireTrace
from kernel_model.sockets.wire import Wire

HOSTS = {"client": "10.0.0.1", "server": "10.0.0.2"}
PORT = "10.0.0.2:7001"
MOST = 400  # steps of the wire in one conversation, and calls to receive
MINE = bytes(range(97, 123)) * 400  # what the client sends, as much of it as is asked for
Program = Generator[tuple[Any, ...], Call, None]


@dataclass(frozen=True)
class Talk:
    """A conversation that is over, or goes no further."""

    wire: Wire
    trace: WireTrace | None  # None if it was not recorded
    sent: list[bytes]  # what the client has sent, call by call
    got: list[bytes]  # what the server has received
    asleep: tuple[str, ...]  # who sleeps for ever

    def count(self, what: str) -> int:
        """How many packets were sent, lost or doubled."""
        return sum(one.what == what for one in self.wire.log)

    @property
    def again(self) -> int:
        """How many packets of the circuit carry what an earlier one carried."""
        packets = [one.packet for one in self.wire.log if one.what == "sent" and one.packet]
        known = [(p.source, p.seq) for p in packets if p.data or {"SYN", "FIN"} & set(p.flags)]
        return len(known) - len(set(known))


def talk(
    kind: str = "circuit",
    size: int = 1200,
    count: int = 6,
    window: int = 1024,
    seed: int = 0,
    functions: Iterable[Callable[..., Any]] = (),
    loss: int = 0,
    double: int = 0,
    reorder: int = 0,
    record: bool = True,
) -> Talk:
    """A client sends to a server on another host.

    kind       circuit: `size` bytes by one call; datagrams: so many (`count`) of a few bytes
    window     bytes that the server's socket holds at most
    record     with a trace, for the player
    functions  of one's own, put into both kernels
    loss, double, reorder   how likely each is, in per cent
    """
    wire, procs = Wire(seed, loss, double, reorder), list[Process]()
    for name, address in HOSTS.items():
        k = Kernel()
        k.keep_crashes = True
        for function in functions:
            k.install(function)
        wire.attach(k, address)
        procs.append(k.spawn(name))
    trace = WireTrace(wire) if record else None
    texts = [MINE[:size]] if kind == "circuit" else [b"no. %d" % (n + 1) for n in range(count)]
    got: list[bytes] = []
    if kind == "circuit":
        programs = [calls_out(texts[0]), takes_calls(window, got)]
    else:
        programs = [scatters(texts), gathers(len(texts), got)]
    asleep = drive(wire, dict(zip(procs, programs, strict=True)))
    if trace is not None:
        trace.stop()
    return Talk(wire, trace, texts, got, asleep)


def drive(wire: Wire, running: Mapping[Process, Program]) -> tuple[str, ...]:
    """Lets each program make calls, the server's first, and packets arrive when all sleep."""
    last: dict[Process, Call | None] = dict.fromkeys(reversed(list(running)))
    for _ in range(MOST):
        moved = False
        for p in last:
            while _able(p, last, running):
                moved = True
        if not moved and not wire.step():
            break
    return tuple(p.name for p, call in last.items() if call is not None and call.state == "asleep")


def _able(p: Process, last: dict[Process, Call | None], running: Mapping[Process, Program]) -> bool:
    """Lets a program make its next call, unless it sleeps or is done."""
    call = last[p]
    if call is not None and call.state == "asleep":
        return False
    try:
        name, *args = next(running[p]) if call is None else running[p].send(call)
    except StopIteration:
        return False
    last[p] = p.call(name, *args)
    return True


def calls_out(text: bytes) -> Program:
    """The client of a circuit: connects, sends, closes."""
    fd = (yield "socket", AF_INET, SOCK_STREAM).ret
    made = yield "connect", fd, PORT
    if made.state == "returned":
        yield "send", fd, text
    yield "close", fd


def takes_calls(window: int, got: list[bytes]) -> Program:
    """The server of a circuit: accepts one client, and receives until the end."""
    fd = (yield "socket", AF_INET, SOCK_STREAM).ret
    yield "bind", fd, PORT
    yield "setsockopt", fd, SOL_SOCKET, SO_RCVBUF, window
    yield "listen", fd, 1
    made = yield "accept", fd
    if made.state != "returned":
        return
    for _ in range(MOST):
        part = yield "recv", made.ret, window
        if part.state != "returned" or not part.ret:
            break
        got.append(part.out["data"])
    yield "close", made.ret


def scatters(texts: list[bytes]) -> Program:
    """A client that sends datagrams, and does not ask what becomes of them."""
    fd = (yield "socket", AF_INET, SOCK_DGRAM).ret
    for text in texts:
        yield "sendto", fd, text, 0, PORT


def gathers(count: int, got: list[bytes]) -> Program:
    """A server that wants as many datagrams as were sent."""
    fd = (yield "socket", AF_INET, SOCK_DGRAM).ret
    yield "bind", fd, PORT
    for _ in range(count):
        part = yield "recvfrom", fd, 64
        if part.state != "returned":
            break
        got.append(part.out["data"])
