"""SO_RCVTIMEO and SO_SNDTIMEO: how long a call on a socket of Linux sleeps at most (man 7 socket).

They are given in milliseconds. Nothing takes time in the model: less than a second is over before
anybody does anything, and more never ends by itself. No call is made again after a signal if its
socket has such a limit.
"""

from __future__ import annotations

from kernel_model.constants import SO_RCVTIMEO, SO_SNDTIMEO
from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.sockets.lingering import Setting
from kernel_model.sockets.table import Socket, wait_on
from kernel_model.traps import Interrupted

SHORT = 1000  # milliseconds; a shorter time is over before anybody makes another call
LIMITS = (SO_RCVTIMEO, SO_SNDTIMEO)


def set_limit(so: Socket, optname: int, ms: Setting) -> None:
    """Sets a limit; 0 takes it away, and below 0 the time is over at once, though 0 is told."""
    if not isinstance(ms, int):
        raise KernelError(Errno.EINVAL, "two integers are no time")
    so.options[optname] = max(ms, -1)


def limit_told(so: Socket, optname: int) -> int:
    """What getsockopt tells of a limit."""
    return max(so.options.get(optname, 0), 0)


async def wait_for(
    u: Process, so: Socket, optname: int, event: str, late: Errno = Errno.EAGAIN
) -> None:
    """Sleeps on an event for a call of this socket; fails with `late` when its time is short."""
    limit = so.options.get(optname, 0)
    if limit and limit < SHORT:
        raise KernelError(late, f"{max(limit, 0)} milliseconds are over")
    try:
        await wait_on(u, event)
    except Interrupted as error:
        error.restarts = not limit
        raise
