"""States of a kernel: their digests, and the same state again from its JSON."""

import json
from enum import IntEnum
from fractions import Fraction
from typing import Any

import pytest

from autograder.exercise import SCENARIOS, exercise, exercises
from kernel_model.scenario import run
from kernel_model.states import State, digest, from_json, read, state_of, written
from kernel_model.tables import show
from kernel_model.targets import Setup
from kernel_model.targets.model import ModelTarget

SCENARIO_EXERCISES = [one.name for one in exercises() if one.kind == SCENARIOS]


def again(state: State) -> State:
    """The state from its JSON."""
    return read(json.loads(written(state), object_hook=from_json))


class Watched(ModelTarget):
    """A model that checks its state after every call."""

    checked = 0

    def call(self, proc: str, call: str, args: list[Any]) -> Any:
        outcome = super().call(proc, call, args)
        state = state_of(self)
        assert again(state) == state
        assert digest(again(state)) == digest(state)
        self.checked += 1
        return outcome


@pytest.mark.parametrize("name", SCENARIO_EXERCISES)
@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_every_state_is_the_same_again_from_its_json(name: str, personality: str) -> None:
    target = Watched(personality)
    for scenario in exercise(name).visible() + exercise(name).hidden():
        run(scenario, target)

    assert target.checked > 20


def a_kernel() -> ModelTarget:
    """A kernel with a queue."""
    target = ModelTarget()
    target.start(Setup({"A": 1000}, {}, {}))
    target.call("A", "msgget", [1, 0o1600])
    return target


def test_a_state_is_what_there_is_to_be_seen() -> None:
    target = a_kernel()
    state = state_of(target)

    assert (state.procs, state.pids, state.ended) == ({"A": "runs"}, {"A": 101}, {})
    assert show(state.seen) == target.view()
    assert len(digest(state)) == 40


def qbytes(value: Any) -> State:
    """The state of a kernel whose queue has this in a field."""
    target = a_kernel()
    target.kernel.msgque.entries[0].qbytes = value
    return state_of(target)


def test_states_that_differ_in_a_type_alone_are_not_the_same() -> None:
    assert len({digest(qbytes(value)) for value in (1, True, 1.0, "1", None, [1], (1,))}) == 7


def test_a_number_of_a_type_of_its_own_is_the_number() -> None:
    one = IntEnum("one", {"ONE": 1}).ONE

    assert digest(qbytes(one)) == digest(qbytes(1)) == digest(again(qbytes(one)))


def test_what_no_table_holds_is_named() -> None:
    odd = qbytes(Fraction(1, 2))

    assert again(odd).seen[4][10] == "<Fraction>"
    assert digest(odd) == digest(again(odd))


def test_a_list_where_there_is_none_makes_another_state_than_the_one_named() -> None:
    odd = qbytes([1])

    assert digest(again(odd)) != digest(odd)


def test_tables_that_cannot_be_read_are_a_state_as_well() -> None:
    target = a_kernel()
    del target.kernel.msgque.entries[0].qbytes
    state = state_of(target)

    assert "qbytes" in state.seen["unreadable"]
    assert again(state) == state
