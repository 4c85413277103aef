"""Memory objects, mapped files and ashmem: small variants on the same regions."""

from typing import Any

import pytest

from kernel_model import Kernel, Process
from kernel_model.constants import (
    IPC_PRIVATE,
    MAP_ANONYMOUS,
    MAP_FIXED,
    MAP_PRIVATE,
    MAP_SHARED,
    MS_SYNC,
    O_CREAT,
    O_RDONLY,
    O_RDWR,
    PROT_READ,
    PROT_WRITE,
)
from kernel_model.invariants import broken
from kernel_model.memory import PAGE
from kernel_model.tables import show, snapshot

RW = PROT_READ | PROT_WRITE
X = 0x10_0000_0000


def kernel(**limits: int) -> tuple[Kernel, Process, Process]:
    k = Kernel("linux", limits)
    return k, k.spawn("A"), k.spawn("B")


def view(k: Kernel) -> dict[str, Any]:
    found = show(snapshot(k))
    assert broken(found) == []
    return found


def does(p: Process, name: str, *args: Any) -> Any:
    """A call that returns; the invariants hold after it."""
    call = p.call(name, *args)
    assert call.state == "returned", call
    view(p.k)
    return call.out.get("data", call.ret)


def refused(p: Process, errno: str, name: str, *args: Any) -> None:
    """A call that fails, and leaves every table as it was."""
    before = view(p.k)
    call = p.call(name, *args)
    assert call.state == "failed", call
    assert call.error is not None
    assert str(call.error).startswith(errno), call
    assert view(p.k) == before


def opened(p: Process, size: int = 2 * PAGE, name: str = "/object") -> int:
    fd = does(p, "shm_open", name, O_CREAT | O_RDWR, 0o600)
    does(p, "ftruncate", fd, size)
    return int(fd)


def mapped(p: Process, fd: int, pages: int = 2, flags: int = MAP_SHARED, offset: int = 0) -> int:
    return int(does(p, "mmap", None, pages * PAGE, RW, flags, fd, offset * PAGE))


def logging(k: Kernel, *names: str) -> list[str]:
    """Installs functions that note their name and do what the kernel's own do."""
    log: list[str] = []

    def logged(name: str) -> None:
        own = k.algorithms[name]

        def noted(*args: Any, **named: Any) -> Any:
            log.append(name)
            return own(*args, **named)

        k.install(noted, name)

    for name in names:
        logged(name)
    return log


def test_segments_objects_files_and_ashmem_are_regions_of_one_table() -> None:
    k, a, _ = kernel()
    log = logging(k, "allocreg", "attachreg", "detachreg", "freereg")
    does(a, "mem_alloc", "every process has its regions now")
    log.clear()
    segment = does(a, "shmget", IPC_PRIVATE, PAGE, 0o600)
    does(a, "shmat", segment, None, 0)
    obj = opened(a, PAGE)
    mapped(a, obj, 1)
    ashmem = does(a, "ashmem_create_region", "cache", PAGE)
    mapped(a, ashmem, 1)
    assert log == ["allocreg", "attachreg"] * 3
    file = does(a, "open", "/file", O_CREAT | O_RDWR, 0o600)
    does(a, "write", file, "text")
    mapped(a, file, 1)
    assert log == ["allocreg", "attachreg"] * 4
    regions = {entry["slot"]: entry for entry in view(k)["regions"]["entries"]}
    assert [regions[one["region"]]["type"] for one in view(k)["shmem"]] == ["shared"]
    kinds = {one["kind"]: regions[one["region"]] for one in view(k)["inodes"]}
    assert sorted(kinds) == ["ashmem", "file", "shm"]
    assert {entry["type"] for entry in kinds.values()} == {"mapped"}
    assert all(entry["refcount"] == 1 for entry in kinds.values())


def test_fork_and_exit_go_through_the_region_algorithms_for_mappings() -> None:
    k, a, _ = kernel()
    mapped(a, opened(a))
    mapped(a, -1, 1, MAP_PRIVATE | MAP_ANONYMOUS)
    log = logging(k, "dupreg", "attachreg", "allocreg", "detachreg", "mapdetach")
    log.clear()
    does(a, "fork", "C")
    assert log.count("dupreg") == log.count("attachreg") == 5  # text, data, stack, two mappings
    assert log.count("allocreg") == 3  # data, stack and the private mapping are copied
    log.clear()
    k.proc("C").call("exit", 0)
    assert log.count("detachreg") == 5
    assert log.count("mapdetach") == 2


def test_one_object_lies_in_the_same_frames_at_two_addresses() -> None:
    k, a, b = kernel()
    here = mapped(a, opened(a))
    fd = does(b, "shm_open", "/object", O_RDWR)
    there = does(b, "mmap", X, 2 * PAGE, RW, MAP_SHARED, fd, 0)
    assert here != there
    does(a, "mem_write", here, "one memory")
    assert does(b, "mem_read", there, 10) == b"one memory"
    (entry,) = (e for e in view(k)["regions"]["entries"] if e["inode"] == "object")
    assert entry["refcount"] == 2
    assert len(entry["pages"]) == 1


def test_an_object_goes_with_its_name_its_descriptors_and_its_mappings() -> None:
    k, a, _ = kernel()
    fd = opened(a)
    addr = mapped(a, fd)
    does(a, "mem_write", addr, "x")
    does(a, "shm_unlink", "/object")
    does(a, "close", fd)
    assert [one["linked"] for one in view(k)["inodes"]] == [False]
    frames = view(k)["frames"]
    does(a, "munmap", addr, 2 * PAGE)
    assert view(k)["inodes"] == []
    assert len(view(k)["frames"]["free"]) == len(frames["free"]) + 1
    assert all(entry["type"] != "mapped" for entry in view(k)["regions"]["entries"])


def test_an_object_stays_with_its_contents_while_it_has_a_name() -> None:
    k, a, b = kernel()
    does(a, "mem_write", mapped(a, opened(a)), "left")
    a.call("exit", 0)
    assert view(k)["inodes"][0]["opens"] == 0
    fd = does(b, "shm_open", "/object", O_RDONLY)
    addr = does(b, "mmap", None, PAGE, PROT_READ, MAP_SHARED, fd, 0)
    assert does(b, "mem_read", addr, 4) == b"left"


def on_disk(k: Kernel) -> str:
    return str(view(k)["inodes"][0]["disk"])


def test_a_mapped_file_is_written_back_by_msync_and_by_the_last_munmap() -> None:
    k, a, b = kernel()
    fd = does(a, "open", "/file", O_CREAT | O_RDWR, 0o666)
    does(a, "write", fd, "before")
    addr = mapped(a, fd, 1)
    there = mapped(b, does(b, "open", "/file", O_RDWR), 1)
    does(a, "mem_write", addr, "BE")
    assert (on_disk(k), view(k)["inodes"][0]["dirty"]) == ("before", [0])
    does(a, "msync", addr, PAGE, MS_SYNC)
    assert (on_disk(k), view(k)["inodes"][0]["dirty"]) == ("BEfore", [])
    does(a, "mem_write", addr, "after!")
    does(a, "munmap", addr, PAGE)
    assert on_disk(k) == "BEfore"  # B has it mapped still
    does(b, "munmap", there, PAGE)
    assert on_disk(k) == "after!"
    assert view(k)["inodes"][0]["region"] is None


@pytest.mark.parametrize("way", ["exit", "exec", "kill"])
def test_a_process_that_goes_writes_its_files_back(way: str) -> None:
    k, a, b = kernel()
    fd = does(a, "open", "/file", O_CREAT | O_RDWR, 0o600)
    does(a, "write", fd, "before")
    does(a, "mem_write", mapped(a, fd, 1), "after!")
    if way == "kill":
        b.call("kill", a.pid, 9)
    else:
        a.call(way, 0 if way == "exit" else {"sleep": 1})
    assert on_disk(k) == "after!"


def test_only_the_pages_in_the_range_are_written_by_msync() -> None:
    k, a, _ = kernel()
    fd = does(a, "open", "/file", O_CREAT | O_RDWR, 0o600)
    does(a, "ftruncate", fd, 3 * PAGE)
    addr = mapped(a, fd, 3)
    for page in range(3):
        does(a, "mem_write", addr + page * PAGE, "x")
    does(a, "msync", addr + PAGE, PAGE, MS_SYNC)
    assert view(k)["inodes"][0]["dirty"] == [0, 2]


def test_a_page_of_a_file_comes_from_the_disk_when_it_is_touched() -> None:
    _, a, _ = kernel()
    fd = does(a, "open", "/file", O_CREAT | O_RDWR, 0o600)
    does(a, "write", fd, "x" * PAGE + "second")
    addr = mapped(a, fd)
    call = a.call("mem_read", addr + PAGE, 6)
    assert (call.out["data"], call.cost.entries, call.cost.crossings) == (b"second", 1, 1)
    assert a.call("mem_read", addr + PAGE, 6).cost.crossings == 0


def test_sharing_by_an_object_costs_no_copy_and_by_a_file_read_and_written_two() -> None:
    k, a, b = kernel()
    here = mapped(a, opened(a))
    there = mapped(b, does(b, "shm_open", "/object", O_RDWR))
    does(a, "mem_write", here, "set up")
    before = k.cost
    does(a, "mem_write", here, "message")
    does(b, "mem_read", there, 7)
    assert ((k.cost - before).crossings, (k.cost - before).copies) == (0, 0)
    before = k.cost
    does(a, "write", 3, "message")
    does(b, "read", 3, 7)
    assert ((k.cost - before).crossings, (k.cost - before).copies) == (2, 2)


# Android


def ashmem(p: Process, pages: int) -> tuple[int, int]:
    """A region with every page written to: its descriptor and address."""
    fd = does(p, "ashmem_create_region", "cache", pages * PAGE)
    addr = mapped(p, fd, pages)
    for page in range(pages):
        does(p, "mem_write", addr + page * PAGE, f"page {page}")
    return int(fd), addr


def fill(p: Process, k: Kernel) -> int:
    """Uses every free frame, and then one more; gives the address of the last."""
    assert k.memory is not None
    pages = k.memory.frames.left + 1
    addr = mapped(p, -1, pages, MAP_PRIVATE | MAP_ANONYMOUS)
    does(p, "mem_write", addr, b"x" * (pages * PAGE))
    return addr


def test_unpinned_pages_stay_until_memory_runs_out_and_then_those_unpinned_first_go() -> None:
    k, a, b = kernel(FRAMES=20)
    fd, addr = ashmem(a, 3)
    does(a, "ashmem_unpin_region", fd, PAGE, PAGE)
    does(a, "ashmem_unpin_region", fd, 0, PAGE)
    assert does(a, "mem_read", addr + PAGE, 6) == b"page 1"
    fill(b, k)
    shown = view(k)["inodes"][0]
    assert (shown["unpinned"], shown["purged"]) == ([1, 0], [1])
    assert does(a, "mem_read", addr, 6) == b"page 0"
    assert does(a, "ashmem_pin_region", fd, 0, PAGE) == 0
    assert does(a, "ashmem_pin_region", fd, PAGE, PAGE) == 1
    assert does(a, "ashmem_pin_region", fd, PAGE, PAGE) == 0


def test_a_page_that_was_taken_holds_zeros() -> None:
    k, a, b = kernel(FRAMES=20)
    fd, addr = ashmem(a, 2)
    does(a, "ashmem_unpin_region", fd, 0, 0)
    free = fill(b, k)
    does(b, "munmap", free, PAGE)
    assert does(a, "mem_read", addr, 6) == bytes(6)
    assert does(a, "mem_read", addr + PAGE, 6) == b"page 1"
    assert does(a, "ashmem_pin_region", fd, 0, 0) == 1


def test_pinned_pages_are_never_taken() -> None:
    k, a, b = kernel(FRAMES=20)
    ashmem(a, 3)
    assert k.memory is not None
    pages = k.memory.frames.left + 1
    addr = mapped(b, -1, pages, MAP_PRIVATE | MAP_ANONYMOUS)
    call = b.call("mem_write", addr, b"x" * (pages * PAGE))
    assert call.status == {"signaled": "SIGBUS"}
    assert view(k)["inodes"][0]["purged"] == []


def test_fork_takes_unpinned_pages_rather_than_fail() -> None:
    k, a, b = kernel(FRAMES=16)
    fd, _ = ashmem(a, 3)
    does(a, "ashmem_unpin_region", fd, 0, 0)
    assert k.memory is not None
    used = k.memory.frames.left
    addr = mapped(b, -1, used, MAP_PRIVATE | MAP_ANONYMOUS)
    does(b, "mem_write", addr, b"x" * (used * PAGE))
    refused(b, "ENOMEM", "fork", "C")  # the private pages of B are more than all that is unpinned
    does(b, "munmap", addr, (used - 1) * PAGE)
    does(b, "fork", "C")


def test_a_child_has_the_region_of_its_parent_and_it_goes_with_the_last_of_them() -> None:
    k, a, _ = kernel()
    fd, addr = ashmem(a, 1)
    does(a, "fork", "C")
    child = k.proc("C")
    does(child, "mem_write", addr, "by C")
    assert does(a, "mem_read", addr, 4) == b"by C"
    a.call("exit", 0)
    assert does(child, "ashmem_get_size_region", fd) == PAGE
    child.call("exit", 0)
    assert view(k)["inodes"] == []


def test_protection_of_a_region_can_only_be_taken_away() -> None:
    _, a, _ = kernel()
    fd = does(a, "ashmem_create_region", "cache", PAGE)
    does(a, "ashmem_set_prot_region", fd, PROT_READ)
    refused(a, "EINVAL", "ashmem_set_prot_region", fd, RW)
    refused(a, "EPERM", "mmap", None, PAGE, RW, MAP_SHARED, fd, 0)
    does(a, "mmap", None, PAGE, PROT_READ, MAP_SHARED, fd, 0)


# Bad input

BAD = [
    ("EINVAL", "shm_open", "", O_CREAT | O_RDWR, 0o600),
    ("EINVAL", "shm_open", "/", O_CREAT | O_RDWR, 0o600),
    ("EINVAL", "shm_open", "/a/b", O_CREAT | O_RDWR, 0o600),
    ("ENAMETOOLONG", "shm_open", "x" * 256, O_CREAT | O_RDWR, 0o600),
    ("EFAULT", "shm_open", None, O_CREAT | O_RDWR, 0o600),
    ("ENOENT", "shm_open", "/other", O_RDWR, 0),
    ("ENOENT", "shm_unlink", "/other"),
    ("EINVAL", "ftruncate", 3, -1),
    ("EBADF", "ftruncate", 77, 0),
    ("EFBIG", "ftruncate", 3, 2**63),
    ("EINVAL", "mmap", None, 0, RW, MAP_SHARED, 3, 0),
    ("ENOMEM", "mmap", None, -1, RW, MAP_SHARED, 3, 0),
    ("ENOMEM", "mmap", None, 2**62, RW, MAP_SHARED, 3, 0),
    ("EINVAL", "mmap", None, PAGE, RW, MAP_SHARED, 3, 1),
    ("EINVAL", "mmap", None, PAGE, RW, MAP_SHARED, 3, -PAGE),
    ("EINVAL", "mmap", None, PAGE, RW, 0, 3, 0),
    ("EBADF", "mmap", None, PAGE, RW, MAP_SHARED, 77, 0),
    ("EINVAL", "mmap", X + 1, PAGE, RW, MAP_SHARED | MAP_FIXED, 3, 0),
    ("ENOMEM", "mmap", 2**47, PAGE, RW, MAP_SHARED | MAP_FIXED, 3, 0),
    ("EINVAL", "munmap", X + 1, PAGE),
    ("EINVAL", "munmap", X, 0),
    ("EINVAL", "munmap", X, -1),
    ("EINVAL", "munmap", 2**47, PAGE),
    ("EINVAL", "msync", X + 1, PAGE, MS_SYNC),
    ("EINVAL", "msync", X, PAGE, 8),
    ("ENOMEM", "msync", X + 4 * PAGE, PAGE, MS_SYNC),
    ("EBADF", "close", 77),
    ("EINVAL", "ashmem_create_region", "none", 0),
    ("EINVAL", "ashmem_create_region", "none", -1),
    ("ENOTTY", "ashmem_pin_region", 3, 0, 0),
    ("EBADF", "ashmem_pin_region", 77, 0, 0),
    ("EINVAL", "ashmem_pin_region", 4, 1, PAGE),
    ("EINVAL", "ashmem_unpin_region", 4, 0, 1),
    ("EINVAL", "ashmem_unpin_region", 4, 0, 3 * PAGE),
    ("EINVAL", "ashmem_unpin_region", 4, -PAGE, PAGE),
    ("EINVAL", "mmap", None, 3 * PAGE, RW, MAP_SHARED, 4, 0),
    ("EINVAL", "ftruncate", 4, PAGE),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case[1]}{case[2:]} {case[0]}"[:60])
def test_bad_input_gets_its_error_and_leaves_every_table_as_it_was(case: tuple[Any, ...]) -> None:
    _, a, _ = kernel()
    assert opened(a) == 3
    assert ashmem(a, 2)[0] == 4
    does(a, "mmap", X, 2 * PAGE, RW, MAP_SHARED, 3, 0)
    errno, name, *args = case
    refused(a, errno, name, *args)


@pytest.mark.parametrize("call", ["shm_open", "ashmem_create_region", "mmap", "fork"])
def test_without_a_free_region_a_call_fails_and_leaves_nothing(call: str) -> None:
    _, a, _ = kernel(NREGION=5)
    args = {
        "shm_open": ("/object", O_CREAT | O_RDWR, 0o600),
        "ashmem_create_region": ("cache", PAGE),
        "mmap": (None, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
        "fork": ("C",),
    }
    does(a, "mem_alloc", "memory is there now")
    does(a, "open", "/file", O_CREAT | O_RDWR, 0o600)
    refused(a, "ENOMEM", call, *args[call])


def test_without_a_free_descriptor_nothing_is_made() -> None:
    k, a, _ = kernel()
    fd = opened(a)
    while a.call("dup", fd).state == "returned":
        pass
    refused(a, "EMFILE", "shm_open", "/other", O_CREAT | O_RDWR, 0o600)
    refused(a, "EMFILE", "ashmem_create_region", "cache", PAGE)
    assert len(view(k)["inodes"]) == 1


def test_text_data_and_stack_cannot_be_unmapped() -> None:
    _, a, _ = kernel()
    data = does(a, "mem_alloc", "own")
    refused(a, "EINVAL", "munmap", data - data % PAGE, PAGE)
    refused(a, "EINVAL", "mmap", data - data % PAGE, PAGE, RW,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)  # fmt: skip


def test_the_classic_kernel_has_files_and_no_mappings() -> None:
    known = set(Kernel().sysent)
    assert {"open", "close", "read", "write", "unlink"} <= known
    assert known & {"mmap", "munmap", "msync", "shm_open", "ashmem_create_region"} == set()
