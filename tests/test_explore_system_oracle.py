"""Random systems against all their schedules, one after the other: same verdicts, same lengths.

The oracle knows nothing of automata: it runs the programs from their beginning for each schedule.
"""

import random
from collections import deque
from functools import cache
from typing import Any

import pytest

from kernel_model.explore import check_system
from kernel_model.explore.system_report import SystemReport

STEPS = [  # a step as text, on cells a, b (numbers) and q (a sleep queue)
    "await load(mem.a)",
    "await store(mem.a, i)",
    "await store(mem.b, x or 0)",
    "x = await load(mem.a)",
    "x = await swap(mem.b, 1)",
    "if await compare_and_swap(mem.a, 0, 1): x = 1",
    "await P(mem.a)",
    "await V(mem.a)",
    "await P(mem.b)",
    "await V(mem.b)",
    "await CP(mem.a)",
    "await sleep(mem.q)",
    "await wakeup(mem.q)",
    "await wakeup_one(mem.q)",
    "if await load(mem.a): await sleep(mem.q)",
    "if not x: await V(mem.b)",
]
FILE = """
from kernel_model.explore import *

def memory(n):
    return Shared(a=1, b=0, q=())

async def zero(mem, i, n):
    x = None
    {0}

async def one(mem, i, n):
    x = None
    {1}

def programs(n):
    return [zero, one]

def result(m):
    return (m.a, m.b) != {2}

finals = (result,)
"""


def system(seed: int) -> str:
    choose = random.Random(seed)
    bodies = ["\n    ".join(choose.choices(STEPS, k=choose.choice((2, 3, 4)))) for _ in "01"]
    return FILE.format(*bodies, (choose.choice((0, 1)), choose.choice((0, 1))))


class Run:
    """All programs after a schedule."""

    def __init__(self, text: str, schedule: tuple[int, ...]) -> None:
        names: dict[str, Any] = {}
        exec(text, names)
        memory = names["memory"](2)
        self.cells: dict[str, Any] = {"a": 1, "b": 0, "q": ()}
        self.programs = [program(memory, i, 2) for i, program in enumerate(names["programs"](2))]
        self.next = [self.send(i, None) for i in (0, 1)]
        for i in schedule:
            self.next[i] = self.send(i, self.step(i))

    def send(self, i: int, value: object) -> tuple[str, str, tuple[object, ...]] | None:
        try:
            step = self.programs[i].send(value)
        except StopIteration:
            return None
        return step.kind, step.cell.name, step.args

    def can(self, i: int) -> bool:
        if self.next[i] is None:
            return False
        kind, name, _ = self.next[i]
        held = self.cells[name]
        return not ((kind == "P" and held < 1) or (kind == "swtch" and i in held))

    def step(self, i: int) -> object:
        assert self.next[i] is not None
        kind, name, args = self.next[i]
        held = self.cells[name]
        new, back = {
            "load": lambda: (held, held),
            "store": lambda: (args[0], None),
            "swap": lambda: (args[0], held),
            "compare_and_swap": lambda: (
                (args[1], True) if held == args[0] else (held, False)  # as it says
            ),
            "P": lambda: (held - 1, None),
            "V": lambda: (held + 1, None),
            "CP": lambda: (held - 1, True) if held > 0 else (held, False),
            "sleep": lambda: (tuple(sorted((*held, i))), None),
            "swtch": lambda: (held, None),
            "wakeup": lambda: ((), len(held)),
            "wakeup_one": lambda: (held[1:], held[0] if held else None),
        }[kind]()
        self.cells[name] = new
        return back


def all_schedules(text: str) -> tuple[set[str], int]:
    """What goes wrong in any schedule, and the steps of a shortest one to the first of it."""
    wrong: dict[str, int] = {}
    todo = deque([()])
    while todo:
        schedule = todo.popleft()
        run = Run(text, schedule)
        can = [i for i in (0, 1) if run.can(i)]
        todo += [(*schedule, i) for i in can]
        ended = run.next == [None, None]
        result = f"!= ({run.cells['a']}, {run.cells['b']})\n" in text
        if (ended and result) or not (can or ended):
            wrong.setdefault("final" if ended else "stuck", len(schedule))
        for program in run.programs:
            program.close()
    shown = "final" if "final" in wrong else "stuck"
    return set(wrong), wrong.get(shown, 0)


@cache
def verdict(seed: int) -> SystemReport:
    """Of a random system."""
    return check_system(system(seed))


@pytest.mark.parametrize("seed", range(60))
def test_a_random_system_gets_the_verdict_of_all_its_schedules(seed: int) -> None:
    wrong, steps = all_schedules(system(seed))

    report = verdict(seed)

    assert report.error is None
    if "final" in wrong:
        assert report.invariants == {"result": False}
    else:
        assert report.invariants == {"result": True}
        assert (report.deadlock_free is False or report.lost_wakeup is True) == ("stuck" in wrong)
    shown = report.counterexample
    assert (shown is None) == (not wrong)
    if shown is not None and shown.property != "lost_wakeup":
        assert len(shown.stem) == steps
    elif shown is not None:
        assert len(shown.stem) <= steps


def test_the_random_systems_are_of_all_kinds() -> None:
    verdicts = [verdict(seed) for seed in range(60)]

    shown = {one.counterexample and one.counterexample.property for one in verdicts}
    assert shown == {None, "final", "deadlock", "lost_wakeup"}


LOOPS = [  # steps that may go on for ever
    "while not await CP(mem.a): pass",
    "while await load(mem.b): await store(mem.b, i)",
    "while not await compare_and_swap(mem.b, 0, 1): await store(mem.a, 1)",
    "while await swap(mem.b, 1): await wakeup(mem.q)",
    "while True: await P(mem.a); await V(mem.a)",
]


@pytest.mark.parametrize("seed", range(25))
def test_both_engines_agree_on_what_random_loops_come_to(seed: int) -> None:
    choose = random.Random(seed)
    bodies = [choose.choices(STEPS, k=2) + choose.choices(LOOPS, k=1) for _ in "01"]
    for body in bodies:
        choose.shuffle(body)
    text = FILE.format(*("\n    ".join(body) for body in bodies), (2, 2))

    reports = [check_system(text, engine=engine).to_json() for engine in ("plain", "numpy")]

    for report in reports:
        del report["seconds"], report["engine"]
    assert reports[0] == reports[1]
