"""Each invariant of memory, on tables that break it (kernel_model/memory_invariants.py)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from kernel_model import IPC_CREAT, PAGE, Kernel
from kernel_model.invariants import broken
from kernel_model.tables import show, snapshot

View = dict[str, Any]


def sound() -> View:
    """A and B with a segment of two pages attached, region 5; regions 0 to 4 are theirs."""
    k = Kernel("classic", {"NREGION": 8})
    a, b = k.spawn("A"), k.spawn("B")
    shmid = a.call("shmget", 1, 2 * PAGE, IPC_CREAT | 0o600).ret
    for p in (a, b):
        p.call("shmat", shmid, 0x10000000, 0)
    a.call("mem_write", 0x10000000, b"text")
    a.call("shmget", 2, 1, IPC_CREAT | 0o600)
    return show(snapshot(k))


def region(view: View, slot: int) -> View:
    found: View = next(one for one in view["regions"]["entries"] if one["slot"] == slot)
    return found


def space(view: View, name: str) -> View:
    found: View = next(one for one in view["spaces"] if one["name"] == name)
    return found


def move(view: View, slot: int) -> None:
    """To the free list, without being cleared."""
    view["regions"]["active"].remove(slot)
    view["regions"]["free"].insert(0, slot)


def test_nothing_is_broken_in_a_kernel_that_works() -> None:
    assert broken(sound()) == []
    assert broken(json.loads(json.dumps(sound()))) == []


DAMAGES: dict[str, Callable[[View], Any]] = {
    "do not have each of 8 regions once": lambda v: v["regions"]["free"].append(5),
    "free list [7] do not have each": lambda v: v["regions"]["active"].remove(6),
    "region 5 is left locked": lambda v: region(v, 5).update(locked=True),
    "region 5 is on the free list, but it is not cleared": lambda v: move(v, 5),
    "region 7 is active without a type": lambda v: (
        v["regions"]["free"].remove(7), v["regions"]["active"].insert(0, 7)
    ),
    "region 6 is active, but nobody refers to it": lambda v: region(v, 6).update(sticky=False),
    "region 5 has a frame for a page that it does not have": lambda v: region(v, 5).update(size=1),
    "region 5: its reference count is 3, but 2 of": lambda v: region(v, 5).update(refcount=3),
    "region 5: its reference count is 2, but 1 of": lambda v: space(v, "B")["regions"].pop(),
    "A: its size is 4": lambda v: space(v, "A").update(size=4),
    "A: its data and shared regions overlap": lambda v: space(v, "A")["regions"][3].update(
        addr=0x20000
    ),
    "B: a region begins in the middle of a page": lambda v: space(v, "B")["regions"][3].update(
        addr=0x10000001
    ),
    "segment 0: it has no region": lambda v: v["shmem"][0].update(region=None),
    "segment 0: it has no region ": lambda v: v["shmem"][0].update(region=1),
    "segment 0: its region would go with the last": lambda v: region(v, 5).update(sticky=False),
    "segment 0: its region has 2 pages, and not 3": lambda v: v["shmem"][0].update(segsz=8193),
    "segment 1: its region has 0 pages, and not 1": lambda v: v["shmem"][1].update(cleared=False),
    "segment 1: it was removed and nobody has it": lambda v: v["shmem"][1].update(mode=0o1600),
    "segment 1: segment 0 has the same key 1": lambda v: v["shmem"][1].update(key=1),
    "region 5 belongs to 2 segments": lambda v: v["shmem"][1].update(region=5, segsz=1),
    "region 5 would stay for ever": lambda v: v["shmem"].pop(0),
    "belong to two pages": lambda v: region(v, 1).update(pages=region(v, 2)["pages"]),
    "are neither free nor part of a region": lambda v: region(v, 5)["pages"].pop(),
    "were never given out": lambda v: v["frames"].update(handed=v["frames"]["handed"] - 1),
    "hold something, but belong to no region": lambda v: v["frames"]["text"].append([4000, "x"]),
    "belong to two pages, or to one although": lambda v: v["frames"]["free"].append(
        region(v, 5)["pages"][0][1]
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", DAMAGES)
def test_tables_that_are_broken_are_told_of(said: str) -> None:
    view = sound()
    DAMAGES[said](view)

    assert any(said.strip() in one for one in broken(view)), broken(view)


def test_what_no_kernel_puts_there_is_told_of() -> None:
    view = sound()
    view["regions"] = 5

    assert "something that no kernel puts there" in broken(view)[-1]
