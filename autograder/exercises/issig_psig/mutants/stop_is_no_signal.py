"""Stops a traced process at a stop signal by itself, and leaves its tracer no other signal to send on."""

from kernel_model import *


async def issig(u):
    while True:
        sig = fsig(u)
        if not sig:
            return False
        asked = u.cursig == sig
        if u.tracer is not None and not stops(u, sig) and sig != SIGKILL and not asked:
            await tracestop(u, sig)
            continue
        if ignores(u, sig):
            clearsig(u, sig)
            if sig == SIGCHLD and u.actions.get(sig) == "SIG_IGN":
                freechildren(u)
            continue
        if stops(u, sig):
            clearsig(u, sig)
            await stop(u, sig)
            continue
        return True


async def psig(u):
    sig = fsig(u)
    handler = u.actions.get(sig, "SIG_DFL") if catches(u, sig) else None
    clearsig(u, sig)
    if handler is None:
        psexit(u, sig)
    if u.flags[sig] & SA_RESETHAND:
        u.actions[sig] = "SIG_DFL"
    await sendsig(u, sig, handler)
