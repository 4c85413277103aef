"""The trace of several hosts as views: everybody's processes, each host's sockets, and the wire."""

from __future__ import annotations

from typing import Any

from kernel_model import tables
from kernel_model.sockets.packets import Packet
from kernel_model.sockets.watching import WireTrace
from kernel_model.sockets.wire import Happening
from kernel_model.view.pictures.words import View, short_words

MOST = 16  # bytes of a datagram that are told
KERNEL: View = {  # stands for the kernel of a host, as a process that makes no call
    "pid": 0, "ppid": 0, "pgrp": 0, "uid": 0, "euid": 0, "gid": 0, "egid": 0, "state": "user",
    "wchan": None, "pri": None, "sig": [], "call": None,
}  # fmt: skip


class HostsFollower:
    """Makes views of the snapshots of a WireTrace, one after another.

    procs   of all hosts, in the order of lanes; a host's kernel stands there under its address
    hosts   of each its `address`, its `sockets`, `passages`, and who has descriptors (`fds`)
    wire    `log`: what has become of packets so far; `flying`: the numbers of those in flight
    """

    def __init__(self, trace: WireTrace) -> None:
        self.addresses = list(trace.wire.hosts)
        self.log = happenings(trace.wire.log)
        self.last: tuple[Any, View] = (None, {})
        self.shown: list[tuple[Any, View]] = [(None, {})] * len(self.addresses)

    def view(self, snapshot: Any) -> View:
        """The view of a snapshot; the same one as long as nothing changes."""
        if snapshot is self.last[0]:
            return self.last[1]
        seen, told, flying = snapshot
        for place, one in enumerate(seen):
            if one is not self.shown[place][0] and one != self.shown[place][0]:
                self.shown[place] = one, tables.show(one)
        hosts, procs = [], []
        for place, address in enumerate(self.addresses):
            shown = self.shown[place][1]
            hosts.append({"address": address, "sockets": shown.get("sockets", []),
                          "fds": shown.get("fds", []),
                          "passages": shown.get("passages", [])})  # fmt: skip
            own = [p | {"host": address} for p in shown["procs"]]
            edge = KERNEL | {"name": address, "host": address}
            procs += [*own, edge] if place == 0 else [edge, *own]
        first = self.shown[0][1]
        view: View = {"procs": procs, "msgque": [], "msgpool": first["msgpool"], "size": 0,
                      "freed": {}, "hosts": hosts,
                      "wire": {"log": self.log[:told], "flying": list(flying)}}  # fmt: skip
        self.last = snapshot, view
        return view


def happenings(log: list[Happening]) -> list[View]:
    """The log of a wire as plain data; `again`: an earlier packet carried the same."""
    found: list[View] = []
    known: set[tuple[str, int]] = set()
    again: dict[int, bool] = {}
    for one in log:
        packet = one.packet
        told: View = {"number": one.number, "what": one.what}
        if packet is not None:
            carries = packet.data or {"SYN", "FIN"} & set(packet.flags)
            if one.what == "sent" and packet.protocol == "stream" and carries:
                again[one.number] = (packet.source, packet.seq) in known
                known.add((packet.source, packet.seq))
            source, target = (name.rpartition(":")[0] for name in (packet.source, packet.target))
            told |= {"source": source, "target": target, "words": segment_words(packet)}
            told["short"] = short_words(packet.flags, len(packet.data), packet.ack)
            told["again"] = again.get(one.number, False)
        found.append(told)
    return found


def segment_words(packet: Packet) -> str:
    """A packet in few words: what it carries, what it acknowledges, and the window."""
    if packet.protocol == "datagram":
        text = packet.data[:MOST].decode("latin-1")
        return f"“{text}”" if len(packet.data) <= MOST else f"“{text}…” {len(packet.data)} bytes"
    words: list[str] = [flag for flag in ("SYN", "RST") if flag in packet.flags]
    if packet.data:
        words.append(f"{packet.seq}–{packet.seq + len(packet.data) - 1}")
    if "FIN" in packet.flags:
        words.append(f"FIN {packet.seq}")
    if "ACK" in packet.flags:
        words.append(f"ack {packet.ack}")
    if "RST" not in packet.flags:
        words.append(f"win {packet.window}")
    return " · ".join(words)
