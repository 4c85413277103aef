"""Recursion: issig deals with one signal, and calls itself where it has to look again."""

from kernel_model import *


async def issig(u):
    sig = fsig(u)
    if not sig:
        return False
    asked = sig == u.cursig or sig == SIGKILL
    if u.tracer is not None and not asked:
        await tracestop(u, sig)
        return await issig(u)
    if not ignores(u, sig) and not stops(u, sig):
        return True
    halting = stops(u, sig) and not ignores(u, sig)
    clearsig(u, sig)
    if halting:
        await stop(u, sig)
    elif (sig, u.actions.get(sig)) == (SIGCHLD, "SIG_IGN"):
        freechildren(u)
    return await issig(u)


async def psig(u):
    sig = fsig(u)
    handler = u.actions.get(sig) if catches(u, sig) else None
    clearsig(u, sig)
    if handler is None:
        psexit(u, sig)
    if SA_RESETHAND & u.flags.get(sig, 0):
        del u.actions[sig]
    await sendsig(u, sig, handler)
