"""Every table of the kernel as plain data: what records, traces and pictures show.

`snapshot` is quick and makes tuples that can be compared; `show` turns one into plain JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernel_model.constants import SIGNAL_NAMES
from kernel_model.ipc import IpcPerm
from kernel_model.messages import MessageQueue

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

PROC = (
    "name",
    "pid",
    "ppid",
    "pgrp",
    "uid",
    "euid",
    "gid",
    "egid",
    "state",
    "wchan",
    "sig",
    "call",
)
PERM = ("key", "uid", "gid", "cuid", "cgid", "mode", "seq")
QUEUE = ("qnum", "cbytes", "qbytes", "lspid", "lrpid", "stime", "rtime", "ctime")
QUEUE_NAMES = {*QUEUE, "first", "last", "next"}  # fields that only queues and messages have
MESSAGE = ("mtype", "size", "text", "spot")


def snapshot(k: Kernel, old: tuple[Any, ...] | None = None) -> tuple[Any, ...]:
    """The tables as nested tuples, in the order of the names above.

    With `old`, an earlier snapshot, only the queues that it has are looked at again.
    """
    entries = k.msgque.entries
    if old is not None:
        used = [entries[queue[0]] for queue in old[1]]
        return old[0], tuple([_queue(q) for q in used]), *old[2:]
    procs = tuple(
        [
            (p.name, p.pid, p.ppid, p.pgrp, p.uid, p.euid, p.gid, p.egid, p.state, p.wchan,
             tuple(sorted(p.sig)) if p.sig else (), p.current.name if p.current else None)
            for p in k.procs.values()
        ]
    )  # fmt: skip
    queues = tuple([_queue(q) for q in entries if q.perm.mode])
    pool = k.msgpool
    return procs, queues, (pool.headers, pool.map.size, tuple(pool.map.free)), k.msgque.size


def _queue(q: MessageQueue) -> tuple[Any, ...]:
    header = (q.qnum, q.cbytes, q.qbytes, q.lspid, q.lrpid, q.stime, q.rtime, q.ctime)
    listed = _messages(q) if q.first is not None or q.last is not None else ()
    return q.slot, _perm(q.perm), header, listed


def _perm(perm: IpcPerm) -> tuple[int, ...]:
    return perm.key, perm.uid, perm.gid, perm.cuid, perm.cgid, perm.mode & 0o777, perm.seq


def _messages(q: MessageQueue) -> tuple[tuple[Any, ...], ...]:
    found: list[tuple[Any, ...]] = []
    message = q.first
    last = None
    while message is not None:
        found.append((message.mtype, len(message.text), message.text, message.spot))
        assert len(found) <= 100_000, f"the list of queue {q.slot} has no end"
        last, message = message, message.next
    if last is not q.last:
        found.append((0, 0, b"", "q.last is not the last message of the list"))
    return tuple(found)


def show(view: tuple[Any, ...]) -> dict[str, Any]:
    """A snapshot as plain JSON: `procs`, `msgque` and `msgpool`."""
    procs, queues, (headers, size, free), modulus = view
    return {
        "procs": [
            dict(zip(PROC, proc, strict=True))
            | {"state": str(proc[8]), "sig": [SIGNAL_NAMES[sig] for sig in proc[10]]}
            for proc in procs
        ],
        "msgque": [
            {"slot": slot, "msqid": perm[6] * modulus + slot}
            | dict(zip(PERM, perm, strict=True))
            | dict(zip(QUEUE, header, strict=True))
            | {"messages": [_message(message) for message in messages]}
            for slot, perm, header, messages in queues
        ],
        "msgpool": {"headers": headers, "segments": size, "free": [list(part) for part in free]},
    }


def _message(message: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(MESSAGE, message, strict=True))
    text = shown["text"]
    shown["text"] = text.decode("latin-1") if isinstance(text, bytes | bytearray) else repr(text)
    return shown
