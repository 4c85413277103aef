"""The way back to user mode: signals that are pending are handled on it (Bach 6.4.2, 7.2)."""

from __future__ import annotations

from kernel_model.constants import SIGNALS
from kernel_model.process import Process

SIGTRAP = SIGNALS["SIGTRAP"]
MOST = 1000  # signals that a process handles on one way; there are 64


async def signalled(u: Process) -> str | None:
    """Handles every signal that is there; gives how the first of them was caught, None: none was.

    Departs from Bach: one after the other before the process runs, and not one at each trap.
    """
    algorithms = u.k.algorithms
    u.ran = None
    handled = 0
    while True:
        if u.traps:
            await algorithms["trapstop"](u)
        elif await algorithms["issig"](u):
            await algorithms["psig"](u)
            handled += 1
            assert handled < MOST, f"psig has handled {MOST} signals of {u.name}, and left them on"
        elif not u.traps:  # none has come while issig stopped it
            break
    return u.ran


def step_over(u: Process) -> None:
    """The one instruction was a call, and that is over: on Linux the trap comes before signals."""
    if u.step and u.k.personality == "linux":
        u.step = False
        u.sig.add(SIGTRAP)


async def enters(u: Process) -> None:
    """PTRACE_SYSCALL of Linux: a process stops where a call that it was found in begins again."""
    if u.step and not u.trapping and u.k.personality == "linux":
        u.step = False
        u.sig.add(SIGTRAP)
        await signalled(u)


async def single_step(u: Process) -> None:
    """A program that is no list of instructions stops again on its way to user mode."""
    while u.step and u.regs is None:
        u.step = False
        u.sig.add(SIGTRAP)
        await signalled(u)
