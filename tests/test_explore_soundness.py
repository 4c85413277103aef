"""Two ways of writing the same lock have the same states: nothing a coroutine keeps is missed."""

import itertools
import textwrap

import pytest

from kernel_model.explore import check
from kernel_model.explore.canonical import Canonical, Hidden
from kernel_model.explore.iterators import ITERTOOLS
from kernel_model.explore.snapshot import snapshot, visible

LOCK = """
from kernel_model.explore import Shared, load, store, swap

def semaphore(n):
    return Shared(want=[0] * n, turn=0, door=0)

{more}

async def Pprim(sem, me, n):
    await store(sem.want[me], 1)
{body}

async def Vprim(sem, me, n):
    await store(sem.turn, (me + 1) % n)
    await store(sem.want[me], 0)
"""


def lock(body: str, more: str = "") -> str:
    body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return LOCK.format(body=body, more=textwrap.dedent(more))


PLAIN = """
    while True:
        turn = await load(sem.turn)
        first = await load(sem.want[0])
        second = await load(sem.want[1])
        if turn == me or first + 2 * second == 1 + me:
            break
"""
SAME = {
    "the value stack": """
        while True:
            if (await load(sem.turn) == me) | (
                await load(sem.want[0]) + 2 * await load(sem.want[1]) == 1 + me
            ):
                break
    """,
    "arguments of a call": """
        def differs(turn, first, second):
            return turn != me and first + 2 * second != 1 + me
        while differs(await load(sem.turn), await load(sem.want[0]), await load(sem.want[1])):
            pass
    """,
    "a list being made": """
        while True:
            turn, *wants = [await load(one) for one in (sem.turn, *sem.want)]
            if turn == me or wants[0] + 2 * wants[1] == 1 + me:
                break
    """,
    "a dict being made": """
        while True:
            seen = {key: await load(one) for key, one in
                    zip("tab", (sem.turn, sem.want[0], sem.want[1]))}
            if seen["t"] == me or seen["a"] + 2 * seen["b"] == 1 + me:
                break
    """,
    "an f-string being made": """
        right = {f"{me}{a}{b}" for a in (0, 1) for b in (0, 1)} | {f"{1 - me}{1 - me}{me}"}
        first, second = sem.want
        while f"{await load(sem.turn)}{await load(first)}{await load(second)}" not in right:
            pass
    """,
    "an iterator": """
        done = False
        while not done:
            number, weight = 0, 1
            turn = await load(sem.turn)
            for cell in sem.want:
                number += weight * await load(cell)
                weight *= 2
            done = turn == me or number == 1 + me
    """,
    "an iterator of itertools": """
        from itertools import chain, count
        while True:
            places = count(1)
            turn, number = await load(sem.turn), 0
            for cell in chain([sem.want[0]], [sem.want[1]]):
                number += next(places) * await load(cell)
            if turn == me or number == 1 + me:
                break
    """,
    "an asynchronous generator": """
        async def values():
            for cell in (sem.turn, *sem.want):
                yield await load(cell)
        while True:
            seen = [value async for value in values()]
            if seen[0] == me or seen[1] + 2 * seen[2] == 1 + me:
                break
    """,
    "an asynchronous context manager": """
        from contextlib import asynccontextmanager
        @asynccontextmanager
        async def turn_seen():
            yield await load(sem.turn)
        while True:
            async with turn_seen() as turn:
                number = await load(sem.want[0])
                number += 2 * await load(sem.want[1])
            if turn == me or number == 1 + me:
                break
    """,
    "a deque": """
        from collections import deque
        while True:
            seen = deque([await load(sem.turn)], maxlen=3)
            for cell in sem.want:
                seen.append(await load(cell))
            if seen[0] == me or seen[1] + 2 * seen[2] == 1 + me:
                break
    """,
    "an awaitable of one's own": """
        class Sum:
            def __init__(self, cells):
                self.cells = cells
            def __await__(self):
                total = 0
                for weight, cell in enumerate(self.cells, 1):
                    total += weight * (yield from load(cell).__await__())
                return total
        while True:
            turn = await load(sem.turn)
            if await Sum(sem.want) == 1 + me or turn == me:
                break
    """,
    "a recursion": """
        async def number(cells):
            if not cells:
                return 0
            return await load(cells[0]) + 2 * await number(cells[1:])
        while True:
            turn = await load(sem.turn)
            if await number(tuple(sem.want)) == 1 + me or turn == me:
                break
    """,
    "a generator": """
        def order():
            yield sem.turn
            for cell in sem.want:
                yield cell
        while True:
            cells = order()
            turn = await load(next(cells))
            number = await load(next(cells))
            number += 2 * await load(next(cells))
            if turn == me or number == 1 + me:
                break
    """,
    "a closure": """
        seen = []
        def note(value):
            seen.append(value)
        while True:
            seen.clear()
            note(await load(sem.turn))
            note(await load(sem.want[0]))
            note(await load(sem.want[1]))
            if seen[0] == me or seen[1] + 2 * seen[2] == 1 + me:
                break
    """,
    "an object": """
        class Seen:
            __slots__ = ("turn", "number")
        seen = Seen()
        while True:
            seen.turn = await load(sem.turn)
            seen.number = await load(sem.want[0])
            seen.number += 2 * await load(sem.want[1])
            if seen.turn == me or seen.number == 1 + me:
                break
    """,
    "an exception": """
        while True:
            try:
                raise ValueError(await load(sem.turn))
            except ValueError as error:
                first = await load(sem.want[0])
                second = await load(sem.want[1])
                if error.args[0] == me or first + 2 * second == 1 + me:
                    break
    """,
    "an exception that is only being handled": """
        while True:
            try:
                try:
                    raise ValueError(await load(sem.turn))
                except ValueError:
                    number = await load(sem.want[0])
                    number += 2 * await load(sem.want[1])
                    raise
            except ValueError as error:
                if error.args[0] == me or number == 1 + me:
                    break
    """,
}
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
