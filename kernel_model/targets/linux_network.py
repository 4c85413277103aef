"""A network of the scenario's own: abstract names and loopback ports that nobody else has."""

import fcntl
import socket
import struct

from .linux_sockets import NO_FAMILY

_SIOCSIFFLAGS = 0x8914
_UP, _RUNNING = 0x1, 0x40

# Calls that take a name, and which of their arguments it is.
NAMED = {"bind": 1, "connect": 1, "sendto": 3}


def loopback() -> None:
    """Sets up the loopback device of a new network, which is the only one in it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        fcntl.ioctl(end, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _UP | _RUNNING))


def socket_name(call: str, args: list[object]) -> str:
    """The name that the call gives to a socket or looks for; "" if it does not."""
    number = NAMED.get(call, len(args))
    name = args[number] if number < len(args) else None
    return name if isinstance(name, str) else ""


def is_path(name: str) -> bool:
    """Is it a name in the file system? Others are abstract (@x) or an address and a port."""
    return name not in ("", NO_FAMILY) and not name.startswith("@") and ":" not in name


def crowded(call: str, args: list[object], private: bool) -> str | None:
    """Why this call cannot be made where the network is shared: the name may be somebody's."""
    name = socket_name(call, args)
    if private or not name or is_path(name):
        return None
    return f"{call} of {name!r} needs a network of its own; as root it can be run"
