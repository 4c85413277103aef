"""States of a kernel: their digests, and the same state again from its JSON."""

import json
from enum import IntEnum
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.demo.answers import model_solution
from autograder.driven import CHANGED, Driven
from autograder.exercise import SCENARIOS, exercise, exercises
from autograder.known import forget
from autograder.outcomes import plain_outcome
from autograder.servers import server
from autograder.session import Session
from kernel_model.scenario import run
from kernel_model.states import AT, BETWEEN, State, digest, from_json, read, state_of, written
from kernel_model.tables import show
from kernel_model.targets import Setup
from kernel_model.targets.model import ModelTarget

SCENARIO_EXERCISES = [one.name for one in exercises() if one.kind == SCENARIOS]


def again(state: State, before: State | None = None) -> State:
    """The state from its JSON."""
    return read(json.loads(written(state, before), object_hook=from_json), before)


class Watched(ModelTarget):
    """A model that checks its state after every call."""

    checked = 0
    before: State | None = None

    def call(self, proc: str, call: str, args: list[Any]) -> Any:
        outcome = super().call(proc, call, args)
        state = state_of(self)
        for one in (None, self.before):
            assert again(state, one) == state
            assert digest(again(state, one)) == digest(state)
        self.before = state
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


TABLES = st.recursive(
    st.integers(0, 3) | st.booleans() | st.binary(max_size=2) | st.none(),
    lambda inner: st.lists(inner, max_size=5).map(tuple),
    max_leaves=20,
).filter(lambda value: type(value) is tuple)


def state(seen: Any) -> State:
    """A state with such tables."""
    return State({"A": "runs"}, {"A": 101}, {}, seen)


@given(TABLES, TABLES)
def test_what_changed_and_the_state_before_make_the_state(seen: Any, before: Any) -> None:
    assert again(state(seen), state(before)) == state(seen)


def test_what_is_as_before_is_not_said_and_is_the_same_object() -> None:
    rows = tuple((number, b"text", (1, 2)) for number in range(100))
    later = (*rows[:40], (40, b"other", (1, 2)), *rows[41:])
    shorter = rows[1:]
    for seen, length in ((rows, 100), (later, 150), (shorter, 100)):
        assert len(written(state((seen,)), state((rows,)))) < length
    made = again(state((later,)), state((rows,)))

    assert made.seen[0][39] is rows[39]
    assert again(state((shorter,)), state((rows,))).seen[0][0] is rows[1]


@pytest.mark.parametrize(
    "told",
    [
        {BETWEEN: [2, 2, []]},  # the same three rows twice
        {BETWEEN: [-1, 0, []]},
        {BETWEEN: [0, 4, []]},
        {BETWEEN: [0, 0]},
        {AT: [3, 0]},
        {AT: [1, 0, 1, 0]},  # or little would make a lot of work
        {AT: [1, 0, 0, 0]},
        {AT: [0]},
        {AT: ["0", 1]},
        {AT: 1},
    ],
)
def test_who_tells_of_rows_that_there_were_not_has_told_no_state(told: Any) -> None:
    with pytest.raises((ValueError, TypeError, LookupError)):
        read([{}, {}, {}, told], state((1, 2, 3)))


def test_a_kernel_shows_what_changed_since_the_state_that_it_named_before() -> None:
    driven = Driven(lambda kernel: None, plain_outcome)
    start = {"start": {"uids": {"A": 0}, "gids": {}, "limits": {}}}
    whole, part = {"tables": True}, {"tables": CHANGED}
    for _ in range(2):  # a start forgets what was named
        first = driven.answer(start | {"call": ["A", "msgget", [1, 0o1600]]} | part)
        assert driven.answer(whole)["tables"] == first["tables"]
        before = driven.state
        second = driven.answer({"call": ["A", "msgsnd", [0, 1, {"text": "one"}]]} | part)

        assert driven.answer(part)["tables"] == second["tables"] != driven.answer(whole)["tables"]
        shown = read(json.loads(second["tables"], object_hook=from_json), before)
        assert digest(shown) == second["state"]


def test_what_passed_the_layers_makes_no_other_state() -> None:
    target = ModelTarget()
    target.start(Setup({"A": 0}, {}, {}))
    target.call("A", "socket", [2, 2, 0])
    assert target.call("A", "bind", [3, "127.0.0.1:4000"]) == {"ret": 0}
    assert target.call("A", "sendto", [3, "one", 0, "127.0.0.1:4000"])["ret"] == 3
    before = digest(state_of(target))
    network = target.kernel.network
    assert network is not None
    assert network.passages
    network.passages.clear()

    assert digest(state_of(target)) == before
    network.sockets.clear()
    assert digest(state_of(target)) != before


def test_a_picture_shows_what_passed_the_layers_of_its_own_kernel() -> None:
    one, passages = exercise("connect"), []
    forget()
    for source in (one.accepted()["own_services"], model_solution(one)):
        session = Session("connect", [source], server("connect"))
        target = session.unknowing()
        target.start(Setup({"A": 0, "B": 0}, {}, {}))
        for proc, name, args in (
            ("A", "socket", [2, 1, 0]),
            ("A", "bind", [3, "127.0.0.1:4000"]),
            ("A", "listen", [3, 1]),
            ("B", "socket", [2, 1, 0]),
            ("B", "connect", [3, "127.0.0.1:4000"]),
        ):
            assert "ret" in target.call(proc, name, args)
        passages.append(target.view()["passages"])
        session.close()

    assert passages[0] != passages[1] != []


@pytest.mark.parametrize("name", SCENARIO_EXERCISES)
def test_no_scenario_expects_what_makes_no_other_state(name: str) -> None:
    for scenario in exercise(name).visible() + exercise(name).hidden():
        assert "passages" not in repr(scenario)
