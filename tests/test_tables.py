"""What the view of the tables shows (kernel_model/tables.py)."""

import pytest

from kernel_model import IPC_ALLOC, IPC_CREAT, PMSG, Kernel
from kernel_model.tables import show, snapshot


@pytest.mark.parametrize(
    ("mode", "shown"),
    [(IPC_ALLOC | 0o640, 0o640), (IPC_ALLOC | 0o1640, 0o1640), (0o640, IPC_ALLOC | 0o640)],
)
def test_a_bit_that_a_mode_word_must_not_have_or_must_have_is_seen(mode: int, shown: int) -> None:
    k = Kernel("classic")
    k.spawn("A").call("msgget", 1, IPC_CREAT | 0o640)
    k.msgque.entries[0].perm.mode = mode

    (queue,) = show(snapshot(k))["msgque"]

    assert queue["mode"] == shown


def test_the_priority_of_a_process_is_shown_while_it_sleeps() -> None:
    k = Kernel("classic")
    a, b = k.spawn("A"), k.spawn("B")
    q = a.call("msgget", 1, IPC_CREAT | 0o600).ret
    b.call("msgrcv", q, 10, 0, 0)
    asleep = [proc["pri"] for proc in show(snapshot(k))["procs"]]
    a.call("msgsnd", q, 1, "x")
    awake = [proc["pri"] for proc in show(snapshot(k))["procs"]]

    assert (asleep, awake) == ([None, PMSG], [None, None])
