"""Runs and views that the tests of the pictures and of the player share."""

import xml.etree.ElementTree as ET
from itertools import pairwise
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


def touching(picture: str) -> list[tuple[str, str]]:
    """Texts of one line that are written over each other, by the widths that their type has."""
    return [
        (one, other)
        for (y, _, end, one), (below, start, _, other) in pairwise(spans(picture))
        if y == below and end + 4 > start
    ]


def spans(picture: str) -> list[tuple[float, float, float, str]]:
    """Line, left and right end of every text."""
    found = []
    for one in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text"):
        told, kind = "".join(one.itertext()), str(one.get("class")).split()
        wide = len(told) * (7.8 if "label" in kind else 9.2)
        x = float(str(one.get("x")))
        left = x - wide if "end" in kind else x
        found.append((float(str(one.get("y"))), left, left + wide, told))
    return sorted(found)
