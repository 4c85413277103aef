"""The runner: what it asks of a target, and which verdict it comes to."""

from typing import Any

import pytest

from kernel_model.scenario import Result, Scenario, run
from tests.toy_target import Toy


def scenario(*steps: dict[str, Any], **more: Any) -> Scenario:
    uids = {"A": 0, "B": 1, "C": 2}
    return Scenario.from_json({"id": "s", "topic": "t", "uids": uids, "steps": [*steps]} | more)


def went(*steps: dict[str, Any], toy: Toy | None = None, **more: Any) -> Result:
    return run(scenario(*steps, **more), toy or Toy())


def told(result: Result) -> tuple[str, int | None, str]:
    return result.verdict, result.step, result.message


def send(text: Any, proc: str = "A", **more: Any) -> dict[str, Any]:
    return {"proc": proc, "call": "msgsnd", "args": [1, 1, text, []], **more}


def receive(proc: str = "B", **more: Any) -> dict[str, Any]:
    return {"proc": proc, "call": "msgrcv", "args": [1, 9, 0, []], **more}


BLOCKS = {"expect": {"blocks": True}}
FULL = {"until": {"errno": "EAGAIN"}}


def test_a_target_is_given_values_and_nothing_of_what_is_expected() -> None:
    toy = Toy()
    steps = [
        {"proc": "A", "call": "msgget", "args": [{"key": 2}, ["IPC_CREAT", "0o600"]], "save": "q"},
        {"proc": "A", "call": "msgsnd", "args": ["$q", {"expr": "q-q+3"}, "$q", 0],
         "expect": {"ret": 0}},
    ]  # fmt: skip

    result = went(*steps, toy=toy, limits={"MSGMNB": 9}, gids={"B": 7})

    queue = 7002 + 0o1600
    assert (result.verdict, result.step) == ("pass", None)
    assert toy.log == [("A", "msgget", [7002, 0o1600]), ("A", "msgsnd", [queue, 3, "$q", 0])]
    assert toy.setup.limits == {"MSGMNB": 9}
    assert toy.setup.gids == {"B": 7}


def test_the_first_step_that_does_not_fit_is_told_in_a_sentence() -> None:
    result = went(send("x"), receive(expect={"ret": 1, "data": "y"}), send("never"))

    assert told(result) == ("fail", 1, "expected B's msgrcv to give data 'y', got 'x'")
    assert result.expected == {"ret": 1, "data": "y"}
    assert result.got == {"ret": 1, "data": "x", "mtype": 1}


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (receive(), "expected B's msgrcv to return, but it went to sleep on the queue"),
        (send(None), "expected A's msgsnd to return, got EFAULT (a bad address)"),
        (send("x", expect={"errno": ["EINVAL", "EACCES"]}),
         "expected A's msgsnd to fail with EINVAL or EACCES, got 0"),
        (send("x", expect={"any_of": [{"ret": "pos"}, {"blocks": True}]}),
         "expected A's msgsnd to return 1 or more or to go to sleep, got 0"),
        ({"proc": "A", "call": "setuid", "args": [1], "expect": {"any_of": [{"ret": "any"}]}},
         "expected A's setuid to return, but it raised TypeError: no, in line 3"),
        (send("x", repeat=7), "expected A's msgsnd (6 of 7) to return, got EAGAIN"),
        ({"wakes": "B"}, "expected a call of B to have been asleep, but none was"),
        ({"asleep": "B"}, "expected a call of B to have been asleep, but none was"),
        ({"stopped": "B"}, "expected B to be stopped, but it runs"),
        ({"ends": "B"}, "expected B to be gone, but it runs"),
    ],
)  # fmt: skip
def test_a_step_that_does_not_fit_fails(step: dict[str, Any], message: str) -> None:
    assert told(went(step)) == ("fail", 0, message)


def test_a_sleeping_call_comes_back_and_its_value_is_kept() -> None:
    toy = Toy()
    steps = [
        receive(**BLOCKS),
        {"asleep": "B"},
        send("hello"),
        {"wakes": "B", "expect": {"ret": 5, "data": "hello"}, "save": "n"},
        {"proc": "B", "call": "read", "args": ["$n", 1], "expect": {"ret": 5}},
    ]

    result = went(*steps, toy=toy)

    assert result.message == ""
    assert result.record["steps"][3]["woken"] == {"B": {"ret": 5, "data": "hello", "mtype": 1}}


def test_a_call_still_asleep_where_it_should_have_come_back_fails() -> None:
    result = went(receive(**BLOCKS), {"wakes": "B"})

    assert told(result) == ("fail", 1, "expected B's msgrcv to come back, but it is still asleep")


def test_a_call_that_came_back_where_it_should_sleep_fails() -> None:
    result = went(receive(**BLOCKS), send("x"), {"asleep": "B"})

    assert told(result) == ("fail", 2, "expected B's msgrcv to be still asleep, got 1")


def test_a_process_whose_call_is_asleep_cannot_call() -> None:
    result = went(receive(**BLOCKS), send("x", proc="B"))

    assert told(result) == ("error", 1, "the scenario is at fault: B cannot call msgsnd, "
                            "because its msgrcv is still asleep")  # fmt: skip


def test_a_process_whose_call_came_back_unasked_can_call() -> None:
    result = went(receive(**BLOCKS), send("x"), send("y", proc="B"))

    assert result.verdict == "pass"
    assert result.record["steps"][2]["woken"] == {"B": {"ret": 1, "data": "x", "mtype": 1}}


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([{"proc": "A", "call": "exit", "args": [1]}], "it has ended"),
        ([{"proc": "A", "call": "exec", "args": [{"sleep": 1}]}], "its image was replaced"),
        ([{"proc": "B", "call": "kill", "args": [{"pid": "A"}, "SIGKILL"]},
          {"ends": "A", "expect": {"signaled": "SIGKILL"}}], "it has ended"),
    ],
)  # fmt: skip
def test_a_process_that_is_gone_cannot_call(steps: list[dict[str, Any]], why: str) -> None:
    result = went(*steps, {"proc": "A", "call": "getpid", "args": []})

    message = f"the scenario is at fault: A cannot call getpid, because {why}"
    assert told(result) == ("error", len(steps), message)


def test_wakes_count_judges_whoever_came_back() -> None:
    sleepers = [receive("B", **BLOCKS), receive("C", **BLOCKS)]
    among = {"among": ["C", "B"]}

    one = went(*sleepers, send("x"), {"wakes_count": 1, **among, "expect": {"ret": 1}})
    other = went(*sleepers, send("x"), {"wakes_count": 1, **among, "expect": {"ret": 2}})
    many = went(*sleepers, send("x"), {"wakes_count": 2, **among})
    removed = {"proc": "A", "call": "msgctl", "args": [1, "IPC_RMID"]}
    few = went(*sleepers, removed, {"wakes_count": 1, **among})

    assert one.record["steps"][3]["woken"] == {"B": {"ret": 1, "data": "x", "mtype": 1}}
    assert told(one) == ("pass", None, "")
    assert told(other) == ("fail", 3, "expected B's sleeping msgrcv to return 2, got 1")
    assert told(many) == ("fail", 3, "expected 2 of C, B to come back, but 1 did: B")
    assert told(few) == ("fail", 3, "expected 1 of C, B to come back, but 2 did: C, B")


def test_until_counts_the_returns_before_the_first_other_outcome() -> None:
    counted = send("x", **FULL, min=1, max={"expr": "MSGMNB"}, save_count="n")
    result = went(counted, {"proc": "A", "call": "read", "args": ["$n", 1], "expect": {"ret": 5}})

    assert told(result) == ("pass", None, "")
    assert result.record["steps"][0]["outcomes"] == [[5, {"ret": 0}], [1, {"errno": "EAGAIN"}]]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"until": {"errno": "EINVAL"}},
         "expected A's msgsnd after 5 returns to fail with EINVAL, got EAGAIN"),
        (FULL | {"max": 4},
         "expected A's msgsnd to return 4 times at most, but it did 5 times"),
        (FULL | {"min": 6},
         "expected A's msgsnd to return 6 times at least, but it did 5 times"),
        (FULL | {"expect": {"ret": "pos"}}, "expected A's msgsnd (1) to return 1 or more, got 0"),
    ],
)  # fmt: skip
def test_until_that_does_not_fit_fails(more: dict[str, Any], message: str) -> None:
    assert told(went(send("x", **more))) == ("fail", 0, message)


def test_repeat_resolves_again_what_the_step_itself_saves() -> None:
    toy = Toy()
    steps = [
        {"proc": "A", "call": "msgget", "args": [1, 0], "save": "q"},
        {"proc": "A", "call": "msgget", "args": ["$q", 1], "save": "q", "repeat": 3,
         "expect": {"ret": {"expr": "q+1"}}},
    ]  # fmt: skip

    assert went(*steps, toy=toy).verdict == "pass"
    assert [args for _, _, args in toy.log] == [[1, 0], [1, 1], [2, 1], [3, 1]]


def test_repeat_of_no_times_makes_no_call() -> None:
    toy = Toy()

    assert went(send("x", repeat={"expr": "PAGE-PAGE"}), toy=toy).verdict == "pass"
    assert toy.log == []


def test_parts_of_a_pipe_are_saved() -> None:
    result = went(
        {"proc": "A", "call": "pipe", "args": [], "save": "p"},
        {"proc": "A", "call": "read", "args": ["$p.w", {"expr": "p.r * 2"}], "expect": {"ret": 4}},
    )

    assert told(result) == ("pass", None, "")


def test_a_forked_process_is_known_by_its_name() -> None:
    result = went(
        {"proc": "A", "call": "fork", "args": ["D"], "save": "d", "expect": {"ret": {"pid": "D"}}},
        {"proc": "D", "call": "getpid", "args": [], "expect": {"ret": "$d"}},
        {"alive": "D"},
        {"runs": "D"},
        {"proc": "D", "call": "exit", "args": [0], "expect": {"ends": {"exited": 0}}},
        {"ends": "D", "expect": {"exited": 0}},
        {"alive": "D"},
    )

    assert told(result) == ("fail", 6, "expected D to be alive, but it is gone")


def test_an_end_that_differs_is_told() -> None:
    gone = {"proc": "A", "call": "kill", "args": [{"pid": "B"}, 9]}
    result = went(gone, {"ends": "B", "expect": {"exited": 0}})

    assert told(result) == ("fail", 1, "expected B to end (exited 0), got signaled SIGKILL")


def test_each_personality_takes_its_own_steps() -> None:
    steps = [send("x", scope="linux_only", expect={"ret": 9}), send("y", scope="unix_only")]

    assert went(*steps, toy=Toy("classic")).verdict == "pass"
    assert told(went(*steps, toy=Toy("linux")))[:2] == ("fail", 0)


def test_a_scenario_for_the_other_side_is_skipped() -> None:
    toy = Toy("classic")
    result = went(send("x"), toy=toy, scope="linux_only")

    assert (result.verdict, result.elsewhere, toy.log, toy.closed) == ("skip", True, [], 1)
    assert result.message == "linux_only: it is not for the classic personality"


def test_linux_is_not_given_the_limits_that_only_the_classic_kernel_has() -> None:
    classic, linux = Toy("classic"), Toy("linux")
    went(send("x"), toy=classic, limits={"MSGTQL": 3, "MSGMNB": 4})
    went(send("x"), toy=linux, limits={"MSGTQL": 3, "MSGMNB": 4})

    assert classic.setup.limits == {"MSGTQL": 3, "MSGMNB": 4}
    assert linux.setup.limits == {"MSGMNB": 4}


def test_what_a_target_lacks_is_unsupported() -> None:
    call = went(send("x"), {"proc": "A", "call": "sigpending", "args": []})
    value = went({"proc": "A", "call": "stat", "args": [{"path": "f"}]})
    constant = went({"proc": "A", "call": "read", "args": [1, "SHMLBA"]})
    machine = went(limits={"NPROC": 1})

    assert told(call) == ("unsupported", 1, "the toy has no such call")
    assert told(value) == ("unsupported", 0, "no path here")
    assert told(constant) == ("unsupported", 0, "this target has no SHMLBA")
    assert told(machine) == ("unsupported", None, "one process is none")


def test_a_machine_that_cannot_run_it_is_a_skip() -> None:
    result = went(limits={"NPROC": 0})

    assert told(result) == ("skip", None, "no processes on this machine")
    assert not result.elsewhere


def test_a_broken_target_is_an_error_and_is_closed() -> None:
    toy = Toy()
    result = went({"proc": "A", "call": "umask", "args": [0]}, toy=toy)

    assert (result.verdict, result.step, toy.closed) == ("error", 0, 1)
    assert result.message.startswith("the target broke: ZeroDivisionError: the toy broke (toy_t")


def test_a_name_that_only_the_other_side_saves_is_an_error() -> None:
    saved = {"proc": "A", "call": "msgget", "args": [1, 0], "save": "q", "scope": "linux_only"}
    result = went(saved, {"proc": "A", "call": "read", "args": ["$q", 1]})

    message = "the scenario is at fault: args[0]: $q was never saved before"
    assert told(result)[:2] == ("error", 1)
    assert result.message == f"{message} (fd of read is a number)"


def test_only_a_number_can_be_saved() -> None:
    class Liar(Toy):
        def do_getpid(self, proc: str) -> dict[str, Any]:
            return {"ret": "7"}

    result = went({"proc": "A", "call": "getpid", "args": [], "save": "p"}, toy=Liar())

    assert told(result) == (
        "fail",
        0,
        "expected getpid to return a number, got '7' (a text, and no number)",
    )


def test_an_answer_that_is_several_things_at_once_fits_nothing() -> None:
    class Liar(Toy):
        def do_getpid(self, proc: str) -> dict[str, Any]:
            return {"ret": 0, "errno": "EINVAL", "blocks": True}

    for expect in ({"ret": "any"}, {"errno": "EINVAL"}, {"blocks": True}):
        step = {"proc": "A", "call": "getpid", "args": [], "expect": expect}
        assert went(step, toy=Liar()).verdict == "fail"


def test_the_record_has_the_tables_after_every_step() -> None:
    result = went(send("x"), receive(), receive(**BLOCKS))

    assert result.record == {"scenario": "s", "steps": [
        {"step": 0, "proc": "A", "call": "msgsnd", "args": [1, 1, "x", 0], "outcome": {"ret": 0},
         "view": {"queue": ["x"], "sleepers": {}}},
        {"step": 1, "proc": "B", "call": "msgrcv", "args": [1, 9, 0, 0],
         "outcome": {"ret": 1, "data": "x", "mtype": 1}, "view": {"queue": [], "sleepers": {}}},
        {"step": 2, "proc": "B", "call": "msgrcv", "args": [1, 9, 0, 0],
         "outcome": {"blocks": True, "on": "the queue"},
         "view": {"queue": [], "sleepers": {"B": "the queue"}}},
    ]}  # fmt: skip
    assert run(scenario(send("x")), Toy(), views=False).record["steps"][0]["view"] == {}


def test_a_view_names_the_parts_of_the_tables_that_matter() -> None:
    step = receive(expect={"blocks": True, "view": {"sleepers": {"B": "the queue"}}})
    asleep = {"asleep": "B", "expect": {"view": {"queue": ["x"]}}}
    alive = {"alive": "B", "expect": {"view": {"queue": []}}}

    assert told(went(step, alive, asleep)) == (
        "fail", 2, "expected view.queue to have 1 entry, but it has 0")  # fmt: skip


def test_a_view_is_not_judged_where_tables_cannot_be_seen() -> None:
    class Blind(Toy):
        name = "linux"

    step = send("x", expect={"ret": 0, "view": {"queue": ["y"]}})

    assert went(step, toy=Blind("linux")).verdict == "pass"
    assert went(step).verdict == "fail"


def test_the_view_of_the_alternative_that_fits_is_judged() -> None:
    right = {"ret": 0, "view": {"queue": {"has": "x"}}}
    wrong = {"ret": "any", "view": {"queue": []}}

    assert went(send("x", expect={"any_of": [wrong, right]})).verdict == "pass"
    assert told(went(send("x", expect={"any_of": [wrong, {"errno": "EAGAIN"}]}))) == (
        "fail", 0, "expected view.queue to have 0 entries, but it has 1")  # fmt: skip
