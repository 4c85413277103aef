"""Which descriptor each process most likely means: the newest of its own that fits the call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kernel_model.inode import File
from kernel_model.kernel import Kernel
from kernel_model.sockets.table import CONNECTED, LISTENING, UNCONNECTED, Socket
from kernel_model.view.consoles.runs import Line

Fits = Callable[[File], bool]


def held(lines: Iterable[Line]) -> dict[str, dict[str, int]]:
    """The descriptors that each process got, or had from its parent, by the names that keep them.

    Of a pipe and of a pair of sockets the name is that of an end, as `p.r`.
    """
    found: dict[str, dict[str, int]] = {}
    for line in lines:
        if line.move.call == "fork" and "ret" in line.outcome:
            found[str(line.move.args[0])] = dict(found.get(line.move.proc, {}))
        if line.kept:
            ends = [key for key in line.outcome if key in ("r", "w", "0", "1")]
            named = {f"{line.kept}.{end}": line.outcome[end] for end in ends}
            got = named or {line.kept: line.outcome["ret"]}
            found.setdefault(line.move.proc, {}).update(got)
        for who, name in line.got.items():
            found.setdefault(who, {})[name] = line.back[who][1]["ret"]
    return found


def sensible(
    call: str, held: Mapping[str, Mapping[str, int]], kernel: Kernel, offered: Iterable[str]
) -> dict[str, str]:
    """The name among those `offered` that each process is to be shown first for this call.

    The newest that fits, else the newest that is open. Who has none is not there.
    """
    names, fits = set(offered), FITS.get(call)
    found = {}
    for process in kernel.procs.values():
        opened = [
            (name, process.ofile[number])
            for name, number in held.get(process.name, {}).items()
            if name in names and number in process.ofile
        ]
        best = [name for name, file in opened if fits is None or fits(file)] or [
            name for name, _ in opened
        ]
        if best:
            found[process.name] = best[-1]
    return found


def _socket(true: Callable[[Socket], Any]) -> Fits:
    """Is it a socket of which this is true?"""
    return lambda file: file.inode.socket is not None and bool(true(file.inode.socket))


TALKS = _socket(lambda so: so.state == CONNECTED or not so.circuit)
FITS: dict[str, Fits] = {
    "read": lambda file: file.read and (file.inode.socket is None or TALKS(file)),
    "write": lambda file: file.write and (file.inode.socket is None or TALKS(file)),
    "bind": _socket(lambda so: not so.name),
    "listen": _socket(lambda so: so.circuit and so.name and so.state == UNCONNECTED),
    "accept": _socket(lambda so: so.state == LISTENING),
    "connect": _socket(lambda so: so.state == UNCONNECTED),
    **dict.fromkeys(("send", "recv", "recvfrom", "shutdown", "getpeername"), TALKS),
    "sendto": _socket(lambda so: not so.circuit),
}
