"""What has changed from one view to the next: cells to mark, and words for a short list."""

from __future__ import annotations

from collections.abc import Iterator

from kernel_model.view.pictures.words import (
    STATES,
    View,
    event_words,
    key_words,
    mode_words,
    name_of,
    real_messages,
)
from kernel_model.view.player.memory_changes import memory_changes
from kernel_model.view.player.pipe_changes import pipe_changes
from kernel_model.view.player.posix_changes import posix_changes
from kernel_model.view.player.semaphore_changes import semaphore_changes
from kernel_model.view.player.signal_changes import signal_changes
from kernel_model.view.player.socket_changes import socket_changes

Change = tuple[str, str]  # the cell that shows it ("": none does), and the change in words


def changes(old: View, new: View) -> list[Change]:
    """Every change, in the order of the pictures."""
    if old is new:
        return []
    found = [*_procs(old, new), *_queues(old, new), *_pool(old["msgpool"], new["msgpool"])]
    found += semaphore_changes(old, new) if "sema" in new else []
    found += posix_changes(old, new)
    found += signal_changes(old, new) if "tracing" in new or "signals" in new else []
    found += pipe_changes(old, new) if "fds" in new else []
    found += socket_changes(old, new) if "exchange" in new else []
    return [*found, *memory_changes(old, new)] if "spaces" in new else found


def cells(found: list[Change]) -> list[str]:
    """The cells to mark."""
    return list(dict.fromkeys(cell for cell, _ in found if cell))


def _procs(old: View, new: View) -> Iterator[Change]:
    before = {p["name"]: p for p in old["procs"]}
    for p in new["procs"]:
        was, name = before.pop(p["name"], None), p["name"]
        if was is None:
            yield f"proc:{name}.state", f"process {name} is new"
            continue
        if was["state"] != p["state"]:
            now = STATES[p["state"]][1]
            if p["state"] == "asleep":
                now += f", until there is {event_words(p['wchan'])}"
            yield f"proc:{name}.state", f"{name}: {STATES[was['state']][1]} → {now}"
        if was["call"] != p["call"]:
            done = f"in {p['call']}" if p["call"] else "back in user mode"
            yield f"proc:{name}.call", f"{name}: {done}"
        for field in ("uid", "euid"):
            if was[field] != p[field]:
                yield f"proc:{name}.uid", f"{name}: {field} {was[field]} → {p[field]}"
        if was["sig"] != p["sig"]:
            yield f"proc:{name}.state", f"{name}: pending {', '.join(p['sig']) or 'no signal'}"
    for name in before:
        yield "", f"process {name} is gone"


def _queues(old: View, new: View) -> Iterator[Change]:
    before = {q["slot"]: q for q in old["msgque"]}
    for q in new["msgque"]:
        was, slot = before.pop(q["slot"], None), q["slot"]
        if was is None:
            for field in ("key", "uid", "mode", "seq", "msqid"):
                yield (
                    f"slot:{slot}.{field}",
                    (f"slot {slot} is taken: key {key_words(q['key'])}" if field == "key" else ""),
                )
            continue
        yield from _entry(was, q)
        yield from _messages(was, q)
        yield from _header(was, q, new)
    for slot in before:
        yield f"slot:{slot}.seq", f"slot {slot} is free again, its reuse count one more"


def _entry(was: View, q: View) -> Iterator[Change]:
    slot = q["slot"]
    for field in ("key", "uid", "gid", "cuid", "cgid", "mode", "seq"):
        if was[field] != q[field]:
            words = {"mode": mode_words, "key": key_words}.get(field, str)
            told = f"slot {slot}: {field} {words(was[field])} → {words(q[field])}"
            yield f"slot:{slot}.{field}", told


def _header(was: View, q: View, view: View) -> Iterator[Change]:
    name, words = f"queue:{q['slot']}", f"queue {q['slot']}"
    for field in ("qnum", "cbytes", "qbytes"):
        if was[field] != q[field]:
            yield f"{name}.{field}", f"{words}: {field} {was[field]} → {q[field]}"
    for field, cell, what in (("lspid", "sent", "sender"), ("lrpid", "received", "receiver")):
        if was[field] != q[field]:
            yield f"{name}.{cell}", f"{words}: last {what} is {name_of(view, q[field])}"
    for field, cell in (("stime", "sent"), ("rtime", "received"), ("ctime", "")):
        if was[field] != q[field]:
            yield f"{name}.{cell}" if cell else "", f"{words}: {field} {was[field]} → {q[field]}"


def _messages(was: View, q: View) -> Iterator[Change]:
    before = {m.get("id", n): m for n, m in enumerate(real_messages(was))}
    now = {m.get("id", n): m for n, m in enumerate(real_messages(q))}
    for number, message in now.items():
        if number not in before:
            yield "", f"queue {q['slot']}: {_message(message)} is on the list"
    for number, message in before.items():
        if number not in now:
            yield "", f"queue {q['slot']}: {_message(message)} is off the list"


def _message(message: View) -> str:
    return f"“{message['text'][:16]}” of type {message['mtype']}"


def _pool(old: View, new: View) -> Iterator[Change]:
    if old["headers"] != new["headers"]:
        yield "pool.headers", f"headers in use {old['headers']} → {new['headers']}"
    if old["free"] != new["free"]:
        before, now = (sum(length for _, length in pool["free"]) for pool in (old, new))
        yield "pool.free", f"free segments {before} → {now}"
