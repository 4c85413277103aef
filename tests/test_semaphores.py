"""Semaphores (kernel_model/semaphores.py and beside it): what scenarios do not show of them."""

from typing import Any

import pytest

from kernel_model import (
    GETALL,
    GETVAL,
    IPC_CREAT,
    IPC_NOWAIT,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    SEM_UNDO,
    SEMVMX,
    SETALL,
    SETVAL,
    Kernel,
    Process,
)
from kernel_model.invariants import broken
from kernel_model.tables import show, snapshot

PERSONALITIES = pytest.mark.parametrize("personality", ["classic", "linux"])
LIMITS = {"SEMMNI": 2, "SEMMSL": 3, "SEMMNS": 4, "SEMOPM": 3, "SEMMNU": 1, "SEMUME": 1}
S = "the set"  # stands for its descriptor


def kernel(personality: str = "classic") -> tuple[Kernel, Process, Process, int]:
    """A kernel with the superuser A, a user B, and a set of two semaphores that A made."""
    k = Kernel(personality, LIMITS)
    a, b = k.spawn("A"), k.spawn("B", 1000)
    semid = a.call("semget", 1, 2, IPC_CREAT | 0o644).ret
    return k, a, b, semid


BAD: list[tuple[str, str, list[Any], str]] = [
    ("A", "semget", [2, 0, IPC_CREAT | 0o600], "EINVAL"),
    ("A", "semget", [2, -1, IPC_CREAT | 0o600], "EINVAL"),
    ("A", "semget", [2, 4, IPC_CREAT | 0o600], "EINVAL"),
    ("A", "semget", [2, 3, IPC_CREAT | 0o600], "ENOSPC"),
    ("A", "semget", [1, 3, 0], "EINVAL"),
    ("A", "semget", [2, 1, 0], "ENOENT"),
    ("B", "semget", [1, 1, 0o022], "EACCES"),
    ("A", "semop", [S, None], "EFAULT"),
    ("A", "semop", [S, [[0, 1, 0]] * 4], "E2BIG"),
    ("A", "semop", [S, [[0, 1, 0], [2, 1, 0]]], "EFBIG"),
    ("A", "semop", [S, [[0, 1, 0], [-1, 1, 0]]], "EFBIG"),
    ("A", "semop", [S, [[0, 1, SEM_UNDO], [1, -1, IPC_NOWAIT]]], "EAGAIN"),
    ("A", "semop", [S, [[0, SEMVMX, 0], [0, 1, 0]]], "ERANGE"),
    ("A", "semop", [-1, [[0, 1, 0]]], "EINVAL"),
    ("A", "semop", [77, [[0, 1, 0]]], "EINVAL"),
    ("B", "semop", [S, [[0, 1, 0]]], "EACCES"),
    ("A", "semctl", [S, 2, GETVAL], "EINVAL"),
    ("A", "semctl", [S, -1, SETVAL, 1], "EINVAL"),
    ("A", "semctl", [S, 0, SETVAL, SEMVMX + 1], "ERANGE"),
    ("A", "semctl", [S, 0, SETVAL, -1], "ERANGE"),
    ("A", "semctl", [S, 0, SETALL, [1, SEMVMX + 1]], "ERANGE"),
    ("A", "semctl", [S, 0, SETALL, None], "EFAULT"),
    ("A", "semctl", [S, 0, GETALL, None], "EFAULT"),
    ("A", "semctl", [S, 0, IPC_STAT, None], "EFAULT"),
    ("A", "semctl", [S, 0, IPC_SET, None], "EFAULT"),
    ("A", "semctl", [S, 0, 77], "EINVAL"),
    ("B", "semctl", [S, 0, SETVAL, 1], "EACCES"),
    ("B", "semctl", [S, 0, IPC_SET, {"mode": 0o666}], "EPERM"),
    ("B", "semctl", [S, 0, IPC_RMID], "EPERM"),
]


@PERSONALITIES
@pytest.mark.parametrize(("proc", "call", "args", "errno"), BAD)
def test_bad_input_gets_its_error_and_leaves_every_table_as_it_was(
    personality: str, proc: str, call: str, args: list[Any], errno: str
) -> None:
    k, _, _, semid = kernel(personality)
    before = snapshot(k)

    made = k.proc(proc).call(call, *[semid if arg == S else arg for arg in args])

    assert made.state == "failed"
    assert str(made.error).startswith(errno)
    assert snapshot(k) == before


def test_an_undo_structure_that_runs_out_leaves_every_table_as_it_was() -> None:
    k, a, _, semid = kernel()
    k.spawn("C").call("semop", semid, [[0, 1, SEM_UNDO]])
    before = snapshot(k)

    none_left = a.call("semop", semid, [[1, 1, 0], [0, 1, SEM_UNDO]])

    assert str(none_left.error).startswith("ENOSPC")
    assert snapshot(k) == before


@PERSONALITIES
def test_the_view_shows_values_waiting_counts_and_undo_entries(personality: str) -> None:
    k, a, _, semid = kernel(personality)
    waiting = k.spawn("C").call("semop", semid, [[1, -2, 0]])
    a.call("semop", semid, [[0, 3, SEM_UNDO], [1, 1, 0]])

    view = show(snapshot(k))

    assert waiting.state == "asleep"
    assert view["sema"][0]["sems"] == [
        {"semval": 3, "sempid": a.pid, "semncnt": 0, "semzcnt": 0},
        {"semval": 1, "sempid": a.pid, "semncnt": 1, "semzcnt": 0},
    ]
    assert view["undo"] == [{"pid": a.pid, "entries": [{"slot": 0, "num": 0, "adjust": -3}]}]
    assert broken(view) == []


@PERSONALITIES
def test_a_sleeper_that_gets_further_sleeps_on_what_it_waits_for_now(personality: str) -> None:
    k, a, _, semid = kernel(personality)
    sleeper = k.spawn("C")
    sleeper.call("semop", semid, [[0, -1, 0], [1, -1, 0]])
    first = sleeper.wchan
    a.call("semop", semid, [[0, 1, 0]])

    assert (first, sleeper.wchan) == ("sema[0].sem[0].increase", "sema[0].sem[1].increase")


def test_a_kernel_that_never_saw_a_semaphore_has_no_table_of_them() -> None:
    k = Kernel()
    k.spawn("A").call("fork", "B")

    assert k.semaphores is None
    assert "sema" not in show(snapshot(k))


def view_with(**changes: Any) -> dict[str, Any]:
    """A sound view of one set, with something in it changed."""
    k, a, _, semid = kernel()
    a.call("semop", semid, [[0, 3, SEM_UNDO]])
    view = show(snapshot(k))
    view["sema"][0]["sems"][0] |= {name: changes[name] for name in changes if name[:3] == "sem"}
    view["sema"][0] |= {name: changes[name] for name in changes if name in view["sema"][0]}
    view |= {name: changes[name] for name in changes if name in view}
    return view


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"semval": -1}, "semaphore 0 of set 0 is -1, and not 0 to 32767"),
        ({"semncnt": 1}, "semaphore 0 of set 0: semncnt is 1, but 0 sleep until it is larger"),
        ({"semzcnt": 2}, "semaphore 0 of set 0: semzcnt is 2, but 0 sleep until it is 0"),
        ({"mode": 0o100600}, "set 0: its mode has more than IPC_ALLOC and nine bits"),
        ({"base": 1}, "the pool: a semaphore belongs to two sets"),
        ({"undo": [{"pid": 7, "entries": []}]}, "process 7 has ended, and still has undo entries"),
        (
            {"undo": [{"pid": 101, "entries": [{"slot": 0, "num": 5, "adjust": 1}]}]},
            "process 101: undo for a semaphore that is gone",
        ),
    ],
)
def test_a_broken_table_of_semaphores_is_seen(changes: dict[str, Any], said: str) -> None:
    assert broken(view_with()) == []
    assert any(one.startswith(said) for one in broken(view_with(**changes)))


@PERSONALITIES
def test_the_cost_account_counts_what_a_semop_copies(personality: str) -> None:
    _, a, _, semid = kernel(personality)

    done = a.call("semop", semid, [[0, 1, 0], [1, 1, 0]])
    read = a.call("semctl", semid, 0, GETALL)

    assert (done.cost.crossings, done.cost.copies, done.cost.copied) == (1, 1, 12)
    assert (read.cost.copies, read.cost.copied) == (1, 4)
