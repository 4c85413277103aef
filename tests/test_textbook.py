"""The textbooks' semaphores (kernel_model/textbook.py), every order of turns looked at."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from kernel_model import IPC_RMID, Errno, Kernel, KernelError
from kernel_model.programs import Programs, Run, explore
from kernel_model.textbook import Init, P, P_busy, P_printed, V, V_binary, V_printed

Step = Callable[[Any, int], Awaitable[None]]


async def inside(u: Any, s: int, take: Step, give: Step) -> None:
    await take(u, s)
    await u.enter()
    await u.leave()
    await give(u, s)


def two(take: Step, give: Step, value: int = 1) -> Programs:
    """Two processes that enter once, each by itself."""
    member = partial(inside, take=take, give=give)
    return Programs(partial(Init, value=value), {"A": member, "B": member})


@pytest.mark.parametrize(
    ("take", "give"), [(P, V), (P, V_binary), (P_busy, V)], ids=["sleeping", "binary", "busy"]
)
def test_never_two_are_inside_and_everybody_comes_to_the_end(take: Step, give: Step) -> None:
    found = explore(two(take, give))

    assert (found.exclusion, found.deadlock_free, found.schedule) == (True, True, None)


def test_the_printed_busy_waiting_lets_two_in_for_test_and_decrement_are_apart() -> None:
    found = explore(two(P_printed, V_printed))

    assert found.exclusion is False
    assert found.why == "A and B are in their critical sections at the same time."
    assert found.schedule is not None
    assert len(found.schedule) == 8


def test_the_printed_busy_waiting_loses_a_unit_even_where_two_may_be_inside() -> None:
    run = Run(two(P_printed, V_printed, 2))
    run.play([0, 0, 1, 1, 0, 1])  # both test, both read 2, both write 1

    assert run.k.semaphores is not None
    assert run.k.semaphores.sets.entries[0].sems[0].semval == 1


def value_after(*steps: Step) -> int:
    """The value of a semaphore that was 0 after some steps of one process."""

    async def program(u: Any) -> int:
        s = await Init(u, 0)
        for step in steps:
            await step(u, s)
        return 0

    k = Kernel()
    k.spawn("A", main=program)
    k.run()
    assert k.semaphores is not None
    return k.semaphores.sets.entries[0].sems[0].semval


def test_a_counting_semaphore_keeps_every_signal_and_a_binary_one_only_one() -> None:
    assert value_after(V, V, V) == 3
    assert value_after(V_binary, V_binary, V_binary) == 1
    assert value_after(V_binary, P) == 0


def test_an_error_is_no_reason_to_ask_again() -> None:
    async def program(u: Any) -> None:
        s = await Init(u, 0)
        await u.semctl(s, 0, IPC_RMID)
        with pytest.raises(KernelError) as failed:
            await P_busy(u, s)
        assert failed.value.errno is Errno.EINVAL

    k = Kernel()
    k.spawn("A", main=program)
    k.run()

    assert k.gone["A"] == {"exited": 0}
