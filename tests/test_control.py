"""fork, exec, exit, wait and the ids of a process (control.py, children.py, identity.py)."""

from typing import Any

import pytest

from kernel_model import (
    SIGNALS,
    WCONTINUED,
    WNOHANG,
    WUNTRACED,
    Call,
    Errno,
    Kernel,
    KernelError,
    Process,
    State,
)

PERSONALITIES = pytest.mark.parametrize("personality", ["classic", "linux"])


def booted(personality: str = "classic", uid: int = 0, **limits: int) -> tuple[Kernel, Process]:
    k = Kernel(personality, limits)
    return k, k.spawn("A", uid)


def child(u: Process, name: str) -> Process:
    u.call("fork", name)
    return u.k.proc(name)


def failed(call: Call) -> Errno:
    assert isinstance(call.error, KernelError)
    return call.error.errno


def reaped(call: Call) -> tuple[Any, Any]:
    """What a wait returned: process and status."""
    return call.ret, call.out.get("status")


# fork


def test_a_child_is_like_its_parent_but_for_its_process_id() -> None:
    k, a = booted(uid=1000)
    a.call("umask", 0o077)
    a.call("signal", SIGNALS["SIGUSR1"], "catch")
    a.call("sigprocmask", 0, [SIGNALS["SIGTERM"]])
    a.sig.add(SIGNALS["SIGTERM"])

    call = a.call("fork", "B")

    b = k.proc("B")
    assert (call.ret, b.ppid, b.pgrp) == (b.pid, a.pid, a.pgrp)
    assert (b.uid, b.euid, b.suid, b.gid, b.egid, b.sgid) == (1000,) * 6
    assert (b.umask, b.actions, b.hold) == (0o077, a.actions, a.hold)
    assert b.sig == set()  # pending signals are not inherited
    assert b.actions is not a.actions
    assert b.hold is not a.hold


def test_fork_fails_when_the_process_table_is_full() -> None:
    k, a = booted(NPROC=2)
    child(a, "B")

    assert failed(a.call("fork", "C")) is Errno.EAGAIN
    assert list(k.procs) == [a.pid, k.proc("B").pid]


def test_a_name_is_given_once() -> None:
    _, a = booted()
    child(a, "B")

    with pytest.raises(ValueError, match="there is a process B already"):
        a.call("fork", "B")


# exit and wait


@PERSONALITIES
def test_wait_gives_a_child_that_ended_and_how(personality: str) -> None:
    k, a = booted(personality)
    b = child(a, "B")

    assert b.call("exit", 3).state == "ended"
    assert b.state is State.ZOMBIE
    assert reaped(a.call("wait")) == (b.pid, {"exited": 3})
    assert list(k.procs) == [a.pid]
    assert failed(a.call("wait")) is Errno.ECHILD


@PERSONALITIES
def test_wait_sleeps_until_a_child_ends(personality: str) -> None:
    _, a = booted(personality)
    b = child(a, "B")

    call = a.call("wait")
    asleep = call.state
    b.call("exit", 0x1FF)

    assert asleep == "asleep"
    assert reaped(call) == (b.pid, {"exited": 0xFF})


def test_wait_tells_which_signal_ended_a_child() -> None:
    _, a = booted()
    b = child(a, "B")
    a.call("kill", b.pid, SIGNALS["SIGTERM"])

    assert reaped(a.call("wait")) == (b.pid, {"signaled": "SIGTERM"})


def test_wait_with_a_bad_address_fails() -> None:
    _, a = booted()
    child(a, "B").call("exit")

    assert failed(a.call("wait", None)) is Errno.EFAULT


def test_orphans_go_to_init_which_waits_for_those_that_ended() -> None:
    k, a = booted()
    b = child(a, "B")
    c, d = child(b, "C"), child(b, "D")
    c.call("exit")

    b.call("exit")

    assert (d.ppid, c.pid in k.procs) == (1, False)
    d.call("exit")
    assert d.pid not in k.procs


def test_a_parent_that_ignores_death_of_child_gets_no_zombies() -> None:
    k, a = booted()
    a.call("signal", SIGNALS["SIGCHLD"], "SIG_IGN")
    b = child(a, "B")

    b.call("exit")

    assert b.pid not in k.procs
    assert failed(a.call("wait")) is Errno.ECHILD


@PERSONALITIES
def test_waitpid_waits_for_the_child_that_is_asked_for(personality: str) -> None:
    _, a = booted(personality)
    b, c = child(a, "B"), child(a, "C")
    c.call("setpgrp")
    b.call("exit", 1)

    assert reaped(a.call("waitpid", c.pid, WNOHANG)) == (0, None)
    assert reaped(a.call("waitpid", -c.pid, WNOHANG)) == (0, None)
    assert reaped(a.call("waitpid", 0, 0)) == (b.pid, {"exited": 1})
    assert failed(a.call("waitpid", 0, 0)) is Errno.ECHILD
    assert failed(a.call("waitpid", b.pid, 0)) is Errno.ECHILD
    c.call("exit", 2)
    assert reaped(a.call("waitpid", -c.pid, 0)) == (c.pid, {"exited": 2})


def test_waitpid_refuses_flags_that_it_does_not_know() -> None:
    _, a = booted()
    child(a, "B")

    assert failed(a.call("waitpid", -1, 64)) is Errno.EINVAL


@PERSONALITIES
def test_waitpid_tells_of_children_that_stop_and_go_on_if_it_is_asked_to(personality: str) -> None:
    _, a = booted(personality)
    b = child(a, "B")

    a.call("kill", b.pid, SIGNALS["SIGSTOP"])
    assert reaped(a.call("waitpid", -1, WNOHANG)) == (0, None)
    assert reaped(a.call("waitpid", -1, WNOHANG | WUNTRACED)) == (b.pid, {"stopped": "SIGSTOP"})
    assert reaped(a.call("waitpid", -1, WNOHANG | WUNTRACED)) == (0, None)
    a.call("kill", b.pid, SIGNALS["SIGCONT"])
    assert reaped(a.call("waitpid", -1, WNOHANG | WCONTINUED)) == (b.pid, {"continued": True})


def test_a_process_that_ended_makes_no_calls() -> None:
    _, a = booted()
    b = child(a, "B")
    b.call("exit")

    with pytest.raises(ValueError, match="B has ended; it cannot call getpid"):
        b.call("getpid")


# exec


def test_exec_runs_a_program_that_ends() -> None:
    _, a = booted()
    b = child(a, "B")

    assert b.call("exec", {"exit": 7}).state == "execed"
    assert reaped(a.call("wait")) == (b.pid, {"exited": 7})


def test_exec_runs_a_program_that_sleeps_until_a_signal() -> None:
    k, a = booted()
    b = child(a, "B")
    b.call("exec", {"sleep": 1})

    assert b.state is State.ASLEEP
    with pytest.raises(ValueError, match="B runs sleep since its exec"):
        b.call("getpid")
    a.call("kill", b.pid, SIGNALS["SIGINT"])
    assert k.gone["B"] == {"signaled": "SIGINT"}


def test_exec_keeps_what_is_ignored_and_forgets_handlers() -> None:
    _, a = booted()
    a.call("signal", SIGNALS["SIGINT"], "SIG_IGN")
    a.call("signal", SIGNALS["SIGTERM"], "catch")

    a.call("exec", {"sleep": 1})

    assert a.actions == {SIGNALS["SIGINT"]: "SIG_IGN"}


def test_exec_of_no_program_fails_and_leaves_the_old_one() -> None:
    _, a = booted()

    assert failed(a.call("exec", {"jump": 1})) is Errno.ENOENT
    assert a.call("getpid").ret == a.pid


def test_exec_and_spawn_run_a_coroutine_as_a_program() -> None:
    k = Kernel()
    seen = []

    async def second(u: Any) -> int:
        seen.append(await u.getpid())
        return 5

    async def first(u: Any) -> None:
        await u.exec(second)

    p = k.spawn("A", main=first)
    k.run()

    assert seen == [p.pid]
    assert k.gone["A"] == {"exited": 5}


def test_a_program_that_does_not_handle_a_failed_call_ends() -> None:
    k = Kernel()

    async def main(u: Any) -> None:
        await u.msgctl(77, 0)

    k.spawn("A", main=main)
    k.run()

    assert k.gone["A"] == {"exited": 1}


# Ids


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_the_superuser_may_become_anyone_for_good(personality: str) -> None:
    _, a = booted(personality)

    assert a.call("setuid", 1000).ret == 0
    assert (a.uid, a.euid, a.suid) == (1000, 1000, 1000)
    assert failed(a.call("setuid", 0)) is Errno.EPERM


@PERSONALITIES
def test_others_go_between_their_real_and_their_saved_id(personality: str) -> None:
    _, a = booted(personality)
    a.call("setresuid", 1000, 1001, 1002)

    assert failed(a.call("setuid", 1001)) is Errno.EPERM
    assert a.call("setuid", 1002).ret == 0
    assert (a.uid, a.euid, a.suid) == (1000, 1002, 1002)
    assert failed(a.call("setresuid", -1, 7, -1)) is Errno.EPERM
    assert a.call("setresuid", 1002, 1000, -1).ret == 0
    assert (a.uid, a.euid, a.suid) == (1002, 1000, 1002)


def test_nobody_becomes_a_user_that_cannot_be() -> None:
    _, a = booted()

    assert failed(a.call("setuid", -1)) is Errno.EINVAL


def test_setpgrp_makes_a_leader() -> None:
    _, a = booted()
    b = child(a, "B")

    assert b.call("setpgrp").ret == b.pid
    assert (a.pgrp, b.pgrp) == (a.pid, b.pid)


def test_umask_gives_the_old_mask() -> None:
    _, a = booted()

    assert [a.call("umask", mask).ret for mask in (0o177077, 0)] == [0o022, 0o077]
