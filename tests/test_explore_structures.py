"""Structures over cells do what they say for one processor, and break for two without a lock."""

import textwrap
from typing import Any

import pytest

from kernel_model.explore import Record, Shared, SystemReport, check_system
from kernel_model.explore.cells import LockError, cells_of, seen
from kernel_model.explore.structures import (
    NIL,
    BufferHeader,
    Counter,
    LinkedList,
    ProcessSlot,
    Ring,
)

FILE = """
from kernel_model.explore import *
from kernel_model.explore.structures import *

def memory(n):
    return Shared(x={0}, out=[None] * 3, lock=0)

async def program(mem, i, n):
    {1}

def result(m):
    return {2}

finals = (result,)
"""


def run(first: str, body: str, result: str, n: int = 1) -> SystemReport:
    body = textwrap.indent(textwrap.dedent(body).strip(), "    ").strip()
    return check_system(FILE.format(first, body, result), n)


ALONE = {
    "a counter adds": ("Counter(3)", "await mem.x.add(4)", "m.x.value == 7"),
    "a list takes in front": (
        "LinkedList(3, [1])",
        "await mem.x.insert(0)",
        "m.x.members() == [0, 1]",
    ),
    "a list gives its first": (
        "LinkedList(3, [2, 0])",
        "await store(mem.out[0], await mem.x.take())",
        "m.out[0] == 2 and m.x.members() == [0]",
    ),
    "an empty list gives NIL": (
        "LinkedList(3)",
        "await store(mem.out[0], await mem.x.take())",
        "m.out[0] == NIL and m.x.members() == []",
    ),
    "a list lets its first go": (
        "LinkedList(3, [2, 0, 1])",
        "await store(mem.out[0], await mem.x.remove(2))",
        "m.out[0] == 1 and m.x.members() == [0, 1]",
    ),
    "a list lets its last go": (
        "LinkedList(3, [2, 0, 1])",
        "await store(mem.out[0], await mem.x.remove(1))",
        "m.out[0] == 1 and m.x.members() == [2, 0]",
    ),
    "a list lacks what is not in it": (
        "LinkedList(3, [2, 0])",
        "await store(mem.out[0], await mem.x.remove(1))",
        "m.out[0] == 0 and m.x.members() == [2, 0]",
    ),
    "a ring takes behind any node": (
        "Ring(4, [2])",
        "await mem.x.insert_after(2, 1); await mem.x.insert_after(0, 3)",
        "m.x.members() == [3, 2, 1] and m.x.broken([1, 2, 3]) is None",
    ),
    "a ring lets any node go": (
        "Ring(4, [1, 2, 3])",
        "await mem.x.remove(2); await store(mem.out[0], await mem.x.first())",
        "m.x.members() == [1, 3] and m.x.broken() is None and m.out[0] == 1",
    ),
    "a queue gives in the order in which it takes": (
        "Queue(2)",
        """
        for value in (5, 6, 7):
            await mem.x.put(value)
            await store(mem.out[value - 5], await mem.x.get())
        """,
        "list(m.out) == [5, 6, 7] and m.x.members() == []",
    ),
    "a queue holds what it took": (
        "Queue(2)",
        "await mem.x.put(5); await mem.x.put(6)",
        "m.x.members() == [5, 6]",
    ),
}


@pytest.mark.parametrize("claim", ALONE)
def test_alone(claim: str) -> None:
    report = run(*ALONE[claim])

    assert report.error is None
    assert report.holds()


TOGETHER = {
    "an addition is lost": ("Counter()", "await mem.x.add(1)", "m.x.value == 2"),
    "a value is overwritten": ("Queue(3)", "await mem.x.put(i)", "sorted(m.x.members()) == [0, 1]"),
    "two take the same node": (
        "LinkedList(3, [0, 1, 2])",
        "await store(mem.out[i], await mem.x.take())",
        "m.out[0] != m.out[1]",
    ),
    "neighbours that go together stay": (
        "Ring(4, [1, 2, 3])",
        "await mem.x.remove(1 + i)",
        "m.x.members() == [3]",
    ),
}


@pytest.mark.parametrize("claim", TOGETHER)
def test_two_without_a_lock_break_what_they_do_not_with_one(claim: str) -> None:
    first, body, result = TOGETHER[claim]

    apart = run(first, body, result, 2)
    locked = run(first, f"await Pprim(mem.lock); {body}; await Vprim(mem.lock)", result, 2)

    assert apart.why == "result does not hold"
    assert locked.holds()


def values(**contents: Any) -> Record:
    memory = Shared(**contents)
    return seen(memory, cells_of(memory)[1])


def test_a_list_that_goes_round_in_circles_is_told() -> None:
    circle = LinkedList(3, [0, 1])
    circle.next[1] = 0
    m = values(x=LinkedList(3, [0, 1]), y=circle)

    assert m.x.broken() is None
    assert m.x.broken([0, 1, 2]) == "node 2 is lost"
    assert m.y.members() == [0, 1]
    assert m.y.broken() == "node 0 is in the list twice"


def test_a_ring_whose_two_ways_do_not_fit_is_told() -> None:
    ring = Ring(3, [1, 2])
    ring.backp[2] = 0
    other = Ring(3, [1, 2])
    other.forp[2] = 1

    assert values(x=Ring(3, [1, 2])).x.broken([1, 2]) is None
    assert values(x=ring).x.broken() == "2 follows 1, but back from 2 leads to 0"
    assert values(x=other).x.broken() == "forward from 2 leads to 1 again, not to the header"


def test_slots_and_headers_have_the_cells_of_the_book() -> None:
    memory = Shared(proc=[ProcessSlot("running"), ProcessSlot(parent=0)], buf=[BufferHeader(7)])
    cells, first = cells_of(memory)
    held = dict(zip(map(str, cells), first, strict=True))

    assert held["proc[0].state"] == "running"
    assert held["proc[1].parent"] == 0
    assert held["buf[0].block"] == 7
    assert [name for name in held if name.startswith("buf[0]")] == [
        "buf[0].block",
        "buf[0].busy",
        "buf[0].valid",
        "buf[0].delayed",
    ]


def test_what_an_invariant_sees_has_no_index_from_the_end() -> None:
    m = values(x=LinkedList(2, [0]), count=Counter())

    assert (m.x.head, m.count.value, len(m.x.next)) == (0, 0, 2)
    with pytest.raises(LockError, match=r"x.next\[-1\] is outside the array"):
        m.x.next[NIL]
