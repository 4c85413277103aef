"""What the console says of sockets (helps.py: of other calls)."""

from __future__ import annotations

from typing import Any

CALLS = {
    "socket": "Makes an end point of communication; gives a descriptor.",
    "socketpair": "Makes two sockets that are connected: p.0 and p.1.",
    "bind": "Gives a socket a name by which others find it.",
    "listen": "Says that a socket takes connections, and how many may wait.",
    "accept": "Takes the connection that has waited longest, or sleeps until there is one.",
    "connect": "Connects a socket to the one that has this name.",
    "send": "Sends on a connected socket; sleeps while there is no room.",
    "sendto": "Sends a datagram to the socket that has this name.",
    "recv": "Receives what has come, or sleeps until something comes.",
    "recvfrom": "As recv, and tells who sent it.",
    "shutdown": "Ends one direction of a connection, or both.",
    "getsockname": "The name of a socket.",
    "getpeername": "The name of the other end.",
    "getsockopt": "Asks for an option of a socket.",
    "setsockopt": "Sets an option of a socket.",
}

SENDING = (("MSG_DONTWAIT", "do not sleep", ""), ("MSG_NOSIGNAL", "no SIGPIPE", ""))
RECEIVING = (
    ("MSG_DONTWAIT", "do not sleep", ""),
    ("MSG_PEEK", "leave it there", ""),
    ("MSG_WAITALL", "sleep until all has come", ""),
    ("MSG_TRUNC", "tell the whole length of a datagram", ""),
)
FLAGS = {"send": SENDING, "sendto": SENDING, "recv": RECEIVING, "recvfrom": RECEIVING}

CHOICES = {
    "shutdown": (
        ("SHUT_RD", "nothing more is received", ""),
        ("SHUT_WR", "nothing more is sent", ""),
        ("SHUT_RDWR", "both", ""),
    ),
}

NAME = {"kind": "text", "value": "@server", "label": "name",
        "help": "@x, a path, or 127.0.0.1:7001"}  # fmt: skip
END = {"kind": "id", "label": "descriptor", "help": "that socket or accept gave"}
FIELDS: dict[tuple[str, str], dict[str, Any]] = {
    **{(call, "fd"): END for call in CALLS if call not in ("socket", "socketpair")},
    ("bind", "name"): NAME, ("connect", "name"): NAME, ("sendto", "name"): NAME,
    ("socket", "domain"): {"kind": "json", "value": "\"AF_UNIX\"", "help": "or \"AF_INET\""},
    ("socket", "kind"): {"kind": "json", "value": "\"SOCK_STREAM\"", "help": "or \"SOCK_DGRAM\""},
    ("socketpair", "domain"): {"kind": "json", "value": "\"AF_UNIX\""},
    ("socketpair", "kind"): {"kind": "json", "value": "\"SOCK_STREAM\""},
    ("socket", "protocol"): {"value": "0", "help": "0: the usual one"},
    ("socketpair", "protocol"): {"value": "0", "help": "0: the usual one"},
    ("send", "data"): {"kind": "text", "value": "hello"},
    ("sendto", "data"): {"kind": "text", "value": "hello"},
    ("listen", "backlog"): {"value": "5", "label": "queue", "help": "connections that may wait"},
    ("accept", "flags"): {"kind": "json", "value": "[]"},
    ("shutdown", "how"): {"kind": "choice", "value": "SHUT_WR"},
    ("getsockopt", "level"): {"value": "1", "help": "1: that of sockets"},
    ("setsockopt", "level"): {"value": "1", "help": "1: that of sockets"},
    ("getsockopt", "optname"): {"kind": "json", "label": "option", "value": "\"SO_ERROR\""},
    ("setsockopt", "optval"): {"kind": "json", "label": "value", "value": "1",
                               "help": "of SO_LINGER [1, 5]: on, for 5 seconds"},
    ("setsockopt", "optname"): {"kind": "json", "label": "option", "value": "\"SO_SNDBUF\""},
}  # fmt: skip
