"""A lock's text made of functions: lines keep their numbers, sealed functions their words."""

import sys
from types import ModuleType
from typing import Any

import pytest

from kernel_model.explore import Shared, check, load, store, swap
from kernel_model.explore.lock import Lock, lock


def semaphore(n: int) -> Shared:
    return Shared(val=[0] * n)


async def Pprim(sem: Shared, procid: int, n: int) -> None:
    #: wait until nobody has the lock
    while await load(sem.val[0]):
        pass
    #: take it
    await store(sem.val[procid], 1)


async def Vprim(sem: Shared, procid: int, n: int) -> None:
    await store(sem.val[procid], 0)


def one_cell(n: int) -> Shared:
    return Shared(flag=FREE)


FREE = 0


def test_functions_become_a_lock_that_can_be_checked() -> None:
    report = check(lock(semaphore, Pprim, Vprim), 2)

    assert report.error is None
    assert report.mutual_exclusion is False
    assert report.states == 25


def test_a_line_of_the_cell_is_one_further_down_in_the_lock() -> None:
    made = lock(semaphore, Pprim, Vprim).splitlines()

    assert made[1] == "def semaphore(n: int) -> Shared:"
    assert made[5].startswith("async def Pprim(")


def test_constants_become_globals_of_the_lock() -> None:
    text = lock(one_cell, Pprim, Vprim, FREE=7).replace("def one_cell", "def semaphore")

    report = check(text.replace("sem.val[0]", "sem.flag").replace("sem.val[procid]", "sem.flag"), 2)

    assert report.error is None
    assert report.deadlock_free is False


def test_functions_of_a_function_can_be_given() -> None:
    def Pprim(sem, i, n):  # type: ignore[no-untyped-def]
        return swap(sem.val[0], 1)

    assert "    return swap(sem.val[0], 1)" in lock(Pprim).splitlines()


def test_steps_are_told_beside_the_lines() -> None:
    assert list(lock(Pprim).told().values()) == ["wait until nobody has the lock", "take it"]


def test_a_sealed_function_goes_in_with_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    def sealed_Vprim(sem: Any, procid: int, n: int) -> None: ...

    place = f"{sealed_Vprim.__module__}:{sealed_Vprim.__qualname__}"
    source = "async def Vprim(sem, procid, n):\n    await store(sem.val[procid], 0)"
    module: Any = ModuleType("kernel_model.sealed")
    module.contents = lambda: {place: (source, {"2": "give it back"})}
    monkeypatch.setitem(sys.modules, "kernel_model.sealed", module)
    monkeypatch.setattr(sealed_Vprim, "sealed_steps", {2: "give it back"}, raising=False)

    made = lock(semaphore, Pprim, sealed_Vprim)

    begin = made.splitlines().index("async def Vprim(sem, procid, n):") + 1
    assert made.steps == {begin + 1: "give it back"}
    assert "sealed" in repr(made)
    assert check(made, 2).states == 25


def test_what_has_no_source_is_told() -> None:
    with pytest.raises(ValueError, match="len: its source cannot be found"):
        lock(len)


def test_a_lock_says_how_long_it_is() -> None:
    assert repr(Lock("a\nb")) == "<Lock of 2 lines>"
