"""What is true of sockets between any two system calls, on their JSON view.

bytes     what came in was read or is held, and is charged to who sent it
peers     the two ends of a circuit know each other; a queue is no longer than it may be
sleepers  nobody sleeps on a condition that holds
"""

from __future__ import annotations

import re
from typing import Any

View = dict[str, Any]
SOCKETS = ("sockets",)  # all that is looked at here, beside `procs`
EVENT = re.compile(r"socket\[(\d+)\]\.(data|all|room|connection|place|connect|close)")
DATAGRAMS = 10  # that may wait at a receiver of Linux, and one more


def broken_sockets(view: View) -> list[str]:
    """The invariants that do not hold, a sentence each."""
    sockets = {one["number"]: one for one in view.get("sockets", [])}
    charges = dict.fromkeys(sockets, 0)
    for one in sockets.values():
        for _, _, origin, charge in one["chunks"]:
            charges[origin] = charges.get(origin, 0) + charge
    found = []
    for number, one in sockets.items():
        found += _bytes(one, charges[number]) + _peers(one, sockets)
    for proc in view["procs"]:
        event = EVENT.fullmatch(str(proc["wchan"])) if proc["state"] == "asleep" else None
        if event is not None:
            found += _sleeper(proc, event[2], sockets.get(int(event[1])), sockets)
    return found


def _bytes(one: View, charged: int) -> list[str]:
    """What a socket holds, against what it was given and what was read."""
    name, found = f"socket {one['number']}", []
    if one["came"] != one["read"] + one["held"]:
        found.append(
            f"{name}: {one['came']} bytes came, but {one['read']} were read and it holds "
            f"{one['held']}"
        )
    if one["charged"] != charged:
        found.append(f"{name}: it has {one['charged']} bytes charged, but {charged} lie elsewhere")
    return found


def _peers(one: View, sockets: dict[int, View]) -> list[str]:
    """The other end, and the connections that wait."""
    name, found = f"socket {one['number']}", []
    peer = sockets.get(one["peer"]) if one["peer"] is not None else None
    if one["kind"] != "datagram" and peer is not None and peer["peer"] != one["number"]:
        found.append(f"{name}: its peer {peer['number']} does not know it")
    if len(one["queue"]) > max(one["qlimit"] + 1, one.get("kept", 0)):
        found.append(f"{name}: {len(one['queue'])} connections wait, more than {one['qlimit']} + 1")
    if one["queue"] and one["state"] != "listening":
        found.append(f"{name}: connections wait, but it is {one['state']}")
    return found


def _sleeper(proc: View, what: str, one: View | None, sockets: dict[int, View]) -> list[str]:
    """A process asleep on an event of a socket."""
    if one is None:
        return [f"{proc['name']} is asleep on {proc['wchan']}, a socket that is gone"]
    over = {
        "data": (_data(one) and _enough(one)) or one["cantread"] or one["error"] is not None,
        "all": one["cantread"] or one["error"] is not None,  # more than there is
        "connection": bool(one["queue"]) or one["cantread"] or one["state"] != "listening",
        "place": _place(one),
        "connect": one["state"] != "connecting",
        "room": _room(one, sockets),
        "close": _closed(one, sockets),
    }[what]
    if over:
        return [f"{proc['name']} is asleep on {proc['wchan']}, but what it waits for is there"]
    return []


def _data(one: View) -> bool:
    """Is there a chunk that a normal recv takes: not the byte out of band, nor what is left of it?

    One with MSG_PEEK, which does not pass the mark, sleeps in front of it.
    """
    chunks = enumerate(one["chunks"])
    none = one["kind"] == "stream"
    return any(at != one.get("urgent") and not (none and not chunk[0]) for at, chunk in chunks)


def _enough(one: View) -> bool:
    """Is so much there that Linux wakes who waits for bytes of an Internet circuit?"""
    return one["domain"] != "Internet" or bool(one["held"] >= one.get("lowat", 1))


def _place(one: View) -> bool:
    """Could a client connect, or a datagram be sent?

    A full queue that is shut for reading refuses, but tells nobody before accept makes a place:
    Linux wakes no client there (scenario socket.connect.shut-listener-asleep).
    """
    if one["kind"] == "datagram":
        return len(one["chunks"]) <= DATAGRAMS or bool(one["cantread"])
    return len(one["queue"]) <= one["qlimit"] or bool(one["state"] != "listening")


def _closed(one: View, sockets: dict[int, View]) -> bool:
    """Is nothing under way that a close waits for: on a wire, or for room on the other side?"""
    if (circuit := one["circuit"]) is not None:
        return bool(circuit["closing"] and not one["outgoing"] and circuit["una"] == circuit["nxt"])
    peer = sockets.get(one["peer"])
    known = peer is not None and peer["peer"] == one["number"] and not peer["gone"]
    return peer is None or not known or bool(peer["held"] <= peer["rcvbuf"])


def _room(one: View, sockets: dict[int, View]) -> bool:
    """Could more be sent, or is it clear that nothing can?"""
    if one["error"] is not None or one["cantsend"]:
        return True
    if one["circuit"] is not None:
        return bool(one["outgoing"] < one["sndbuf"])
    if one["charged"]:
        return bool(one["charged"] * 4 <= one["sndbuf"])
    peer = sockets.get(one["peer"])
    return peer is None or bool(peer["held"] < peer["rcvbuf"])
