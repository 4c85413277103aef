"""Shrinking a failure to the smallest example (autograder/shrink.py)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import kernel_model
from autograder.bounded import Bounded, bounded
from autograder.differing import sentence
from autograder.example import Example
from autograder.exercise import Exercise, exercise, exercises
from autograder.named import look_at
from autograder.parting import LOST, NEVER, Parting, Search
from autograder.renaming import SCHEMES
from autograder.shrink import counterexample, simpler_value
from autograder.words import call_line
from kernel_model import Errno, KernelError, copyout, msgconv, msgfree
from kernel_model.kernel import Kernel
from kernel_model.scenario import Scenario, run
from kernel_model.targets.model import ModelTarget
from tests.exercise_runs import failures

NOWAIT = ["IPC_NOWAIT"]
CREATE = ["IPC_CREAT", "0o666"]
ALL = [one for one in exercises() if one.kind == "scenarios"]
LONG = Scenario.from_json(
    {
        "id": "secret-case",
        "topic": "selection",
        "uids": {"A": 0, "B": 1000},
        "steps": [
            {"proc": "A", "call": "msgget", "args": [{"key": 1}, CREATE], "save": "q"},
            {"proc": "A", "call": "msgget", "args": [{"key": 2}, CREATE], "save": "p"},
            {"proc": "B", "call": "msgsnd", "args": ["$p", 9, "the secret words", []]},
            {"proc": "B", "call": "msgsnd", "args": ["$q", 5, "five of the best", []]},
            {"proc": "B", "call": "msgsnd", "args": ["$q", 4, "four", []]},
            {"proc": "A", "call": "msgctl", "args": ["$p", "IPC_RMID"]},
            {"proc": "A", "call": "msgrcv", "args": ["$q", 100, 4, []], "expect": {"ret": 4}},
        ],
    }
)  # fmt: skip


async def msgrcv(
    u: Any, msqid: int, size: int, mtype: int, flags: int = 0, msgp: Any = "user buffer"
) -> int:
    """Wrong: takes the first message whatever the type."""
    q = msgconv(u, msqid)
    first = q.first
    if first is None:
        raise KernelError(Errno.ENOMSG, "nothing there")
    copyout(u, msgp, mtype=first.mtype, data=first.text[:size])
    q.first = first.next
    if q.first is None:
        q.last = None
    q.qnum -= 1
    q.cbytes -= len(first.text)
    q.lrpid, q.rtime = u.pid, u.k.time
    msgfree(u, first)
    return len(first.text[:size])


def wrong() -> ModelTarget:
    """A kernel with the wrong function in it."""

    def prepare(kernel: Kernel) -> None:
        kernel.install(msgrcv)

    return ModelTarget("classic", prepare)


def counted(make: Callable[[], ModelTarget], made: list[int]) -> Callable[[], ModelTarget]:
    """The same, counting how often it is made."""

    def counting() -> ModelTarget:
        made.append(1)
        return make()

    return counting


def test_one_long_run_by_itself_is_the_machines_and_costs_no_other() -> None:
    search, left = Search(wrong, 60), []
    for search.long in (-1.0, NEVER, -1.0, -1.0):
        search.part(Example.of(LONG))
        left.append(search.left)

    assert left == [59, 58, 57, 56 - LOST]


def test_only_the_calls_that_matter_are_left() -> None:
    found = counterexample(LONG, wrong)

    assert found is not None
    assert [line.split("(")[0] for line in found["calls"]] == [
        "A: q = msgget",
        "B: msgsnd",
        "B: msgsnd",
        "A: msgrcv",
    ]
    assert found["sentence"] == (
        "Expected the last call to give type 1, text 'b', but it gave type 2, text 'a'."
    )


def test_nothing_of_the_hidden_case_is_in_the_example() -> None:
    told = repr(counterexample(LONG, wrong))

    for secret in ("secret", "words", "five", "best", "four"):
        assert secret not in told


def test_the_same_failure_gives_the_same_example() -> None:
    assert counterexample(LONG, wrong) == counterexample(LONG, wrong)


def test_the_number_of_runs_is_bounded() -> None:
    made: list[int] = []
    counterexample(LONG, counted(wrong, made), runs=7)

    assert len(made) <= 7 + 3  # one to find the failure, one to rename it, one to tell it


def test_a_right_kernel_has_no_counterexample() -> None:
    assert counterexample(LONG, ModelTarget) is None


def test_the_example_is_a_scenario_that_can_be_run() -> None:
    found = counterexample(LONG, wrong)

    assert found is not None
    assert run(Scenario.from_json(found["scenario"]), ModelTarget()).verdict == "pass"


def scenario(
    *steps: dict[str, Any], uids: dict[str, int] | None = None, **more: dict[str, int]
) -> Scenario:
    """A scenario of these steps."""
    head = {"id": "x", "topic": "t", "uids": uids or {"X": 0, "Y": 0}}
    return Scenario.from_json(head | more | {"steps": list(steps)})


def call(proc: str, name: str, *args: Any, **more: Any) -> dict[str, Any]:
    """A step."""
    return {"proc": proc, "call": name, "args": list(args)} | more


GET = call("X", "msgget", {"key": 5}, CREATE, save="z")


def kernel_with(fn: Any, name: str) -> Callable[[], ModelTarget]:
    """Makes a kernel that has this function."""
    return lambda: ModelTarget("classic", lambda kernel: kernel.install(fn, name))


async def strict_room(u: Any, msqid: int, mtype: int, text: Any, flags: int = 0) -> int:
    """A msgsnd that wants one byte more room than the text takes."""
    q = msgconv(u, msqid)
    if q.cbytes + len(text) >= q.qbytes:
        raise KernelError(Errno.EAGAIN, "no room")
    return await REFERENCE(u, msqid, mtype, text, flags)  # type: ignore[no-any-return]


REFERENCE = kernel_model.msgsnd.entered  # type: ignore[attr-defined]


def test_only_limits_and_users_that_matter_are_told() -> None:
    steps = [GET, call("Y", "msgsnd", "$z", 4, "abcdefgh", [])]
    users = {"uids": {"X": 1000, "Y": 1001, "Z": 5}, "gids": {"Y": 9}}
    limits = {"MSGMAX": 1000, "MSGMNB": 8, "MSGMNI": 7}
    made = scenario(*steps, limits=limits, **users)
    found = counterexample(made, kernel_with(strict_room, "msgsnd"))

    assert found is not None
    assert (found["context"], found["calls"], found["sentence"]) == (
        ["The limit: MSGMNB = 8."],
        ["A: q = msgget(key 1, IPC_CREAT | 0o666)", "B: msgsnd(q, 1, 'aaaaaaaa', 0)"],
        "Expected the last call to return 0, but it failed with EAGAIN (no room).",
    )
    assert found["scenario"]["uids"] == {"A": 0, "B": 0}


def test_users_stay_where_the_failure_needs_them() -> None:
    def msgctl(u: Any, msqid: int, cmd: int, arg: Any = None) -> int:
        return 0

    made = scenario(GET, call("Y", "msgctl", "$z", "IPC_RMID"), uids={"X": 7, "Y": 9})
    found = counterexample(made, kernel_with(msgctl, "msgctl"))

    assert found is not None
    assert found["context"] == ["A is user 0 (the superuser), B is user 1000."]


def test_fields_that_differ_are_told_alone_modes_in_octal_and_keys_by_number() -> None:
    def ipcget(u: Any, table: Any, key: int, flags: int) -> Any:
        slot, new = FIND(u, table, key, flags)
        table.entries[slot].perm.mode &= ~0o044
        table.entries[slot].perm.key += 1
        return slot, new

    made = scenario(GET, call("X", "msgctl", "$z", "IPC_STAT"))
    found = counterexample(made, kernel_with(ipcget, "ipcget"))

    assert found is not None
    assert found["sentence"] == (
        "Expected the last call to give key 1, mode 0o666, but it gave key 2, mode 0o622."
    )


FIND = kernel_model.ipcget.entered  # type: ignore[attr-defined]


def test_what_only_the_tables_show_is_looked_at() -> None:
    async def msgsnd(u: Any, msqid: int, *args: Any) -> int:
        await REFERENCE(u, msqid, *args)
        msgconv(u, msqid).lspid = 7
        return 0

    found = counterexample(
        scenario(GET, call("Y", "msgsnd", "$z", 2, "ab", [])), kernel_with(msgsnd, "msgsnd")
    )

    assert found is not None
    assert found["calls"][2] == "A: msgctl(q, IPC_STAT)"
    assert found["sentence"] == (
        "Expected the last call to give lspid 102 (process B), but it gave lspid 7."
    )


def test_a_table_that_breaks_is_an_example_too() -> None:
    async def msgsnd(u: Any, msqid: int, *args: Any) -> int:
        await REFERENCE(u, msqid, *args)
        u.k.msgpool.headers += 1
        return 0

    made = scenario(GET, call("X", "msgsnd", "$z", 2, "ab", []))
    found = counterexample(made, kernel_with(msgsnd, "msgsnd"))

    assert found is not None
    assert found["sentence"] == (
        "After the last call a table is broken: "
        "the pool: 2 message headers in use, but 1 message on the queues."
    )


def test_a_call_that_is_repeated_is_made_as_seldom_as_can_be() -> None:
    async def msgsnd(u: Any, msqid: int, mtype: int, text: Any, flags: int = 0) -> int:
        if msgconv(u, msqid).qnum == 3:
            raise KernelError(Errno.EAGAIN, "three are enough")
        return await REFERENCE(u, msqid, mtype, text, flags)  # type: ignore[no-any-return]

    made = scenario(GET, call("X", "msgsnd", "$z", 9, "abcd", [], repeat=70))
    found = counterexample(made, kernel_with(msgsnd, "msgsnd"))

    assert found is not None
    assert found["calls"][1] == "A: msgsnd(q, 1, 'a', 0), 4 times"
    assert run(Scenario.from_json(found["scenario"]), ModelTarget()).verdict == "pass"


def test_a_call_that_is_made_until_it_fails_is_made_so_in_the_example() -> None:
    async def msgsnd(u: Any, msqid: int, mtype: int, text: Any, flags: int = 0) -> int:
        if msgconv(u, msqid).qnum == 3:
            return 0
        return await REFERENCE(u, msqid, mtype, text, flags)  # type: ignore[no-any-return]

    until = {"until": {"errno": "EAGAIN"}, "max": 20}
    made = scenario(GET, call("X", "msgsnd", "$z", 9, {"rep": "b", "n": 1024}, NOWAIT, **until))
    found = counterexample(made, kernel_with(msgsnd, "msgsnd"))

    assert found is not None
    assert found["calls"][1].endswith(", 17 times")
    assert found["sentence"] == ("Expected the last call to fail with EAGAIN, but it returned 0.")


def test_who_should_be_gone_is_sent_a_signal_that_does_nothing() -> None:
    async def psig(u: Any) -> None:
        u.sig.clear()

    made = scenario(call("X", "kill", {"pid": "Y"}, "SIGUSR1"))
    found = counterexample(made, kernel_with(psig, "psig"))

    assert found is not None
    assert found["calls"] == ["A: kill(pid of B, SIGUSR1)", "A: kill(pid of B, 0)"]
    assert found["sentence"] == "Expected the last call to fail with ESRCH, but it returned 0."


def test_operations_that_do_not_matter_are_left_out_of_an_array() -> None:
    assert list(simpler_value("semop", [[0, 1, 0], [1, -1, 0]])) == [[[1, -1, 0]], [[0, 1, 0]]]
    assert list(simpler_value("semop", [[0, 1, 0]])) == []


def test_the_sentence_tells_that_the_last_call_ends_its_process_and_calls_a_list_values() -> None:
    ended = Parting(0, "A", "exit", False, {"ends": {"exited": 0}}, {"broken": "a table"}, False)
    read = Parting(0, "A", "semctl", False, {"ret": 0, "data": [1]}, {"ret": 0, "data": [2]}, False)

    assert (
        sentence(ended)
        == "After the last call, which ends its process, a table is broken: a table."
    )
    assert sentence(read) == "Expected the last call to give values [1], but it gave values [2]."


def test_a_time_counts_only_when_nothing_else_differs() -> None:
    async def msgsnd(u: Any, msqid: int, *args: Any) -> int:
        await REFERENCE(u, msqid, *args)
        msgconv(u, msqid).stime -= 1
        return 0

    made = scenario(GET, call("X", "msgsnd", "$z", 2, "ab", []))
    found = counterexample(made, kernel_with(msgsnd, "msgsnd"))

    assert found is not None
    assert found["sentence"] == "Expected the last call to give stime 1002, but it gave stime 1001."


def test_who_sleeps_on_and_who_comes_back_are_told_of_the_sleeper() -> None:
    async def forgetful(u: Any, msqid: int, *args: Any) -> int:
        kernel, sleepers = u.k, u.k.sleepers
        kernel.sleepers = {}
        await REFERENCE(u, msqid, *args)
        kernel.sleepers = sleepers
        return 0

    made = scenario(
        GET, call("Y", "msgrcv", "$z", 9, 0, []), call("X", "msgsnd", "$z", 2, "ab", [])
    )
    found = counterexample(made, kernel_with(forgetful, "msgsnd"))

    assert found is not None
    assert found["sentence"] == (
        "After the last call, expected B's msgrcv to come back and return 1, but it sleeps on."
    )


# What no call shows, and what does not come to an end


def mutant_of(name: str, mutant: str) -> tuple[Scenario, str]:
    """The first case that a mutant fails, and its source."""
    one = exercise(name)
    source = one.mutants()[mutant]
    (case,) = failures(one, source, one.visible() + one.hidden(), most=1)
    return next(made for made in one.visible() + one.hidden() if made.id == case), source


def kernel_of(sources: list[str], name: str) -> Callable[[], ModelTarget]:
    """Kernels with the function that the sources leave."""

    def prepare(kernel: Kernel) -> None:
        names: dict[str, Any] = {"__name__": "submission"}
        for source in sources:
            exec(compile(source, "<cell>", "exec"), names)
        kernel.install(names[name], name)

    return lambda: ModelTarget("classic", prepare)


@pytest.mark.parametrize(
    ("name", "mutant", "last", "words"),
    [
        ("allocreg", "first_program", "A: exec(sleep = 1)",
         "region 0: inode: expected sleep, got program"),
        ("allocreg", "file_of_the_caller", "A: s = shmget(key 1, 6, IPC_CREAT | 0o600)",
         "region 3: inode: expected none, got program"),
        ("shmget", "takes_memory", "A: s = shmget(key 1, 9, IPC_CREAT | 0o600)",
         "segment 0: cleared: expected true, got false"),
    ],
)  # fmt: skip
def test_what_only_a_table_shows_is_told_by_the_field_that_the_case_names(
    name: str, mutant: str, last: str, words: str
) -> None:
    case, source = mutant_of(name, mutant)
    found = counterexample(case, kernel_of([source], name))

    assert found is not None
    assert found["calls"] == [last]
    assert found["sentence"] == f"After the last call a table is not as it must be: {words}."
    assert json.loads(json.dumps(found)) == found


def test_entries_in_another_order_and_tables_that_only_one_kernel_has_are_no_difference() -> None:
    look = look_at({"regions": {"entries": {"type": {}}}, "msgque": {"qnum": {}}})
    one = {"regions": {"entries": [{"slot": 0, "type": "text"}, {"slot": 1, "type": "data"}]}}
    other = {"regions": {"entries": [{"slot": 0, "type": "data"}, {"slot": 1, "type": "text"}]}}
    wrong = {"regions": {"entries": [{"slot": 0, "type": "data"}, {"slot": 1, "type": "data"}]}}

    assert look({}, one, other) is None
    assert look({}, one | {"msgque": [{"qnum": 1}]}, other) is None
    assert look({}, one, wrong) == "region 0: type: expected text, got data"


class Catching(ModelTarget):
    """As inside the sandbox: whatever a function raises is its answer."""

    def call(self, proc: str, call: str, args: list[Any]) -> dict[str, Any]:
        """Makes the call."""
        try:
            return super().call(proc, call, args)
        except BaseException as error:
            return {"raised": f"{type(error).__name__}: {error}"}


BUSY = """
async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    q = msgconv(u, msqid)
    while q.cbytes + len(text) > q.qbytes:
        pass
    return await right(u, msqid, mtype, text, flags, size)
"""


def test_a_loop_that_does_not_end_has_an_example_when_its_rounds_are_counted() -> None:
    head = "from kernel_model import *\nright = msgsnd.entered"
    made = scenario(
        GET, call("X", "msgsnd", "$z", 2, "ab", []), call("X", "msgsnd", "$z", 2, "ab", []),
        call("X", "msgctl", "$z", "IPC_SET", {"qbytes": 3}), call("Y", "msgsnd", "$z", 2, "ab", []),
    )  # fmt: skip
    make = kernel_of([head, *bounded([BUSY])], "msgsnd")
    found = counterexample(made, lambda: Bounded(Catching("classic", make().prepare)))

    assert found is not None
    assert found["sentence"] == "Expected the last call to sleep, but it does not come to an end."
    assert found["calls"][-1].startswith("B: msgsnd(q, 1, ")


def test_bounded_cells_do_what_the_cells_do_and_what_is_no_python_stays() -> None:
    cells = ["%matplotlib inline", "found = [n for n in range(3)]\nfor n in found:\n    last = n"]
    names: dict[str, Any] = {}
    made = bounded(cells)
    for cell in (made[0], made[2]):
        exec(cell, names)

    assert (made[1], names["found"], names["last"]) == (cells[0], [0, 1, 2], 2)


# Whatever is shown, it is no hidden case


def shown_of(one: Exercise, source: str) -> list[str] | None:
    """The calls that the author of this source would see."""
    cases = one.visible() + one.hidden()
    failed = failures(one, source, cases, most=1)
    failing = [case for case in cases if case.id in failed]
    code = compile(source, f"<{one.name}>", "exec")

    def prepare(kernel: Kernel) -> None:
        names: dict[str, Any] = {"__name__": "submission"}
        exec(code, names)
        for name in one.functions:
            kernel.install(names[name], name)

    found = counterexample(failing[0], lambda: ModelTarget("classic", prepare), secret=one.hidden())
    return None if found is None else list(found["calls"])


@pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])
def test_no_example_of_a_mutant_is_a_hidden_case_as_it_stands(one: Exercise) -> None:
    hidden = [[call_line(step) for step in Example.of(case).calls] for case in one.hidden()]
    sources = [text for name, text in one.mutants().items() if name != "busy_waiting"][::12]
    found = [shown_of(one, source) for source in sources]
    shown = [lines for lines in found if lines is not None]

    assert len(shown) == len(found)
    assert [lines for lines in shown if lines in [case[: len(lines)] for case in hidden]] == []


def test_an_example_that_would_be_a_secret_one_gets_other_names_or_is_not_shown() -> None:
    secrets: list[Scenario] = []
    shown = []
    for _ in SCHEMES:
        found = counterexample(LONG, wrong, secret=secrets)
        assert found is not None
        shown.append(found["calls"])
        secrets.append(Scenario.from_json(found["scenario"]))

    assert counterexample(LONG, wrong, secret=secrets) is None
    assert len({tuple(calls) for calls in shown}) == len(SCHEMES)
    assert {len(calls) for calls in shown} == {4}


def test_names_are_the_same_whatever_the_case_was_called() -> None:
    def renamed(text: str) -> Scenario:
        return Scenario.from_json(json.loads(text))

    text = json.dumps(LONG.to_json())
    other = (
        text.replace('"A"', '"Zoe"').replace("$q", "$mine").replace('"save": "q"', '"save": "mine"')
    )
    other = other.replace('"key": 1', '"key": 77').replace("secret words", "other words.")

    assert counterexample(renamed(other), wrong) == counterexample(LONG, wrong)
