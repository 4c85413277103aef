"""Values: what the forms of SCENARIOS mean, and where text stays text."""

from typing import Any

import pytest

from kernel_model.scenario import Names, Problem
from kernel_model.scenario.arguments import arguments


def resolve(kind: str, value: Any) -> Any:
    if kind == "pid":
        return {"B": 12}[value]
    if kind == "path":
        return f"/dir/{value}"
    return value + {"key": 7000, "free_addr": 0x10000}[kind]


NAMES = Names(
    resolve,
    {"PAGE": 4096, "MSGMNB": 16384, "SEMMSL": 25},
    {"q": 3, "p": {"r": 5, "w": 6}, "5": 9, "a": 8192, "PAGE": 1},
)


def text(value: Any) -> Any:
    return arguments([1, 1, value, 0], "msgsnd", NAMES)[2]


def number(value: Any) -> Any:
    return arguments([value], "close", NAMES)[0]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (-4, -4),
        ("$q", 3),
        ("$p.w", 6),
        ("$5", 9),
        ("0o600", 0o600),
        ("IPC_PRIVATE", 0),
        ("SIGKILL", 9),
        ("MSGMNB", 16384),
        ({"key": 2}, 7002),
        ({"key": "$q"}, 7003),
        ({"pid": "B"}, 12),
        ({"pid": "B", "neg": True}, -12),
        ({"pid": "B", "neg": False}, 12),
        ({"free_addr": 1}, 0x10001),
        ({"free_addr": 1, "off": {"expr": "4095"}}, 0x11000),
        ({"addr": "$a", "off": -1}, 8191),
        ({"addr": {"free_addr": 1}, "off": "$q"}, 0x10004),
        ({"expr": "2*SEMMSL-1"}, 49),
        ({"expr": "$p.r * (q + 1) // 3"}, 6),
        ({"expr": " -p.w + +$5 + 0o10"}, 11),
        ({"expr": "-7 // 2"}, -4),
        ({"expr": "SIGKILL"}, 9),
        ({"expr": "PAGE"}, 1),  # what is saved goes before a constant
    ],
)
def test_a_number_may_be_written_in_many_ways(value: Any, meant: int) -> None:
    assert number(value) == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("$q", "$q"),
        ("$5", "$5"),
        ("0o600", "0o600"),
        ("SIGKILL", "SIGKILL"),
        ("any", "any"),
        ("", ""),
        ("\xff\x00", "\xff\x00"),
        (None, None),
        ({"rep": "ab", "n": 3}, "ababab"),
        ({"rep": "a", "n": {"expr": "q-3"}}, ""),
        ({"rep": {"cat": ["a", "b"]}, "n": "$q"}, "ababab"),
        ({"cat": ["$q", {"rep": "0o6", "n": 2}, {"path": "f"}]}, "$q0o60o6/dir/f"),
        ({"path": "f"}, "/dir/f"),
    ],
)
def test_text_stays_text(value: Any, meant: str | None) -> None:
    assert text(value) == meant


@pytest.mark.parametrize(
    ("call", "given", "meant"),
    [
        ("msgget", ["IPC_PRIVATE", ["IPC_CREAT", "0o600", 4]], [0, 0o1604]),
        ("msgget", [{"key": 1}, []], [7001, 0]),
        ("msgget", [1, "IPC_CREAT"], [1, 0o1000]),
        ("msgsnd", ["$q", 1, "$q", ["IPC_NOWAIT"], -1], [3, 1, "$q", 0o4000, -1]),
        ("msgrcv", ["$q", 10, -2, ["MSG_NOERROR", "MSG_EXCEPT"], None], [3, 10, -2, 0o30000, None]),
        ("msgctl", ["$q", "IPC_STAT"], [3, 2]),
        ("msgctl", ["$q", "IPC_SET", {"mode": "0o640", "qbytes": {"expr": "MSGMNB+1"}}],
         [3, 1, {"mode": 0o640, "qbytes": 16385}]),
        ("msgctl", ["$q", "IPC_STAT", None], [3, 2, None]),
        ("semctl", ["$q", 0, "SETVAL", "$5"], [3, 0, 16, 9]),
        ("semctl", ["$q", 0, "SETALL", [1, "$q"]], [3, 0, 17, [1, 3]]),
        ("semctl", ["$q", 0, "SETVAL", {"expr": "q"}], [3, 0, 16, 3]),
        ("semop", ["$q", [[0, -1, ["SEM_UNDO", "IPC_NOWAIT"]], [1, 0, 0]]],
         [3, [[0, -1, 0x1800], [1, 0, 0]]]),
        ("semop", ["$q", None], [3, None]),
        ("shmat", ["$q", None, ["SHM_RDONLY"]], [3, None, 0o10000]),
        ("kill", [{"pid": "B"}, "SIGTERM"], [12, 15]),
        ("signal", ["SIGINT", "catch_once"], [2, "catch_once"]),
        ("sigprocmask", ["SIG_BLOCK", ["SIGINT", 15]], [0, [2, 15]]),
        ("fork", ["SIGKILL"], ["SIGKILL"]),
        ("exec", [{"exit": "$q"}], [{"exit": 3}]),
        ("write", [4, "SIGKILL"], [4, "SIGKILL"]),
        ("open", [{"path": "f"}, ["O_RDWR", "O_CREAT"], "0o644"], ["/dir/f", 0o102, 0o644]),
        ("fcntl", [3, "F_SETFL", ["O_NONBLOCK"]], [3, 4, 0o4000]),
        ("bind", [3, "@SIGKILL"], [3, "@SIGKILL"]),
        ("ptrace", ["PTRACE_CONT", "$q", None, "SIGUSR1"], [7, 3, None, 10]),
        ("ptrace", ["PTRACE_TRACEME"], [0]),
    ],
)  # fmt: skip
def test_where_a_value_stands_decides_how_it_is_read(
    call: str, given: list[Any], meant: list[Any]
) -> None:
    assert arguments(given, call, NAMES) == meant


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"expr": "1//(q-3)"}, "args[0].expr: '1//(q-3)' divides by zero"),
        ({"expr": "q/2"}, "args[0].expr: q / 2 cannot stand in 'q/2'"),
        ({"expr": "f(1)"}, "args[0].expr: f(1) cannot stand in 'f(1)'"),
        ({"expr": "1.5"}, "args[0].expr: 1.5 cannot stand in '1.5'"),
        ({"expr": "True"}, "args[0].expr: True cannot stand in 'True'"),
        ({"expr": "1 +"}, "args[0].expr: '1 +' is not an expression"),
        ({"expr": "(" * 50}, f"args[0].expr: {'(' * 50!r} is not an expression"),
        ({"expr": "1" * 300}, "args[0].expr: an expression of 300 characters; at most 200"),
        ({"expr": 3}, "args[0].expr: 3 is not an expression in a string"),
        ({"expr": "p.x"}, "args[0].expr: $p.x was never saved before"),
        ({"pid": "B", "neg": 1}, "args[0].neg: 1 is neither true nor false"),
        ({"pid": 7}, "args[0].pid: 7 is not a name"),
        ([1], "args[0]: [1] is not a number"),
        ("$", "args[0]: $ was never saved before"),
    ],
)
def test_a_value_that_has_no_meaning_is_told(value: Any, message: str) -> None:
    with pytest.raises(Problem) as raised:
        number(value)

    assert str(raised.value.under("args")).startswith(message)


def test_a_text_of_impossible_length_is_told() -> None:
    for times in (-1, 1 << 40):
        with pytest.raises(Problem, match=f"n: {times} times 2 characters; at most"):
            text({"rep": "ab", "n": times})
