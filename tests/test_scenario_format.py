"""Scenarios as JSON and as data: nothing is lost between, and damage raises ScenarioError only."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kernel_model.scenario import (
    SIGNATURES,
    CallStep,
    EndsStep,
    Scenario,
    ScenarioError,
    StateStep,
    WakesCountStep,
    WakesStep,
    dumps,
    load,
    loads,
    run,
)
from tests.toy_target import Toy

NOTES = {"source": "msgop(2)", "fact": "one line", "why": 5, "from": ["any", None]}
EVERYTHING: dict[str, Any] = {
    "id": "all", "topic": "msg", "uids": {"B": 5, "A": 0}, "gids": {"A": 7},
    "limits": {"MSGMNB": 64, "MSGTQL": 9}, "scope": "unix_only", **NOTES,
    "steps": [
        {"proc": "A", "call": "msgget", "args": [{"key": 1}, ["IPC_CREAT", "0o600"]],
         "expect": {"ret": "nonneg"}, "save": "q", "repeat": {"expr": "1+1"}, **NOTES},
        {"proc": "A", "call": "msgsnd", "args": ["$q", 1, {"rep": "a", "n": 4}, ["IPC_NOWAIT"]],
         "until": {"errno": "EAGAIN"}, "min": 1, "max": {"expr": "MSGMNB"}, "save_count": "n",
         "scope": "linux_only"},
        {"wakes": "B", "expect": {"any_of": [{"ret": "$n"}, {"errno": ["EINTR"]}]}, "save": "r"},
        {"asleep": "B", "expect": {"view": {"queues": []}}},
        {"wakes_count": 0, "among": ["A", "B"], "expect": {"ret": 0}, "why": "nobody"},
        {"ends": "B", "expect": {"signaled": "SIGKILL", "view": {}}},
        {"ends": "B"},
        {"alive": "A", "scope": "unix_only"},
        {"stopped": "A"},
        {"runs": "A"},
    ],
}  # fmt: skip


def test_every_key_of_the_format_survives() -> None:
    scenario = Scenario.from_json(EVERYTHING)

    assert scenario.to_json() == EVERYTHING
    assert Scenario.from_json(scenario.to_json()) == scenario


def test_what_the_steps_are() -> None:
    steps = Scenario.from_json(EVERYTHING).steps

    kinds = [CallStep, CallStep, WakesStep, StateStep, WakesCountStep, EndsStep, EndsStep]
    assert [type(step) for step in steps] == [*kinds, StateStep, StateStep, StateStep]
    assert steps[2] == WakesStep("B", {"any_of": [{"ret": "$n"}, {"errno": ["EINTR"]}]}, save="r")
    assert steps[7] == StateStep("alive", "A", scope="unix_only")
    assert steps[0].notes == NOTES


def test_processes_keep_the_order_in_which_they_start() -> None:
    assert list(Scenario.from_json(EVERYTHING).uids) == ["B", "A"]


def test_a_file_may_be_given_by_its_path_or_as_text(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text("\ufeff" + json.dumps([EVERYTHING]), encoding="utf-8")

    scenarios = load(file)

    assert scenarios == load(str(file)) == load(json.dumps([EVERYTHING])) == loads(dumps(scenarios))


def test_a_written_file_has_a_step_a_line() -> None:
    other = EVERYTHING | {"id": "other", "steps": []}
    text = dumps([Scenario.from_json(EVERYTHING), Scenario.from_json(other)])

    assert json.loads(text) == [EVERYTHING, other]
    assert len(text.splitlines()) == 15
    assert dumps(loads(text)) == text


names = st.sampled_from(["A", "B"])
numbers = st.integers() | st.sampled_from(
    ["0o600", "IPC_PRIVATE", {"expr": "PAGE*2"}, {"key": 3}, {"pid": "A", "neg": True}]
)
flags = st.lists(st.sampled_from(["IPC_CREAT", "IPC_NOWAIT", 3, "0o7"]), max_size=3) | numbers
texts = st.text(st.characters(max_codepoint=255), max_size=5) | st.sampled_from(
    [None, {"rep": "a", "n": 3}, {"cat": ["x", {"rep": "y", "n": {"expr": "2"}}]}]
)
values = numbers | st.sampled_from(["any", "pos", "nonneg", {"not": 3}, {"min": 0, "max": "0o7"}])
simple = st.one_of(
    st.fixed_dictionaries({"ret": values}, optional={"mtype": values, "data": st.just("$q")}),
    st.fixed_dictionaries({"errno": st.sampled_from(["EINVAL", ["EAGAIN", "EINTR"]])}),
    st.just({"blocks": True}),
    st.fixed_dictionaries({"ends": st.sampled_from(["any", {"exited": 0}])}),
)
expectations = simple | st.fixed_dictionaries({"any_of": st.lists(simple, min_size=1, max_size=2)})
notes = st.fixed_dictionaries({}, optional={"fact": st.text(max_size=3), "source": st.none()})
scopes = st.fixed_dictionaries({}, optional={"scope": st.sampled_from(["linux_only", "unix_only"])})


def with_notes(step: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda *parts: parts[0] | parts[1] | parts[2], step, notes, scopes)


def calls(name: str, *args: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    made = {"proc": names, "call": st.just(name), "args": st.tuples(*args).map(list)}
    saved, often = st.sampled_from(["q", "r"]), st.integers(0, 3)
    once = {"expect": expectations, "save": saved, "repeat": often}
    until = st.just({"until": {"errno": "EAGAIN"}, "max": 9, "save_count": "n"})
    return st.fixed_dictionaries(made, optional=once) | st.builds(
        lambda call, more: call | more, st.fixed_dictionaries(made), until
    )


steps = with_notes(
    st.one_of(
        calls("msgget", numbers, flags),
        calls("msgsnd", numbers, numbers, texts, flags),
        calls("msgrcv", numbers, numbers, numbers, flags),
        calls("exit", numbers),
        st.fixed_dictionaries({"wakes": names}, optional={"expect": expectations}),
        st.fixed_dictionaries({"asleep": names}),
        st.fixed_dictionaries({"wakes_count": st.integers(0, 2), "among": st.just(["A", "B"])}),
        st.fixed_dictionaries({"ends": names}, optional={"expect": st.just({"exited": "any"})}),
        st.fixed_dictionaries({"runs": names}),
    )
)
scenarios = st.fixed_dictionaries(
    {
        "id": st.text(min_size=1, max_size=4),
        "topic": st.just("t"),
        "uids": st.fixed_dictionaries({"A": st.integers(0, 9), "B": st.integers(0, 9)}),
        "steps": st.lists(steps, max_size=5),
    },
    optional={"limits": st.just({"MSGMNB": 5}), "fact": st.text(max_size=3)},
)


@given(scenarios)
def test_any_scenario_is_the_same_after_a_round_trip(given_json: dict[str, Any]) -> None:
    scenario = Scenario.from_json(given_json)

    assert scenario.to_json() == given_json
    assert loads(dumps([scenario])) == [scenario]


@given(scenarios, st.sampled_from(["classic", "linux"]))
def test_any_scenario_comes_to_a_verdict(given_json: dict[str, Any], personality: str) -> None:
    toy = Toy(personality)
    result = run(Scenario.from_json(given_json), toy)

    assert result.verdict in ("pass", "fail", "error")
    assert (result.step is None) == (result.verdict == "pass")
    assert bool(result.message) == (result.verdict != "pass")
    assert "target broke" not in result.message
    assert toy.closed == 1
    json.dumps([result.to_json(), result.record])


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3)
    | st.sampled_from(["$q", "0o8", "IPC_X", "A", "any", *SIGNATURES]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["ret", "expr", "rep", "n", "pid", "not", "has", "min", "errno", "any_of",
                         "view", "call", "args", "proc", "expect", "until", "x"]),
        inner, max_size=3,
    ),
    max_leaves=5,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A scenario with junk somewhere in it."""
    whole = [json.loads(json.dumps(draw(scenarios)))]
    at: Any = whole
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = draw(st.sampled_from(keys))
        if not isinstance(at[key], dict | list) or not at[key] or draw(st.booleans()):
            at[key] = draw(junk)
            return whole
        at = at[key]


@given(damaged())
def test_damage_anywhere_is_understood_or_told(given_json: Any) -> None:
    try:
        scenario = Scenario.from_json(given_json[0])
    except ScenarioError:
        return

    assert Scenario.from_json(scenario.to_json()) == scenario
    assert "broke" not in run(scenario, Toy()).message
