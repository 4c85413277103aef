"""Signals: sending, catching, blocking, stopping (kernel_model/signals.py)."""

from typing import Any

import pytest

from kernel_model import (
    IPC_CREAT,
    SIG_BLOCK,
    SIG_SETMASK,
    SIG_UNBLOCK,
    SIGNALS,
    Call,
    Errno,
    Kernel,
    KernelError,
    Process,
    State,
)

USR1, USR2, TERM, KILL, STOP, CONT, CHLD = (
    SIGNALS[f"SIG{name}"] for name in ("USR1", "USR2", "TERM", "KILL", "STOP", "CONT", "CHLD")
)
PERSONALITIES = pytest.mark.parametrize("personality", ["classic", "linux"])


def booted(personality: str = "classic", *uids: int) -> tuple[Kernel, *tuple[Process, ...]]:
    k = Kernel(personality)
    return k, *(k.spawn(name, uid) for name, uid in zip("ABCDE", uids or (0, 0), strict=False))


def failed(call: Call) -> Errno:
    assert isinstance(call.error, KernelError)
    return call.error.errno


def count(p: Process, sig: int) -> Any:
    return p.call("sigcount", sig).ret


# kill


@PERSONALITIES
def test_a_signal_ends_a_process_by_default(personality: str) -> None:
    k, a, b = booted(personality)

    assert a.call("kill", b.pid, TERM).ret == 0
    assert k.gone["B"] == {"signaled": "SIGTERM"}


@PERSONALITIES
def test_signal_0_only_asks_whether_the_process_is_there(personality: str) -> None:
    k, a, b = booted(personality)

    assert a.call("kill", b.pid, 0).ret == 0
    assert k.gone == {}
    assert failed(a.call("kill", 9999, 0)) is Errno.ESRCH


@PERSONALITIES
@pytest.mark.parametrize("sig", [-1, 65, 1000])
def test_there_is_no_such_signal(personality: str, sig: int) -> None:
    _, a, b = booted(personality)

    assert failed(a.call("kill", b.pid, sig)) is Errno.EINVAL


@PERSONALITIES
def test_users_signal_their_own_processes_only(personality: str) -> None:
    k, root, own, same, other = booted(personality, 0, 1000, 1000, 1001)

    assert failed(own.call("kill", other.pid, TERM)) is Errno.EPERM
    assert failed(own.call("kill", root.pid, 0)) is Errno.EPERM
    assert own.call("kill", same.pid, TERM).ret == 0
    assert root.call("kill", other.pid, TERM).ret == 0
    assert k.gone.keys() == {same.name, other.name}


@PERSONALITIES
def test_a_process_that_takes_on_another_user_may_still_be_signalled(personality: str) -> None:
    k, a, b = booted(personality, 0, 1000)
    a.call("setresuid", 1000, 1001, 1002)  # the real id still is 1000

    assert b.call("kill", a.pid, TERM).ret == 0
    assert "A" in k.gone


@PERSONALITIES
def test_a_group_is_signalled_whole_as_far_as_permitted(personality: str) -> None:
    k, a, b = booted(personality, 1000, 1000)
    for name in ("C", "D"):
        a.call("fork", name)
    d = k.proc("D")
    d.uid = d.suid = 1001

    assert b.call("kill", -a.pgrp, TERM).ret == 0
    assert k.gone.keys() == {"A", "C"}


@PERSONALITIES
def test_kill_of_all_spares_the_caller(personality: str) -> None:
    k, a, *_ = booted(personality, 0, 0, 1000)

    assert a.call("kill", -1, TERM).ret == 0
    assert k.gone.keys() == {"B", "C"}


def test_a_process_may_end_itself() -> None:
    k, a, _ = booted()

    assert a.call("kill", a.pid, KILL).state == "ended"
    assert k.gone["A"] == {"signaled": "SIGKILL"}


@PERSONALITIES
def test_the_first_process_takes_no_harm(personality: str) -> None:
    _, a, b = booted(personality, 0, 1000)

    assert a.call("kill", 1, KILL).ret == 0
    assert failed(b.call("kill", 1, KILL)) is Errno.EPERM


# signal


def test_signal_gives_the_action_before() -> None:
    _, a, _ = booted()

    before = [a.call("signal", TERM, act).out["prev"] for act in ("catch", "SIG_IGN", "SIG_DFL")]

    assert before == ["SIG_DFL", "catch", "SIG_IGN"]


@pytest.mark.parametrize(
    ("sig", "action"),
    [(KILL, "catch"), (STOP, "SIG_IGN"), (0, "catch"), (65, "catch"), (TERM, "x")],
)
def test_signal_refuses_what_cannot_be_set(sig: int, action: str) -> None:
    _, a, _ = booted()

    assert failed(a.call("signal", sig, action)) is Errno.EINVAL
    assert a.actions == {}


def test_a_caught_signal_runs_its_handler_and_the_classic_kernel_resets_it() -> None:
    k, a, b = booted()
    b.call("signal", USR1, "catch")

    a.call("kill", b.pid, USR1)
    assert count(b, USR1) == 1
    a.call("kill", b.pid, USR1)
    assert k.gone["B"] == {"signaled": "SIGUSR1"}


def test_on_linux_a_handler_stays_unless_it_is_for_once() -> None:
    k, a, b = booted("linux")
    b.call("signal", USR1, "catch")
    b.call("signal", USR2, "catch_once")

    for _ in range(3):
        a.call("kill", b.pid, USR1)
    a.call("kill", b.pid, USR2)
    assert (count(b, USR1), count(b, USR2)) == (3, 1)
    a.call("kill", b.pid, USR2)
    assert k.gone["B"] == {"signaled": "SIGUSR2"}


@PERSONALITIES
def test_an_ignored_signal_is_lost(personality: str) -> None:
    _, a, b = booted(personality)
    b.call("signal", USR1, "SIG_IGN")

    a.call("kill", b.pid, USR1)
    b.call("signal", USR1, "catch")

    assert count(b, USR1) == 0


def test_death_of_child_is_ignored_by_default_and_can_be_caught() -> None:
    _, a, _ = booted()
    a.call("fork", "P")
    a.k.proc("P").call("exit")
    a.call("signal", CHLD, "catch")
    a.call("fork", "Q")

    a.k.proc("Q").call("exit")

    assert count(a, CHLD) == 1


# Sleeping


@PERSONALITIES
def test_a_caught_signal_ends_a_sleep_with_eintr(personality: str) -> None:
    k, a, b = booted(personality)
    b.call("signal", USR1, "catch")
    call = b.call("pause")

    a.call("kill", b.pid, USR1)

    assert failed(call) is Errno.EINTR
    assert (b.state, b.wchan, k.sleepers) == (State.USER, None, {})
    assert count(b, USR1) == 1


@PERSONALITIES
def test_an_ignored_signal_does_not_disturb_a_sleep(personality: str) -> None:
    _, a, b = booted(personality)
    b.call("signal", USR1, "SIG_IGN")
    call = b.call("pause")

    a.call("kill", b.pid, USR1)
    a.call("kill", b.pid, CHLD)

    assert (call.state, b.state) == ("asleep", State.ASLEEP)


@PERSONALITIES
def test_a_process_killed_asleep_is_off_the_sleep_queue(personality: str) -> None:
    k, a, b = booted(personality)
    q = a.call("msgget", 1, IPC_CREAT | 0o600).ret
    call = b.call("msgrcv", q, 10, 0, 0)

    a.call("kill", b.pid, KILL)
    a.call("msgsnd", q, 1, b"nobody")

    assert (call.state, call.status, k.sleepers) == ("ended", {"signaled": "SIGKILL"}, {})
    assert k.msgque.entries[q].qnum == 1


# Masks


@PERSONALITIES
def test_a_blocked_signal_waits_until_it_is_unblocked(personality: str) -> None:
    _, a, b = booted(personality)
    b.call("signal", USR1, "catch")
    b.call("sigprocmask", SIG_BLOCK, [USR1])

    a.call("kill", b.pid, USR1)
    a.call("kill", b.pid, USR1)

    assert (count(b, USR1), b.call("sigpending").out["set"]) == (0, ["SIGUSR1"])
    assert b.call("sigprocmask", SIG_UNBLOCK, [USR1, TERM]).out["set"] == ["SIGUSR1"]
    assert (count(b, USR1), b.call("sigpending").out["set"]) == (1, [])


@PERSONALITIES
def test_a_blocked_signal_does_not_disturb_a_sleep(personality: str) -> None:
    _, a, b = booted(personality)
    b.call("sigprocmask", SIG_BLOCK, [TERM])
    call = b.call("pause")

    a.call("kill", b.pid, TERM)

    assert call.state == "asleep"


def test_kill_and_stop_cannot_be_blocked() -> None:
    k, a, b = booted()

    b.call("sigprocmask", SIG_SETMASK, [KILL, STOP, TERM])

    assert b.call("sigprocmask", SIG_BLOCK, []).out["set"] == ["SIGTERM"]
    a.call("kill", b.pid, KILL)
    assert "B" in k.gone


def test_sigprocmask_refuses_another_way() -> None:
    _, a, _ = booted()

    assert failed(a.call("sigprocmask", 7, [TERM])) is Errno.EINVAL
    assert a.hold == set()


@PERSONALITIES
def test_sigsuspend_sleeps_with_another_mask_and_puts_the_old_one_back(personality: str) -> None:
    _, a, b = booted(personality)
    b.call("signal", USR1, "catch")
    b.call("signal", USR2, "catch")
    b.call("sigprocmask", SIG_BLOCK, [USR1])
    call = b.call("sigsuspend", [USR2])

    a.call("kill", b.pid, USR2)
    asleep = call.state
    a.call("kill", b.pid, USR1)

    assert (asleep, failed(call)) == ("asleep", Errno.EINTR)
    assert b.hold == {USR1}
    assert (count(b, USR1), count(b, USR2)) == (1, 1)


# Stopping


@PERSONALITIES
def test_a_stopped_process_goes_on_with_sigcont(personality: str) -> None:
    _, a, b = booted(personality)

    a.call("kill", b.pid, STOP)
    stopped = b.state
    a.call("kill", b.pid, CONT)

    assert (stopped, b.state) == (State.STOPPED, State.USER)
    assert b.call("getpid").ret == b.pid


@PERSONALITIES
def test_a_stopped_process_is_ended_only_by_sigkill(personality: str) -> None:
    k, a, b = booted(personality)
    a.call("kill", b.pid, STOP)

    a.call("kill", b.pid, TERM)
    assert k.gone == {}
    a.call("kill", b.pid, KILL)
    assert k.gone["B"] == {"signaled": "SIGKILL"}


@PERSONALITIES
def test_what_came_while_it_was_stopped_takes_effect_when_it_goes_on(personality: str) -> None:
    k, a, b = booted(personality)
    a.call("kill", b.pid, STOP)
    a.call("kill", b.pid, TERM)

    a.call("kill", b.pid, CONT)

    assert k.gone["B"] == {"signaled": "SIGTERM"}


def test_one_signal_to_stop_takes_back_one_to_go_on() -> None:
    _, a, b = booted()
    b.call("sigprocmask", SIG_BLOCK, [CONT])
    b.call("signal", CONT, "catch")
    a.call("kill", b.pid, CONT)

    a.call("kill", b.pid, SIGNALS["SIGTSTP"])

    assert b.state is State.STOPPED
    assert CONT not in b.sig
