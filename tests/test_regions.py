"""The region algorithms, the address spaces of processes (kernel_model/regions.py, space.py)."""

import functools
from collections import Counter
from typing import Any

import pytest

from kernel_model import (
    IPC_CREAT,
    PAGE,
    Errno,
    Kernel,
    KernelError,
    Pregion,
    Process,
    Region,
    allocreg,
    attachreg,
    detachreg,
    dupreg,
    entries_of,
    freereg,
    growreg,
    loadreg,
    lockreg,
    memory_of,
    unlockreg,
)
from kernel_model.invariants import broken
from kernel_model.memory import peek
from kernel_model.regiontable import REGION_ALGORITHMS
from kernel_model.tables import show, snapshot
from kernel_model.traps import ALGORITHMS, SYSENT

PERSONALITIES = pytest.mark.parametrize("personality", ["classic", "linux"])
X = 0x10000000


def machine(personality: str = "classic", **limits: int) -> tuple[Kernel, Process]:
    """A kernel that has memory, and the process A."""
    k = Kernel(personality, limits)
    a = k.spawn("A")
    memory_of(k)
    return k, a


def sound(k: Kernel) -> dict[str, Any]:
    view = show(snapshot(k))
    assert broken(view) == []
    return view


def attached(a: Process, pages: int, addr: int = X) -> Pregion:
    """A region of its own for A, unlocked."""
    region = allocreg(a, None, "shared")
    entry = attachreg(a, region, a, addr, "shared")
    growreg(a, entry, pages)
    unlockreg(region)
    return entry


# Lists and locks


@PERSONALITIES
def test_allocreg_takes_the_first_free_region_and_gives_it_locked_and_active(
    personality: str,
) -> None:
    k, a = machine(personality)
    regions = memory_of(k).regions
    free = regions.listed(regions.free)
    region = allocreg(a, "file", "shared")

    assert region is free[0]
    assert regions.listed(regions.free) == free[1:]
    assert regions.listed(regions.active)[0] is region
    assert (region.type, region.inode, region.locked) == ("shared", "file", True)
    assert (region.size, region.refcount, region.pages) == (0, 0, {})


def test_allocreg_without_a_free_region_fails_and_changes_nothing() -> None:
    k, a = machine(NREGION=3)
    before = snapshot(k)

    with pytest.raises(KernelError, match="all 3 regions are in use") as caught:
        allocreg(a, None, "shared")
    assert caught.value.errno == Errno.ENOMEM
    assert snapshot(k) == before


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_freereg_takes_a_region_off_the_active_list_wherever_it_stands(
    order: tuple[int, ...],
) -> None:
    k, a = machine()
    regions = memory_of(k).regions
    made = [allocreg(a, None, "shared") for _ in range(3)]
    for place in order:
        freereg(a, made[place])
    sound(k)

    assert regions.listed(regions.free)[:3] == [made[place] for place in reversed(order)]


def test_freereg_only_unlocks_a_region_that_is_referred_to() -> None:
    k, a = machine()
    entry = attached(a, 2)
    before = snapshot(k)
    lockreg(entry.region)
    freereg(a, entry.region)

    assert snapshot(k) == before
    assert not entry.region.locked


def test_freereg_gives_the_frames_back_and_clears_the_region() -> None:
    k, a = machine()
    before = memory_of(k).frames.left
    entry = attached(a, 5)
    region = entry.region
    lockreg(region)
    detachreg(a, entry)

    assert memory_of(k).frames.left == before
    assert (region.type, region.size, region.pages, region.sticky) == ("", 0, {}, False)
    sound(k)


def test_a_region_that_is_locked_already_is_a_panic() -> None:
    _, a = machine()
    region = allocreg(a, None, "shared")

    with pytest.raises(AssertionError, match="locked, and nobody will ever unlock it"):
        lockreg(region)
    unlockreg(region)
    with pytest.raises(AssertionError, match="is not locked"):
        unlockreg(region)


# Attaching, growing, detaching


@PERSONALITIES
def test_attachreg_counts_the_reference_and_the_pages_of_the_process(personality: str) -> None:
    k, a = machine(personality)
    b = k.spawn("B")
    entry = attached(a, 3)
    size = b.size
    lockreg(entry.region)
    other = attachreg(a, entry.region, b, X + PAGE, "shared", True)
    unlockreg(entry.region)

    assert (entry.region.refcount, b.size) == (2, size + 3)
    assert (other.addr, other.readonly, other.slot) == (X + PAGE, True, 3)
    assert entries_of(b)[-1] is other
    sound(k)


BAD = {
    "of no page": (X + 1, "shared", Errno.EINVAL),
    "over text": (0x10000, "shared", Errno.EINVAL),
    "over data from below": (0x20000 - PAGE, "shared", Errno.EINVAL),
    "of the kernel": (0x80000000, "shared", Errno.EINVAL),
    "partly of the kernel": (0x80000000 - PAGE, "shared", Errno.EINVAL),
    "below the user's": (0, "shared", Errno.EINVAL),
    "negative": (-PAGE, "shared", Errno.EINVAL),
}


@pytest.mark.parametrize("bad", BAD)
def test_attachreg_refuses_an_address_and_changes_nothing(bad: str) -> None:
    k, a = machine()
    entry = attached(a, 2)
    addr, rtype, errno = BAD[bad]
    lockreg(entry.region)
    before = snapshot(k)

    with pytest.raises(KernelError) as caught:
        attachreg(a, entry.region, a, addr, rtype)
    assert caught.value.errno == errno
    assert snapshot(k) == before


def test_attachreg_needs_a_free_entry_of_the_process() -> None:
    k, a = machine(SHMSEG=1)
    entry = attached(a, 1)
    lockreg(entry.region)
    before = snapshot(k)

    with pytest.raises(KernelError) as caught:
        attachreg(a, entry.region, a, X + PAGE, "shared")
    assert caught.value.errno == Errno.EMFILE
    assert snapshot(k) == before


def test_text_data_and_stack_have_the_first_three_slots() -> None:
    k, a = machine()
    attached(a, 1)
    (space,) = sound(k)["spaces"]

    assert [one["type"] for one in space["regions"]] == ["text", "data", "stack", "shared"]
    assert [one["slot"] for one in space["regions"]] == [0, 1, 2, 3]
    assert (space["size"], [one["readonly"] for one in space["regions"]]) == (
        4,
        [True, False, False, False],
    )


@PERSONALITIES
def test_growreg_grows_and_shrinks_region_and_process(personality: str) -> None:
    k, a = machine(personality)
    entry = attached(a, 2)
    size, left = a.size, memory_of(k).frames.left
    sizes = []
    for change in (3, -4, 0):
        lockreg(entry.region)
        growreg(a, entry, change)
        unlockreg(entry.region)
        sound(k)
        sizes.append((entry.region.size, a.size - size, left - memory_of(k).frames.left))

    frames = [3, -1, -1] if personality == "classic" else [0, 0, 0]
    assert sizes == [(5, 3, frames[0]), (1, -1, frames[1]), (1, -1, frames[2])]


def test_growreg_refuses_what_does_not_fit_and_changes_nothing() -> None:
    k, a = machine(FRAMES=10)
    entry, _ = attached(a, 2), attached(a, 1, X + 3 * PAGE)
    errors = []
    before = snapshot(k)
    for change in (2, 2**30, 10):
        with pytest.raises(KernelError) as caught:
            growreg(a, entry, change)
        errors.append((caught.value.errno, snapshot(k) == before))

    assert errors == [(Errno.ENOMEM, True)] * 3


def test_growreg_needs_frames() -> None:
    k, a = machine(FRAMES=5)  # three are in use
    region = allocreg(a, None, "shared")
    entry = attachreg(a, region, a, X, "shared")
    before = snapshot(k)

    with pytest.raises(KernelError, match="3 pages, but only 2 frames"):
        growreg(a, entry, 3)
    assert snapshot(k) == before


@PERSONALITIES
def test_a_sticky_region_stays_when_the_last_process_detaches_it(personality: str) -> None:
    k, a = machine(personality)
    entry = attached(a, 1)
    region = entry.region
    region.sticky = True
    lockreg(region)
    detachreg(a, entry)

    assert (region.type, region.refcount, region.size, region.locked) == ("shared", 0, 1, False)
    assert region in memory_of(k).regions.listed(memory_of(k).regions.active)


# Loading and duplicating


@PERSONALITIES
def test_loadreg_grows_the_region_and_fills_it(personality: str) -> None:
    k, a = machine(personality)
    region = allocreg(a, "file", "shared")
    entry = attachreg(a, region, a, X, "shared")
    loadreg(a, entry, "file", b"x" * PAGE + b"rest")
    unlockreg(region)

    assert region.size == 2
    assert peek(memory_of(k).frames, region.pages[1], 0, 6) == b"rest\0\0"
    assert a.call("mem_read", X + PAGE - 1, 5).out["data"] == b"xrest"
    sound(k)


@pytest.mark.parametrize("rtype", ["text", "shared"])
def test_dupreg_gives_what_is_shared_itself(rtype: str) -> None:
    k, a = machine()
    region = allocreg(a, None, rtype)
    before = snapshot(k)

    assert dupreg(a, region) is region
    assert snapshot(k) == before


@pytest.mark.parametrize("rtype", ["data", "stack"])
def test_dupreg_copies_what_is_private(rtype: str) -> None:
    k, a = machine()
    (entry,) = [entry for entry in entries_of(a) if entry.type == rtype]
    a.call("mem_write", entry.addr + 5, b"text")
    lockreg(entry.region)
    copy = dupreg(a, entry.region)

    assert copy is not entry.region
    assert (copy.type, copy.size, copy.refcount, copy.locked) == (rtype, 1, 0, True)
    assert copy.pages.keys() == entry.region.pages.keys()
    assert not set(copy.pages.values()) & set(entry.region.pages.values())
    assert peek(memory_of(k).frames, copy.pages[0], 5, 4) == b"text"


# fork, exec, exit


def test_processes_of_one_image_share_its_text() -> None:
    k, a = machine()
    k.spawn("B")
    a.call("fork", "C")
    c = k.proc("C")
    c.call("exec", {"sleep": 1})
    k.spawn("D")
    texts = Counter(entry["inode"] for entry in sound(k)["regions"]["entries"]
                    if entry["type"] == "text")  # fmt: skip
    references = {
        one.slot: one.refcount for one in memory_of(k).regions.entries if one.type == "text"
    }

    assert texts == {"program": 1, "sleep": 1}
    assert sorted(references.values()) == [1, 3]


@PERSONALITIES
def test_the_last_process_takes_everything_with_it(personality: str) -> None:
    k, a = machine(personality)
    attached(a, 3)
    a.call("fork", "B")
    for name in "BA":
        k.proc(name).call("exit", 0)
    view = sound(k)

    assert (view["regions"]["active"], view["regions"]["entries"]) == ([], [])
    assert memory_of(k).frames.left == memory_of(k).frames.total


@pytest.mark.parametrize(("limit", "value"), [("NREGION", 4), ("FRAMES", 4)])
def test_fork_without_memory_for_the_copy_makes_no_child(limit: str, value: int) -> None:
    k, a = machine(**{limit: value})
    before = snapshot(k)
    call = a.call("fork", "B")

    assert isinstance(call.error, KernelError)
    assert call.error.errno == Errno.EAGAIN
    assert snapshot(k) == before
    assert a.call("fork", "B").state == "failed"  # the name is still free


@pytest.mark.parametrize("limit", ["NREGION", "FRAMES"])
def test_exec_without_memory_for_another_text_keeps_the_image(limit: str) -> None:
    k, a = machine(**{limit: 5})  # a text and two pairs
    a.call("fork", "B")
    before = snapshot(k)
    call = a.call("exec", {"sleep": 1})

    assert isinstance(call.error, KernelError)
    assert call.error.errno == Errno.ENOMEM
    assert snapshot(k) == before
    k.proc("B").call("exit", 0)
    assert a.call("exec", {"sleep": 1}).state == "execed"


@PERSONALITIES
def test_exec_gives_new_memory(personality: str) -> None:
    k, a = machine(personality)
    attached(a, 4)
    a.call("mem_alloc", b"old")
    a.call("exec", {"sleep": 1})
    (space,) = sound(k)["spaces"]

    assert [one["type"] for one in space["regions"]] == ["text", "data", "stack"]
    assert space["size"] == 3
    assert not any("old" in text for _, text in sound(k)["frames"]["text"])


def test_a_machine_too_small_for_its_processes_tells_who_asks_and_stays_without_memory() -> None:
    k = Kernel("classic", {"FRAMES": 4})
    a, _ = k.spawn("A"), k.spawn("B")
    before = snapshot(k)
    call = a.call("shmget", 1, 1, IPC_CREAT)

    assert isinstance(call.error, KernelError)
    assert call.error.errno == Errno.ENOMEM
    assert snapshot(k) == before


# Going through the table


def logged(k: Kernel) -> list[str]:
    """The region algorithms that are called from now on, in their order."""
    log: list[str] = []

    def logging(name: str) -> Any:
        original = k.algorithms[name]

        @functools.wraps(original)
        def call(u: Process, *args: Any, **named: Any) -> Any:
            log.append(name)
            return original(u, *args, **named)

        return call

    for name in REGION_ALGORITHMS:
        k.install(logging(name), name)
    next(iter(k.procs.values())).call("getpid")  # the first call gives every process its regions
    log.clear()
    return log


@PERSONALITIES
def test_every_call_goes_through_the_region_algorithms(personality: str) -> None:
    k = Kernel(personality)
    a = k.spawn("A")
    log = logged(k)
    found: dict[str, Counter[str]] = {}

    def made(call: str, p: Process, *args: Any) -> Any:
        log.clear()
        result = p.call(call, *args).ret
        found[call] = Counter(log)
        return result

    shmid = made("shmget", a, 1, PAGE, IPC_CREAT | 0o600)
    at = made("shmat", a, shmid, None, 0)
    made("fork", a, "B")
    b = k.proc("B")
    made("mem_alloc", b, bytes(2 * PAGE))
    made("shmdt", a, at)
    made("exec", b, {"sleep": 1})
    made("exit", a, 0)

    copies = Counter(dupreg=4, attachreg=4, allocreg=2)
    image = Counter(allocreg=3, attachreg=3, loadreg=1, growreg=3)
    assert found == {
        "shmget": Counter(allocreg=1),
        "shmat": Counter(attachreg=1, growreg=1),
        "fork": copies,
        "mem_alloc": Counter(growreg=1),
        "shmdt": Counter(detachreg=1),
        "exec": Counter(detachreg=4, freereg=2) + image,
        "exit": Counter(detachreg=3, freereg=3),
    }


def test_a_fork_goes_through_them_also_where_nobody_has_asked_for_memory() -> None:
    k = Kernel()
    a = k.spawn("A")
    log = logged(k)
    a.call("fork", "B")

    assert log.count("attachreg") == 3


def test_a_region_algorithm_that_is_installed_makes_the_regions_of_all_processes() -> None:
    k = Kernel()
    a, _ = k.spawn("A"), k.spawn("B")
    made: list[str] = []

    def allocreg(u: Process, inode: str | None, rtype: str) -> Region:
        made.append(f"{u.name} {rtype}")
        return ALGORITHMS["allocreg"](u, inode, rtype)  # type: ignore[no-any-return]

    k.install(allocreg)
    before = list(made)
    a.call("getpid")

    assert before == []
    assert made == ["A text", "A data", "A stack", "B data", "B stack"]


def test_a_region_algorithm_that_fails_makes_the_first_call_fail_and_every_one_after_it() -> None:
    k = Kernel()
    a = k.spawn("A")
    k.keep_crashes = True

    def attachreg(*args: Any) -> Pregion:
        raise NotImplementedError("not yet")

    k.install(attachreg)
    states = [a.call("getpid").state for _ in range(2)]

    assert states == ["crashed", "crashed"]
    assert k.memory is None
    assert (a.size, a.pregions) == (0, None)


def test_exec_and_exit_detach_segments_by_shmdt() -> None:
    k = Kernel()
    a = k.spawn("A")
    at = a.call("shmat", a.call("shmget", 1, PAGE, IPC_CREAT | 0o600).ret, None, 0).ret
    a.call("fork", "B")
    gone: list[tuple[str, int | None]] = []

    async def shmdt(u: Process, addr: int | None) -> int:  # a coroutine will do as well
        gone.append((u.name, addr))
        return SYSENT["shmdt"](u, addr)  # type: ignore[no-any-return]

    k.install(shmdt)
    k.proc("B").call("exec", {"sleep": 1})
    a.call("exit", 0)

    assert gone == [("B", at), ("A", at)]
    sound(k)


def test_kernels_that_only_pass_messages_have_no_memory() -> None:
    k = Kernel()
    a = k.spawn("A")
    a.call("fork", "B")
    q = a.call("msgget", 1, IPC_CREAT | 0o600).ret
    a.call("msgsnd", q, 1, b"text")
    k.proc("B").call("exit", 0)

    assert k.memory is None
    assert "regions" not in show(snapshot(k))


def test_who_comes_when_there_is_memory_has_regions_too() -> None:
    k, _ = machine()
    b = k.spawn("B")

    assert (b.size, len(entries_of(b))) == (3, 3)
    sound(k)


def test_a_region_left_locked_is_seen() -> None:
    k, a = machine()
    region: Region = attached(a, 1).region
    lockreg(region)

    assert broken(show(snapshot(k))) == [f"region {region.slot} is left locked"]


def test_attachreg_can_be_called_for_any_process_and_address() -> None:
    k, a = machine()
    b = k.spawn("B")
    s = a.call("shmget", 1, 2 * PAGE, IPC_CREAT | 0o600).ret
    a.call("shmat", s, X, 0)
    states = [
        a.call("attachreg", s, b.pid, X, 0).state,
        a.call("attachreg", s, b.pid, X + PAGE, 0).state,  # over the one before
        a.call("attachreg", s, b.pid, X + 1, 0).state,
        a.call("attachreg", s, 99, X, 0).state,
    ]

    assert states == ["returned", "failed", "failed", "failed"]
    assert (b.size, memory_of(k).shmem.entries[0].atime) == (5, 1002)
    sound(k)
