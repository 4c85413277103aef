"""issig passes by a signal that is ignored, and leaves it on."""

from kernel_model import *


async def issig(u):
    passed = set()
    while left := u.sig - u.hold - passed or {u.cursig} - {0}:
        sig = u.cursig or (SIGKILL if SIGKILL in left else min(left))
        if u.tracer is not None and sig not in (u.cursig, SIGKILL):
            await tracestop(u, sig)
        elif ignores(u, sig):
            passed.add(sig)
            u.cursig = 0
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
    clearsig(u, sig)
    if not catches(u, sig):
        psexit(u, sig)
    action = u.actions[sig]
    if u.flags[sig] & SA_RESETHAND:
        u.actions[sig] = "SIG_DFL"
    await sendsig(u, sig, action)
