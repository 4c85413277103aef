"""Runs and views that the tests of the pictures and of the player share."""

from typing import Any

from kernel_model import IPC_CREAT, IPC_RMID, Kernel
from kernel_model.view import view_of

CONVERSATION = [
    "q = A.msgget(1, IPC_CREAT | 0o666)",
    "B.msgrcv(q, 100, 2)",
    "C.msgrcv(q, 100, 0)",
    "A.msgsnd(q, 1, 'one')",
    "A.msgsnd(q, 2, 'two')",
    "A.msgrcv(q, 100, 0, IPC_NOWAIT)",
    "A.msgctl(q, IPC_RMID)",
]
USERS = {"B": 1000, "C": 1001}


def busy(messages: int = 3) -> dict[str, Any]:
    """A view with a removed queue, a queue of some messages, and two sleepers on another."""
    k = Kernel()
    a, b, c = k.spawn("A"), k.spawn("B", 1000), k.spawn("server", 1001)
    removed = a.call("msgget", 7, IPC_CREAT | 0o600).ret
    a.call("msgctl", removed, IPC_RMID)
    q = a.call("msgget", 7, IPC_CREAT | 0o640).ret
    for n in range(messages):
        a.call("msgsnd", q, n + 1, b"hello" * (n + 1))
    other = a.call("msgget", 9, IPC_CREAT | 0o666).ret
    b.call("msgrcv", other, 100, 5)
    c.call("msgrcv", other, 100, 9)
    return view_of(k)
