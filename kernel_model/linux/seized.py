"""ptrace of Linux since 3.4: whom PTRACE_SEIZE has, options, and stops that are no signal's.

A process that is seized is not stopped by that. Its tracer stops it (PTRACE_INTERRUPT), leaves it
stopped where a signal has stopped it (PTRACE_LISTEN), and is told when it goes on.
"""

from __future__ import annotations

from kernel_model.constants import (
    PTRACE_GETEVENTMSG,
    PTRACE_INTERRUPT,
    PTRACE_LISTEN,
    PTRACE_O_EXITKILL,
    PTRACE_O_SUSPEND_SECCOMP,
    PTRACE_O_TRACEEXEC,
    PTRACE_O_TRACESECCOMP,
    PTRACE_OLDSETOPTIONS,
    PTRACE_SETOPTIONS,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.posting import SIGTRAP, TRAP_EXEC, TRAP_NOTIFY, TRAP_STOP, post_trap, psignal
from kernel_model.process import Process
from kernel_model.tracewords import place_of_word, put_word
from kernel_model.traps import linux

LATER = (
    PTRACE_SETOPTIONS, PTRACE_OLDSETOPTIONS, PTRACE_GETEVENTMSG, PTRACE_INTERRUPT, PTRACE_LISTEN,
)  # fmt: skip
ALL_EVENTS = 2 * PTRACE_O_TRACESECCOMP - 1  # the options below it are one bit each
OPTIONS = ALL_EVENTS | PTRACE_O_EXITKILL | PTRACE_O_SUSPEND_SECCOMP


async def later(u: Process, p: Process, req: int, word: int) -> None:
    """A request that classic tracing has not.

        PTRACE_SETOPTIONS    PTRACE_O_EXITKILL: it ends with its tracer; PTRACE_O_TRACEEXEC: it
                             stops in exec without a signal; the others are kept, and do nothing
        PTRACE_GETEVENTMSG   writes at `word` of the caller's memory what the stop says besides:
                             of exec the process id
        PTRACE_INTERRUPT     stops it without a signal
        PTRACE_LISTEN        leaves it stopped; it may be waited for, and tells when it goes on

    Fails with EIO where it is not seized, or not stopped so; EINVAL for an option that is none.
    """
    if req in (PTRACE_SETOPTIONS, PTRACE_OLDSETOPTIONS):
        if word & ~OPTIONS:
            raise KernelError(Errno.EINVAL, f"there are no options {word:#x}")
        p.options = word
    elif req == PTRACE_GETEVENTMSG:
        await tell_message(u, p, word)
    elif not p.seized or (req == PTRACE_LISTEN and not p.event):
        raise KernelError(Errno.EIO, f"{p.name} is not traced so that it could be left stopped")
    elif req == PTRACE_INTERRUPT:
        post_trap(p, TRAP_STOP)
    else:
        p.listening = True
        if p.traps & TRAP_NOTIFY:
            post_trap(p, TRAP_NOTIFY)


async def tell_message(u: Process, p: Process, addr: int) -> None:
    """Writes what a stop says besides into the memory of the tracer; EFAULT where it has none."""
    try:
        for at in (addr, addr + 7):
            if place_of_word(u, at).readonly:
                raise KernelError(Errno.EFAULT, f"{u.name} may not write at {at:#x}")
    except KernelError as error:
        raise KernelError(Errno.EFAULT, error.why) from None
    await put_word(u, addr, p.message)


@linux
def tellexec(u: Process) -> None:
    """Stops a traced process in its new program: with a signal, unless the tracer asked otherwise.

    One that is seized is not stopped without that option.
    """
    #: stop as the tracer has asked for; by SIGTRAP if it has not asked
    if u.options & PTRACE_O_TRACEEXEC:
        u.traps |= TRAP_EXEC
    elif not u.seized:
        psignal(u, SIGTRAP)
