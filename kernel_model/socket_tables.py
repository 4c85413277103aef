"""Sockets as plain data: `look_sockets` makes tuples, `show_sockets` JSON of them (tables.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernel_model.constants import SO_LINGER, SO_RCVLOWAT
from kernel_model.parts import Part, Parts, named, show_all

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel
    from kernel_model.sockets.table import Socket

SOCKET = ("number", "domain", "kind", "state", "name", "far", "peer", "qlimit", "queue", "pending",
          "chunks", "held", "charged", "sndbuf", "rcvbuf", "cantread", "cantsend", "error", "gone",
          "came", "read", "text", "outgoing", "circuit", "inode", "urgent", "lowat",
          "kept", "linger")  # fmt: skip
CIRCUIT = ("una", "nxt", "window", "expected", "closing", "ahead", "tries", "resent")
PASSAGE = ("layer", "way", "what")
DOMAINS = {1: "UNIX", 2: "Internet"}
KINDS = {1: "stream", 2: "datagram", 5: "seqpacket"}
TEXT = 64  # characters of what a socket holds that are shown
SHOWN = 12  # passages, the last ones


def look_sockets(k: Kernel) -> tuple[Any, ...] | None:
    """The sockets, and what has passed the layers last; None while there was never a socket."""
    net = k.network
    if net is None:
        return None
    passages = tuple([(one.layer, one.way, one.what) for one in net.passages[-SHOWN:]])
    inodes = [] if k.filesystem is None else k.filesystem.inodes
    opened = {id(one.socket): one.number for one in inodes if one.opens and not one.name}
    linux = k.personality == "linux"
    return tuple([_socket(so, opened.get(id(so)), linux) for so in net.sockets]), passages


def _socket(so: Socket, inode: int | None, linux: bool) -> tuple[Any, ...]:
    lowat = so.options.get(SO_RCVLOWAT, 1) if linux else 1
    one = so.connection
    circuit = None if one is None else (
        one.una, one.nxt, one.window, one.expected, one.closing, tuple(sorted(one.ahead)),
        one.tries, one.resent,
    )  # fmt: skip
    chunks: tuple[tuple[Any, ...], ...] = ()
    held, text = 0, b""
    if so.received != []:
        chunks = tuple([
            (len(chunk.data), chunk.sender, 0 if chunk.origin is None else chunk.origin.number,
             chunk.charge) for chunk in so.received
        ])  # fmt: skip
        held = sum([size for size, *_ in chunks])
        text = b"".join([chunk.data[:TEXT] for chunk in so.received[:TEXT]])[:TEXT]
    return (
        so.number, so.domain, so.kind, so.state, so.name, so.far,
        None if so.peer is None else so.peer.number, so.qlimit,
        () if so.queue == [] else tuple([new.number for new in so.queue]),
        () if so.pending == [] else tuple([new.number for new in so.pending]),
        chunks, held, so.charged, so.sndbuf, so.rcvbuf, so.cantread,
        so.cantsend, None if so.error is None else so.error.name, so.gone, so.came, so.read, text,
        0 if one is None else len(one.outgoing), circuit, inode,
        None if so.urgent is None else so.received.index(so.urgent),
        lowat, so.kept, so.linger if so.options.get(SO_LINGER) else None,
    )  # fmt: skip


def show_sockets(seen: tuple[Any, ...] | None) -> dict[str, Any]:
    """What `look_sockets` saw as plain JSON; {} while there is nothing.

    sockets   state, names and peer; of one that listens the `queue` of sockets that wait for
              accept and the clients `pending` for a place; what it holds (`chunks`: length, sender,
              number of the sending socket, and what it is charged; `text`: the beginning);
              `circuit`: numbers of a circuit with another host; `inode`: that descriptors lead to;
              `urgent`: which of the chunks came out of band, only where there is such a one;
              `lowat`: SO_RCVLOWAT, where it was set and Linux heeds it; `kept`: how many waited
              when listen was told to let fewer wait, only where it was so; `linger`: the seconds
              of SO_LINGER, only where it is on
    passages  the layers that packets have passed last, in order
    """
    return show_all(seen, PARTS)


def _shown(one: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(SOCKET, one, strict=True))
    shown["domain"] = DOMAINS.get(shown["domain"], shown["domain"])
    shown["kind"] = KINDS.get(shown["kind"], shown["kind"])
    shown["chunks"] = [list(chunk) for chunk in shown["chunks"]]
    shown["queue"], shown["pending"] = list(shown["queue"]), list(shown["pending"])
    shown["text"] = shown["text"].decode("latin-1")
    if shown["urgent"] is None:
        del shown["urgent"]
    if shown["lowat"] == 1:
        del shown["lowat"]
    if shown["kept"] <= shown["qlimit"] + 1:
        del shown["kept"]
    if shown["linger"] is None:
        del shown["linger"]
    if shown["circuit"] is not None:
        circuit = dict(zip(CIRCUIT, shown["circuit"], strict=True))
        shown["circuit"] = circuit | {"ahead": list(circuit["ahead"])}
    return shown


PARTS: Parts = {
    ("sockets",): Part((0,), _shown, rows=True),
    ("passages",): Part((1,), named(*PASSAGE), rows=True),
}
