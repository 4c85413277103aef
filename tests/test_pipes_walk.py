"""Random walks over pipes and named pipes: what goes in comes out, once and in order.

Every write has a byte of its own, so that what was in a pipe before a call, what came out and what
is in it afterwards say which write has put in how much. After each call the invariants hold, and a
call that failed at once has changed nothing.
"""

from itertools import groupby, permutations
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from autograder.exercise import exercise
from kernel_model import Kernel
from kernel_model.constants import F_SETFL, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, SIGNALS
from kernel_model.invariants import broken
from kernel_model.process import Call, Process, State
from kernel_model.tables import show, snapshot
from kernel_model.user import USER_BUFFER

SIZES = {"classic": [0, 1, 2, 5, 9, 10, 11, 23], "linux": [0, 1, 5, 2048, 4096, 4097, 30000, 70000]}
ATOMIC = {"classic": 10, "linux": 4096}  # bytes that are written in one piece
OPENING = [O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY | O_NONBLOCK, O_WRONLY | O_NONBLOCK]
SENT = ("SIGUSR1", "SIGUSR1", "SIGUSR2", "SIGSTOP", "SIGCONT", "SIGCONT", "SIGTERM")
fds, sizes = st.sampled_from([2, 3, 3, 3, 4, 4, 4, 5, 6, 7, 8]), st.integers(0, 7)
good = st.sampled_from([True, True, True, True, False])  # is the address
calls = st.one_of(
    st.tuples(st.sampled_from(["read", "write"]), fds, sizes),
    st.tuples(st.sampled_from(["read", "write"]), fds, sizes),
    st.tuples(st.sampled_from(["read", "write"]), fds, sizes),
    st.tuples(st.sampled_from(["read", "write"]), fds, sizes, good),
    st.tuples(st.sampled_from(["close", "dup"]), fds),
    st.tuples(st.just("dup2"), fds, st.integers(-1, 9)),
    st.tuples(st.just("fcntl"), fds, st.just(F_SETFL), st.sampled_from([0, O_NONBLOCK])),
    st.tuples(st.just("open"), st.just("/f"), st.sampled_from(OPENING)),
    st.tuples(st.just("kill"), st.integers(0, 4), st.sampled_from([SIGNALS[s] for s in SENT])),
    st.tuples(st.sampled_from(["pipe", "fork", "fork", "exit", "exec"])),
    st.tuples(st.sampled_from(["unlink", "mkfifo"]), st.just("/f"), st.just(0o666)),
)


class Walk:
    """A kernel, and of each write what has gone in so far."""

    def __init__(self, personality: str) -> None:
        self.k = Kernel(personality, {"PIPEBLK": 1, "NPROC": 5})
        self.personality = personality
        self.calls: list[tuple[Call, int]] = []  # those under way, and the inode of each
        self.put: dict[int, int] = {}  # by the byte of a write
        first = self.k.spawn("A")
        first.call("pipe")
        first.call("mkfifo", "/f", 0o666)
        for how, name in (("SIG_IGN", "B"), ("catch", "C")):
            first.call("fork", name)
            self.k.proc(name).call("signal", SIGNALS["SIGPIPE"], how)
            self.k.proc(name).call("signal", SIGNALS["SIGUSR1"], how)

    def view(self) -> dict[str, Any]:
        return show(snapshot(self.k))

    def held(self) -> dict[int, bytes]:
        """All that is in each pipe that somebody has open."""
        files, found = self.k.filesystem, {}
        for inode in files.inodes if files is not None else []:
            pipe = inode.pipe
            if pipe is None or not pipe.readers + pipe.writers:
                continue
            ring = b"".join(map(bytes, pipe.blocks)) * 2
            pages = b"".join(bytes(page.text) for page in pipe.pages)
            found[inode.number] = pages if pipe.slots else ring[pipe.roff :][: inode.size]
        return found

    def make(self, p: Process, number: int, name: str, args: list[Any]) -> Call:
        """Makes the call, and accounts for every byte that it has moved."""
        before = self.held()
        inode = 0
        if name in ("read", "write"):
            file = p.ofile.get(args[0])
            inode = file.inode.number if file is not None else 0
            size = SIZES[self.personality][args[1]]
            what: Any = USER_BUFFER if name == "read" else bytes([number]) * size
            what = what if all(args[2:]) else None
            args = [args[0], size, what] if name == "read" else [args[0], what]
        elif name == "kill":
            there = list(self.k.procs)
            args = [there[args[0] % len(there)], args[1]]
        given = {"fork": [f"P{number}"], "exit": [0], "exec": [{"sleep": 1}],
                 "unlink": args[:1]}.get(name, args)  # fmt: skip
        made = p.call(name, *given)
        self.calls.append((made, inode))
        after = self.held()
        for pipe in before.keys() & after.keys():
            self.account(pipe, before[pipe], after[pipe])
        self.calls = [one for one in self.calls if one[0].state == "asleep"]
        assert self.in_vain() == []
        return made

    def in_vain(self) -> list[str]:
        """The writers of the classic kernel that sleep although there is the room they need.

        A write that may be in one piece needs room for all that is left of it, a longer one for a
        byte. How much is left is in no table, so that no invariant of the tables can say this.
        """
        if self.personality != "classic":
            return []
        held, found = self.held(), []
        for call, inode in self.calls:
            if call.name == "write" and call.proc.state is State.ASLEEP:
                text = call.args[1]
                left, room = len(text) - self.put.get(text[0], 0), 10 - len(held[inode])
                if room >= (left if left <= 10 else 1):
                    name = call.proc.name
                    found.append(f"{name} sleeps with {left} bytes left, and has room for {room}")
        return found

    def account(self, pipe: int, before: bytes, after: bytes) -> None:
        """Bytes in = bytes out + bytes held, in order."""
        here = [call for call, inode in self.calls if inode == pipe and call.args[1]]
        read = [bytes(call.out["data"]) for call in here
                if call.name == "read" and call.state == "returned"]  # fmt: skip
        streams = [b"".join(order) + after for order in permutations(read)]
        stream = next((one for one in streams if one.startswith(before)), None)
        assert stream is not None, f"{before!r} was held, {read} was read, {after!r} is held"
        written = {call.args[1][0]: call for call in here if call.name == "write"}
        for byte, group in groupby(stream[len(before) :]):
            assert byte in written, f"nobody writes {byte}"
            size, run = len(written[byte].args[1]), len(list(group))
            assert size > ATOMIC[self.personality] or run == size, f"{run} of {size} bytes"
            self.put[byte] = self.put.get(byte, 0) + run
        for byte, call in written.items():
            if call.state == "returned":
                assert call.ret == self.put.get(byte, 0)
            assert self.put.get(byte, 0) <= len(call.args[1])


def free(p: Process) -> bool:
    """Can it make a call?"""
    return p.image == "program" and p.state is State.USER


def tables(view: dict[str, Any]) -> dict[str, Any]:
    """The tables without what a failed call may leave: that there is a table, signals."""
    procs = [{**proc, "sig": []} for proc in view["procs"]]
    return {"inodes": [], "fds": [], "pipes": []} | view | {"procs": procs}


@pytest.mark.parametrize("mutant", ["wakes_when_empty", "wakes_nobody", "wakes_when_full"])
def test_a_writer_that_nobody_wakes_in_a_pipe_that_is_not_empty_is_found(mutant: str) -> None:
    names: dict[str, Any] = {}
    run = Walk("classic")
    exec(exercise("pipe_read").mutants()[mutant], names)
    run.k.install(names["pipe_read"])
    for number, (name, what, fd, size) in enumerate(
        [("A", "write", 4, 10), ("B", "write", 4, 2), ("A", "read", 3, 1)]
    ):
        run.make(run.k.proc(name), number, what, [fd, SIZES["classic"].index(size)])

    with pytest.raises(AssertionError, match="B sleeps with 2 bytes left, and has room for 2"):
        run.make(run.k.proc("A"), 3, "read", [3, SIZES["classic"].index(1)])


@pytest.mark.parametrize("personality", ["classic", "linux"])
@settings(max_examples=80, deadline=None)
@given(walk=st.lists(st.tuples(st.integers(0, 4), calls), min_size=25, max_size=50))
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
            assert tables(before) == tables(after), (name, args)


@pytest.mark.parametrize("personality", ["classic", "linux"])
@settings(max_examples=20, deadline=None)
@given(walk=st.lists(st.tuples(st.integers(0, 4), calls), min_size=15, max_size=40))
def test_when_everybody_has_gone_no_pipe_is_left_but_those_with_a_name(
    personality: str, walk: list[tuple[int, tuple[Any, ...]]]
) -> None:
    run = Walk(personality)
    for number, (who, (name, *args)) in enumerate(walk):
        able = [p for p in run.k.procs.values() if free(p)]
        if able:
            run.make(able[who % len(able)], number, name, args)
    for p in list(run.k.procs.values()):
        run.k.spawn(f"end{p.pid}").call("kill", p.pid, SIGNALS["SIGKILL"])
    left = {"pipes": []} | run.view()
    named = [(one["name"], one["size"], one["readers"], one["writers"]) for one in left["pipes"]]

    assert broken(left) == []
    assert named in ([], [("/f", 0, 0, 0)])
