"""The sender hands a message over on Linux (kernel_model/linux/receivers.py), as the real one."""

from pathlib import Path
from typing import Any

import pytest

from kernel_model import IPC_CREAT, MSG_NOERROR, Kernel
from kernel_model.constants import SIGNALS
from kernel_model.messages import msgrcv
from kernel_model.process import Call
from kernel_model.targets import Setup, Skip
from kernel_model.targets.linux import LinuxTarget
from tests.needs import require

SIGUSR1 = SIGNALS["SIGUSR1"]


def asleep(personality: str, *wishes: tuple[int, ...]) -> tuple[Kernel, int, list[Call]]:
    """A kernel in which B, C, ... sleep in msgrcv with these sizes, types and flags."""
    k = Kernel(personality)
    q = k.spawn("A").call("msgget", 1, IPC_CREAT | 0o666).ret
    names = "BCD"[: len(wishes)]
    asked = zip(names, wishes, strict=True)
    return k, q, [k.spawn(name).call("msgrcv", q, *wish) for name, wish in asked]


def woken(k: Kernel) -> list[str]:
    """Who was woken while the trace ran."""
    assert k.trace is not None
    return [event.text for event in k.trace.events if event.kind == "wakeup"]


@pytest.mark.parametrize(
    ("personality", "told"),
    [("classic", ["A wakes B, asleep on msgque[0].arrival"]), ("linux", [])],
)
def test_linux_leaves_asleep_whom_the_message_does_not_fit(personality: str, told: Any) -> None:
    k, q, (his,) = asleep(personality, (10, 2))
    k.start_trace()
    k.proc("A").call("msgsnd", q, 1, b"no")
    before = woken(k)
    k.proc("A").call("msgsnd", q, 2, b"yes")

    assert (before, his.ret, his.out) == (told, 3, {"mtype": 2, "data": b"yes"})
    assert len(woken(k)) == len(told) + 1


def test_linux_wakes_only_the_first_that_fits_and_the_message_is_never_on_the_list() -> None:
    k, q, (b, c, d) = asleep("linux", (10, 2), (10, -3), (10, 0))
    k.start_trace()
    k.proc("A").call("msgsnd", q, 3, b"mine")

    assert (b.state, c.out, d.state) == ("asleep", {"mtype": 3, "data": b"mine"}, "asleep")
    assert woken(k) == ["A wakes C, asleep on msgque[0].arrival"]
    assert k.trace is not None
    assert not [e for e in k.trace.to_json()["events"] if e["view"]["msgque"][0]["messages"]]
    entry = k.msgque.entries[0]
    assert (entry.qnum, entry.lrpid, entry.rtime, k.msgpool.headers) == (0, c.proc.pid, k.time, 0)


def test_a_receiver_with_too_little_room_on_the_way_wakes_with_e2big() -> None:
    k, q, (b, c) = asleep("linux", (2, 0), (2, 0, MSG_NOERROR))
    k.proc("A").call("msgsnd", q, 1, b"long")

    assert (str(b.error), c.ret) == ("E2BIG: 4 bytes do not fit in 2", 2)


def test_what_was_handed_over_beats_a_signal_that_comes_before_the_receiver_runs() -> None:
    k, q, (his,) = asleep("linux", (10, 0))
    his.proc.actions[SIGUSR1], his.proc.flags[SIGUSR1] = "catch", 0

    async def sender(u: Any) -> None:
        await u.msgsnd(q, 1, b"first")
        await u.kill(his.proc.pid, SIGUSR1)

    k.spawn("S", main=sender)
    k.run()

    assert (his.ret, his.out["data"], his.proc.caught) == (5, b"first", {SIGUSR1: 1})


def test_a_receiver_that_a_signal_took_out_of_the_line_is_handed_nothing() -> None:
    k, q, (his,) = asleep("linux", (10, 0))
    his.proc.actions[SIGUSR1], his.proc.flags[SIGUSR1] = "catch", 0
    k.proc("A").call("kill", his.proc.pid, SIGUSR1)
    k.proc("A").call("msgsnd", q, 1, b"late")

    assert "EINTR" in str(his.error)
    assert k.msgque.entries[0].qnum == 1


def test_a_msgrcv_of_one_s_own_on_linux_is_still_woken() -> None:
    k = Kernel("linux")
    k.install(msgrcv)
    a, b = k.spawn("A"), k.spawn("B")
    q = a.call("msgget", 1, IPC_CREAT | 0o666).ret
    his = b.call("msgrcv", q, 10, 0)
    a.call("msgsnd", q, 1, b"mine")

    assert his.ret == 4


def test_the_real_kernel_does_not_wake_whom_the_message_does_not_fit() -> None:
    target = LinuxTarget()
    try:
        target.start(Setup({"A": 0, "B": 0}))
    except Skip as skip:
        require(False, str(skip))
    status = Path(f"/proc/{target._process('B').outer}/status")

    def gave_up() -> int:
        """How often B gave the processor away of its own accord: once a sleep."""
        told = dict(line.split(":\t") for line in status.read_text().splitlines() if ":\t" in line)
        return int(told["voluntary_ctxt_switches"])

    try:
        q = target.call("A", "msgget", [target.resolve("key", 1), IPC_CREAT | 0o666])["ret"]
        slept = [target.call("B", "msgrcv", [q, 10, 2, 0]), gave_up()]
        target.call("A", "msgsnd", [q, 1, "no", 0])
        after_wrong = target.asleep("B"), gave_up()
        target.call("A", "msgsnd", [q, 2, "yes", 0])
        came = target.finished("B")
        after_right = gave_up()
    finally:
        target.close()

    assert (slept[0], after_wrong) == ({"blocks": True}, (True, slept[1]))
    assert came is not None
    assert (came["data"], after_right > slept[1]) == ("yes", True)
