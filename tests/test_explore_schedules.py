"""Counterexamples are played again by a simulator that shares nothing with the search."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kernel_model.explore import check, verdict
from kernel_model.explore.cells import cells_of
from kernel_model.explore.closure import Closure
from kernel_model.explore.effects import effect
from kernel_model.explore.report import often
from kernel_model.explore.schedule import Replay, Step
from kernel_model.explore.verdict import Extracted
from tests.explore_ways import SAME
from tests.explore_ways import lock as written

LOCKS = Path(__file__).parent / "locks"
TWO = sorted(path.stem for path in LOCKS.glob("*.py") if "unbounded" not in path.stem)


class World:
    """The lock's coroutines themselves, one step at a time."""

    def __init__(self, text: str, n: int) -> None:
        names: dict[str, Any] = {}
        exec(text, names)
        self.names, self.n = names, n
        self.memory = names["semaphore"](n)
        self.cells, first = cells_of(self.memory)
        self.values = list(first)
        self.ids = list(names.get("processors", range)(n))
        self.at: dict[int, tuple[str, Any, Any]] = dict.fromkeys(self.ids, ("outside", None, None))

    def inside(self) -> list[int]:
        return [i for i, (phase, _, _) in self.at.items() if phase == "inside"]

    def step(self, i: int) -> list[tuple[str, str | None, Any]]:
        """One step of processor i, as (operation, cell, what it holds then)."""
        phase, code, op = self.at[i]
        if phase == "inside":
            self.go(i, "leaving", self.names["Vprim"](self.memory, i, self.n), None)
            return [("leave", None, None)]
        if phase == "outside":
            self.go(i, "trying", self.names["Pprim"](self.memory, i, self.n), None)
            phase, code, op = self.at[i]
            if phase == "inside":
                return [("enter", None, None)]
        cell = op.cell.number
        self.values[cell], back = effect(op.kind, op.args, self.values[cell])
        made: list[tuple[str, str | None, Any]] = [(op.kind, str(op.cell), self.values[cell])]
        self.go(i, phase, code, back)
        return [*made, ("enter", None, None)] if self.at[i][0] == "inside" else made

    def go(self, i: int, phase: str, code: Any, value: Any) -> None:
        try:
            self.at[i] = (phase, code, code.send(value))
        except StopIteration:
            self.at[i] = ({"trying": "inside", "leaving": "outside"}[phase], None, None)

    def play(self, steps: list[Step]) -> Iterator[None]:
        """Makes the steps of a schedule; each must be what the processor really does."""
        left = list(steps)
        while left:
            made = self.step(left[0].processor)
            shown = [(step.op, step.cell, step.value) for step in left[: len(made)]]
            assert shown == made
            del left[: len(made)]
            yield

    def close(self) -> None:
        for _, code, _ in self.at.values():
            if code is not None:
                code.close()


@pytest.mark.parametrize("lock", TWO)
def test_a_counterexample_can_be_played(lock: str) -> None:
    text = (LOCKS / f"{lock}.py").read_text("utf-8")
    shown = check(text, 2).counterexample
    if shown is None:
        return
    world = World(text, 2)

    for _ in world.play(shown.stem):
        assert len(world.inside()) < 2 or shown.property == "mutex"
    if shown.property == "mutex":
        assert len(world.inside()) == 2
        assert shown.cycle == []
    else:
        before = world.values.copy(), [phase for phase, _, _ in world.at.values()]
        entered, outside = set(), set()
        for _ in itertools.chain(*(world.play(shown.cycle) for _ in range(3))):
            entered |= set(world.inside())
            outside |= {i for i, (phase, _, _) in world.at.items() if phase == "outside"}
        assert before == (world.values, [phase for phase, _, _ in world.at.values()])
        assert set(world.ids) == {step.processor for step in shown.cycle} | outside
        assert set(world.ids) - entered
        assert shown.property != "deadlock" or not entered
    world.close()


FAILING = ["flag", "hyman", "knuth_no_second_look", "peterson_turn_first", "book_from_0"]


@pytest.mark.parametrize("lock", FAILING)
def test_no_shorter_schedule_lets_two_in(lock: str) -> None:
    """All schedules that are one step shorter, as far as that can be tried out."""
    text = (LOCKS / f"{lock}.py").read_text("utf-8")
    shown = check(text, 2, ["mutex"]).counterexample
    assert shown is not None
    length = sum(step.op != "enter" for step in shown.stem)

    for turns in itertools.product(range(2), repeat=min(length, 11) - 1):
        world = World(text, 2)
        for turn in turns:
            world.step(world.ids[turn])
            assert len(world.inside()) < 2, turns
        world.close()


@pytest.mark.parametrize("lock", ["mcs_hasty", "polite", "dijkstra", "test_and_set", "flag"])
def test_lines_are_those_of_the_file(lock: str) -> None:
    text = (LOCKS / f"{lock}.py").read_text("utf-8")
    shown = check(text, 2).counterexample
    assert shown is not None

    for step in shown.stem + shown.cycle:
        if step.line is not None:
            assert f"{step.op}(" in text.splitlines()[step.line - 1]


def tried_out(text: str, depth: int) -> set[tuple[object, ...]]:
    """What can be seen after so many steps of two processors: every schedule, run for real."""
    seen = set()
    for turns in itertools.product(range(2), repeat=depth):
        world = World(text, 2)
        for turn in turns:
            world.step(world.ids[turn])
        phases = [phase for phase, _, _ in world.at.values()]
        seen.add((*phases, *world.values))
        world.close()
    return seen


def worked_out(text: str, depth: int) -> set[tuple[object, ...]]:
    """The same, from the automata."""
    lock = Extracted(text, "lock", 2)
    closure = Closure(lock.locals, lock.first, 8)
    level = {((0, 0), tuple(lock.first))}
    for _ in range(depth):
        after = set()
        for at, values in level:
            for p in range(2):
                replay = Replay(closure, lock.cells)
                replay.at, replay.values = list(at), list(values)
                replay.turn(p)
                after.add((tuple(replay.at), tuple(replay.values)))
        level = after
    return {
        (
            *(one.pending(a).phase.name.lower() for one, a in zip(closure.closed, at, strict=True)),
            *v,
        )
        for at, v in level
    }


@pytest.mark.parametrize("lock", ["bakery", "book_from_1", "eisenberg_mcguire", "mcs", "filter"])
def test_the_automata_do_what_the_coroutines_do(lock: str) -> None:
    text = (LOCKS / f"{lock}.py").read_text("utf-8")

    assert worked_out(text, 10) == tried_out(text, 10)


@pytest.mark.parametrize("way", SAME)
def test_the_automata_miss_nothing_that_a_coroutine_keeps(way: str) -> None:
    text = written(SAME[way])

    assert worked_out(text, 9) == tried_out(text, 9)


@pytest.mark.parametrize("engine", ["plain", "numpy"])
@pytest.mark.parametrize("lock", ["bakery", "dekker", "dijkstra", "hyman", "mcs_hasty", "polite"])
def test_what_is_found_nearby_in_a_large_graph_is_what_its_parts_hold(
    lock: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (LOCKS / f"{lock}.py").read_text("utf-8")
    by_parts = check(text, 2, engine=engine)
    monkeypatch.setattr(verdict, "MANY", 0)

    nearby = check(text, 2, engine=engine)

    assert nearby.verdicts() == by_parts.verdicts()
    assert nearby.counterexample == by_parts.counterexample


def test_where_nothing_is_found_nearby_the_parts_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = (LOCKS / "dijkstra.py").read_text("utf-8")
    by_parts = check(text, 3)
    monkeypatch.setattr(verdict, "MANY", 0)
    monkeypatch.setattr("kernel_model.explore.lasso.NEAREST", 0)

    nothing_near = check(text, 3)

    assert nothing_near.counterexample == by_parts.counterexample


def test_a_report_numbers_the_turns_as_a_page_does_and_says_how_often_in_words() -> None:
    report = check(written("while await load(sem.door):\n    pass\nawait store(sem.door, 1)"))

    lines = str(report).splitlines()
    turns = [line.split(maxsplit=1) for line in lines if "processor 0: " in line]

    assert lines[3].startswith("overtaken at most    processor 0 ")
    assert lines[3].endswith("(counted from its first write)")
    assert turns[0] == ["1", "processor 0: calls Pprim"]
    assert turns[-1] == ["processor", "0: is inside"]  # where the turn before has led
    numbers = [line.split()[0] for line in lines[5:-1]]
    steps = [number for number in numbers if number != "processor"]
    assert steps == [str(number) for number in range(1, len(steps) + 1)]


def test_a_bound_is_told_in_words() -> None:
    assert [often(bound) for bound in (0, 1, 3, None)] == [
        "never",
        "once",
        "3 times",
        "without bound",
    ]


def test_a_queue_is_written_as_a_cell_shows_it() -> None:
    assert str(Step(0, "wakeup", "asleep", (1,), 7)) == (
        "processor 0: wakeup asleep, which becomes (1)   (line 7)"
    )
    assert str(Step(0, "load", "head", None)) == "processor 0: load head, which is none"
