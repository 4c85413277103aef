"""Packets in flight: socket, protocol and device layer of each host, and the wire below them."""

from __future__ import annotations

from kernel_model.view.pictures.layer_rows import circuit_row, nobody, socket_row
from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    group,
    path,
    rect,
    text,
)
from kernel_model.view.pictures.words import View, holders, hosts_of

GAP = 32  # between two hosts
SOCKET = 70  # the height of a socket in its layer
CIRCUIT = 62  # and of a circuit in its
HEAD = 34  # the height of a layer without anything in it
MOST = 6  # sockets that are drawn
PACKETS = 5  # packets on the wire that are drawn


def layers(view: View) -> Picture:
    """Which layer has which packet, what sockets hold, and how wide windows are open."""
    hosts, passing = hosts_of(view), view.get("passing", {})
    wide = (WIDTH - GAP * (len(hosts) - 1)) / len(hosts)
    shown = [chosen(host["sockets"]) for host in hosts]
    tall = {
        "socket": HEAD + SOCKET * max(max(map(len, shown)), 1),
        "protocol": HEAD + max(CIRCUIT * max(sum(_circuit(s) for s in one) for one in shown), 20),
        "device": HEAD + 6,
    }
    body, y = text(0, 16, "Layers", "head"), 30.0
    for place, host in enumerate(hosts):
        x = place * (wide + GAP)
        if host["address"]:
            body += text(x + wide / 2, 16, f"host {host['address']}", "mono middle")
        y = 30.0
        for name, high in tall.items():
            box = (x, y, wide, high)
            drawn = _layer(host, shown[place], name, box, passing, len(hosts))
            body += group(drawn, key=f"layer:{host['address']}.{name}")
            y += high + 10
    if len(hosts) > 1:
        body += _wire(view, y, passing)
        y += 62
    return Picture("Layers", words(hosts, view), y, body)


def chosen(sockets: list[View]) -> list[View]:
    """The sockets that are drawn: those that listen, and of the others the newest."""
    here = [so for so in sockets if not so["gone"] or so["circuit"]]
    others = [so for so in here if so["state"] != "listening"]
    left_out = others[: max(len(here) - MOST, 0)]
    return [so for so in here if so not in left_out][:MOST]


def _circuit(so: View) -> bool:
    return so["circuit"] is not None


def _layer(
    host: View,
    sockets: list[View],
    name: str,
    place: tuple[float, float, float, float],
    passing: View,
    hosts: int,
) -> str:
    """One layer of a host as a box, with what is in it, and the packet that passes it now."""
    x, y, wide, high = place
    by_passed = hosts == 1 and name != "socket"
    drawn = rect(x, y, wide, high, "open" if by_passed else "box")
    drawn += text(x + 10, y + 22, name if hosts > 1 else f"{name} layer", "said strong")
    if by_passed:
        return drawn + text(x + wide - 10, y + 22, "by-passed", "said end")
    if name == "socket":
        for n, so in enumerate(sockets):
            drawn += socket_row(host, so, x + 10, y + HEAD + SOCKET * n, wide - 20)
        if not sockets:
            drawn += text(x + 10, y + HEAD + 20, "no socket", "said")
    if name == "protocol":
        circuits = [so for so in sockets if _circuit(so)]
        for n, so in enumerate(circuits):
            drawn += circuit_row(host, so, x + 10, y + HEAD + CIRCUIT * n, wide - 20)
    if (passing.get("host"), passing.get("layer")) == (host["address"], name):
        drawn += _packet(x + wide - 8, y + 4, passing, hosts)
    return drawn


def _packet(right: float, y: float, passing: View, hosts: int) -> str:
    """The packet that a layer has now."""
    sign = {"down": "↓ ", "up": "↑ "}.get(passing["way"], "→ ")
    told = sign + (f"{passing['number']}: " if hosts > 1 else "") + passing["words"]
    wide = _room(told)
    inside = rect(right - wide, y, wide, 26, "full") + text(
        right - wide + 8, y + 18, told, "onfull"
    )
    return group(inside, key=f"packet:{passing['number']}")


def _room(told: str) -> float:
    """How wide the box of a packet is; capitals and signs take more room than other letters."""
    return 16 + sum(8.2 if one.islower() or one in "0123456789: " else 11.6 for one in told)


def _wire(view: View, y: float, passing: View) -> str:
    """The wire with the packets in flight, and what is lost just now."""
    log = view["wire"]["log"]
    known = {one["number"]: one for one in log if one["what"] == "sent"}
    flying = list(view["wire"]["flying"])
    gone = passing["number"] if passing.get("way") == "lost" else None
    if passing.get("way") == "sent" and passing["number"] not in flying:
        flying.append(passing["number"])
    drawn = text(0, y + 14, "on the wire", "said strong")
    drawn += path(f"M0 {y + 42:g}H{WIDTH}", "wire")
    shown = flying[:PACKETS] if gone is None else [*flying[: PACKETS - 1], gone]
    x, seen = 96.0, dict[int, int]()
    if passing.get("host"):  # a copy of it may be on the wire still
        seen[passing["number"]] = 1
    first = hosts_of(view)[0]["address"]
    for one in shown:
        told = f"{one}: {known[one]['short']}"
        told = f"{told} →" if known[one]["source"] == first else f"← {told}"
        wide = _room(told)
        if x + wide > WIDTH:
            break
        seen[one] = seen.get(one, 0) + 1
        inside = rect(x, y + 28, wide, 28, "full") + text(x + 8, y + 47, told, "onfull")
        if one == gone:
            inside = rect(x, y + 28, wide, 28, "open") + text(x + 8, y + 47, told, "bad onwire")
            inside += path(f"M{x + wide + 6:g} {y + 34:g}l16 16m0-16l-16 16", "cross")
        drawn += group(inside, key=f"packet:{one}" + (f".{seen[one]}" if seen[one] > 1 else ""))
        x += wide + (34 if one == gone else 8)
    if len(flying) > len(shown):
        drawn += text(x, y + 47, f"+{len(flying) - len(shown)}", "strong")
    return drawn


def words(hosts: list[View], view: View) -> str:
    """The same in words."""
    told = []
    for host in hosts:
        at = f" of {host['address']}" if host["address"] else ""
        for so in host["sockets"]:
            who = ", ".join(f"{name} {fd}" for name, fd in holders(host, so)) or nobody(so)
            said = f"socket {so['number']}{at} ({who}) is {so['state']}"
            if so["state"] == "listening":
                said += f", {len(so['queue'])} of {so['qlimit']} places of its queue taken"
            else:
                said += f" and holds {so['held']} of {so['rcvbuf']} bytes"
            if _circuit(so):
                said += (
                    f"; {so['outgoing']} bytes not acknowledged, window {so['circuit']['window']}"
                )
            told.append(said)
    flying = view.get("wire", {}).get("flying", [])
    if flying:
        told.append(f"packets {', '.join(map(str, flying))} are in flight")
    passing = view.get("passing", {})
    if passing.get("layer") in ("socket", "protocol", "device"):
        at = f" of {passing['host']}" if passing["host"] else ""
        told.append(f"the {passing['layer']} layer{at} has {passing['words']}")
    return "; ".join(told) + "." if told else "No socket yet."
