"""Arguments of calls of sockets, and what passes a layer, in words."""

from __future__ import annotations

import re
from typing import Any

DOMAINS = {1: "AF_UNIX", 2: "AF_INET"}
KINDS = {1: "SOCK_STREAM", 2: "SOCK_DGRAM", 5: "SOCK_SEQPACKET"}
HOW = {0: "SHUT_RD", 1: "SHUT_WR", 2: "SHUT_RDWR"}
LEVELS = {1: "SOL_SOCKET", 6: "IPPROTO_TCP"}
OPTIONS = ("SO_REUSEADDR", "SO_TYPE", "SO_ERROR", "SO_BROADCAST", "SO_SNDBUF", "SO_RCVBUF",
           "SO_KEEPALIVE", "SO_RCVLOWAT", "SO_ACCEPTCONN", "SO_LINGER")  # fmt: skip
FLAGS = ("MSG_PEEK", "MSG_WAITALL", "MSG_DONTWAIT", "MSG_TRUNC", "MSG_NOSIGNAL", "MSG_OOB")
LONG = 40  # bytes of data, from which on only their number is told
PASSAGE = re.compile(r"(socket|protocol|device) layer, (up|down|across): (.*)")
PACKET = re.compile(r"(\S+) → (\S+) (?:(\S+) seq (\d+) ack (\d+) bytes (\d+)|datagram of (.*))")
LAYERS = {
    ("socket", "down"): "the socket layer takes",
    ("protocol", "down"): "the protocol layer makes a packet",
    ("device", "down"): "the device layer puts the packet on the wire",
    ("device", "up"): "the device layer takes the packet from the wire",
    ("protocol", "up"): "the protocol layer looks at the packet",
    ("socket", "up"): "the socket layer gets",
}


def socket_argument(call: str, what: str, value: Any, names: dict[str, int]) -> str | None:
    """An argument as a program would write it; None for what needs no words."""
    if call in ("socket", "socketpair") and what in ("domain", "kind"):
        known = {"domain": DOMAINS, "kind": KINDS}[what].get(value)
    elif call == "shutdown" and what == "how":
        known = HOW.get(value)
    elif what == "level":
        known = LEVELS.get(value)
    elif what == "optname":
        known = next((name for name in OPTIONS if names.get(name) == value), None)
    elif what == "data" and isinstance(value, str | bytes) and len(value) > LONG:
        known = f"{len(value)} bytes"
    else:
        known = None
    return known


def passage_words(who: str, told: str) -> str:
    """Something that passes a layer, in a sentence."""
    hit = PASSAGE.fullmatch(told)
    if hit is None:
        return told
    layer, way, what = hit.groups()
    if way == "across":
        sockets, _, goes = what.partition(": ")
        one, _, other = sockets.partition(" → ")
        return f"From {one} straight to {other}: {goes}. Protocol and device layer are by-passed."
    packet = PACKET.fullmatch(what)
    if packet is None:
        return f"{who}: {LAYERS[layer, way]} {what}."
    return f"{who}: {LAYERS[layer, way]}, {packet_words(packet)}."


def packet_words(packet: re.Match[str]) -> str:
    """What is in a packet."""
    _, _, flags, seq, ack, size, datagram = packet.groups()
    if datagram is not None:
        return f"a datagram of {datagram}"
    words = [flag for flag in flags.split("+") if flag not in ("ACK", "data")]
    if int(size):
        words.append(f"bytes {seq} to {int(seq) + int(size) - 1}")
    if "ACK" in flags:
        words.append(f"ack {ack}")
    return ", ".join(words)
