"""Every table of the kernel as plain data: what records, traces and pictures show.

`snapshot` is quick and makes tuples that can be compared; `show` makes plain JSON of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from kernel_model import memory_tables
from kernel_model.constants import SIGNAL_NAMES
from kernel_model.inode_tables import look_files, show_files
from kernel_model.ipc import IPC_ALLOC
from kernel_model.mark_tables import look_marks, show_marks
from kernel_model.messages import MessageQueue
from kernel_model.mqueue_tables import look_mqueues, show_mqueues
from kernel_model.pipe_tables import look_pipes, show_pipes
from kernel_model.semaphore_tables import look as look_at_semaphores
from kernel_model.semaphore_tables import show_semaphores
from kernel_model.socket_tables import look_sockets, show_sockets
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
Place = tuple[Any, ...]  # of a part of the JSON: the keys that lead to it
View = dict[str, Any]

# Tables made when they are first used: how to look at each (None: not made yet), and to show it
MORE: list[tuple[Callable[[Kernel], Any], Callable[[Any], dict[str, Any]]]] = [
    (memory_tables.look, memory_tables.show_memory),  # the first: its parts are known one by one
    (look_files, show_files),
    (look_at_semaphores, show_semaphores),
    (look_marks, show_marks),
    (look_mqueues, show_mqueues),
    (look_pipes, show_pipes),
    (look_sockets, show_sockets),
    (look_tracing, show_tracing),
]


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
            frozenset(p.sig) if p.sig else None, p.current.name if p.current is not None else None,
        )  # fmt: skip
    pool = k.msgpool
    free: list[int] = []
    for extent in pool.map.free:
        free += extent
    used = [_queue(q) for q in entries if q.perm.mode]
    pool_seen = (pool.headers, pool.map.size, k.limits.MSGSSZ, *free)
    return tuple(procs), pool_seen, k.msgque.size, _more(k), *used


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


def show(view: Snapshot) -> dict[str, Any]:
    """A snapshot as plain JSON: `procs`, `msgque`, `msgpool`, and what show_memory says."""
    procs, pool, modulus, more, *queues = view
    shown = {
        "procs": [_proc(proc) for proc in _rows(procs, len(PROC))],
        "msgque": [_shown(queue, modulus) for queue in queues],
        "msgpool": _pool(pool),
    }
    for (_, show_it), seen in zip(MORE, more, strict=True):
        shown |= show_it(seen)
    return shown


def parts(view: Snapshot) -> dict[Place, Any]:
    """What each part of the JSON of a snapshot is made from, by its place there.

    A table of MORE is one part, but for those of memory, most of which stay the same in most calls.
    """
    procs, pool, modulus, more, *queues = view
    texts = [text for queue in queues for text in queue[len(HEAD) + 2 :: len(MESSAGE)]]
    odd = [repr(text) for text in texts if type(text) is not bytes]  # as they are shown
    found: dict[Place, Any] = {("procs",): procs, ("msgpool",): pool}
    found["msgque",] = modulus, queues, odd
    for number, seen in enumerate(more):
        if seen is not None:
            found.update(memory_tables.parts(seen) if number == 0 else {(number,): seen})
    return found


def show_parts(view: Snapshot, places: Sequence[Place]) -> View:
    """The parts at these places as `show` has them, and nothing else."""
    procs, pool, modulus, more, *queues = view
    shown: View = {}
    for place in places:
        match place:
            case ("procs",):
                shown["procs"] = [_proc(proc) for proc in _rows(procs, len(PROC))]
            case ("msgque",):
                shown["msgque"] = [_shown(queue, modulus) for queue in queues]
            case ("msgpool",):
                shown["msgpool"] = _pool(pool)
            case (int(number),):
                shown |= MORE[number][1](more[number])
    in_memory = [place for place in places if place in memory_tables.PARTS]
    if in_memory:
        shown |= memory_tables.show_parts(more[0], in_memory)
    return shown


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
    shown["sig"] = [SIGNAL_NAMES[sig] for sig in sorted(shown["sig"] or ())]
    return shown


def _shown(queue: tuple[Any, ...], modulus: int) -> dict[str, Any]:
    head = dict(zip(HEAD, queue, strict=False))
    messages = [_message(row) for row in _rows(queue[len(HEAD) :], len(MESSAGE))]
    return {"msqid": head["seq"] * modulus + head["slot"]} | head | {"messages": messages}


def _message(message: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(MESSAGE, message, strict=True))
    text = shown["text"]
    shown["text"] = text.decode("latin-1") if isinstance(text, bytes | bytearray) else repr(text)
    return shown
