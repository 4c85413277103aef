"""sigaction: how a signal is caught, with flags and a mask (POSIX; System V Release 4).

Departs from Bach: System V Release 2 has only `signal`, whose handler is reset when it runs. It is
in both personalities, as masks are.
"""

from __future__ import annotations

from kernel_model.constants import SA_RESETHAND, SA_RESTART
from kernel_model.errno import Errno, KernelError
from kernel_model.posting import SIGKILL, SIGSTOP
from kernel_model.process import Process
from kernel_model.signals import set_action
from kernel_model.traps import syscall


@syscall
def sigaction(
    u: Process, sig: int, handler: str | int, flags: int = 0, sigs: list[int] | None = None
) -> int:
    """Sets what a signal does: SIG_DFL, SIG_IGN, or catch; copies out what it did (`prev`).

        SA_RESTART     a call that can be made again after the handler is
        SA_RESETHAND   the action is the default one again when the handler runs
        SA_NODEFER     the handler does not block its own signal while it runs
        SA_NOCLDSTOP   of SIGCHLD: not sent when a child stops or goes on
        SA_NOCLDWAIT   of SIGCHLD: a child that ends leaves no zombie

    `sigs` are blocked as well while the handler runs. Fails with EINVAL as `signal` does.
    """
    #: there must be such an action
    if handler not in ("SIG_DFL", "SIG_IGN", "catch") and not isinstance(handler, int):
        raise KernelError(Errno.EINVAL, f"{handler!r} is not an action")
    action = handler
    if handler == "catch" and flags & (SA_RESETHAND | SA_RESTART):
        action = "catch_once" if flags & SA_RESETHAND else "catch_restart"
    #: set what the signal does from now on, with its flags; tell what it did before
    set_action(u, sig, action, flags)
    #: keep what is blocked while the handler runs
    u.masks[sig] = set(sigs or ()) - {SIGKILL, SIGSTOP}
    return 0
