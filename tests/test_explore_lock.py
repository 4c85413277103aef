"""A lock's text made of functions: lines keep their numbers, sealed functions their words."""

import sys
from types import ModuleType
from typing import Any

import pytest

from kernel_model.explore import Shared, check, check_system, load, store, swap
from kernel_model.explore.lock import Lock, lock, system
from kernel_model.explore.structures import LinkedList


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

    assert made[1] == "def semaphore(n):"  # and no types
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


def test_a_lock_may_begin_with_a_future_import() -> None:
    text = "from __future__ import annotations\n" + lock(semaphore, Pprim, Vprim)

    assert check(text, 2).states == 25


# Steps side by side


async def careful(sem: Any, procid: int, n: int) -> None:
    #: say so
    await store(sem.val[procid], 1)
    #: look
    while await load(sem.val[1 - procid]):
        pass
    if procid:
        #: nothing
        pass


def test_neighbours_stand_one_after_the_other_in_one_block() -> None:
    assert lock(careful).neighbours() == [("say so", "look")]


def test_swapped_steps_take_their_words_along() -> None:
    swapped = lock(careful).swapped("say so", "look")

    assert swapped.neighbours() == [("look", "say so")]
    assert swapped.swapped("look", "say so") == lock(careful)


def test_sealed_steps_can_be_swapped_as_well() -> None:
    told = lock(careful)
    bare = [line for line in told.splitlines() if "#:" not in line]
    at = {words: bare.index(line) + 1 for words, line in (
        ("say so", "    await store(sem.val[procid], 1)"),
        ("look", "    while await load(sem.val[1 - procid]):"),
    )}  # fmt: skip
    sealed = Lock("\n".join(bare), {line: words for words, line in at.items()})

    swapped = sealed.swapped("say so", "look")

    lines = swapped.splitlines()
    assert {words: lines[line - 1].strip() for line, words in swapped.steps.items()} == {
        "look": "while await load(sem.val[1 - procid]):",
        "say so": "await store(sem.val[procid], 1)",
    }


def test_what_cannot_be_swapped_is_told() -> None:
    with pytest.raises(ValueError, match="there is no step 'jump'; there are say so, look"):
        lock(careful).swapped("jump", "look")
    with pytest.raises(ValueError, match="'say so' does not come right after 'look'"):
        lock(careful).swapped("look", "say so")


# Systems


def memory(n: int) -> Shared:
    return Shared(list=LinkedList(n + 1, [n]))


async def program(mem: Any, i: int, n: int) -> None:
    await mem.list.insert(i)


def nothing_lost(m: Any) -> Any:
    return m.list.broken(range(len(m.list.next)))


def whole(m: Any) -> Any:
    return m.list.broken()


def test_functions_become_a_system_with_what_must_hold() -> None:
    made = system(memory, program, invariants=[whole], finals=[nothing_lost], PROCESSORS=3)

    report = check_system(made)

    assert report.error is None
    assert report.invariants == {"whole": None, "nothing_lost": False}
    assert {step.processor for step in report.counterexample.stem} == {0, 1, 2}  # type: ignore[union-attr]


def test_a_system_without_claims_needs_none() -> None:
    assert check_system(system(memory, program)).holds()
