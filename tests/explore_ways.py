"""One lock, written in many ways that keep what was read in different places."""

import textwrap

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
    "variables that exec makes": """
        while True:
            turn = await load(sem.turn)
            exec("first = " + str(await load(sem.want[0])))
            second = await load(sem.want[1])
            if turn == me or eval("first") + 2 * second == 1 + me:
                break
            exec("del first")
    """,
    "a named tuple": """
        from collections import namedtuple
        Seen = namedtuple("Seen", "turn first second")
        while True:
            seen = Seen(await load(sem.turn), await load(sem.want[0]), await load(sem.want[1]))
            if seen.turn == me or seen.first + 2 * seen.second == 1 + me:
                break
    """,
    "a coroutine that begins later": """
        async def right(turn, first):
            second = await load(sem.want[1])
            return turn == me or first + 2 * second == 1 + me
        while True:
            turn = await load(sem.turn)
            if await right(turn, await load(sem.want[0])):
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
