"""Kernel code over cells: the list that two processors corrupt is found, and its cures hold."""

from collections.abc import Mapping

import pytest

from kernel_model.explore import Shared, compare_and_swap, load, store, swap
from kernel_model.explore.kernel_code import Outcome, explore
from kernel_model.explore.operations import CP, P, V

NIL = -1


def memory(n: int) -> Shared:
    """A linked list with node n in it; node p is processor p's, to be put in front."""
    return Shared(head=n, next=[NIL] * (n + 1), mutex=1)


def well_formed(cells: Mapping[str, object], ended: bool) -> str | None:
    nodes = sum(name.startswith("next[") for name in cells)
    seen: list[object] = []
    at = cells["head"]
    while at != NIL:
        if at in seen:
            return f"node {at} is in the list twice"
        seen.append(at)
        at = cells[f"next[{at}]"]
    lost = [node for node in range(nodes) if node not in seen]
    return f"node {lost[0]} is lost" if ended and lost else None


async def put(m: Shared, p: int) -> None:
    await store(m.next[p], await load(m.head))
    await store(m.head, p)


async def put_under_semaphore(m: Shared, p: int) -> None:
    await P(m.mutex)
    await put(m, p)
    await V(m.mutex)


async def put_if_free(m: Shared, p: int) -> None:
    while not await CP(m.mutex):
        pass
    await put(m, p)
    await V(m.mutex)


async def put_without_lock(m: Shared, p: int) -> None:
    while True:
        head = await load(m.head)
        await store(m.next[p], head)
        if await compare_and_swap(m.head, head, p):
            return


async def put_and_keep(m: Shared, p: int) -> None:
    await P(m.mutex)
    await put(m, p)


def explored(program: object, n: int = 2) -> Outcome:
    return explore(memory(n), [program] * n, well_formed)  # type: ignore[list-item]


def test_the_list_that_two_processors_corrupt_is_found() -> None:
    found = explored(put)

    assert found.wrong == "invariant"
    assert found.why == "node 0 is lost"
    assert sorted(step.processor for step in found.schedule) == [0, 0, 0, 1, 1, 1]
    assert [step.op for step in found.schedule].count("load") == 2
    loads = [i for i, step in enumerate(found.schedule) if step.op == "load"]
    writes = [i for i, step in enumerate(found.schedule) if step.cell == "head"]
    assert loads[1] < next(i for i in writes if found.schedule[i].op == "store")


def test_one_processor_corrupts_nothing() -> None:
    found = explored(put, n=1)

    assert (found.wrong, found.states, found.transitions) == (None, 4, 3)


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("program", [put_under_semaphore, put_without_lock])
def test_a_semaphore_and_an_algorithm_without_lock_cure_it(program: object, n: int) -> None:
    found = explored(program, n)

    assert found.wrong is None
    assert found.finished
    assert found.states > 20


def test_who_sleeps_for_ever_is_told() -> None:
    found = explored(put_and_keep)

    assert found.wrong == "asleep"
    assert found.why == "nobody is left to wake processor 1"


def test_trying_again_and_again_is_told_apart_from_sleeping() -> None:
    async def keep(m: Shared, p: int) -> None:
        while not await CP(m.mutex):
            pass

    found = explore(Shared(mutex=1), [keep, keep])

    assert found.wrong == "circles"


def test_trying_while_the_other_goes_on_is_no_circle() -> None:
    assert explored(put_if_free).wrong is None


def test_two_semaphores_taken_in_opposite_order_put_both_to_sleep() -> None:
    async def both(m: Shared, p: int) -> None:
        await P(m.s[p])
        await P(m.s[1 - p])
        await V(m.s[1 - p])
        await V(m.s[p])

    found = explore(Shared(s=[1, 1]), [both, both])

    assert found.wrong == "asleep"
    assert found.why == "nobody is left to wake processor 0, 1"
    assert [str(step) for step in found.schedule] == [
        f"processor 0: P s[0], which becomes 0   (line {found.schedule[0].line})",
        f"processor 1: P s[1], which becomes 0   (line {found.schedule[1].line})",
    ]


def test_a_lost_wakeup_is_found() -> None:
    """The test and the sleep are apart: the wake-up falls between them."""

    async def waits(m: Shared, p: int) -> None:
        if not await load(m.ready):
            await store(m.asleep, 1)
            await P(m.sleeper)

    async def wakes(m: Shared, p: int) -> None:
        await store(m.ready, 1)
        if await swap(m.asleep, 0):
            await V(m.sleeper)

    found = explore(Shared(ready=0, asleep=0, sleeper=0), [waits, wakes])

    assert found.wrong == "asleep"
    assert [step.op for step in found.schedule] == ["load", "store", "swap", "store"]


def test_code_that_fails_is_told_with_the_way_there() -> None:
    async def beyond(m: Shared, p: int) -> None:
        await load(m.next[await load(m.head) + 1])

    found = explored(beyond, n=1)

    assert found.wrong == "error"
    assert "next[2] is outside the array" in found.why
    assert [step.op for step in found.schedule] == ["load"]


def test_beyond_the_limit_nothing_is_claimed() -> None:
    found = explore(memory(3), [put_without_lock] * 3, well_formed, limit=50)

    assert not found.finished
    assert found.wrong is None
