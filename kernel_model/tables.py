"""Every table of the kernel as plain data: what records, traces and pictures show.

`snapshot` is quick and makes tuples that can be compared; `show` makes plain JSON of one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kernel_model import inode_tables, memory_tables, semaphore_tables, socket_tables
from kernel_model.constants import SIGNAL_NAMES
from kernel_model.inode_tables import look_files
from kernel_model.ipc import IPC_ALLOC
from kernel_model.mark_tables import look_marks, show_marks
from kernel_model.messages import MessageQueue
from kernel_model.mqueue_tables import look_mqueues, show_mqueues
from kernel_model.parts import Part, Parts, Seen, show_all
from kernel_model.pipe_tables import look_pipes, show_pipes
from kernel_model.socket_tables import look_sockets
from kernel_model.tracing import look_tracing, show_tracing

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

PROC = ("name", "pid", "ppid", "pgrp", "uid", "euid", "gid", "egid", "state", "wchan", "pri", "sig",
        "call")  # fmt: skip
PERM = ("key", "uid", "gid", "cuid", "cgid", "mode", "seq")
QUEUE = ("qnum", "cbytes", "qbytes", "lspid", "lrpid", "stime", "rtime", "ctime")
QUEUE_NAMES = {*QUEUE, "first", "last", "next"}  # fields that only queues and messages have
MESSAGE = ("mtype", "size", "text", "spot")
HEAD = ("slot", *PERM, *QUEUE)

# The process table, the message pool, the size of a message queue table, what is made when it is
# first used (MORE), then a tuple a queue
Snapshot = tuple[Any, ...]
View = dict[str, Any]

# Tables made when they are first used: how to look at each (None: not made yet), and its parts. One
# that is a single part has no place but its number here.
MORE: list[tuple[Callable[[Kernel], Any], Parts]] = [
    (memory_tables.look, memory_tables.PARTS),
    (look_files, inode_tables.PARTS),
    (semaphore_tables.look, semaphore_tables.PARTS),
    (look_marks, {(3,): Part((), show_marks)}),
    (look_mqueues, {(4,): Part((), show_mqueues)}),
    (look_pipes, {(5,): Part((), show_pipes)}),
    (look_sockets, socket_tables.PARTS),
    (look_tracing, {(7,): Part((), show_tracing)}),
]
PARTS_OF_MORE = [known for _, known in MORE]
SOCKETS = PARTS_OF_MORE.index(socket_tables.PARTS)


def snapshot(k: Kernel, old: Snapshot | None = None) -> Snapshot:
    """The tables as flat tuples, in the order of the names above; flat, so that they cost little.

    With `old`, an earlier snapshot, only the queues that it has are looked at again.
    """
    entries = k.msgque.entries
    if old is not None:
        return *old[:3], _more(k), *[_queue(entries[queue[0]]) for queue in old[4:]]
    procs: list[Any] = []
    for p in k.procs.values():
        procs += (
            p.name, p.pid, p.ppid, p.pgrp, p.uid, p.euid, p.gid, p.egid, p.state._value_, p.wchan,
            p.pri if p.wchan is not None else None,  # else it is the one of its last sleep
            tuple(sorted(p.sig)) if p.sig else None,
            p.current.name if p.current is not None else None,
        )  # fmt: skip
    pool = k.msgpool
    free: list[int] = []
    for extent in pool.map.free:
        free += extent
    used = [_queue(q) for q in entries if q.perm.mode]
    pool_seen = (pool.headers, pool.map.size, k.limits.MSGSSZ, *free)
    return tuple(procs), pool_seen, k.msgque.size, _more(k), *used


def without_account(view: Snapshot) -> Snapshot:
    """A snapshot without what passed the layers of sockets: that is for pictures."""
    before, more, queues = view[:3], view[3], view[4:]
    if more[SOCKETS] is None:
        return view
    return *before, (*more[:SOCKETS], more[SOCKETS][:1], *more[SOCKETS + 1 :]), *queues


def _more(k: Kernel) -> tuple[Any, ...]:
    return tuple([look_at(k) for look_at, _ in MORE])


def _queue(q: MessageQueue) -> tuple[Any, ...]:
    """A queue in use; of its mode word all but IPC_ALLOC, so that a wrong bit is seen."""
    perm = q.perm
    head = (
        q.slot, perm.key, perm.uid, perm.gid, perm.cuid, perm.cgid, perm.mode ^ IPC_ALLOC, perm.seq,
        q.qnum, q.cbytes, q.qbytes, q.lspid, q.lrpid, q.stime, q.rtime, q.ctime,
    )  # fmt: skip
    if q.first is None and q.last is None:
        return head
    parts: list[Any] = [*head]
    last, message = None, q.first
    while message is not None:
        parts += (message.mtype, len(message.text), message.text, message.spot)
        assert len(parts) <= 400_000, f"the list of queue {q.slot} has no end"
        last, message = message, message.next
    if last is not q.last:
        parts += (0, 0, b"", _last_words(q))
    return tuple(parts)


def _last_words(q: MessageQueue) -> str:
    """How q.last and the list do not agree."""
    if q.first is None:
        return "the list is empty, but q.last is not None"
    if q.last is None:
        return "there are messages on the list, but q.last is None"
    return "q.last is not the last message of the list"


def show(view: Snapshot) -> View:
    """A snapshot as plain JSON: `procs`, `msgque`, `msgpool`, and what was made."""
    shown: View = {}
    for known, seen in parts(view):
        shown |= show_all(seen, known)
    return shown


def parts(view: Snapshot) -> list[tuple[Parts, Seen | None]]:
    """The parts of a snapshot, table by table, and what they are made from: None, if not made."""
    procs, pool, modulus, more, *queues = view
    odd = [(queue, _odd(queue)) for queue in queues]
    first = PARTS, (_rows(procs, len(PROC)), odd, modulus, pool)
    return [first, *zip(PARTS_OF_MORE, more, strict=True)]


def _odd(queue: tuple[Any, ...]) -> list[str]:
    """Texts that are not bytes, as they are shown."""
    if len(queue) == len(HEAD):
        return []
    texts = queue[len(HEAD) + 2 :: len(MESSAGE)]
    return [repr(text) for text in texts if type(text) is not bytes]


def _rows(flat: tuple[Any, ...], width: int) -> list[tuple[Any, ...]]:
    return [flat[at : at + width] for at in range(0, len(flat), width)]


def _pool(pool: tuple[Any, ...]) -> View:
    headers, segments, segment, *free = pool
    return {
        "headers": headers,
        "segments": segments,
        "segment": segment,  # bytes in each
        "free": [list(extent) for extent in _rows(tuple(free), 2)],
    }


def _proc(row: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(PROC, row, strict=True))
    shown["sig"] = [SIGNAL_NAMES.get(sig, f"signal {sig}") for sig in shown["sig"] or ()]
    return shown


def _shown(row: tuple[Any, ...], modulus: int) -> dict[str, Any]:
    queue, _ = row
    head = dict(zip(HEAD, queue, strict=False))
    messages = [_message(row) for row in _rows(queue[len(HEAD) :], len(MESSAGE))]
    return {"msqid": head["seq"] * modulus + head["slot"]} | head | {"messages": messages}


def _message(message: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(MESSAGE, message, strict=True))
    text = shown["text"]
    shown["text"] = text.decode("latin-1") if isinstance(text, bytes | bytearray) else repr(text)
    return shown


PARTS: Parts = {
    ("procs",): Part((0,), _proc, rows=True),
    ("msgque",): Part((1, 2), _shown, rows=True),
    ("msgpool",): Part((3,), _pool),
}
