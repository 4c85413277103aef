"""Random walks over mappings, memory objects, files and ashmem: nothing ever breaks.

After each call the invariants hold, and a call that failed has changed nothing.
"""

from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from kernel_model import Kernel
from kernel_model.constants import (
    MAP_ANONYMOUS,
    MAP_FIXED,
    MAP_PRIVATE,
    MAP_SHARED,
    MS_SYNC,
    O_CREAT,
    O_RDONLY,
    O_RDWR,
    O_TRUNC,
    SHM_REMAP,
)
from kernel_model.invariants import broken
from kernel_model.memory import PAGE
from kernel_model.process import Process, State
from kernel_model.tables import show, snapshot

X = 0x10_0000_0000
addrs = st.integers(0, 5).map(lambda page: X + page * PAGE)
fds = st.integers(2, 7)
sizes = st.sampled_from([1, PAGE, PAGE + 1, 2 * PAGE, 3 * PAGE, 0, -1])
names = st.sampled_from(["/x", "/y"])
opening = st.sampled_from([O_RDWR | O_CREAT, O_RDWR | O_CREAT, O_RDONLY, O_RDWR | O_TRUNC])
kinds = st.sampled_from([MAP_SHARED, MAP_SHARED, MAP_PRIVATE, MAP_SHARED | MAP_ANONYMOUS,
                         MAP_PRIVATE | MAP_ANONYMOUS])  # fmt: skip
offsets = st.sampled_from([0, 0, PAGE, 1])
texts = st.sampled_from([b"ab", b"x" * PAGE, b"y" * (2 * PAGE)])

calls = st.one_of(
    st.tuples(st.just("shm_open"), names, opening, st.just(0o666)),
    st.tuples(st.just("open"), names, opening, st.just(0o666)),
    st.tuples(st.sampled_from(["shm_unlink", "unlink"]), names),
    st.tuples(st.just("ashmem_create_region"), st.just("cache"), sizes),
    st.tuples(st.sampled_from(["ashmem_pin_region", "ashmem_unpin_region"]), fds, offsets, sizes),
    st.tuples(st.just("ftruncate"), fds, sizes),
    st.tuples(st.just("mmap"), addrs, sizes, st.sampled_from([0, 1, 3, 3, 3]),
              kinds.map(lambda kind: kind | MAP_FIXED), fds, offsets),
    st.tuples(st.just("munmap"), addrs, sizes),
    st.tuples(st.just("msync"), addrs, sizes, st.just(MS_SYNC)),
    st.tuples(st.just("mem_read"), addrs, st.sampled_from([1, PAGE])),
    st.tuples(st.just("mem_write"), addrs, texts),
    st.tuples(st.just("write"), fds, texts),
    st.tuples(st.just("read"), fds, sizes),
    st.tuples(st.sampled_from(["close", "dup"]), fds),
    st.tuples(st.just("shmat"), st.just(0), addrs, st.sampled_from([0, SHM_REMAP])),
    st.tuples(st.just("shmdt"), addrs),
    st.tuples(st.sampled_from(["fork", "exit", "exec"])),
)  # fmt: skip


def start() -> Kernel:
    """Two processes on a machine with little memory, and a segment."""
    k = Kernel("linux", {"NREGION": 24, "FRAMES": 18, "NPROC": 5})
    k.spawn("A")
    k.spawn("B", uid=1000).call("shmget", 0, 2 * PAGE, 0o666)
    return k


def free(p: Process) -> bool:
    """Can it make a call?"""
    return p.image == "program" and p.state is State.USER


def made(k: Kernel, p: Process, number: int, name: str, args: tuple[Any, ...]) -> bool:
    """Makes the call, with a name for the child of a fork; True when it did not fail."""
    given = {"fork": (f"P{number}",), "exit": (0,), "exec": ({"sleep": 1},)}.get(name, args)
    return p.call(name, *given).state != "failed"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), calls), max_size=40))
def test_no_walk_breaks_an_invariant_or_leaves_half_a_call(
    walk: list[tuple[int, tuple[Any, ...]]],
) -> None:
    k = start()
    for number, (who, (name, *args)) in enumerate(walk):
        able = [p for p in k.procs.values() if free(p)]
        if not able:
            break
        before = show(snapshot(k))
        fine = made(k, able[who % len(able)], number, name, tuple(args))
        after = show(snapshot(k))
        assert broken(after) == [], (name, args)
        if not fine and name not in ("mem_read", "mem_write"):
            assert {**before, "inodes": before.get("inodes", []), "fds": before.get("fds", [])} == {
                **after,
                "inodes": after.get("inodes", []),
                "fds": after.get("fds", []),
            }, (name, args)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), calls), max_size=40))
def test_when_everybody_has_gone_only_what_has_a_name_is_left(
    walk: list[tuple[int, tuple[Any, ...]]],
) -> None:
    k = start()
    for number, (who, (name, *args)) in enumerate(walk):
        able = [p for p in k.procs.values() if free(p)]
        if able and name not in ("fork", "exit", "exec"):
            made(k, able[who % len(able)], number, name, tuple(args))
    for p in list(k.procs.values()):
        p.call("exit", 0)
    left = show(snapshot(k))
    assert broken(left) == []
    assert all(inode["linked"] and not inode["opens"] for inode in left.get("inodes", []))
    held = {inode["region"] for inode in left.get("inodes", [])} - {None}
    segments = {one["region"] for one in left["shmem"]}
    assert {entry["slot"] for entry in left["regions"]["entries"]} == held | segments
