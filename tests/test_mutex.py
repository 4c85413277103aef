"""Mutexes and conditions in shared memory: their bytes, their costs, and walks over them."""

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from kernel_model import IPC_CREAT, PTHREAD_MUTEX_ERRORCHECK, Errno, Kernel, KernelError, Process
from kernel_model.invariants import broken
from kernel_model.process import State
from kernel_model.tables import show, snapshot

X, APART = 0x10_0000_0000, 0x1_0000_0000
CONDITION = 128  # bytes from the mutex
NAMES = ("A", "B", "C")


def start(kind: int = 0, robust: int = 0) -> tuple[Kernel, list[Process], list[int]]:
    """Three processes with a segment at three addresses, a mutex and a condition in it."""
    k = Kernel("linux")
    procs = [k.spawn(name) for name in NAMES]
    shmid = procs[0].call("shmget", 0, 4096, IPC_CREAT | 0o666).ret
    at = [p.call("shmat", shmid, X + n * APART, 0).ret for n, p in enumerate(procs)]
    procs[0].call("pthread_mutex_init", at[0], kind, robust)
    procs[0].call("pthread_cond_init", at[0] + CONDITION)
    return k, procs, at


def seen(k: Kernel, kind: str = "mutexes") -> dict[str, Any]:
    """The mutex or the condition as a view shows it, when the view is sound."""
    view = show(snapshot(k))
    assert broken(view) == []
    (one,) = view[kind]
    return dict(one)


def test_a_mutex_that_is_free_is_locked_and_unlocked_without_entering_the_kernel() -> None:
    k, (a, *_), (at, *_) = start()
    a.call("pthread_mutex_lock", at)
    a.call("pthread_mutex_unlock", at)
    locked = a.call("pthread_mutex_lock", at)

    assert (locked.cost.calls, locked.cost.crossings, locked.cost.touched) == (0, 0, 20)
    assert k.costs["pthread_mutex_unlock"].crossings == 0


def test_one_that_is_waited_for_costs_a_crossing_to_sleep_and_one_to_wake() -> None:
    _, (a, b, _), (at, bt, _) = start()
    a.call("pthread_mutex_lock", at)
    waits = b.call("pthread_mutex_lock", bt)
    before = a.costs["pthread_mutex_lock"].crossings
    woke = a.call("pthread_mutex_unlock", at)

    assert (waits.cost.crossings, waits.cost.sleeps) == (1, 1)
    assert (before, woke.cost.crossings) == (0, 1)


def test_the_words_of_a_mutex_are_bytes_in_a_frame_that_both_processes_have() -> None:
    k, (a, b, _), (at, bt, _) = start()
    a.call("pthread_mutex_lock", at)
    told = b.call("mem_read", bt, 20).out["data"]
    words = [int.from_bytes(told[n : n + 4], "little") for n in range(0, 20, 4)]
    held = seen(k)

    assert words == [1, 1, a.pid, 1, 128]
    assert (held["state"], held["holder"], held["type"]) == ("held", "A", "normal")
    b.call("mem_write", bt, bytes(4))
    assert a.call("pthread_mutex_trylock", at).state == "returned"


def test_a_view_names_who_holds_a_mutex_and_who_waits_for_it_in_order() -> None:
    k, (a, b, c), (at, bt, ct) = start(robust=1)
    free = seen(k)
    a.call("pthread_mutex_lock", at)
    c.call("pthread_mutex_lock", ct)
    b.call("pthread_mutex_lock", bt)
    held = seen(k)
    a.call("exit", 0)
    handed = seen(k)

    assert (free["state"], free["holder"], free["waiting"]) == ("free", None, [])
    assert (held["holder"], held["waiting"]) == ("A", ["C", "B"])
    assert (handed["state"], handed["holder"], handed["waiting"]) == ("inconsistent", "C", ["B"])


def test_a_mutex_is_no_more_when_its_segment_is_gone() -> None:
    k, procs, at = start()
    shmid = show(snapshot(k))["shmem"][0]["shmid"]
    for p, addr in zip(procs, at, strict=True):
        p.call("shmdt", addr)
    assert len(show(snapshot(k))["mutexes"]) == 1
    procs[0].call("shmctl", shmid, 0)

    assert show(snapshot(k)).get("mutexes", []) == []


def producer(addr: int, items: bytes) -> Callable[[Any], Any]:
    """A program that puts bytes into a slot of one, which it finds empty or waits for."""

    async def main(u: Any) -> None:
        for item in items:
            await u.pthread_mutex_lock(addr)
            while await full(u, addr):
                await u.pthread_cond_wait(addr + CONDITION, addr)
            await u.mem_write(addr + 256, bytes([1, item]))
            await u.pthread_cond_broadcast(addr + CONDITION)
            await u.pthread_mutex_unlock(addr)

    return main


def consumer(addr: int, count: int, got: list[int]) -> Callable[[Any], Any]:
    """A program that takes so many bytes out of the slot."""

    async def main(u: Any) -> None:
        for _ in range(count):
            await u.pthread_mutex_lock(addr)
            while not await full(u, addr):
                await u.pthread_cond_wait(addr + CONDITION, addr)
            await u.mem_read(addr + 257, 1)
            got.append(u.out["data"][0])
            await u.mem_write(addr + 256, b"\0")
            await u.pthread_cond_broadcast(addr + CONDITION)
            await u.pthread_mutex_unlock(addr)

    return main


async def full(u: Any, addr: int) -> bool:
    await u.mem_read(addr + 256, 1)
    return bool(u.out["data"][0])


@pytest.mark.parametrize("consumers", [1, 2])
@settings(max_examples=25, deadline=None)
@given(choices=st.lists(st.integers(0, 7), max_size=60))
def test_what_producers_put_in_consumers_take_out_whoever_runs_next(
    consumers: int, choices: list[int]
) -> None:
    k = Kernel("linux")
    a = k.spawn("A")
    at = a.call("shmat", a.call("shmget", 0, 4096, IPC_CREAT | 0o666).ret, X, 0).ret
    a.call("pthread_mutex_init", at, PTHREAD_MUTEX_ERRORCHECK)
    a.call("pthread_cond_init", at + CONDITION)
    k.choose = lambda ready: choices.pop() % len(ready) if choices else 0
    got: list[int] = []
    for n in range(2):
        a.call("fork", f"producer{n}", producer(at, bytes([n, n + 10, n + 20])))
    for n in range(consumers):
        a.call("fork", f"consumer{n}", consumer(at, 6 // consumers, got))
    for _ in range(2 + consumers):
        a.call("wait")

    assert sorted(got) == [0, 1, 10, 11, 20, 21]
    assert [item for item in got if item % 10 == 0] == [0, 10, 20] or consumers == 2
    assert broken(show(snapshot(k))) == []


steps = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["lock", "lock", "trylock", "unlock", "unlock", "wait", "signal", "broadcast",
                     "consistent", "usr1", "stop", "cont", "fork", "exit", "kill"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([0, 1, 2]), st.sampled_from([0, 1]), st.lists(steps, max_size=40))
def test_no_walk_leaves_somebody_asleep_on_a_mutex_that_is_free(
    kind: int, robust: int, walk: list[tuple[int, str]]
) -> None:
    k, procs, at = start(kind, robust)
    addr = {p.name: one for p, one in zip(procs, at, strict=True)}
    keeper = k.spawn("keeper")
    holder: str | None = None  # as the calls that came back tell it
    for number, (who, what) in enumerate(walk):
        living = [p for p in k.procs.values() if p is not keeper and p.state is not State.ZOMBIE]
        if not living:
            break
        p = living[who % len(living)]
        sends = {"usr1": 10, "stop": 19, "cont": 18, "kill": 9}
        if what in sends:
            p.actions[10], p.flags[10] = "catch", 0
            keeper.call("kill", p.pid, sends[what])
        elif p.state is State.USER and p.task is None:
            made = act(p, what, addr, number)
            addr.setdefault(f"P{number}", addr[p.name])
            if what == "trylock" and made is None and kind != 1:
                assert holder in (None, p.name), f"{p.name} holds what {holder} holds"
        one = seen(k)
        holder = one["holder"]
        assert len(one["waiting"]) == len(set(one["waiting"]))
        seen(k, "conditions")


def act(p: Process, what: str, addr: dict[str, int], number: int) -> Errno | None:
    """One step of a process; gives the error, if there is one."""
    mutex = addr[p.name]
    condition = mutex + CONDITION
    call, *args = {
        "wait": ("pthread_cond_wait", condition, mutex),
        "signal": ("pthread_cond_signal", condition),
        "broadcast": ("pthread_cond_broadcast", condition),
        "fork": ("fork", f"P{number}"),
        "exit": ("exit", 0),
    }.get(what, (f"pthread_mutex_{what}", mutex))
    error = p.call(str(call), *args).error
    return error.errno if isinstance(error, KernelError) else None
