"""autograder/bench: ratios against targets; how it measures, not how fast this machine is."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.bench import examples, locks, right, spin
from autograder.bench.classes import notebook_with_cases
from autograder.bench.kernel import RealQueue, model_trips
from autograder.bench.measure import Figure, in_turns, lines_of
from autograder.exercise import exercise
from autograder.sandbox import probe
from kernel_model.explore.plain import Plain
from kernel_model.explore.tables import make_tables
from tests.needs import require

TABLES = locks.tables_of


@pytest.mark.parametrize(
    ("figure", "value", "met", "target"),
    [
        (Figure("slower", 3.0, 1.0, most=4), 3, True, "at most 4 times"),
        (Figure("slower", 5.0, 1.0, most=4), 5, False, "at most 4 times"),
        (Figure("faster", 0.1, 3.0, least=20), 30, True, "at least 20 times"),
        (Figure("faster", 1.0, 3.0, least=20), 3, False, "at least 20 times"),
        (Figure("seconds", 0.2, None, most=0.3), 0.2, True, "at most 0.3 s"),
        (Figure("seconds", 0.4, None, most=0.3), 0.4, False, "at most 0.3 s"),
        (Figure("memory", 5, None, most=4, unit="GiB"), 5, False, "at most 4 GiB"),
    ],
)
def test_a_figure_is_held_against_its_target(
    figure: Figure, value: float, met: bool, target: str
) -> None:
    assert figure.value() == pytest.approx(value)
    assert (figure.met(), figure.target()) == (met, target)
    assert json.loads(json.dumps(figure.to_json()))["met"] is met


def test_a_missed_target_stands_out_in_the_table() -> None:
    good = Figure("one", 0.001, 0.002, most=4)
    lines = lines_of([good, replace(good, name="two", ours=0.1)])

    memory = lines_of([Figure("room", 1.461, None, most=4, unit="GiB")])[1]
    assert "1.461 GiB" in memory
    assert "ms" not in memory
    assert lines[1].endswith("at most 4 times    met")
    assert lines[2].endswith("at most 4 times    MISSED")


def test_both_sides_are_measured_in_turns_and_the_first_pair_does_not_count() -> None:
    calls: list[str] = []
    ours, others = iter([9.0, 1.0, 2.0, 3.0]), iter([9.0, 4.0, 6.0, 5.0])

    def one() -> float:
        calls.append("one")
        return next(ours)

    def other() -> float:
        calls.append("other")
        return next(others)

    assert in_turns(one, other, pairs=3) == (2.0, 5.0)
    assert calls == ["one", "other"] * 4


def test_round_trips_leave_both_kernels_as_they_were() -> None:
    model_trips(3)()
    model_trips(3, traced=True)()

    with RealQueue() as queue:
        queue.trips(3)


def test_the_stock_notebook_has_as_many_test_cells_as_there_are_cases() -> None:
    cells = notebook_with_cases(3).cells
    names: dict[str, object] = {}
    exec("from kernel_model import *", names)
    for cell in cells:
        exec(cell.source, names)

    assert [cell.metadata["nbgrader"]["grade"] for cell in cells] == [False, True, True, True]


def test_examples_are_measured_of_answers_that_have_one() -> None:
    require(probe().isolated, "the sandbox does not isolate")
    one = exercise("msgrcv")
    small = examples.shown(one, "eagain", one.mutants()["eagain"])
    right = examples.shown(one, "classes", one.accepted()["classes"])

    assert small.calls == [
        "A: q = msgget(key 1, IPC_CREAT | 0o600)",
        "A: msgrcv(q, 5, 0, IPC_NOWAIT)",
    ]
    assert 0 < small.seconds < examples.SLOW
    assert (right.verdict, right.calls, right.seconds) == ("pass", None, 0)


def test_a_mutant_without_an_example_or_with_a_slow_one_stands_out_and_misses_the_target() -> None:
    good = examples.Shown("msgrcv", "one", "fail", ["A: pause()"] * 3, 0.2)
    none, slow = replace(good, name="two", calls=None), replace(good, name="three", seconds=3.1)
    missing, size, longest = examples.figures([good, none, slow])

    assert examples.lines_of([good, none, slow])[2:] == [
        "NONE  msgrcv two (fail)",
        "SLOW  msgrcv three: 3.10 s",
    ]
    assert (missing.value(), missing.met()) == (1, False)
    assert (size.value(), size.met()) == (3, True)
    assert (longest.value(), longest.met()) == (3.1, False)


def test_processor_time_is_that_of_the_processes_below_as_well() -> None:
    before = examples.worked()
    subprocess.run([sys.executable, "-c", "sum(range(10**7))"], check=True)

    assert examples.worked() - before > 0.05


def test_locks_are_measured_by_engines_that_find_all_states(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "tables_of", lambda lock, n: TABLES(lock, 3))
    monkeypatch.setitem(locks.STATES, "eisenberg_mcguire", 4663)

    figure = locks.eisenberg_mcguire()

    assert locks.missing() is None
    assert figure.name == "4,663 states of eisenberg_mcguire, NumPy against plain"
    assert figure.other is not None


def test_an_engine_that_misses_states_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "tables_of", lambda lock, n: TABLES(lock, 2))

    with pytest.raises(RuntimeError, match="the states are not 8,532,304"):
        locks.dijkstra()


@pytest.mark.parametrize(("lock", "n"), [("mcs", 2), ("counted", 2), ("bakery", 3)])
def test_spin_finds_the_same_states_on_the_same_automata(lock: str, n: int, tmp_path: Path) -> None:
    require(spin.missing() is None, str(spin.missing()))
    closure = locks.closure_of(lock, n)
    ours = Plain(make_tables(closure)).search(10**6)

    found = spin.Spin(closure, tmp_path, depth=10**6).search()

    assert found.states == ours.states()
    assert found.transitions == ours.transitions + 1  # SPIN's own first one


def test_a_model_for_spin_has_a_label_for_each_class_and_a_step_for_each_value() -> None:
    text = spin.promela(locks.closure_of("test_and_set", 2))

    assert text.count("active proctype") == 2
    assert text.count(": if\n") == text.count("  fi;\n") == 10
    assert "  :: d_step { (x0 == 0) -> x0 = 1 } -> goto C2\n" in text
    assert "  :: (x0 == 1) -> goto C3\n" in text


def test_what_spin_does_not_finish_is_no_figure(tmp_path: Path) -> None:
    require(spin.missing() is None, str(spin.missing()))
    model = spin.Spin(locks.closure_of("dijkstra", 2), tmp_path, depth=10)

    with pytest.raises(RuntimeError, match="SPIN did not come to the end"):
        model.search()


def test_what_a_right_answer_costs_is_measured_as_ours_and_in_another_way() -> None:
    require(probe().isolated, "a sandbox that isolates")
    # so few grades that chance decides what they say
    made = right.figures(exercise("pipe_read"), grades=1)

    assert [(one.name, one.most) for one in made] == [
        ("a right pipe_read, as the kernel's", right.MOST),
        ("a right pipe_read, in another way", right.FIRST),
    ]
