"""Two ways of writing the same lock have the same states: nothing a coroutine keeps is missed."""

import itertools

import pytest

from kernel_model.explore import check
from kernel_model.explore.canonical import Canonical, Hidden
from kernel_model.explore.iterators import ITERTOOLS
from kernel_model.explore.snapshot import snapshot, visible
from tests.explore_ways import PLAIN, SAME, lock

HELPERS = """
async def seen(cell, *more):
    value = await load(cell)
    return (value, *(await seen(*more) if more else ()))
"""


@pytest.mark.parametrize("way", SAME)
def test_what_is_kept_elsewhere_counts_like_what_is_kept_in_variables(way: str) -> None:
    expected = check(lock(PLAIN))

    report = check(lock(SAME[way]))

    assert report.error is None
    assert expected.error is None
    assert expected.states > 40
    assert (report.states, report.transitions) == (expected.states, expected.transitions)
    assert report.verdicts() == expected.verdicts()
    assert report.bypass == expected.bypass


def test_values_in_the_frames_of_helpers_count() -> None:
    body = """
        while True:
            turn, first, second = await seen(sem.turn, sem.want[0], sem.want[1])
            if turn == me or first + 2 * second == 1 + me:
                break
    """

    report = check(lock(body, HELPERS))

    assert report.error is None
    assert report.states == check(lock(PLAIN)).states


@pytest.mark.parametrize("rounds", [1, 2, 3, 4])
def test_the_place_in_a_loop_over_equal_values_is_seen(rounds: int) -> None:
    """A lock that is right only because it looks `rounds` times: each look is a state."""
    by_iterator = check(lock(f"for _ in {[7] * rounds}:\n    await load(sem.door)"))
    by_counting = check(lock(f"i = 0\nwhile i < {rounds}:\n    await load(sem.door)\n    i += 1"))

    assert by_iterator.error is by_counting.error is None
    assert by_iterator.states == by_counting.states
    assert by_iterator.states > check(lock("pass")).states


def test_this_interpreter_shows_where_a_coroutine_stands() -> None:
    assert visible()


def key(*values: object) -> object:
    return Canonical("here").keys(values)


def test_lists_that_are_one_differ_from_lists_that_are_equal() -> None:
    one = [1]

    assert key(one, one) != key([1], [1])
    assert key(one, one) == key(*[[1]] * 2)


def test_values_that_are_equal_in_python_but_not_the_same_differ() -> None:
    assert len({key(1), key(True), key(1.0), key("1"), key(b"1"), key((1,)), key([1])}) == 7


def test_iterators_differ_by_their_place() -> None:
    for make in (
        lambda: iter([7, 7]),
        lambda: iter((7, 7)),
        lambda: iter(range(7)),
        lambda: iter("77"),
        lambda: iter({7: 7, 8: 8}),
        lambda: enumerate([7, 7]),
        lambda: zip([7, 7], [7, 7], strict=True),
        lambda: map(abs, [7, 7]),
        lambda: reversed([7, 7]),
    ):
        begun = make()
        next(begun)

        assert key(make()) == key(make())
        assert key(begun) != key(make())


def test_what_cannot_be_looked_into_is_refused() -> None:
    with pytest.raises(Hidden, match="lock"):
        key(__import__("threading").Lock())


def test_what_locals_gives_is_refused() -> None:
    report = check(lock("kept = locals()\nawait load(sem.door)\nawait load(kept['sem'].door)"))

    assert "keeps what locals() gives" in (report.error or "")


def test_a_coroutine_that_is_never_begun_may_be_kept() -> None:
    body = """
        async def taken():
            return await swap(sem.door, 1)
        later = taken()
        await load(sem.door)
        await later
    """

    assert check(lock(body)).error is None


def test_a_coroutine_has_the_same_key_after_the_same_values() -> None:
    from kernel_model.explore import Shared, load

    memory = Shared(a=0)

    async def code() -> int:
        return await load(memory.a) + await load(memory.a)

    keys = []
    for value in (0, 1, 1):
        coroutine = code()
        coroutine.send(None)
        coroutine.send(value)
        keys.append(snapshot(coroutine, __file__))
        coroutine.close()

    assert keys[0] != keys[1] == keys[2]


def test_iterators_for_locks_give_what_itertools_gives() -> None:
    for call in (
        lambda it: list(it.chain("ab", "", "cd")),
        lambda it: list(it.chain.from_iterable(["ab", "c"])),
        lambda it: list(it.islice(it.count(3, 2), 4)),
        lambda it: list(it.islice(it.cycle("abc"), 2, 9, 3)),
        lambda it: list(it.islice("abcdef", None)),
        lambda it: list(it.repeat(7, 3)),
        lambda it: list(it.takewhile(lambda x: x < 3, [1, 2, 3, 1])),
        lambda it: list(it.dropwhile(lambda x: x < 3, [1, 2, 3, 1])),
        lambda it: list(it.pairwise("abcd")),
        lambda it: list(it.product("ab", "cd", repeat=2)),
    ):
        assert call(ITERTOOLS) == call(itertools)


def test_a_lock_with_a_dataclass_and_annotations_is_looked_at() -> None:
    lock = (
        "from collections.abc import Callable\n"
        "from dataclasses import dataclass\n"
        "from typing import Any, Optional\n"
        "from kernel_model.explore import Shared, swap, store\n"
        "Wait = Callable[[int], Any]\n"
        "Number = Optional[int]\n"
        "Either = int | str\n"
        "@dataclass(frozen=True)\n"
        "class Flag:\n"
        "    cell: Any\n"
        "    free: int = 0\n"
        "def semaphore(n):\n"
        "    return Shared(taken=0)\n"
        "async def Pprim(sem, i, n):\n"
        "    flag = Flag(sem.taken)\n"
        "    while await swap(flag.cell, 1):\n"
        "        pass\n"
        "async def Vprim(sem, i, n):\n"
        "    await store(sem.taken, Flag(sem.taken).free)\n"
    )

    report = check(lock, 2, ("mutex", "deadlock"))

    assert (report.error, report.mutual_exclusion, report.deadlock_free) == (None, True, True)
