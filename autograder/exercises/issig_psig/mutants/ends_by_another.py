"""psig ends the process by the lowest pending signal."""

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
    if not catches(u, sig):
        psexit(u, min(u.sig, default=sig))
    clearsig(u, sig)
    action = u.actions[sig]
    if u.flags[sig] & SA_RESETHAND:
        u.actions[sig] = "SIG_DFL"
    await sendsig(u, sig, action)
