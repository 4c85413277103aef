"""What tables of the kernel are called in pictures: states, events, keys, modes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

View = dict[str, Any]  # a table view, as `tables.show` makes it

KEYS = 0x4B00_0000  # keys of scenarios are this plus their number (targets/model.py)

CLASSES = ("owner", "group", "others")  # whose bits a mode has, from left to right

# state of a process -> (its kind in the style sheet, the word for it, its sign)
STATES = {
    "kernel": ("run", "running", "M0-6v12l10-6z"),
    "user": ("", "user mode", "M1 0h8"),
    "ready": ("ready", "ready", "M1-6v12M6-6v12"),
    "asleep": ("sleep", "asleep", "M0-6h9l-9 12h9"),
    "stopped": ("stop", "stopped", "M0-5h10v10h-10z"),
    "zombie": ("stop", "zombie", "M0-5l10 10M10-5l-10 10"),
}

# What somebody asleep on an event of a socket waits for
SOCKETS = {
    "data": "something for", "all": "more for", "room": "room for what is sent by",
    "connection": "a client of", "place": "a place at", "connect": "the other end of",
    "close": "an answer to all that was sent by",
}  # fmt: skip


def event_words(event: str) -> str:
    """What somebody asleep on an event waits for."""
    name, _, what = event.rpartition(".")
    if name.startswith("msgque["):
        slot = name[7:-1]
        return {
            "arrival": f"a message in queue {slot}",
            "space": f"room in queue {slot}",
        }.get(what, event)
    if name.startswith("mq[") and what in ("arrival", "space"):
        return {"arrival": "a message", "space": "room"}[what] + " in a POSIX queue"
    if event.startswith("futex["):
        return f"a lock in memory ({event[6:-1]})" if ":" in event else _futex_words(event)
    if name.startswith("sema[") and what in ("increase", "zero"):
        which, _, number = name[5:-1].partition("].sem[")
        wanted = "an increase of" if what == "increase" else "the value 0 of"
        return f"{wanted} semaphore {number} in set {which}"
    if name.startswith("pipe["):
        inode = name[5:-1]
        return {
            "data": f"something in pipe {inode}",
            "room": f"room in pipe {inode}",
            "reader": f"a reader of pipe {inode}",
            "writer": f"a writer of pipe {inode}",
        }.get(what, event)
    if name.startswith("socket["):
        return f"{SOCKETS.get(what, what)} socket {name[7:-1]}"
    if what == "child":
        return "the end of a child"
    if what == "pause":
        return "a signal"
    return {
        "msgpool.freed": "a free header or segment",
        "trace": "a change of the trace structure",
    }.get(event, event)


def _futex_words(event: str) -> str:
    """The place of the word that somebody sleeps on."""
    region, _, offset = event[6:-1].partition("+")
    return f"a lock in region {region}, byte {offset}"


def number(value: Any) -> float:
    """A number as it is; whatever else a wrong function put in its place as 0."""
    return value if isinstance(value, int | float) else 0


def key_words(key: Any) -> str:
    """A key as a person would write it."""
    if not isinstance(key, int):
        return str(key)
    if key == 0:
        return "private"
    return str(key - KEYS) if KEYS <= key < KEYS + 0x10000 else str(key)


def mode_words(mode: Any) -> str:
    """Permission bits of a queue, as `ls` shows those of a file; in octal if there are others."""
    if not isinstance(mode, int) or not 0 <= mode <= 0o777:
        return f"0o{mode:o}" if isinstance(mode, int) else str(mode)
    return "".join(
        f"{'r' if bits & 4 else '-'}{'w' if bits & 2 else '-'}{'x' if bits & 1 else '-'}"
        for bits in (mode >> 6, mode >> 3, mode)
    )


def deciding_class(p: View, q: View) -> str | None:
    """Whose permission bits of a queue decide for a process; None: the superuser needs none."""
    if p["euid"] == 0:
        return None
    if p["euid"] in (q["uid"], q["cuid"]):
        return CLASSES[0]
    return CLASSES[1] if p["egid"] in (q["gid"], q["cgid"]) else CLASSES[2]


def name_of(view: View, pid: int) -> str:
    """Who has a process id; the number itself when nobody has it any more."""
    if pid == 0:
        return "nobody"
    return next((p["name"] for p in view["procs"] if p["pid"] == pid), str(pid))


def message_key(slot: int, place: int, message: View) -> str:
    """The name of a message: its number if the run was followed, else its place."""
    return f"msg:{message['id']}" if "id" in message else f"msg:{slot}.{place}"


def is_broken(message: View) -> bool:
    """Is this no message, but the note that `last` points elsewhere? (tables.snapshot)"""
    return isinstance(message["spot"], str)


def real_messages(queue: View) -> list[View]:
    """The messages of a queue, without that note."""
    return [message for message in queue["messages"] if not is_broken(message)]


def sleepers_on(view: View, event: str) -> list[str]:
    """Who is asleep on an event."""
    return [p["name"] for p in view["procs"] if p["state"] == "asleep" and p["wchan"] == event]


def queue_at(view: View, slot: int) -> View | None:
    """The header of the queue in a slot, if the slot is in use."""
    return next((queue for queue in view["msgque"] if queue["slot"] == slot), None)


def segments_of(view: View, message: View) -> range:
    """The segments of the pool that a message takes."""
    spot = message["spot"]
    if not isinstance(spot, int):
        return range(0)
    return range(spot, spot - (-message["size"] // view["msgpool"]["segment"]))


def address_words(addr: Any) -> str:
    """A virtual address as the books write it."""
    return f"{addr:#x}" if isinstance(addr, int) else str(addr)


def pages_told(count: Any) -> str:
    """So many pages."""
    return "1 page" if count == 1 else f"{count} pages"


def held_words(held: str) -> str:
    """What a frame holds, as far as it is text; nothing for bare zeros."""
    words = held.lstrip("\0")
    return "".join(letter if letter.isprintable() else "·" for letter in words)


def hosts_of(view: View) -> list[View]:
    """Each host with its `sockets`, descriptors (`fds`) and `passages`; one kernel is one host."""
    if "hosts" in view:
        return list(view["hosts"])
    own = {name: view.get(name, []) for name in ("sockets", "fds", "passages")}
    return [{"address": ""} | own]


def holders(host: View, socket: View) -> list[tuple[str, int]]:
    """Who has a socket of a host, and under which descriptor."""
    if socket["inode"] is None:
        return []
    return [(held["name"], fd["fd"]) for held in host["fds"] for fd in held["fds"]
            if fd["inode"] == socket["inode"]]  # fmt: skip


def holder_of(host: View, number: int) -> str | None:
    """Who has a socket, or the one that listens and has it in its queue; None: nobody."""
    for socket in host["sockets"]:
        if number in (socket["number"], *socket["queue"]) and (found := holders(host, socket)):
            return found[0][0]
    return None


def short_words(flags: Sequence[str], size: int, ack: int) -> str:
    """A packet in a word or two."""
    if size or not flags:
        return f"{size} bytes"
    return f"ack {ack}" if list(flags) == ["ACK"] else "+".join(flags)
