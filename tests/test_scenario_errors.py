"""A malformed file is told exactly: which scenario, which step, which key, what and what else."""

import json
from typing import Any

import pytest

from kernel_model.scenario import Scenario, ScenarioError, loads


def told(given: Any) -> str:
    with pytest.raises(ScenarioError) as raised:
        loads(given if isinstance(given, str | bytes) else json.dumps(given))
    return str(raised.value)


def scenario(*steps: Any, **more: Any) -> dict[str, Any]:
    return {"id": "s", "topic": "t", "uids": {"A": 0, "B": 0}, "steps": [*steps]} | more


def call(name: str, *args: Any, **more: Any) -> dict[str, Any]:
    return {"proc": "A", "call": name, "args": [*args], **more}


def of_step(step: Any) -> str:
    before = call("msgget", 1, 0, save="q"), call("pipe", save="p")
    message = told([scenario(*before, step)])
    start = "scenario 's', steps[2]"
    assert message.startswith(start)
    return message.removeprefix(start).removeprefix(", ").removeprefix(": ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[{]", "malformed JSON in line 1, column 3: Expecting property name enclosed in double "
                "quotes"),
        ("[1,\n2", "malformed JSON in line 2, column 2: Expecting ',' delimiter"),
        ("[NaN]", "malformed JSON: NaN is no JSON number"),
        (b"[\xff]", "malformed JSON: byte 1 is not UTF-8"),
        ("[" * 100_000, "malformed JSON: nested too deeply"),
        ('{"id": "s"}', "a file is a list of scenarios, not a dict"),
        ("[]", "the list holds no scenario"),
        ("[7]", "scenario [0]: a scenario is a dict, not a number"),
        ('[{"id": "a", "id": "b"}]', "id: written twice in one dict: {'id': 'b'}"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_scenarios(text: str | bytes, message: str) -> None:
    assert told(text) == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": 5}, "scenario [0], id: 5 is not a name"),
        ({"topic": ""}, "scenario 's', topic: '' is not a name"),
        ({"uid": {"A": 0}}, "scenario 's', uid: unknown key in a scenario; did you mean uids?"),
        ({"uids": {}}, "scenario 's', uids: no process; a scenario has at least one, as in "
                       '{"A": 0}'),
        ({"uids": {"A": True}}, "scenario 's', uids.A: true is not an integer from 0"),
        ({"uids": ["A"]}, "scenario 's', uids: a dict of numbers is expected, not a list"),
        ({"gids": {"C": 1}}, "scenario 's', gids.C: unknown key in gids, where the processes of "
                             "uids stand; known: A, B"),
        ({"limits": {"MSGMN": 1}}, "scenario 's', limits.MSGMN: unknown key in limits; did you "
                                   "mean MSGMNI?"),
        ({"limits": {"MSGMNB": 1.5}}, "scenario 's', limits.MSGMNB: 1.5 is not an integer from 0"),
        ({"scope": "linux"}, "scenario 's', scope: 'linux' is not 'linux_only' or 'unix_only'"),
        ({"steps": {}}, "scenario 's', steps: a list of steps is expected, not a dict"),
        ({"steps": [[]]}, "scenario 's', steps[0]: [] is not a step, which is a dict"),
    ],
)  # fmt: skip
def test_a_scenario_with_a_wrong_head(change: dict[str, Any], message: str) -> None:
    assert told([scenario() | change]) == message


def test_a_scenario_without_steps_key() -> None:
    assert told([{"id": "s", "topic": "t", "uids": {"A": 0}}]) == (
        "scenario 's', steps: missing; a scenario has id, topic, uids and steps"
    )


def test_ids_are_unique() -> None:
    assert told([scenario(), scenario(), scenario()]) == (
        "scenario [1], id: 's' is the id of scenario [0] already; ids are unique"
    )


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"wake": "B"}, "a step is one of call, wakes, wakes_count, ends, asleep, alive, stopped, "
                        "runs; this has 'wake'; did you mean wakes?"),
        ({"wakes": "B", "asleep": "B"}, "a step is one of call, wakes, wakes_count, ends, asleep, "
                                        "alive, stopped, runs; this has both wakes and asleep"),
        ({"call": "getpid"}, "a step with 'call' needs 'proc'"),
        ({"wakes_count": 1}, "a step with 'wakes_count' needs 'among'"),
        ({"wakes_count": -1, "among": ["A"]}, "wakes_count: -1 is not an integer from 0"),
        ({"wakes_count": 1, "among": ["A", "A"]},
         "among: ['A', 'A'] is not a list of different processes"),
        ({"wakes_count": 1, "among": ["A", "D"]},
         "among[1]: no process 'D' here; known: A, B; processes are those of uids, and those that "
         "fork made before"),
        (call("getpid", expects={}),
         "expects: unknown key in a step with 'call'; did you mean expect?"),
        (call("msggt", 1, 0), "call: unknown call 'msggt'; did you mean msgget?"),
        (call("msgget", 1, 0) | {"proc": "D"}, "proc: no process 'D' here; known: A, B; processes "
         "are those of uids, and those that fork made before"),
        (call("getpid") | {"args": {}}, "args: {} is not a list of arguments"),
        (call("getpid", save="$q"),
         "save: '$q' is not a name of letters, digits and _, without the $"),
        (call("getpid", min=1), 'min: stands only beside "until"'),
        (call("getpid", save_count="n"), 'save_count: stands only beside "until"'),
        (call("getpid", until={"errno": "EAGAIN"}, repeat=2),
         'repeat: stands beside "until"; a call is made one way or the other'),
        (call("getpid", until={"ret": 0}), "until: the call is made again as long as it returns; "
         'until what else, such as {"errno": "EAGAIN"}?'),
        (call("getpid", repeat=1.5), 'repeat: 1.5 is not an integer or {"expr": ...}'),
        (call("getpid", scope="unix"), "scope: 'unix' is not 'linux_only' or 'unix_only'"),
        ({"asleep": "B", "expect": {"ret": 0}},
         'expect: beside "asleep" an expectation can only be {"view": ...}'),
        ({"ends": "B", "expect": {"exit": 0}},
         "expect.exit: unknown key in a status; did you mean exited?"),
    ],
)  # fmt: skip
def test_a_step_of_a_wrong_shape(step: dict[str, Any], message: str) -> None:
    assert of_step(step) == message


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("msgget", 1), "args: msgget(key, flags) has 2 arguments, not 1"),
        (("msgsnd", 1, 1, "x"),
         "args: msgsnd(id, type, text, flags[, size]) has 4 to 5 arguments, not 3"),
        (("pause", 1), "args: pause() has no arguments, not 1"),
        (("msgget", "IPC_PRIVAT", 0), "args[0]: unknown name 'IPC_PRIVAT'; did you mean "
                                      "IPC_PRIVATE? (key of msgget is a number)"),
        (("msgget", 1, ["IPC_CREAT", "0o9"]), "args[1][1]: '0o9' is not an octal number (flags of "
         "msgget is a number, or a list of names and numbers)"),
        (("msgget", True, 0), "args[0]: true is not a number (key of msgget is a number)"),
        (("msgget", 1.0, 0), "args[0]: 1.0 is not a number (key of msgget is a number)"),
        (("msgget", None, 0), "args[0]: null is not a number (key of msgget is a number)"),
        (("msgsnd", "$r", 1, "x", 0),
         "args[0]: $r was never saved before; known: q, p.r, p.w (id of msgsnd is a number)"),
        (("close", "$p"), "args[0]: $p is a pair; write $p.r or $p.w (fd of close is a number)"),
        (("close", "$p.x"),
         "args[0]: $p.x was never saved before; did you mean p.w? (fd of close is a number)"),
        (("msgsnd", 1, 1, 5, 0), "args[2]: 5 is not text (text of msgsnd is text or null)"),
        (("msgsnd", 1, 1, "\u20ac", 0), "args[2]: '\u20ac' is not one byte; a character stands for "
                                        "a byte (text of msgsnd is text or null)"),
        (("msgsnd", 1, 1, {"rep": "a"}, 0), 'args[2]: {"rep": TEXT} needs "n", how many times '
                                            "(text of msgsnd is text or null)"),
        (("msgsnd", 1, 1, {"rep": "a", "n": {"expr": "2**3"}}, 0),
         "args[2].n.expr: 2 ** 3 cannot stand in '2**3'; an expression has integers, names, "
         "+ - * // and parentheses (text of msgsnd is text or null)"),
        (("msgsnd", 1, 1, {"cat": ["a", 5]}, 0),
         "args[2].cat[1]: 5 is not text (text of msgsnd is text or null)"),
        (("msgsnd", 1, 1, {"repeat": "a"}, 0), "args[2]: {'repeat': 'a'} is not text; as a dict it "
         "would be one of path, rep, cat (text of msgsnd is text or null)"),
        (("kill", {"pid": "B", "negative": True}, 9), "args[0].negative: unknown key in "
         '{"pid": ...}; known: pid, neg (pid of kill is a number)'),
        (("kill", {"pid": "D"}, 9), "args[0].pid: no process 'D' here; known: A, B; processes are "
         "those of uids, and those that fork made before (pid of kill is a number)"),
        (("msgrcv", 1, 1, 1, 0, 0), "args[4]: 0 is not null, the only value that may stand here "
                                    "(null of msgrcv is null)"),
        (("msgctl", 1, "IPC_SET", {"qbyte": 1}), "args[2].qbyte: unknown key in the fields that "
         "IPC_SET takes; did you mean qbytes? (arg of msgctl is a number, a list of numbers, a "
         "dict of numbers, or null)"),
        (("semop", 1, [[0, 1]]), "args[1][0]: [0, 1] is not [number, operation, flags] (ops of "
         "semop is a list of [number, operation, flags], or null)"),
        (("exec", {"run": 1}), "args[0]: {'run': 1} is not {\"exit\": n}, {\"sleep\": 1} or "
                               '{"run": source} (image of exec is {"exit": n}, {"sleep": 1} or '
                               '{"run": source})'),
    ],
)  # fmt: skip
def test_a_wrong_argument(args: tuple[Any, ...], message: str) -> None:
    assert of_step(call(*args)) == message


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("any", "expect: 'any' is not an expectation, a dict with ret or errno or blocks or ends "
                "or execs or any_of or view"),
        (5, "expect: 5 is not an expectation"),
        ({}, "expect: an expectation needs one of ret, errno, blocks, ends, execs, any_of, view"),
        ({"data": "x"}, "expect.data: unknown key in an expectation; known: ret, errno, blocks, "
                        "ends, execs, any_of, view"),
        ({"ret": 0, "errno": "EINVAL"}, 'expect: "ret" and "errno" are two expectations; to allow '
                                        'either, use "any_of"'),
        ({"ret": 0, "mtyp": 1},
         'expect.mtyp: unknown key in an expectation of "ret"; did you mean mtype?'),
        ({"ret": "nonnegative"}, "expect.ret: unknown name 'nonnegative'"),
        ({"ret": "$r"}, "expect.ret: $r was never saved before; known: q, p.r, p.w"),
        ({"ret": {"not": {"min": 1, "most": 2}}},
         'expect.ret.not.most: unknown key in {"min": a, "max": b}; known: min, max'),
        ({"ret": {"has": 1}}, 'expect.ret: "has" is for lists and strings; here stands a number'),
        ({"ret": 0, "data": {"min": 1}}, "expect.data: only a number lies between two; here stands "
                                         "text or a list of numbers"),
        ({"ret": True}, "expect.ret: true is not a number"),
        ({"errno": "EINVALID"}, "expect.errno: unknown error 'EINVALID'; did you mean EINVAL?"),
        ({"errno": ["EINVAL", 22]},
         "expect.errno[1]: 22 is not the name of an error, such as \"EINVAL\""),
        ({"blocks": False}, "expect.blocks: false is not true, the only value here"),
        ({"ends": {"signaled": "SIGKIL"}},
         "expect.ends.signaled: 'SIGKIL' is no signal; did you mean SIGKILL?"),
        ({"any_of": []}, "expect.any_of: [] is not a list of expectations"),
        ({"any_of": [{"ret": 0}, {"errno": "E"}]}, "expect.any_of[1].errno: unknown error 'E'"),
        ({"ret": 0, "fields": {"qnum": "zzz"}}, "expect.fields.qnum: unknown name 'zzz'"),
        ({"ret": 0, "fields": {"flags": "SHM_DEST"}},
         "expect.fields.flags: 'SHM_DEST' is not a list of words"),
        ({"ret": 0, "set": ["USR1"]},
         "expect.set[0]: 'USR1' is no signal; did you mean SIGUSR1?"),
        ({"view": []}, "expect.view: [] is not a dict that names parts of the tables"),
    ],
)  # fmt: skip
def test_a_wrong_expectation(expect: Any, message: str) -> None:
    assert of_step(call("getpid", expect=expect)) == message


def test_names_are_known_from_the_step_after_the_one_that_gives_them() -> None:
    itself = call("msgget", "$q", 0, save="q")
    early = {"wakes": "D"}

    assert told([scenario(itself)]).startswith("scenario 's', steps[0], args[0]: $q was never")
    assert told([scenario(early, call("fork", "D"))]).startswith("scenario 's', steps[0], wakes:")


def test_a_scenario_on_its_own_is_named_by_its_id() -> None:
    with pytest.raises(ScenarioError) as raised:
        Scenario.from_json(scenario(call("nice")))

    error = raised.value
    assert (error.scenario, error.step, error.key) == ("s", 0, "call")
