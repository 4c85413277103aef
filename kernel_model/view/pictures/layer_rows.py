"""What the layers hold: a socket with its queue or its buffer, one side of a circuit."""

from __future__ import annotations

from typing import Any

from kernel_model.view.pictures.svg import cell, group, path, rect, shortened, text
from kernel_model.view.pictures.words import View, holders, number

SLOTS = 6  # places of a queue that are drawn


def nobody(so: View) -> str:
    """Why no process has a socket."""
    if so["gone"]:
        return "closed, goes on"
    return f"{so['number']}, not accepted"


def socket_row(host: View, so: View, x: float, y: float, wide: float) -> str:
    """A socket: who has it, its name and state, and its queue or what it holds."""
    cell_of = f"socket:{host['address']}.{so['number']}"
    who = ", ".join(f"{name} {fd}" for name, fd in holders(host, so)) or nobody(so)
    drawn = path(f"M{x - 4:g} {y - 2:g}h{wide + 8:g}", "rule")
    drawn += text(x, y + 18, shortened(who, 16), "strong")
    drawn += cell(x + wide, y + 18, wide / 2, so["state"], f"{cell_of}.state", "said end")
    told = so["name"] or "no name"
    if host["address"]:
        told = told.replace(f"{host['address']}:", "port ").replace("0.0.0.0:", "port ")
    if so["state"] == "listening":
        return group(drawn + _queue(so, told, x, y, wide, cell_of), link=cell_of)
    drawn += text(x, y + 38, shortened(told, 16), "said")
    drawn += _bar(x + wide * 0.42, y + 26, wide * 0.58, so["rcvbuf"], _parts(so))
    held = f"holds {so['held']} of {so['rcvbuf']}"
    drawn += cell(x + wide, y + 59, wide, held, f"{cell_of}.held", "said end")
    if so["cantread"] or so["cantsend"]:
        ends = [w for w, shut in (("send", so["cantsend"]), ("recv", so["cantread"])) if shut]
        drawn += text(x, y + 59, "no " + ", ".join(ends), "said")
    return group(drawn, link=cell_of)


def _parts(so: View) -> list[tuple[float, str]]:
    """What a socket holds, piece by piece: a datagram each, of a circuit all as one."""
    if so["kind"] == "stream":
        return [(number(so["held"]), "taken")] if so["held"] else []
    return [(max(chunk[0], so["rcvbuf"] / 40), "taken") for chunk in so["chunks"]]


def _bar(x: float, y: float, wide: float, most: Any, parts: list[tuple[float, str]]) -> str:
    """A bar of `most` bytes, filled from the left."""
    drawn, at = rect(x, y, wide, 16, "free", 3), x
    for size, kind in parts:
        part = min(max(wide * size / max(number(most), 1), 3), x + wide - at)
        if part > 0:
            drawn += rect(at, y, part, 16, kind, 3)
        at += part
    return drawn


def _queue(so: View, told: str, x: float, y: float, wide: float, name: str) -> str:
    """The places of a queue: a connection in each that is taken."""
    drawn = text(x, y + 38, shortened(told, 16), "said")
    places = max(so["qlimit"], len(so["queue"]))
    left = x + wide - 34 * min(places, SLOTS)
    drawn += text(x, y + 59, "queue", "said")
    for n in range(min(places, SLOTS)):
        at = left + 34 * n
        if n < len(so["queue"]):
            inside = rect(at, y + 28, 30, 30, "taken") + text(
                at + 15, y + 48, so["queue"][n], "onfull middle"
            )
            drawn += group(inside, key=f"{name}.new:{so['queue'][n]}")
        else:
            drawn += rect(at, y + 28, 30, 30, "open")
    most = f"{len(so['queue'])} of {so['qlimit']}"
    more = f", {len(so['pending'])} more wait" if so["pending"] else ""
    return drawn + cell(x + 58, y + 59, wide, most + more, f"{name}.queue", "said")


def circuit_row(host: View, so: View, x: float, y: float, wide: float) -> str:
    """One side of a circuit: what is sent and not acknowledged, what waits, and the window."""
    one, name = so["circuit"], f"socket:{host['address']}.{so['number']}"
    una = max(one["una"], 1)
    flight = max(min(one["nxt"] - una, so["outgoing"]), 0)
    waits = max(so["outgoing"] - flight, 0)
    most = max(so["outgoing"], one["window"], 1)
    drawn = path(f"M{x - 4:g} {y - 4:g}h{wide + 8:g}", "rule")
    who = holders(host, so)
    drawn += text(
        x, y + 14, f"{who[0][0]} {who[0][1]}" if who else f"socket {so['number']}", "said strong"
    )
    drawn += cell(x + wide, y + 14, wide, f"window {one['window']}", f"{name}.window", "said end")
    drawn += rect(x, y + 24, wide, 14, "free", 3)
    end = x + wide * flight / most
    if flight:
        drawn += rect(x, y + 24, end - x, 14, "taken", 3)
    if waits:
        drawn += rect(end, y + 24, wide * waits / most, 14, "loose", 3)
    edge = x + wide * min(one["window"] / most, 1)
    drawn += path(f"M{x:g} {y + 20:g}v22M{edge:g} {y + 20:g}v22", "wire")
    told = f"{flight} sent, {waits} to send" + (
        f", {len(one['ahead'])} early" if one["ahead"] else ""
    )
    return drawn + cell(x, y + 54, wide, told, f"{name}.outgoing", "said")
