"""Random walks over sockets: bytes in = bytes out + bytes held, in order; no datagram is split.

Every send has a byte of its own. After each call the invariants hold, and a call that failed at
once has changed nothing.
"""

from itertools import permutations
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from kernel_model import Kernel
from kernel_model.constants import (
    AF_INET,
    AF_UNIX,
    F_SETFL,
    MSG_DONTWAIT,
    MSG_OOB,
    MSG_PEEK,
    MSG_WAITALL,
    O_NONBLOCK,
    SIGNALS,
    SO_LINGER,
    SO_RCVTIMEO,
    SO_SNDTIMEO,
    SOCK_DGRAM,
    SOCK_SEQPACKET,
    SOCK_STREAM,
    SOL_SOCKET,
)
from kernel_model.invariants import broken
from kernel_model.process import Call, Process, State
from kernel_model.sockets.table import Socket
from kernel_model.tables import show, snapshot

SIZES = {"classic": [0, 1, 5, 1000, 4096, 9000], "linux": [0, 1, 5, 3000, 40000, 300000]}
KINDS = [SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]
MADE = [AF_UNIX, AF_UNIX, AF_INET]
SENT = ("SIGUSR1", "SIGUSR1", "SIGSTOP", "SIGCONT", "SIGCONT", "SIGTERM")
fds, sizes = st.integers(3, 9), st.integers(0, 5)
names = st.sampled_from(["@a", "@b", "/f", "127.0.0.1:5000", "127.0.0.1:5001", "AF_UNSPEC"])
limits = st.one_of(
    st.tuples(st.sampled_from([SO_RCVTIMEO, SO_SNDTIMEO]), st.sampled_from([0, 10, 10**6])),
    st.tuples(st.just(SO_LINGER), st.sampled_from([[0, 5], [1, 0], [1, 1000]])),
)
flags = st.sampled_from([0, 0, MSG_DONTWAIT, MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL])
calls = st.one_of(
    st.tuples(st.just("send"), fds, sizes, flags),
    st.tuples(st.just("send"), fds, sizes, flags),
    st.tuples(st.just("recv"), fds, sizes, flags),
    st.tuples(st.just("recv"), fds, sizes, flags),
    st.tuples(st.just("sendto"), fds, sizes, flags, names),
    st.tuples(st.sampled_from(["read", "write"]), fds, sizes),
    st.tuples(st.sampled_from(["bind", "connect", "connect"]), fds, names),
    st.tuples(st.just("listen"), fds, st.integers(0, 2)),
    st.tuples(st.sampled_from(["accept", "accept", "close", "dup"]), fds),
    st.tuples(st.just("shutdown"), fds, st.integers(0, 2)),
    st.tuples(st.just("fcntl"), fds, st.just(F_SETFL), st.sampled_from([0, O_NONBLOCK])),
    st.tuples(st.just("kill"), st.integers(0, 4), st.sampled_from([SIGNALS[s] for s in SENT])),
    st.tuples(st.just("socket"), st.sampled_from(MADE), st.sampled_from(KINDS), st.just(0)),
    st.tuples(st.just("socketpair"), st.just(AF_UNIX), st.sampled_from(KINDS), st.just(0)),
    st.tuples(st.just("setsockopt"), fds, limits).map(lambda x: (*x[:2], SOL_SOCKET, *x[2])),
    st.tuples(st.just("unlink"), st.just("/f")),
    st.tuples(st.sampled_from(["fork", "exit"])),
)
SENDS = ("send", "sendto", "write")
big = st.tuples(st.just("send"), st.just(5), st.just(MSG_DONTWAIT))
lingering = st.one_of(
    big, big,
    st.tuples(st.just("recv"), st.sampled_from([2, 5]), st.sampled_from([0, MSG_DONTWAIT])),
    st.tuples(st.sampled_from(["close"] * 5 + ["dup"])), st.just(("close",)),
    st.tuples(st.just("setsockopt"), st.just(SOL_SOCKET), st.just(SO_LINGER),
              st.sampled_from([[1, 0], [1, 0], [1, 1000], [0, 5]])),
    st.tuples(st.just("shutdown"), st.integers(0, 1)),
)  # fmt: skip
urgent = st.tuples(
    st.sampled_from(["send", "recv"]), st.sampled_from([3, 4]), sizes,
    st.sampled_from([MSG_OOB, MSG_OOB, MSG_OOB | MSG_DONTWAIT, MSG_PEEK, MSG_DONTWAIT]),
)  # fmt: skip


class Walk:
    """A kernel with a circuit of each domain, and what each socket has been given."""

    def __init__(self, personality: str) -> None:
        self.k, self.personality = Kernel(personality, {"NPROC": 5}), personality
        a = self.k.spawn("A")
        a.call("socketpair", AF_UNIX, SOCK_STREAM, 0)
        a.call("socketpair", AF_UNIX, SOCK_DGRAM, 0)
        for number, (domain, name) in enumerate(((AF_UNIX, "@a"), (AF_INET, "127.0.0.1:5000"))):
            a.call("socket", domain, SOCK_STREAM, 0)
            a.call("bind", 7 + number, name)
            a.call("listen", 7 + number, 1)
        for name in ("B", "C"):
            a.call("fork", name)
            self.k.proc(name).call("signal", SIGNALS["SIGPIPE"], "SIG_IGN")
            self.k.proc(name).call("signal", SIGNALS["SIGUSR1"], "catch_restart")
        self.asleep: list[tuple[Call, Socket | None]] = []
        self.ordered = True  # may the order of a circuit's bytes be looked at?

    def view(self) -> dict[str, Any]:
        return show(snapshot(self.k))

    def sockets(self) -> list[Socket]:
        return list(self.k.network.sockets) if self.k.network is not None else []

    def make(self, p: Process, number: int, name: str, args: list[Any]) -> Call:
        """Makes the call; what it and those it woke have received is as it was sent."""
        file = p.ofile.get(args[0]) if args else None
        size = SIZES[self.personality][args[1]] if name in (*SENDS, "recv", "read") else 0
        if name in SENDS:
            args = [args[0], bytes([number]) * size, *args[2:]]
        elif name in ("recv", "read"):
            args = [args[0], size, *args[2:]]
        elif name == "kill":
            there = list(self.k.procs)
            args = [there[args[0] % len(there)], args[1]]
        before = {so: [one.data for one in so.received] for so in self.sockets()}
        given = {"fork": [f"P{number}"], "exit": [0]}.get(name, args)
        made = p.call(name, *given)
        self.asleep.append((made, file.inode.socket if file is not None else None))
        for so in self.sockets():
            self.account(so, before.get(so, []))
        self.asleep = [one for one in self.asleep if one[0].state == "asleep"]
        return made

    def account(self, so: Socket, before: list[bytes]) -> None:
        """What was held, or came with this call, has been read in this order, or is held."""
        taken = [
            bytes(call.out["data"])
            for call, one in self.asleep
            if one is so and call.name in ("recv", "read") and call.state == "returned"
            and not (call.name == "recv" and call.args[2] & MSG_PEEK)
        ]  # fmt: skip
        after = [one.data for one in so.received]
        if so.kind == SOCK_STREAM:
            if not self.ordered or any(one is so and has_part(call) for call, one in self.asleep):
                return  # it had taken bytes before, and slept on
            old, new = b"".join(before), b"".join(after)
            streams = [b"".join(order) + new for order in permutations(taken)]
            fits = any(one.startswith(old) for one in streams)
            assert so.gone or fits or self.cut(so, old, streams), (old[:9], new[:9])
            return
        whole = {len(call.args[1]) for call, _ in self.asleep if call.name in SENDS}
        for text in after[len(before) :]:
            assert len(text) in whole, "a datagram is as it was sent"
        for text in [*after, *taken]:
            assert len(set(text)) <= 1, "a datagram is of one send"

    def cut(self, so: Socket, old: bytes, streams: list[bytes]) -> bool:
        """Has a reset of Linux thrown away all that the socket's buffer had no room for?"""
        reset = self.personality == "linux" and so.domain == AF_INET and so.state == "closed"
        return reset and any(old.startswith(one) and len(one) == so.rcvbuf for one in streams)


def has_part(call: Call) -> bool:
    """May it have taken bytes before it slept?"""
    return call.name == "recv" and bool(call.args[2] & MSG_WAITALL)


def free(p: Process) -> bool:
    """Can it make a call?"""
    return p.image == "program" and p.state is State.USER


def tables(view: dict[str, Any]) -> dict[str, Any]:
    """The tables without what a failed call may leave: signals, an error that was told."""
    procs = [{**proc, "sig": []} for proc in view["procs"]]
    gone = ("error", "name", "state", "far", "peer", "cantread", "cantsend")
    sockets = [{k: v for k, v in one.items() if k not in gone} for one in view["sockets"]]
    return view | {"procs": procs, "sockets": sockets, "passages": []}


@pytest.mark.parametrize("personality", ["classic", "linux"])
@settings(max_examples=70, deadline=None)
@given(walk=st.lists(st.tuples(st.integers(0, 4), calls), max_size=40))
def test_no_walk_loses_doubles_or_mixes_a_byte(
    personality: str, walk: list[tuple[int, tuple[Any, ...]]]
) -> None:
    run = Walk(personality)
    for number, (who, (name, *args)) in enumerate(walk):
        able = [p for p in run.k.procs.values() if free(p)]
        if not able:
            break
        before = run.view()
        made = run.make(able[who % len(able)], number, name, args)
        after = run.view()
        assert broken(after) == [], (name, args)
        if made.state == "failed":
            assert tables(before) == tables(after), (name, args, made)


@settings(max_examples=40, deadline=None)
@given(
    inet=st.booleans(),
    walk=st.lists(st.tuples(st.integers(0, 4), st.one_of(urgent, urgent, calls)), max_size=30),
)
def test_no_walk_loses_or_doubles_a_byte_when_some_come_out_of_band(
    inet: bool, walk: list[tuple[int, tuple[Any, ...]]]
) -> None:
    run = Walk("linux")
    run.ordered = False  # an urgent byte is taken before those that came first
    a = run.k.proc("A")
    if inet:
        a.call("close", 3)
        a.call("socket", AF_INET, SOCK_STREAM, 0)
        a.call("connect", 3, "127.0.0.1:5000")
        a.call("close", 4)
        a.call("accept", 8)
    for number, (who, (name, *args)) in enumerate(walk):
        able = [p for p in run.k.procs.values() if free(p)]
        if able:
            run.make(able[who % len(able)], number, name, args)
        assert broken(run.view()) == [], (name, args)


@pytest.mark.parametrize("personality", ["classic", "linux"])
@settings(max_examples=70, deadline=None)
@given(walk=st.lists(st.tuples(st.booleans(), lingering), min_size=10, max_size=40))
def test_a_close_that_lingers_loses_no_byte_but_by_a_reset(
    personality: str, walk: list[tuple[bool, tuple[Any, ...]]]
) -> None:
    run = Walk(personality)
    a, b = run.k.proc("A"), run.k.proc("B")
    waits = (SOL_SOCKET, SO_LINGER, [1, 1000])
    for p in (a, b):
        p.call("close", 3)
    a.call("signal", SIGNALS["SIGPIPE"], "SIG_IGN")
    a.call("setsockopt", 8, *waits)
    for number, (second, (name, *args)) in enumerate(walk):
        if 3 not in a.ofile and 3 not in b.ofile and free(a) and free(b):
            b.call("socket", AF_INET, SOCK_STREAM, 0)
            b.call("setsockopt", 3, *waits)
            b.call("connect", 3, "127.0.0.1:5000")
            a.call("accept", 8)
        who = b if second else a
        if free(who):
            run.make(who, number, name, [3, *args])
        assert broken(run.view()) == [], (name, args)


@pytest.mark.parametrize("personality", ["classic", "linux"])
@settings(max_examples=20, deadline=None)
@given(walk=st.lists(st.tuples(st.integers(0, 4), calls), max_size=30))
def test_when_everybody_has_gone_no_socket_is_left(
    personality: str, walk: list[tuple[int, tuple[Any, ...]]]
) -> None:
    run = Walk(personality)
    for number, (who, (name, *args)) in enumerate(walk):
        able = [p for p in run.k.procs.values() if free(p)]
        if able:
            run.make(able[who % len(able)], number, name, args)
    for p in list(run.k.procs.values()):
        run.k.spawn(f"end{p.pid}").call("kill", p.pid, SIGNALS["SIGKILL"])

    left = run.view()
    assert broken(left) == []
    assert left["sockets"] == []
    assert [one for one in left["inodes"] if one["name"] == ""] == []
