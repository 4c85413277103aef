"""Functions that trusted programs call: what is told of them is held against what a call can do."""

import collections.abc
import re
from typing import Any

import pytest

from autograder import oracle
from autograder.exercise import exercise
from autograder.grades import Grade
from autograder.interleavings.callees import Callees
from autograder.interleavings.calls import Calls, Failed, Gone
from autograder.interleavings.claims import Claim
from autograder.interleavings.grading import judge
from autograder.interleavings.here import asking
from autograder.interleavings.looking import Found, found
from autograder.sandbox import probe
from kernel_model.explore.cells import LockError, Shared
from kernel_model.explore.modules import Kept, Text
from tests.needs import require

STEPS = "from kernel_model.explore import *\n"
BUFFER = "def buffer():\n    return Shared(locked=0, spins=0, event=())\n"
UNLOCK = (
    "async def sleep_unlock(buf):\n    await store(buf.locked, 0)\n    await wakeup(buf.event)\n"
)
PAIR = next(c for c in exercise("sleep_lock").visible_claims() if c.id == "buf-pair-wakeup")


def telling(*answers: Any) -> Calls:
    """Calls of which the sandbox tells this, one after the other."""
    told = iter(answers)
    return Calls(["load", "swap", "sleep"], ["CP"], lambda _: next(told))


def begun(calls: Calls, function: str = "P") -> int:
    return calls.begin(function, Shared(sem=calls.make("semaphore", (1,))).sem)


MADE = {"made": 0, "memory": [["a", 0]]}


@pytest.mark.parametrize(
    "told",
    [
        {"made": 0},
        {"made": True, "memory": []},
        {"made": 0, "memory": [["a b", 0]]},
        {"made": 0, "memory": [["a", 0.5]]},
        {"made": 0, "memory": [["a", 0]] * 1001},
        "nothing",
    ],
)
def test_a_memory_that_nobody_makes_is_no_answer(told: Any) -> None:
    with pytest.raises(Gone):
        telling(told).make("semaphore", (1,))


@pytest.mark.parametrize("name", ["_a", "laid"])
def test_a_cell_that_could_be_taken_for_something_else_is_told(name: str) -> None:
    with pytest.raises(LockError, match=f"{name}: a cell here cannot have this name"):
        telling({"made": 0, "memory": [[name, 0]]}).make("semaphore", (1,))


@pytest.mark.parametrize(
    "told",
    [
        {"call": 0, "to": 2},
        {"call": "0", "to": 2, "states": [["load", 0, [], 1]]},
        {"call": 0, "to": 3, "states": [["load", 0, [], 1]]},
        {"call": 0, "to": 0, "states": [["load", 0, [], 1]]},
        {"call": 0, "to": True, "states": []},
        {"call": 0, "to": 2, "states": [["load", 1, [], 1]]},
        {"call": 0, "to": 2, "states": [["load", 0, [1], 1]]},
        {"call": 0, "to": 2, "states": [["end", {}]]},
        {"call": 0, "to": 2, "states": ["end"]},
    ],
)
def test_a_state_that_no_call_is_in_is_no_answer(told: Any) -> None:
    with pytest.raises(Gone):
        begun(telling(MADE, told))


@pytest.mark.parametrize(
    ("function", "step", "said"),
    [
        ("P", "store", "store is more than is allowed: load, swap and sleep"),
        ("P", "Pprim", "Pprim is more than is allowed"),
        ("CP", "sleep", r"CP goes to sleep \(sleep\), which it never may"),
    ],
)
def test_a_forbidden_step_is_a_failure_in_its_line(function: str, step: str, said: str) -> None:
    args = [1] if step == "store" else []
    calls = telling(MADE, {"call": 0, "to": 2, "states": [[step, 0, args, 100_007]]})

    with pytest.raises(Failed, match=said) as failed:
        calls.ended(begun(calls, function))

    assert failed.value.line == 100_007


def test_each_question_is_asked_once_so_that_the_answer_stays_the_same() -> None:
    asked: list[Any] = []

    def ask(request: dict[str, Any]) -> Any:
        asked.append(request)
        answers = {"make": MADE, "call": {"call": 0, "to": 2, "states": [["load", 0, [], 1]]}}
        return answers.get(next(iter(request)), {"to": 3, "states": [["end", len(asked)]]})

    calls = Calls(["load"], [], ask)
    ends = [calls.returned(calls.after(begun(calls), 5)) for _ in range(3)]

    assert ends == [3, 3, 3]
    assert asked == [{"make": ["semaphore", [1]]}, {"call": ["P", 0]}, {"next": [0, 2, 5]}]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("while await load(buf.locked): pass\n    buf.owner = 1", ".owner = ... writes nothing"),
        ("await store(buf.locked, [1])", "locked cannot hold a list"),
        ("await load(buf.gone)", "the memory has no cell gone"),
        ("store(buf.locked, 1)", "store(locked) is never awaited, so it never happens"),
        ("while True: pass", "runs on without end"),
        ("seen.append(1)", "sleep_lock changes something that outlives the call"),
        ("await enter()", "enter() is for programs, not for what they call"),
        ("await P(buf.locked)", "P is more than is allowed"),
        ("return object()", "returns a object: a number, a text, a tuple or None"),
        ("n = 0\n    while True:\n        n += 1\n        await load(buf.locked)", "2000 local"),
        ("while await swap(buf.locked, 1): await fetch_and_add(buf.spins, 1)",
         "buf.spins: more different values than are looked at"),
        ("import random\n    random.random()", "random.random: what a lock does may only depend"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_with_its_line(code: str, said: str) -> None:
    lock = f"seen = []\nasync def sleep_lock(buf):\n    {code}\n"
    one = exercise("sleep_lock")

    finding = found(one, PAIR, [PAIR], asking([STEPS + BUFFER + lock + UNLOCK], one))

    assert said in (finding.report.error or ""), finding.report.error
    assert not re.search(r"(\(line \d+\)) \1", finding.report.error or "")
    assert finding.failed()
    assert finding.verdict(PAIR)[0] is False


def test_the_lock_of_lecture_12_is_graded_by_what_holds_of_it() -> None:
    require(probe().isolated, "this machine cannot isolate")
    lock = "async def sleep_lock(buf):\n    while await swap(buf.locked, 1):\n"
    cells = [STEPS, BUFFER, lock + "        await sleep(buf.event)", UNLOCK]

    made = oracle.grade("sleep_lock", cells)

    assert made.rules == {"exclusion": True, "wakeup": False, "rest": False, "sleep": True}
    assert (made.verdict, made.score) == ("fail", 10)
    shown = made.counterexample
    assert shown is not None
    assert shown["context"] == [
        "Each of two processors: sleep_lock, has the buffer, sleep_unlock. A shortest schedule:"
    ]
    assert shown["calls"][0].endswith("swap buf.locked, which becomes 1   (line 2 of cell 3)")
    assert shown["sentence"].startswith("A wake-up is lost: processor ")
    assert [step["line"] for step in shown["stem"] if step["op"] in ("enter", "leave")] == [
        None
    ] * 2


def test_a_sandbox_that_is_told_to_lie_earns_nothing() -> None:
    require(probe().isolated, "this machine cannot isolate")
    lie = (
        "from kernel_model.explore import budget\n"
        "host = budget.bounded.__globals__['sys'].modules['callees'].Callees\n"
        "host.handle = lambda self, request: {'made': 0, 'memory': 'none'}\n"
    )
    lock = "async def sleep_lock(buf):\n    return host\n"

    made = oracle.grade("sleep_lock", [STEPS + lie + BUFFER + lock + UNLOCK])

    said = [case.message for case in made.cases if "as long as this is not so" not in case.message]
    assert made.score == 0
    assert all("no answer of a processor: a memory has another form" in told for told in said)
    assert len(said) >= 5


def test_after_two_searches_without_an_end_the_rest_is_not_tried() -> None:
    require(probe().isolated, "this machine cannot isolate")
    lock = "async def sleep_lock(buf):\n    n = 0\n    while True:\n        n += 1\n"

    made = oracle.grade(
        "sleep_lock", [STEPS, BUFFER, lock + "        await load(buf.locked)", UNLOCK]
    )

    assert (made.verdict, made.score) == ("timeout", 0)
    assert len({case.message for case in made.cases if "2000 local states" in case.message}) == 2
    assert any("not tried: the searches before" in case.message for case in made.cases)


CALLS: list[int] = []


def tick() -> int:
    CALLS.append(0)
    return len(CALLS)


class Counting:
    """Code that is given a place to count its calls that nothing can see."""

    file = "submission"
    text = Text(
        "from kernel_model.explore import *\n"
        "def box():\n    return Shared(a=0)\n"
        "async def f(mem):\n    if tick() > 30:\n        await store(mem.a, 1)\n"
        "    return await load(mem.a)\n",
        file,
    )

    def fresh(self) -> Kept:
        return self.text.fresh({"tick": tick})


def test_many_calls_in_one_life_are_held_against_what_was_found_out() -> None:
    callees = Callees(Counting())
    callees.handle({"make": ["box", []]})
    state = callees.handle({"call": ["f", 0]})["to"]
    callees.handle({"next": [0, state, 0]})

    assert callees.handle({"doubt": 20}) == {"doubt": ""}
    assert "f does something else in a longer run" in callees.handle({"doubt": 100})["doubt"]


def test_a_call_that_never_ends_is_not_made_again() -> None:
    text = (
        STEPS
        + BUFFER
        + UNLOCK
        + (
            "async def sleep_lock(buf):\n"
            "    while await load(buf.locked):\n        while True:\n            pass\n"
            "    await store(buf.locked, 1)\n"
        )
    )
    wanted = exercise("sleep_lock")
    ask = asking([text], wanted)

    found(wanted, PAIR, wanted.visible_claims(), ask)

    assert ask({"doubt": 100}) == {"doubt": ""}


def test_a_call_that_writes_to_a_library_is_told_so() -> None:
    text = (
        STEPS
        + "import collections.abc\n"
        + BUFFER
        + UNLOCK
        + (
            "async def sleep_lock(buf):\n"
            "    collections.abc.Sized.mine = buf\n"
            "    while await swap(buf.locked, 1):\n        pass\n"
        )
    )
    wanted = exercise("sleep_lock")

    here = found(wanted, PAIR, wanted.visible_claims(), asking([text], wanted))
    del collections.abc.Sized.mine  # type: ignore[attr-defined]

    assert (here.report.error or "").startswith("the code changes collections.abc.Sized")


def test_a_hidden_claim_whose_rule_is_broken_is_searched_only_if_another_needs_it() -> None:
    one = exercise("P_V_CP")
    claims = [claim for claim in one.hidden_claims() if claim.setting in ("three", "left", "four")]
    ask, searched = asking([one.mutants()["V_wakes_nobody"]], one), list[str]()
    known: dict[str, Found] = {}

    def look(claim: Claim) -> Found:
        if claim.setting not in known:
            searched.append(claim.setting)
            known[claim.setting] = found(one, claim, claims, ask)
        return known[claim.setting]

    made = Grade(one.name, 0.0, 1.0, "fail", "none")
    judge(made, claims, 0, look)

    assert searched == ["three", "left"]
    words = {case.id: case.message for case in made.cases}
    assert words["sem-four-wakeup"].startswith("setting four: it says nothing as long as this")


def test_a_lock_is_known_to_fail_without_a_schedule_where_there_is_one_already() -> None:
    one = exercise("Pprim_Vprim")
    claims = [claim for claim in one.hidden_claims() if claim.processors == 2]
    ask = asking([one.mutants()["in_turn"]], one)

    with_one, without = (found(one, claims[0], claims, ask, None, which) for which in (True, False))

    assert with_one.report.verdicts() == without.report.verdicts()  # type: ignore[union-attr]
    assert (with_one.counterexample is None, without.counterexample is None) == (False, True)
