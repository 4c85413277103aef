from kernel_model import *


async def issig(u):
    """Has the process a signal to handle? Takes off what does nothing. (Bach, Figure 7.7)

        nothing pending, or all blocked   no
        traced                            it stops; its tracer says which signal it has instead
        ignored                           the signal is off, and it looks for another one
        death of child, set to SIG_IGN    also frees the slots of its children that are zombies
        a signal that stops it            the signal is off; it stops, and then looks again
        any other                         yes: the signal stays, for psig

    A traced process does not stop at SIGKILL, nor again at what its tracer has sent on.
    """
    raise NotImplementedError("issig is not written yet")


async def psig(u):
    """Handles the signal that issig has found. (Bach, Figure 7.8)

        no handler                 the process ends by the signal
        a handler                  the process will run it when it is in user mode again
        a handler, SA_RESETHAND    and the action is the default one from now on

    In every case the signal is off before.
    """
    raise NotImplementedError("psig is not written yet")
