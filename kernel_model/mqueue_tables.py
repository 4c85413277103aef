"""Message queues of POSIX as plain data: `look_mqueues` makes tuples, `show_mqueues` JSON of them.

Also what is true of them between any two calls (see invariants.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernel_model.mqueues import PosixQueue, queues

if TYPE_CHECKING:
    from kernel_model.inode import Inode
    from kernel_model.kernel import Kernel

View = dict[str, Any]
MQUEUES = ("mqueues",)  # all that is looked at here
QUEUE = ("number", "name", "mode", "uid", "gid", "linked", "opens", "maxmsg", "msgsize")


def look_mqueues(k: Kernel) -> tuple[Any, ...] | None:
    """The queues with their messages and who waits; None without any."""
    return tuple(_queue(inode, queue) for inode, queue in queues(k)) or None


def _queue(inode: Inode, q: PosixQueue) -> tuple[Any, ...]:
    return (
        inode.number, inode.name, inode.mode, inode.uid, inode.gid, inode.linked, inode.opens,
        q.maxmsg, q.msgsize,
        tuple((one.prio, one.text) for one in q.messages),
        tuple(one.proc.name for one in q.receivers),
        tuple((one.proc.name, one.message.prio, len(one.message.text))
              for one in q.senders if one.message is not None),
        None if q.notify is None else (q.notify[0].name, q.notify[1]),
    )  # fmt: skip


def show_mqueues(seen: tuple[Any, ...] | None) -> View:
    """What `look_mqueues` saw: `mqueues`; {} without any.

    messages   in the order in which they will be received: prio, size, text
    receivers  who sleeps in mq_receive, in order
    senders    who sleeps in mq_send, in order, with what: proc, prio, size
    notify     who is told of the next message, and by which signal; or null
    """
    return {} if seen is None else {"mqueues": [_shown(row) for row in seen]}


def _shown(row: tuple[Any, ...]) -> View:
    *head, messages, receivers, senders, notify = row
    return dict(zip(QUEUE, head, strict=True)) | {
        "messages": [
            {"prio": prio, "size": len(text), "text": text.decode("latin-1")}
            for prio, text in messages
        ],
        "receivers": list(receivers),
        "senders": [dict(zip(("proc", "prio", "size"), one, strict=True)) for one in senders],
        "notify": None if notify is None else {"proc": notify[0], "sig": notify[1]},
    }  # fmt: skip


def broken_mqueues(view: View) -> list[str]:
    """The invariants of POSIX queues that do not hold; [] where there are none at all."""
    return [said for queue in view.get("mqueues", []) for said in _broken(queue)]


def _broken(queue: View) -> list[str]:
    name, messages = f"queue {queue['name']}", queue["messages"]
    prios = [one["prio"] for one in messages]
    found = []
    if prios != sorted(prios, reverse=True):
        found.append(f"{name}: its messages are not in order of priority: {prios}")
    if len(messages) > queue["maxmsg"]:
        found.append(f"{name}: {len(messages)} messages, and it may have {queue['maxmsg']}")
    if any(one["size"] > queue["msgsize"] for one in messages):
        found.append(f"{name}: a message is longer than {queue['msgsize']}")
    if queue["receivers"] and messages:
        found.append(f"{name}: {queue['receivers'][0]} waits for a message, and there is one")
    if queue["senders"] and len(messages) < queue["maxmsg"]:
        found.append(f"{name}: {queue['senders'][0]['proc']} waits for room, and there is some")
    if not queue["linked"] and not queue["opens"]:
        found.append(f"{name}: nobody can open it, and nobody has it open")
    return found
