"""Shared memory: shmget, shmat, shmdt, shmctl (kernel_model/shm.py and its Linux part)."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from kernel_model import (
    IPC_CREAT,
    IPC_EXCL,
    IPC_INFO,
    IPC_PRIVATE,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    PAGE,
    SHM_EXEC,
    SHM_HUGETLB,
    SHM_INFO,
    SHM_LOCK,
    SHM_NORESERVE,
    SHM_RDONLY,
    SHM_REMAP,
    SHM_RND,
    SHM_STAT,
    SHM_STAT_ANY,
    SHM_UNLOCK,
    Call,
    Errno,
    Kernel,
    KernelError,
    Process,
    memory_of,
)
from kernel_model.invariants import broken
from kernel_model.tables import show, snapshot

PERSONALITIES = pytest.mark.parametrize("personality", ["classic", "linux"])
X = 0x10000000  # an address where nobody has anything


def failed(call: Call) -> Errno:
    assert isinstance(call.error, KernelError), call
    return call.error.errno


class World:
    """Processes A (superuser), B (user 1000), C (1001, group 50) and a segment of B's, 3 pages."""

    def __init__(self, personality: str = "classic", mode: int = 0o666, **limits: int) -> None:
        self.k = Kernel(personality, limits)
        self.a, self.b = self.k.spawn("A", 0), self.k.spawn("B", 1000)
        self.c = self.k.spawn("C", 1001, 50)
        self.id = self.b.call("shmget", 1, 2 * PAGE + 1, IPC_CREAT | mode).ret

    def at(self, p: Process, addr: int | None = None, flags: int = 0) -> int:
        where: int = p.call("shmat", self.id, addr, flags).ret
        return where

    def stat(self) -> dict[str, Any]:
        fields: dict[str, Any] = self.a.call("shmctl", self.id, IPC_STAT).out["fields"]
        return fields

    def view(self) -> dict[str, Any]:
        view = show(snapshot(self.k))
        assert broken(view) == []
        return view


# Making and finding


@PERSONALITIES
def test_a_new_segment_has_an_entry_and_a_region_but_no_memory(personality: str) -> None:
    w = World(personality)
    entries, frames = w.view()["regions"]["entries"], memory_of(w.k).frames.left
    (segment,) = w.view()["shmem"]

    assert (segment["segsz"], segment["cleared"], segment["nattch"]) == (2 * PAGE + 1, True, 0)
    assert (segment["cpid"], segment["lpid"], segment["atime"]) == (w.b.pid, 0, 0)
    (region,) = [entry for entry in entries if entry["type"] == "shared"]
    assert (region["slot"], region["size"], region["pages"]) == (segment["region"], 0, [])
    assert region["sticky"]
    w.at(w.a)
    assert (memory_of(w.k).frames.left < frames) == (personality == "classic")


@PERSONALITIES
def test_the_flag_of_no_memory_changes_at_the_first_attach_alone(personality: str) -> None:
    w = World(personality)
    cleared = [w.view()["shmem"][0]["cleared"]]
    for p in (w.a, w.b):
        w.at(p)
        cleared.append(w.view()["shmem"][0]["cleared"])

    assert cleared == [True, False, False]


@PERSONALITIES
@pytest.mark.parametrize(
    ("size", "flags", "errno"),
    [
        (0, 0, None),
        (1, 0, None),
        (2 * PAGE + 1, IPC_CREAT, None),
        (2 * PAGE + 2, 0, Errno.EINVAL),
        (3 * PAGE, IPC_CREAT, Errno.EINVAL),
        (1, IPC_CREAT | IPC_EXCL, Errno.EEXIST),
        (10**6, IPC_CREAT | IPC_EXCL, Errno.EEXIST),
    ],
)
def test_a_segment_is_found_by_its_key_if_it_is_large_enough(
    personality: str, size: int, flags: int, errno: Errno | None
) -> None:
    w = World(personality)
    before = snapshot(w.k)

    call = w.a.call("shmget", 1, size, flags)

    assert call.ret == w.id if errno is None else failed(call) == errno
    assert snapshot(w.k) == before


@PERSONALITIES
@pytest.mark.parametrize("size", [0, -1, -(2**63), 65, 2**63, 2**64 - 1])
@pytest.mark.parametrize("key", [IPC_PRIVATE, 7])
def test_a_new_segment_of_an_illegal_size_is_not_made(
    personality: str, size: int, key: int
) -> None:
    w = World(personality, SHMMAX=10**5)
    w.k.limits.SHMMAX = 64
    before = snapshot(w.k)

    assert failed(w.a.call("shmget", key, size, IPC_CREAT | 0o600)) == Errno.EINVAL
    assert snapshot(w.k) == before
    assert w.a.call("shmget", key, 64, IPC_CREAT | 0o600).ret != w.id


@PERSONALITIES
def test_the_size_or_the_permission_is_judged_first(personality: str) -> None:
    w = World(personality, 0o600)
    errno = failed(w.c.call("shmget", 1, 10**6, 0o606))

    assert errno == (Errno.EACCES if personality == "classic" else Errno.EINVAL)


@PERSONALITIES
def test_there_are_shmmni_segments(personality: str) -> None:
    w = World(personality, SHMMNI=2)
    w.a.call("shmget", 2, 1, IPC_CREAT)
    before = snapshot(w.k)

    assert failed(w.a.call("shmget", 3, 1, IPC_CREAT)) == Errno.ENOSPC
    assert snapshot(w.k) == before


def test_a_segment_needs_a_free_region() -> None:
    w = World(NREGION=8)  # a text, three times data and stack, and the segment
    before = snapshot(w.k)

    assert failed(w.a.call("shmget", 2, 1, IPC_CREAT)) == Errno.ENOMEM
    assert snapshot(w.k) == before


def test_linux_knows_huge_pages_and_segments_without_reservation() -> None:
    w = World("linux", FRAMES=100)
    big = 101 * PAGE

    assert failed(w.a.call("shmget", 2, big, IPC_CREAT)) == Errno.ENOMEM
    assert w.a.call("shmget", 2, big, IPC_CREAT | SHM_NORESERVE).ret >= 0
    assert failed(w.a.call("shmget", 3, 1, IPC_CREAT | SHM_HUGETLB)) == Errno.ENOMEM
    assert failed(w.b.call("shmget", 3, 1, IPC_CREAT | SHM_HUGETLB)) == Errno.EPERM


# Attaching


@PERSONALITIES
def test_one_segment_lies_at_two_addresses_over_frames_that_lie_apart(personality: str) -> None:
    w = World(personality)
    one, other = w.at(w.a), w.at(w.b, X)
    w.a.call("mem_write", one + PAGE - 2, b"both")
    w.b.call("mem_write", other + 2 * PAGE, b"!")
    view = w.view()
    (region,) = [entry for entry in view["regions"]["entries"] if entry["type"] == "shared"]
    frames = [frame for _, frame in region["pages"]]

    assert one != other
    assert w.b.call("mem_read", other + PAGE - 2, 4).out["data"] == b"both"
    assert w.a.call("mem_read", one + 2 * PAGE, 1).out["data"] == b"!"
    assert len(frames) == 3
    assert all(abs(a - b) > 1 for a, b in pairwise(frames))
    assert region["refcount"] == w.stat()["nattch"] == 2


@PERSONALITIES
@pytest.mark.parametrize(
    ("addr", "flags", "where"),
    [
        (X, 0, X),
        (X, SHM_RND, X),
        (X + 1, SHM_RND, X),
        (X + PAGE - 1, SHM_RND | SHM_RDONLY, X),
        (X + PAGE, SHM_RND, X + PAGE),
    ],
)
def test_shm_rnd_rounds_an_address_down(
    personality: str, addr: int, flags: int, where: int
) -> None:
    w = World(personality)

    assert w.at(w.a, addr, flags) == where
    w.view()


BAD_ADDRESSES = {
    "of no page": (X + 1, 0, Errno.EINVAL, Errno.EINVAL),
    "over a segment": (X + 8 * PAGE, 0, Errno.EINVAL, Errno.EINVAL),
    "over the end of one": (X + 10 * PAGE, 0, Errno.EINVAL, Errno.EINVAL),
    "over the begin of one": (X + 6 * PAGE, 0, Errno.EINVAL, Errno.EINVAL),
    "over the begin, rounded": (X + 7 * PAGE - 1, SHM_RND, Errno.EINVAL, Errno.EINVAL),
    "of the kernel": (2**63, 0, Errno.EINVAL, Errno.ENOMEM),
    "negative": (-PAGE, 0, Errno.EINVAL, Errno.EINVAL),
    "huge": (2**64 - 8 * PAGE, 0, Errno.EINVAL, Errno.ENOMEM),
    "to the last page of all": (2**64 - 3 * PAGE, 0, Errno.EINVAL, Errno.ENOMEM),
    "beyond the very end": (2**64 - 2 * PAGE, 0, Errno.EINVAL, Errno.EINVAL),
    "none, to be remapped": (None, SHM_REMAP, None, Errno.EINVAL),
}


@PERSONALITIES
@pytest.mark.parametrize("bad", BAD_ADDRESSES)
def test_a_bad_address_is_refused_and_changes_nothing(personality: str, bad: str) -> None:
    w = World(personality)
    w.at(w.a, X + 8 * PAGE)
    addr, flags, *errors = BAD_ADDRESSES[bad]
    errno = errors[personality == "linux"]
    before = snapshot(w.k)

    call = w.a.call("shmat", w.id, addr, flags)

    if errno is None:
        assert call.state == "returned"
    else:
        assert failed(call) == errno
        assert snapshot(w.k) == before


@PERSONALITIES
def test_text_data_and_stack_are_in_the_way(personality: str) -> None:
    w = World(personality)
    layout = memory_of(w.k).layout
    before = snapshot(w.k)

    for addr in (layout.text, layout.data, layout.stack):
        assert failed(w.a.call("shmat", w.id, addr, 0)) == Errno.EINVAL
    assert snapshot(w.k) == before


@PERSONALITIES
@pytest.mark.parametrize(
    ("mode", "flags", "able"),
    [
        (0o600, 0, [True, True, False]),
        (0o400, 0, [True, False, False]),
        (0o400, SHM_RDONLY, [True, True, False]),
        (0o200, SHM_RDONLY, [True, False, False]),
        (0o604, SHM_RDONLY, [True, True, True]),
        (0o604, 0, [True, True, False]),
        (0o060, 0, [True, False, False]),
    ],
)
def test_permission_is_that_to_read_and_without_rdonly_to_write(
    personality: str, mode: int, flags: int, able: list[bool]
) -> None:
    w = World(personality, mode)
    found = []
    for p in (w.a, w.b, w.c):
        before = snapshot(w.k)
        call = p.call("shmat", w.id, None, flags)
        found.append(call.state == "returned")
        assert found[-1] or (failed(call), snapshot(w.k)) == (Errno.EACCES, before)

    assert found == able


def test_linux_asks_for_permission_to_run_what_is_attached_to_run() -> None:
    w = World("linux", 0o600)

    assert failed(w.b.call("shmat", w.id, None, SHM_EXEC)) == Errno.EACCES
    assert w.a.call("shmat", w.id, None, SHM_EXEC).state == "returned"


def test_a_process_attaches_at_most_shmseg_segments() -> None:
    w = World(SHMSEG=2)
    places = [w.at(w.a), w.at(w.a)]
    before = snapshot(w.k)

    assert failed(w.a.call("shmat", w.id, None, 0)) == Errno.EMFILE
    assert snapshot(w.k) == before
    w.a.call("shmdt", places[0])
    assert w.at(w.a) == places[0]


def test_linux_knows_no_shmseg() -> None:
    w = World("linux", SHMSEG=2)

    assert len({w.at(w.a) for _ in range(5)}) == 5


def test_without_frames_the_first_attach_fails_and_leaves_no_trace() -> None:
    w = World(FRAMES=9)  # seven are for three processes
    before = snapshot(w.k)

    assert failed(w.a.call("shmat", w.id, None, 0)) == Errno.ENOMEM
    assert snapshot(w.k) == before
    assert w.view()["shmem"][0]["cleared"]


@PERSONALITIES
def test_without_room_for_it_a_segment_cannot_be_put_anywhere(personality: str) -> None:
    w = World(personality, SHMMAX=2**62, FRAMES=2**52)
    big = w.a.call("shmget", 2, 2**31 if personality == "classic" else 2**47, IPC_CREAT).ret
    before = snapshot(w.k)

    assert failed(w.a.call("shmat", big, None, 0)) == Errno.ENOMEM
    assert snapshot(w.k) == before


# Detaching


@PERSONALITIES
@pytest.mark.parametrize("addr", [None, 0, 1, X + 1, X + PAGE, -1, 2**63, "text", "data"])
def test_what_is_not_attached_cannot_be_detached(personality: str, addr: Any) -> None:
    w = World(personality)
    w.at(w.a, X)
    layout = memory_of(w.k).layout
    before = snapshot(w.k)

    call = w.a.call("shmdt", getattr(layout, addr) if isinstance(addr, str) else addr)

    assert failed(call) == Errno.EINVAL
    assert snapshot(w.k) == before


@PERSONALITIES
def test_a_segment_stays_with_what_it_holds_when_nobody_has_it_attached(personality: str) -> None:
    w = World(personality)
    w.at(w.a, X)
    w.a.call("mem_write", X, b"kept")
    assert w.a.call("shmdt", X).ret == 0
    assert w.stat()["nattch"] == 0
    w.at(w.b, X)

    assert w.b.call("mem_read", X, 4).out["data"] == b"kept"
    assert failed(w.a.call("shmdt", X)) == Errno.EINVAL


@PERSONALITIES
@pytest.mark.parametrize("how", ["exit", "exec", "kill"])
def test_who_ends_or_gets_another_image_is_detached(personality: str, how: str) -> None:
    w = World(personality)
    w.at(w.a, X)
    w.at(w.c, X)
    w.at(w.c, X + 4 * PAGE)
    before = w.stat()
    if how == "kill":
        w.a.call("kill", w.c.pid, 9)
    else:
        w.c.call(how, {"exit": 0, "exec": {"sleep": 1}}[how])
    after = w.stat()

    assert (before["nattch"], before["dtime"]) == (3, 0)
    assert (after["nattch"], after["lpid"]) == (1, w.c.pid)
    assert after["dtime"] > 0
    w.view()


@PERSONALITIES
def test_fork_attaches_and_only_linux_notes_by_whom(personality: str) -> None:
    w = World(personality)
    w.at(w.a, X)
    w.at(w.b, X)
    w.a.call("fork", "D")
    w.k.proc("D").call("mem_write", X, b"child")

    assert w.stat()["nattch"] == 3
    assert w.stat()["lpid"] == (w.a if personality == "linux" else w.b).pid
    assert w.b.call("mem_read", X, 5).out["data"] == b"child"
    w.view()


# Control


def removed(w: World, attached: bool) -> None:
    """Takes the segment away while A has it attached, or while nobody has."""
    if attached:
        w.at(w.a, X)
        w.a.call("mem_write", X, b"still")
    assert w.b.call("shmctl", w.id, IPC_RMID).ret == 0


@PERSONALITIES
def test_a_removed_segment_is_gone_at_once_when_nobody_has_it(personality: str) -> None:
    w = World(personality)
    removed(w, attached=False)
    view = w.view()

    assert view["shmem"] == []
    assert "shared" not in {entry["type"] for entry in view["regions"]["entries"]}
    assert failed(w.a.call("shmctl", w.id, IPC_STAT)) == Errno.EINVAL
    assert failed(w.a.call("shmat", w.id, None, 0)) == Errno.EINVAL
    assert failed(w.a.call("shmget", 1, 0, 0)) == Errno.ENOENT


@PERSONALITIES
def test_who_has_a_removed_segment_keeps_it_until_the_last_detach(personality: str) -> None:
    w = World(personality)
    removed(w, attached=True)
    w.a.call("fork", "D")
    d = w.k.proc("D")
    w.a.call("shmdt", X)
    read = d.call("mem_read", X, 5).out["data"]
    frames = memory_of(w.k).frames.left
    d.call("exit", 0)
    view = w.view()

    assert read == b"still"
    assert memory_of(w.k).frames.left > frames
    assert (view["shmem"], memory_of(w.k).frames.content.keys()) == (
        [],
        {view["regions"]["entries"][0]["pages"][0][1]},  # only the text
    )


@PERSONALITIES
def test_only_linux_attaches_what_was_removed_and_shows_that_it_was(personality: str) -> None:
    w = World(personality)
    removed(w, attached=True)
    call, stat = w.c.call("shmat", w.id, X, 0), w.a.call("shmctl", w.id, IPC_STAT)

    if personality == "classic":
        assert (failed(call), failed(stat)) == (Errno.EINVAL, Errno.EINVAL)
    else:
        fields = stat.out["fields"]
        assert call.ret == X
        assert (fields["flags"], fields["key"], fields["nattch"]) == (["SHM_DEST"], 0, 2)
    assert failed(w.a.call("shmget", 1, 0, 0)) == Errno.ENOENT
    assert w.a.call("shmget", 1, 5, IPC_CREAT).ret != w.id


@PERSONALITIES
def test_a_descriptor_does_not_come_back(personality: str) -> None:
    w = World(personality)
    removed(w, attached=False)
    again = w.a.call("shmget", 1, 5, IPC_CREAT).ret

    assert again != w.id
    assert failed(w.a.call("shmat", w.id, None, 0)) == Errno.EINVAL


@PERSONALITIES
def test_ipc_set_changes_owner_and_mode_and_nothing_else(personality: str) -> None:
    w = World(personality)
    before = w.stat()
    assert w.b.call("shmctl", w.id, IPC_SET, {"uid": 1001, "gid": 7, "mode": 0o1640}).ret == 0
    after = w.stat()

    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"uid", "gid", "mode", "ctime"}
    assert (after["uid"], after["gid"], after["mode"]) == (1001, 7, 0o640)
    assert w.c.call("shmctl", w.id, IPC_SET, {"mode": 0o666}).ret == 0


@PERSONALITIES
def test_locking_is_for_the_superuser_and_on_linux_for_the_owner(personality: str) -> None:
    w = World(personality)
    flags = []
    for p, cmd in ((w.a, SHM_LOCK), (w.a, SHM_LOCK), (w.a, SHM_UNLOCK), (w.a, SHM_UNLOCK)):
        assert p.call("shmctl", w.id, cmd).ret == 0
        flags.append(w.stat()["flags"])
    locks = [p.call("shmctl", w.id, SHM_LOCK).ret for p in (w.b, w.c)]

    assert flags == [["SHM_LOCKED"], ["SHM_LOCKED"], [], []]
    assert locks == [0 if personality == "linux" else None, None]


def bad_calls(w: World) -> list[tuple[Process, str, list[Any], Errno]]:
    """Calls that fail, each with its error."""
    bad = [-1, w.id + 1, 2**31 - 1]
    calls: list[tuple[Process, str, list[Any], Errno]] = []
    for shmid in bad:
        calls.append((w.a, "shmat", [shmid, None, 0], Errno.EINVAL))
        for cmd in (IPC_STAT, IPC_SET, IPC_RMID, SHM_LOCK, SHM_UNLOCK, 77):
            calls.append((w.a, "shmctl", [shmid, cmd], Errno.EINVAL))
    for cmd in (-1, 4, 77):
        calls.append((w.a, "shmctl", [w.id, cmd], Errno.EINVAL))
    calls += [
        (w.a, "shmctl", [w.id, IPC_STAT, None], Errno.EFAULT),
        (w.a, "shmctl", [w.id, IPC_SET, None], Errno.EFAULT),
        (w.c, "shmctl", [w.id, IPC_STAT], Errno.EACCES),
        (w.c, "shmctl", [w.id, IPC_SET, {"mode": 0}], Errno.EPERM),
        (w.c, "shmctl", [w.id, IPC_RMID], Errno.EPERM),
        (w.c, "shmctl", [w.id, SHM_LOCK], Errno.EPERM),
        (w.c, "shmctl", [w.id, SHM_UNLOCK], Errno.EPERM),
        (w.c, "shmget", [1, 1, 0o006], Errno.EACCES),
        (w.a, "shmget", [9, 1, 0o600], Errno.ENOENT),
    ]
    if w.k.personality == "linux":
        calls += [
            (w.a, "shmctl", [w.id, IPC_SET, {"uid": -1}], Errno.EINVAL),
            (w.a, "shmctl", [w.id, IPC_INFO, None], Errno.EFAULT),
            (w.a, "shmctl", [9, SHM_STAT], Errno.EINVAL),
            (w.c, "shmctl", [0, SHM_STAT], Errno.EACCES),
            (w.a, "shmctl", [0, SHM_STAT_ANY, None], Errno.EFAULT),
            (w.c, "shmctl", [-1, IPC_SET, None], Errno.EINVAL),
        ]
    return calls


@PERSONALITIES
@pytest.mark.parametrize("attached", [False, True])
def test_each_call_that_fails_leaves_every_table_as_it_was(
    personality: str, attached: bool
) -> None:
    w = World(personality, 0o600)
    if attached:
        w.at(w.a, X)
    for p, name, args, errno in bad_calls(w):
        before = snapshot(w.k)

        call = p.call(name, *args)

        assert failed(call) == errno, (name, args)
        assert snapshot(w.k) == before, (name, args)
        assert p.out == {}


# Linux alone


def test_shm_stat_finds_by_slot_and_shm_info_counts() -> None:
    w = World("linux", 0o600)
    w.at(w.a, X)
    w.a.call("mem_write", X + PAGE, b"x")
    stat, usage = w.a.call("shmctl", 0, SHM_STAT), w.a.call("shmctl", 0, SHM_INFO)
    limits = w.a.call("shmctl", 0, IPC_INFO)

    assert (stat.ret, stat.out["fields"]["segsz"]) == (w.id, 2 * PAGE + 1)
    assert w.c.call("shmctl", 0, SHM_STAT_ANY).ret == w.id
    fields = usage.out["fields"]
    assert (usage.ret, fields["used_ids"], fields["shm_tot"], fields["shm_rss"]) == (0, 1, 3, 1)
    assert limits.out["fields"]["shmmni"] == 4096


def pieces(w: World, p: Process) -> list[tuple[int, int, int, int]]:
    """What A has attached: address over X in pages, pages, first page, region."""
    (space,) = [space for space in w.view()["spaces"] if space["name"] == p.name]
    return sorted(
        ((one["addr"] - X) // PAGE, one["size"], one["first"], one["region"])
        for one in space["regions"]
        if one["type"] == "shared"
    )


def test_shm_remap_takes_the_place_of_what_lies_there_and_leaves_the_rest() -> None:
    w = World("linux")
    small = w.a.call("shmget", 2, 1, IPC_CREAT | 0o600).ret
    w.at(w.a, X)
    w.a.call("mem_write", X, b"0" * PAGE + b"1" * PAGE + b"2" * PAGE)
    assert w.a.call("shmat", small, X + PAGE, SHM_REMAP).ret == X + PAGE
    big, tiny = (one.region.slot for one in memory_of(w.k).shmem.entries[:2] if one.region)

    assert pieces(w, w.a) == [(0, 1, 0, big), (1, 1, 0, tiny), (2, 1, 2, big)]
    assert w.stat()["nattch"] == 2
    read = [w.a.call("mem_read", X + page * PAGE, 1).out["data"] for page in range(3)]
    assert read == [b"0", b"\0", b"2"]
    w.a.call("fork", "D")
    assert pieces(w, w.k.proc("D")) == pieces(w, w.a)
    assert w.a.call("shmdt", X).ret == 0
    assert pieces(w, w.a) == [(1, 1, 0, tiny)]
    assert failed(w.a.call("shmdt", X)) == Errno.EINVAL
    assert w.stat()["nattch"] == 2


CHECKS: dict[str, Callable[[World], Call]] = {
    "text": lambda w: w.a.call("shmat", w.id, memory_of(w.k).layout.text, SHM_REMAP),
    "kernel": lambda w: w.a.call("shmat", w.id, 2**47, SHM_REMAP),
}


@pytest.mark.parametrize("where", CHECKS)
def test_shm_remap_refuses_without_a_change(where: str) -> None:
    w = World("linux")
    w.at(w.a, X)
    before = snapshot(w.k)

    assert failed(CHECKS[where](w)) in (Errno.EINVAL, Errno.ENOMEM)
    assert snapshot(w.k) == before
