"""The Linux target: real processes, real calls, and nothing left behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kernel_model.constants import NAMES, O_CREAT, O_RDWR, O_TRUNC
from kernel_model.targets import Outcome, Setup, Skip, Unsupported
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.linux_network import crowded
from kernel_model.targets.linux_world import own_folder
from tests.needs import require

CREATE = NAMES["IPC_CREAT"] | 0o666
NOWAIT = NAMES["IPC_NOWAIT"]
USR1, CHLD = NAMES["SIGUSR1"], NAMES["SIGCHLD"]
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


class World:
    """A scenario under way: `world.a.msgget(key, flags)` is a call of the process A."""

    def __init__(self, target: LinuxTarget) -> None:
        self.target = target

    def __getattr__(self, proc: str) -> "Caller":
        return Caller(self.target, proc.upper())

    def queue(self, flags: int = CREATE) -> int:
        ret = self.a.msgget(self.target.resolve("key", 1), flags)["ret"]
        assert isinstance(ret, int)
        return ret

    def pid(self, name: str) -> int:
        pid = self.target.resolve("pid", name)
        assert isinstance(pid, int)
        return pid


class Caller:
    def __init__(self, target: LinuxTarget, proc: str) -> None:
        self.target, self.proc = target, proc

    def __getattr__(self, call: str) -> Callable[..., Outcome]:
        return lambda *args: self.target.call(self.proc, call, list(args))


Start = Callable[..., World]


@pytest.fixture(scope="module")
def target() -> Iterator[LinuxTarget]:
    target = LinuxTarget()
    yield target
    target.close()


@pytest.fixture
def start(target: LinuxTarget) -> Iterator[Start]:
    def begin(limits: dict[str, int] | None = None, **uids: int) -> World:
        setup = Setup({name.upper(): uid for name, uid in (uids or {"a": 0, "b": 1000}).items()})
        setup.limits = limits or {}
        try:
            target.start(setup)
        except Skip as skip:
            require(False, str(skip))
        return World(target)

    yield begin
    target.close()


def queues_of_this_machine() -> set[str]:
    """The identifiers of the queues there are, those of tests beside this one as well."""
    lines = Path("/proc/sysvipc/msg").read_text().splitlines()[1:]
    return {line.split()[1] for line in lines}


def queues_that_stay(before: set[str]) -> set[str]:
    """New queues that are not gone soon; those of tests beside this one are."""
    left, deadline = queues_of_this_machine() - before, time.monotonic() + 60
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left &= queues_of_this_machine()
    return left


def children(pid: int) -> set[int]:
    try:
        return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:  # it has ended, perhaps while we looked
        return set()


def descendants(pid: int) -> set[int]:
    return children(pid).union(*map(descendants, children(pid)))


@contextmanager
def held(processor: int) -> Iterator[None]:
    """For half a second nobody else gets the processor."""
    holds = f"""
import os, time
os.sched_setaffinity(0, {{{processor}}})
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
print(flush=True)
until = time.monotonic() + 0.5
while time.monotonic() < until:
    pass
"""
    with subprocess.Popen([sys.executable, "-c", holds], stdout=subprocess.PIPE) as other:
        assert other.stdout
        require(other.stdout.readline() == b"\n", "this user cannot hold a processor")
        yield


# Messages


def test_msgget_msgsnd_msgrcv_carry_a_message_from_one_process_to_another(start: Start) -> None:
    w = start()
    q = w.queue()

    assert w.b.msgget(w.target.resolve("key", 1), 0) == {"ret": q}
    assert w.a.msgsnd(q, 2**40, "h\xe9\0llo", 0) == {"ret": 0}
    assert w.b.msgrcv(q, 100, 0, 0) == {"ret": 6, "mtype": 2**40, "data": "h\xe9\0llo"}


@pytest.mark.parametrize(("size", "data"), [(None, "hello"), (2, "he"), (7, "hello\0\0"), (0, "")])
def test_msgsnd_sends_as_many_bytes_as_its_size_says(
    start: Start, size: int | None, data: str
) -> None:
    w = start()
    q = w.queue()

    assert w.a.msgsnd(q, 1, "hello", 0, size) == {"ret": 0}
    assert w.a.msgrcv(q, 100, 0, 0) == {"ret": len(data), "mtype": 1, "data": data}


@pytest.mark.parametrize("size", [-1, 8193, 2**31, 2**63, -(2**63)])
def test_sizes_that_no_message_has_are_refused_by_the_kernel(start: Start, size: int) -> None:
    w = start()

    assert w.a.msgsnd(w.queue(), 1, "hello", 0, size) == {"errno": "EINVAL"}


@pytest.mark.parametrize("size", [-1, -(2**31), -(2**63), 2**63])
def test_msgrcv_refuses_sizes_that_are_negative(start: Start, size: int) -> None:
    w = start()

    assert w.a.msgrcv(w.queue(), size, 0, NOWAIT) == {"errno": "EINVAL"}


def test_msgrcv_takes_any_room_however_large(start: Start) -> None:
    w = start()
    q = w.queue()
    w.a.msgsnd(q, 1, "hello", 0)

    assert w.a.msgrcv(q, 2**63 - 1, 0, 0) == {"ret": 5, "mtype": 1, "data": "hello"}


def test_null_is_the_bad_address_of_every_message_call(start: Start) -> None:
    w = start()
    q = w.queue()
    w.a.msgsnd(q, 1, "lost", 0)

    assert w.a.msgsnd(q, 1, None, 0) == {"errno": "EFAULT"}
    assert w.a.msgrcv(q, 100, 0, 0, None) == {"errno": "EFAULT"}
    assert w.a.msgctl(q, NAMES["IPC_STAT"], None) == {"errno": "EFAULT"}
    assert w.a.msgctl(q, NAMES["IPC_SET"], None) == {"errno": "EFAULT"}
    assert w.a.msgctl(q, NAMES["MSG_INFO"], None) == {"errno": "EFAULT"}
    assert w.a.msgctl(q, NAMES["IPC_RMID"], None) == {"ret": 0}


def test_the_flags_that_only_linux_knows_reach_the_kernel(start: Start) -> None:
    w = start()
    q = w.queue()
    for mtype in (1, 2):
        w.a.msgsnd(q, mtype, "x" * mtype, 0)
    copy = NAMES["MSG_COPY"] | NOWAIT

    assert w.a.msgrcv(q, 10, 1, copy) == {"ret": 2, "mtype": 2, "data": "xx"}
    assert w.a.msgrcv(q, 10, 1, NAMES["MSG_EXCEPT"]) == {"ret": 2, "mtype": 2, "data": "xx"}
    assert w.a.msgrcv(q, 0, 0, NAMES["MSG_NOERROR"]) == {"ret": 0, "mtype": 1, "data": ""}


def test_ipc_stat_tells_every_field(start: Start) -> None:
    w = start()
    q = w.queue()
    w.a.msgsnd(q, 1, "hello", 0)
    reply = w.b.msgctl(q, NAMES["IPC_STAT"])

    fields = reply["fields"]
    assert reply["ret"] == 0
    assert fields.pop("stime") > 0
    assert fields.pop("ctime") > 0
    assert fields == {
        "key": w.target.resolve("key", 1),
        "uid": 0,
        "gid": 0,
        "cuid": 0,
        "cgid": 0,
        "mode": 0o666,
        "flags": [],
        "rtime": 0,
        "cbytes": 5,
        "qnum": 1,
        "qbytes": 16384,
        "lspid": w.pid("A"),
        "lrpid": 0,
    }


def test_ipc_set_changes_only_what_it_names(start: Start) -> None:
    w = start()
    q = w.queue(NAMES["IPC_CREAT"] | 0o640)

    assert w.a.msgctl(q, NAMES["IPC_SET"], {"uid": 1000}) == {"ret": 0}
    assert w.a.msgctl(q, NAMES["IPC_SET"], {"qbytes": 100, "mode": 0o204}) == {"ret": 0}
    fields = w.a.msgctl(q, NAMES["IPC_STAT"])["fields"]
    assert (fields["uid"], fields["gid"], fields["mode"]) == (1000, 0, 0o204)
    assert (fields["cuid"], fields["qbytes"]) == (0, 100)


def test_ipc_set_keeps_what_it_does_not_name_even_for_an_owner_who_may_not_read(
    start: Start,
) -> None:
    w = start(a=1000)
    q = w.queue(NAMES["IPC_CREAT"])

    assert w.a.msgctl(q, NAMES["IPC_STAT"]) == {"errno": "EACCES"}
    assert w.a.msgctl(q, NAMES["IPC_SET"], {"mode": 0o600}) == {"ret": 0}
    fields = w.a.msgctl(q, NAMES["IPC_STAT"])["fields"]
    assert (fields["uid"], fields["gid"], fields["qbytes"]) == (1000, 1000, 16384)


def test_ipc_set_of_no_queue_is_the_kernels_error(start: Start) -> None:
    w = start()

    assert w.a.msgctl(12345, NAMES["IPC_SET"], {"mode": 0}) == {"errno": "EINVAL"}


def test_the_commands_of_linux_tell_of_the_whole_system(start: Start) -> None:
    w = start({"MSGMNI": 7})
    q = w.queue()
    w.a.msgsnd(q, 1, "hello", 0)

    info = w.a.msgctl(0, NAMES["IPC_INFO"])
    assert info["ret"] == 0
    assert info["fields"]["msgmni"] == 7
    assert w.a.msgctl(0, NAMES["MSG_INFO"])["fields"]["msgpool"] == 1
    assert w.b.msgctl(0, NAMES["MSG_STAT"])["ret"] == q
    assert w.b.msgctl(0, NAMES["MSG_STAT_ANY"])["fields"]["qnum"] == 1
    assert w.b.msgctl(q, 99) == {"errno": "EINVAL"}


# Sleeping


def test_a_receiver_sleeps_until_its_message_comes(start: Start) -> None:
    w = start()
    q = w.queue()

    assert w.b.msgrcv(q, 10, 3, 0) == {"blocks": True}
    w.a.msgsnd(q, 2, "other", 0)
    assert w.target.asleep("B")
    assert w.target.finished("B") is None
    assert w.target.state("B") == "asleep"
    w.a.msgsnd(q, 3, "mine", 0)
    assert not w.target.asleep("B")
    assert w.target.finished("B") == {"ret": 4, "mtype": 3, "data": "mine"}
    assert w.target.state("B") == "runs"


def test_a_sender_sleeps_until_there_is_room(start: Start) -> None:
    w = start({"MSGMNB": 8})
    q = w.queue()
    w.a.msgsnd(q, 1, "12345678", 0)

    assert w.b.msgsnd(q, 1, "9", 0) == {"blocks": True}
    w.a.msgrcv(q, 10, 0, 0)
    assert w.target.finished("B") == {"ret": 0}


def test_removal_wakes_a_sleeper_with_eidrm(start: Start) -> None:
    w = start()
    q = w.queue()
    w.b.msgrcv(q, 10, 0, 0)

    assert w.a.msgctl(q, NAMES["IPC_RMID"]) == {"ret": 0}
    assert w.target.finished("B") == {"errno": "EIDRM"}


def test_a_caught_signal_wakes_a_sleeper_with_eintr_and_is_counted(start: Start) -> None:
    w = start()
    q = w.queue()
    w.b.signal(USR1, "catch_restart")
    w.b.msgrcv(q, 10, 0, 0)
    w.a.kill(w.pid("B"), USR1)

    assert w.target.finished("B") == {"errno": "EINTR"}
    assert w.b.sigcount(USR1) == {"ret": 1}


def test_a_sleeper_dies_of_a_signal(start: Start) -> None:
    w = start()
    w.b.msgrcv(w.queue(), 10, 0, 0)
    w.a.kill(w.pid("B"), NAMES["SIGTERM"])

    assert w.target.state("B") == "ended"
    assert w.target.ended("B") == {"signaled": "SIGTERM"}
    assert w.target.finished("B") == {"ends": {"signaled": "SIGTERM"}}


def test_a_stopped_sleeper_is_asleep_and_goes_on_after_sigcont(start: Start) -> None:
    w = start()
    q = w.queue()
    w.b.msgrcv(q, 10, 0, 0)
    w.a.kill(w.pid("B"), NAMES["SIGSTOP"])

    assert w.target.state("B") == "stopped"
    assert w.target.asleep("B")
    w.a.msgsnd(q, 1, "x", 0)
    assert w.target.state("B") == "stopped"
    w.a.kill(w.pid("B"), NAMES["SIGCONT"])
    assert w.target.finished("B") == {"ret": 1, "mtype": 1, "data": "x"}


def test_a_process_that_stops_itself_blocks_in_the_call(start: Start) -> None:
    w = start()

    assert w.b.kill(w.pid("B"), NAMES["SIGSTOP"]) == {"blocks": True}
    assert w.target.state("B") == "stopped"
    w.a.kill(w.pid("B"), NAMES["SIGCONT"])
    assert w.target.finished("B") == {"ret": 0}


def test_who_waits_for_one_who_waits_for_a_processor_is_not_asleep(start: Start) -> None:
    mine, *others = sorted(os.sched_getaffinity(0))
    require(bool(others), "there is one processor only")
    w = start(a=0)
    ends = w.a.socketpair(NAMES["AF_UNIX"], NAMES["SOCK_STREAM"], 0)
    w.a.fork("B")
    assert w.b.send(ends["0"], "x" * 1_000_000, 0) == {"blocks": True}
    os.sched_setaffinity(w.target._process("A").outer, others)
    os.sched_setaffinity(w.target._process("B").outer, {mine})

    with held(mine):
        received = w.a.recv(ends["1"], 1_000_000, NAMES["MSG_WAITALL"])

    assert received["ret"] == 1_000_000


# Processes


def test_a_child_made_by_fork_makes_calls_of_its_own_and_is_waited_for(start: Start) -> None:
    w = start()
    child = w.b.fork("C")["ret"]

    assert w.c.getpid() == {"ret": child}
    assert w.b.waitpid(child, NAMES["WNOHANG"]) == {"ret": 0}
    assert w.b.wait() == {"blocks": True}
    assert w.c.exit(259) == {"ends": {"exited": 3}}
    assert w.target.finished("B") == {"ret": child, "status": {"exited": 3}}
    assert w.b.wait() == {"errno": "ECHILD"}
    assert w.target.ended("C") == {"exited": 3}


def test_the_end_of_a_process_is_seen_without_taking_its_zombie_away(start: Start) -> None:
    w = start()
    child = w.a.fork("C")["ret"]
    w.a.kill(child, NAMES["SIGQUIT"])

    assert w.target.ended("C") == {"signaled": "SIGQUIT"}
    assert w.a.kill(child, 0) == {"ret": 0}
    assert w.a.wait() == {"ret": child, "status": {"signaled": "SIGQUIT"}}
    assert w.target.ended("C") == {"signaled": "SIGQUIT"}
    assert w.a.kill(child, 0) == {"errno": "ESRCH"}


def test_a_parent_that_ignores_sigchld_leaves_no_zombie_and_the_end_is_still_known(
    start: Start,
) -> None:
    w = start()
    w.a.signal(CHLD, "SIG_IGN")
    child = w.a.fork("C")["ret"]
    w.c.exit(5)

    assert w.a.kill(child, 0) == {"errno": "ESRCH"}
    assert w.a.wait() == {"errno": "ECHILD"}
    assert w.target.ended("C") == {"exited": 5}


def test_an_orphan_is_reaped_when_it_ends(start: Start) -> None:
    w = start()
    w.b.fork("C")
    orphan = w.c.fork("D")["ret"]
    w.c.exit(0)
    w.d.exit(4)

    assert w.target.ended("D") == {"exited": 4}
    assert w.a.kill(orphan, 0) == {"errno": "ESRCH"}


def test_a_traced_process_that_has_ended_rests_until_its_tracer_waits(start: Start) -> None:
    w = start()
    traced = w.target.resolve("pid", "B")
    w.a.ptrace(NAMES["PTRACE_ATTACH"], traced, 0, 0)
    w.a.waitpid(traced, 0)
    w.a.kill(traced, NAMES["SIGKILL"])
    ended = w.target.ended("B")
    b, init = w.target._processes["B"], w.target._init
    assert init

    assert ended == {"signaled": "SIGKILL"}
    assert b.rests(init.sender, {w.target._processes["A"].outer})
    assert not b.rests(init.sender, set())  # a tracer under way may be about to wait
    assert w.a.waitpid(traced, 0) == {"ret": traced, "status": ended}
    assert b.rests(init.sender, set())


def test_stopped_and_continued_children_are_reported_when_asked_for(start: Start) -> None:
    w = start()
    child = w.a.fork("C")["ret"]
    flags = NAMES["WUNTRACED"] | NAMES["WCONTINUED"]

    w.a.kill(child, NAMES["SIGSTOP"])
    assert w.a.waitpid(child, flags) == {"ret": child, "status": {"stopped": "SIGSTOP"}}
    w.a.kill(child, NAMES["SIGCONT"])
    assert w.a.waitpid(child, flags) == {"ret": child, "status": {"continued": True}}


def test_exec_replaces_the_image(start: Start) -> None:
    w = start()
    child = w.a.fork("C")["ret"]
    w.a.fork("D")

    assert w.c.exec({"exit": 7}) == {"execs": True}
    assert w.a.waitpid(child, 0) == {"ret": child, "status": {"exited": 7}}
    assert w.target.ended("C") == {"exited": 7}
    assert w.d.exec({"sleep": 1}) == {"execs": True}
    assert w.target.state("D") == "runs"
    w.a.kill(w.pid("D"), NAMES["SIGTERM"])
    assert w.target.ended("D") == {"signaled": "SIGTERM"}
    with pytest.raises(ValueError, match="image was replaced"):
        w.d.getpid()


def test_every_process_starts_as_its_user_without_rights_beyond_it(start: Start) -> None:
    w = start()
    private = w.queue(NAMES["IPC_CREAT"] | 0o600)

    assert w.b.msgget(w.target.resolve("key", 1), 0o600) == {"errno": "EACCES"}
    assert w.b.msgctl(private, NAMES["IPC_RMID"]) == {"errno": "EPERM"}
    assert w.b.kill(w.pid("A"), 0) == {"errno": "EPERM"}
    assert w.b.setuid(0) == {"errno": "EPERM"}
    assert w.b.umask(0) == {"ret": 0o022}
    assert w.b.setpgrp() == {"ret": 0}
    assert w.a.setresuid(-1, 1000, 0) == {"ret": 0}
    assert w.a.msgget(w.target.resolve("key", 2), CREATE)["ret"] > 0


def test_a_user_cannot_signal_itself_out_of_its_group(start: Start) -> None:
    w = start(a=1000, b=1000, c=1000)
    w.a.fork("D")

    assert w.a.kill(0, NAMES["SIGTERM"]) == {"ends": {"signaled": "SIGTERM"}}
    assert w.target.ended("D") == {"signaled": "SIGTERM"}
    assert w.target.state("B") == "runs"


# Signals


def test_signal_tells_the_action_before(start: Start) -> None:
    w = start()
    words = ["catch", "catch_restart", "catch_once", "SIG_IGN", "SIG_DFL", "catch"]

    told = [w.a.signal(USR1, word)["prev"] for word in words]
    assert told == ["SIG_DFL", *words[:-1]]
    assert w.a.signal(NAMES["SIGKILL"], "catch") == {"errno": "EINVAL"}
    assert w.a.signal(0, "SIG_DFL") == {"errno": "EINVAL"}


def test_every_run_of_a_handler_is_counted_also_while_nothing_is_called(start: Start) -> None:
    w = start()
    w.b.signal(USR1, "catch")
    for _ in range(3):
        w.a.kill(w.pid("B"), USR1)
    w.b.fork("C")
    w.a.kill(w.pid("C"), USR1)

    assert w.b.sigcount(USR1) == {"ret": 3}
    assert w.c.sigcount(USR1) == {"ret": 4}


def test_catch_once_catches_once(start: Start) -> None:
    w = start()
    w.b.signal(USR1, "catch_once")

    w.a.kill(w.pid("B"), USR1)
    assert w.b.sigcount(USR1) == {"ret": 1}
    w.a.kill(w.pid("B"), USR1)
    assert w.target.ended("B") == {"signaled": "SIGUSR1"}


def test_wait_is_restarted_only_after_a_handler_that_asks_for_it(start: Start) -> None:
    w = start()
    for name, word in (("C", "catch"), ("D", "catch_restart")):
        w.a.fork(name)
        parent = getattr(w, name.lower())
        parent.signal(USR1, word)
        parent.fork(f"{name}1")
        parent.wait()
        w.a.kill(w.pid(name), USR1)

    assert w.target.finished("C") == {"errno": "EINTR"}
    assert w.target.asleep("D")
    w.a.kill(w.pid("D1"), NAMES["SIGKILL"])
    assert w.target.finished("D") == {"ret": w.pid("D1"), "status": {"signaled": "SIGKILL"}}
    assert w.d.sigcount(USR1) == {"ret": 1}


def test_a_blocked_signal_is_pending_until_it_is_let_in(start: Start) -> None:
    w = start()
    w.b.signal(USR1, "catch")
    assert w.b.sigprocmask(NAMES["SIG_BLOCK"], [USR1]) == {"ret": 0, "set": []}
    w.a.kill(w.pid("B"), USR1)

    assert w.b.sigpending() == {"ret": 0, "set": ["SIGUSR1"]}
    assert w.b.sigcount(USR1) == {"ret": 0}
    assert w.b.sigsuspend([]) == {"errno": "EINTR"}
    assert w.b.sigcount(USR1) == {"ret": 1}
    assert w.b.sigprocmask(NAMES["SIG_UNBLOCK"], [USR1]) == {"ret": 0, "set": ["SIGUSR1"]}
    assert w.b.sigprocmask(99, []) == {"errno": "EINVAL"}


def test_pause_and_sigsuspend_sleep_until_a_signal_is_caught(start: Start) -> None:
    w = start()
    w.b.signal(USR1, "catch")

    assert w.b.pause() == {"blocks": True}
    w.a.kill(w.pid("B"), CHLD)
    assert w.target.asleep("B")
    w.a.kill(w.pid("B"), USR1)
    assert w.target.finished("B") == {"errno": "EINTR"}
    assert w.b.sigsuspend([CHLD]) == {"blocks": True}


def test_a_signal_to_everyone_stays_within_the_scenario(start: Start) -> None:
    w = start(a=0, b=1000, c=0)
    require(w.target.isolation == "namespace", "no private process ids on this machine")

    assert w.a.kill(-1, NAMES["SIGKILL"]) == {"ret": 0}
    assert [w.target.state(name) for name in "ABC"] == ["runs", "ended", "ended"]


# The world of a scenario


def test_limits_are_in_force_within_the_scenario_only(start: Start) -> None:
    before = Path("/proc/sys/kernel/msgmax").read_text()
    w = start({"MSGMAX": 4, "MSGMNB": 6, "MSGMNI": 1, "MSGTQL": 1, "SEMMSL": 3, "SHMMNI": 2})
    q = w.queue()
    found = w.target.constants()

    assert w.a.msgsnd(q, 1, "12345", 0) == {"errno": "EINVAL"}
    assert w.a.msgsnd(q, 1, "1234", 0) == {"ret": 0}
    assert w.a.msgsnd(q, 1, "123", NOWAIT) == {"errno": "EAGAIN"}
    assert w.a.msgget(0, CREATE) == {"errno": "ENOSPC"}
    assert [found[name] for name in ("MSGMAX", "MSGMNB", "MSGMNI", "SEMMSL", "SHMMNI")] == [
        *(4, 6, 1, 3, 2)
    ]
    assert Path("/proc/sys/kernel/msgmax").read_text() == before


def test_limits_that_the_machine_refuses_skip_the_scenario(target: LinuxTarget) -> None:
    with pytest.raises(Skip, match="MSGMNI be -5"):
        target.start(Setup({"A": os.geteuid()}, {}, {"MSGMNI": -5}))


def test_each_start_is_a_fresh_machine(start: Start) -> None:
    first = start()
    first.a.msgget(77, CREATE)
    second = start()

    assert second.a.msgget(77, 0) == {"errno": "ENOENT"}
    with pytest.raises(ValueError, match="no process C"):
        second.c.getpid()


def test_keys_are_fresh_and_distinct(start: Start) -> None:
    w = start()
    keys = [w.target.resolve("key", n) for n in (1, 2, 1)]

    assert keys[0] == keys[2] != keys[1]
    assert 0 not in keys


class Owner:
    """Whose folder it is."""


def test_a_folder_goes_whose_process_was_killed_and_one_in_use_stays() -> None:
    making = (
        "import os, signal; from kernel_model.targets.linux_world import own_folder; "
        "print(own_folder(own_folder), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", making], stdout=subprocess.PIPE, text=True)
    left = Path(killed.stdout.strip())
    named = Path(f"/dev/shm/sem.{left.name}.one")
    (left / "file").write_bytes(b"left")
    named.write_bytes(b"")
    mine, next_one = Owner(), Owner()
    folder = Path(own_folder(mine))
    other = Path(own_folder(next_one))

    assert [path.exists() for path in (left, named, folder, other)] == [False, False, True, True]
    del mine, next_one
    assert [path.exists() for path in (folder, other)] == [False, False]


@pytest.mark.parametrize("call", ["open", "unlink", "stat", "shm_open", "shm_unlink"])
def test_no_call_reaches_a_file_outside_the_scenarios_own_folder(
    start: Start, tmp_path: Path, call: str
) -> None:
    w = start()
    there = tmp_path / "precious"
    there.write_text("precious")
    inside = w.target.resolve("path", "f")
    for path in (str(there), "precious", f"{inside}/../{there}", "/dev/shm/x"):
        more = [O_RDWR | O_TRUNC] if call.endswith("open") else []
        assert "unsupported" in getattr(w.a, call)(path, *more)
    assert there.read_text() == "precious"


def test_the_folder_of_a_scenario_goes_with_it(start: Start) -> None:
    w = start()
    path = w.target.resolve("path", "f")
    assert "ret" in w.a.open(path, O_RDWR | O_CREAT, 0o600)
    assert Path(path).exists()
    w.target.close()
    assert not Path(path).parent.exists()


def test_the_folder_of_a_scenario_goes_with_the_process_that_forgot_to_close_it() -> None:
    code = (
        "from kernel_model.targets.linux import LinuxTarget; target = LinuxTarget();"
        "print(target.resolve('path', 'f'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not Path(done.stdout.strip()).parent.exists()


def test_calls_that_are_not_known_are_unsupported(start: Start) -> None:
    w = start()

    assert "unsupported" in w.a.attachreg(0)
    with pytest.raises(Unsupported):
        w.target.resolve("port", "f")
    with pytest.raises(ValueError, match="cannot call getpid"):
        w.a.getpid(1, 2)
    assert w.a.getpid() == {"ret": w.pid("A")}


def test_two_targets_do_not_meet(start: Start) -> None:
    w = start()
    with_other = LinuxTarget()
    with_other.start(Setup({"A": 0}))
    other = World(with_other)
    w.a.msgget(77, CREATE)

    assert other.a.msgget(77, 0) == {"errno": "ENOENT"}
    assert w.b.msgrcv(w.queue(), 1, 0, 0) == {"blocks": True}
    with_other.close()
    assert w.target.asleep("B")


def test_nothing_is_left_when_a_scenario_is_closed_in_the_middle(start: Start) -> None:
    before = queues_of_this_machine()
    start().target.close()
    others = descendants(os.getpid())
    w = start()
    w.b.msgrcv(w.queue(), 10, 0, 0)
    w.a.fork("C")
    w.c.kill(w.pid("C"), NAMES["SIGSTOP"])
    ours = descendants(os.getpid()) - others
    w.target.close()
    w.target.close()

    assert len(ours) == 5  # one that outlives the first process of the world, it, A, B and C
    assert all(gone_soon(pid) for pid in ours)
    assert queues_that_stay(before) == set()


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:  # it has ended, perhaps while we looked
        return False


DRIVER = """
import os, signal, sys
sys.path.insert(0, {root!r})
from kernel_model.targets import Setup
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.linux_network import crowded
from kernel_model.targets.linux_world import own_folder
target = LinuxTarget({isolation!r})
target.start(Setup({{"A": {uid}, "B": {uid}}}))
q = target.call("A", "msgget", [target.resolve("key", 1), 0o1666])["ret"]
assert target.call("B", "msgrcv", [q, 10, 0, 0]) == {{"blocks": True}}
target.call("A", "fork", ["C"])
target.call("A", "kill", [target.resolve("pid", "C"), signal.SIGSTOP])
assert target.state("C") == "stopped"
assert target.call("A", "msgsnd", [q, 1, "x", 0]) == {{"ret": 0}}
assert target.finished("B")["data"] == "x"
assert target.call("A", "kill", [1, 9]).keys() <= {{"unsupported", "ret", "errno"}}
print(target.isolation, *(p.outer for p in target._processes.values()), flush=True)
{end}
"""


def driven(root: str, isolation: str, uid: int, end: str, **options: Any) -> list[str]:
    """What a driver in a process of its own prints: the isolation, and ids of its processes."""
    code = DRIVER.format(root=root, isolation=isolation, uid=uid, end=end)
    done = subprocess.run(
        [options.pop("python", sys.executable), "-I", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )
    assert (done.returncode, done.stderr) in ((0, ""), (-9, "")), done.stderr
    return str(done.stdout).split()


def gone_soon(pid: int) -> bool:
    deadline = time.monotonic() + 60
    while running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not running(pid)


@pytest.mark.parametrize("isolation", ["namespace", "user", "host"])
def test_nothing_outlives_a_driver_that_is_killed(isolation: str) -> None:
    require(ROOT, "only root can choose among all kinds of isolation")
    root = str(Path(__file__).parents[1])
    before = queues_of_this_machine()
    found, *pids = driven(root, isolation, 0, "os.kill(os.getpid(), signal.SIGKILL)")

    assert found == isolation
    assert all(gone_soon(int(pid)) for pid in pids)
    assert queues_that_stay(before) == set()


@pytest.fixture
def public_copy() -> Iterator[str]:
    """A copy of the kernel that every user of the machine can read."""
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, 0o755)
        kernel = Path(__file__).parents[1] / "kernel_model"
        compiled = shutil.ignore_patterns("__pycache__")  # tests beside this one write there
        shutil.copytree(kernel, f"{root}/kernel_model", ignore=compiled)
        yield root


@pytest.fixture
def stranger() -> dict[str, Any]:
    """How to run Python as a user without rights, who may not be able to read this Python."""
    require(ROOT, "only root can become a user without rights")
    options: dict[str, Any] = {"user": 1234, "group": 1234, "extra_groups": [], "cwd": "/"}
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        with suppress(OSError):
            test = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
            if subprocess.run(test, check=False, **options).returncode == 0:
                return {"python": python, **options}
    require(False, "no Python 3.11 that every user may run")
    return {}


@pytest.mark.parametrize(("isolation", "uid"), [("user", 0), ("user", 7), ("host", 1234)])
def test_a_user_without_rights_can_run_scenarios_of_one_user(
    public_copy: str, stranger: dict[str, Any], isolation: str, uid: int
) -> None:
    before = queues_of_this_machine()
    found, *pids = driven(public_copy, isolation, uid, "target.close()", **stranger)

    assert found == isolation
    assert not any(running(int(pid)) for pid in pids)
    assert queues_that_stay(before) == set()


def test_a_user_without_rights_is_told_what_needs_root(
    public_copy: str, stranger: dict[str, Any]
) -> None:
    end = """
from kernel_model.targets import Skip
for uids in ({"A": 0, "B": 1}, {"A": 5}):
    try:
        LinuxTarget("host").start(Setup(uids))
    except Skip as skip:
        print(str(skip).replace(" ", "_"))
"""
    *_, several, another = driven(public_copy, "host", 1234, end, **stranger)

    assert several.startswith("processes_of_the_users_[0,_1]_need_root")
    assert another.startswith("processes_of_the_users_[5]_need_root")


def test_a_holder_that_died_is_replaced(start: Start) -> None:
    start()
    for pid in children(os.getpid()):
        if b"linux_holder" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)

    assert start().a.getpid()["ret"] > 0


def test_without_a_network_of_its_own_a_scenario_names_sockets_by_path_only() -> None:
    names = ["@x", "127.0.0.1:5000", "/dev/shm/scenario/x", ""]

    refused = [crowded(call, [3, name], False) for call in ("bind", "connect") for name in names]

    assert [bool(one) for one in refused] == [True, True, False, False] * 2
    assert not any(crowded("bind", [3, name], True) for name in names)


def test_no_socket_is_bound_or_sought_outside_the_scenarios_own_folder(start: Start) -> None:
    w = start()
    made = w.a.socket(1, 2, 0)["ret"]

    told = [
        w.a.bind(made, "/tmp/x"), w.a.connect(made, "/run/x"), w.a.sendto(made, "x", 0, "/tmp/x")
    ]  # fmt: skip

    assert all("would leave the scenario's folder" in one["unsupported"] for one in told)
