"""psig turns the pending signal off, and never what the tracer has sent on."""

from kernel_model import *


async def issig(u):
    while sig := fsig(u):
        if u.tracer is not None and sig not in (u.cursig, SIGKILL):
            await tracestop(u, sig)
        elif ignores(u, sig):
            clearsig(u, sig)
            if sig == SIGCHLD and u.actions.get(sig) == "SIG_IGN":
                freechildren(u)
        elif stops(u, sig):
            clearsig(u, sig)
            await stop(u, sig)
        else:
            return True
    return False


async def psig(u):
    sig = fsig(u)
    if sig in u.sig:
        u.sig.discard(sig)
    elif not catches(u, sig):
        u.cursig = 0
    if not catches(u, sig):
        psexit(u, sig)
    action = u.actions[sig]
    if u.flags[sig] & SA_RESETHAND:
        u.actions[sig] = "SIG_DFL"
    await sendsig(u, sig, action)
    if u.cursig and u.caught.get(sig, 0) % 2 == 0:
        u.cursig = 0
