"""SO_LINGER: what becomes of what is under way at the last close of a circuit (4.3BSD soclose).

off             it is sent all the same, and nobody waits for it
on, 0 seconds   it is thrown away, and the other end is reset (closing)
on, more        close sleeps until the other side has acknowledged it, and the end

It is of circuits of the Internet domain; other sockets keep it, and it means nothing. On one host
the classic kernel has nothing under way: what was sent has come.
"""

from __future__ import annotations

from kernel_model.constants import SO_LINGER
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import File
from kernel_model.process import Process
from kernel_model.sockets.table import CONNECTED, Socket, socket_of, wait_on
from kernel_model.traps import algorithm

Setting = int | list[int]  # an option's value; that of SO_LINGER is a pair: on or off, seconds


def linger_told(so: Socket) -> list[int]:
    """What getsockopt tells of SO_LINGER."""
    return [so.options.get(SO_LINGER, 0), so.linger]


@algorithm
def solingers(u: Process, so: Socket, value: Setting) -> None:
    """Sets SO_LINGER; EINVAL for what is no pair. The seconds are kept also if it is off."""
    on, so.linger = pair(value)
    so.options[SO_LINGER] = int(bool(on))


def pair(value: Setting) -> tuple[int, int]:
    """The two numbers of SO_LINGER."""
    if isinstance(value, int):
        raise KernelError(Errno.EINVAL, "SO_LINGER takes two numbers: on or off, and seconds")
    on, seconds = value
    return on, seconds


def single(value: Setting) -> int:
    """The number that an option takes: of a pair the first."""
    return value if isinstance(value, int) else value[0]


@algorithm
async def solinger(u: Process, file: File) -> None:
    """After the last close: sleeps until everything is acknowledged, however long that takes.

    The seconds mean nothing to 4.3BSD, but for 0. Who does not want to wait (O_NDELAY) does not. A
    signal ends the sleep with EINTR, though the descriptor is gone.
    """
    so = socket_of(file)
    while not file.nonblock and under_way(so):
        await wait_on(u, so.event("close"))


def under_way(so: Socket) -> bool:
    """Has another host something to acknowledge: bytes, or the end?"""
    one = so.connection
    return one is not None and so.state == CONNECTED and not 0 < one.fin < one.una
