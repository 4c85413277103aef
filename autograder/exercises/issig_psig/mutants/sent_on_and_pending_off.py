"""Turns off the pending signal as well when it handles the same one that the tracer has sent on."""

from kernel_model import *


def first(u):
    if u.cursig:
        return u.cursig
    if SIGKILL in u.sig:
        return SIGKILL
    return min(u.sig - u.hold, default=0)


def off(u, sig):
    u.cursig = 0
    u.sig.discard(sig)


class Found(Exception):
    pass


async def look(u, sig):
    from_tracer = bool(u.cursig)
    if u.tracer and sig != SIGKILL and not from_tracer:
        await tracestop(u, sig)
    elif ignores(u, sig):
        off(u, sig)
        if sig == SIGCHLD and u.actions.get(sig) == "SIG_IGN":
            freechildren(u)
    elif stops(u, sig):
        off(u, sig)
        await stop(u, sig)
    else:
        raise Found


async def issig(u):
    try:
        while (sig := first(u)) != 0:
            await look(u, sig)
    except Found:
        return True
    return False


async def psig(u):
    sig = first(u)
    off(u, sig)
    if not catches(u, sig):
        psexit(u, sig)
    handler = u.actions[sig]
    if u.flags[sig] & SA_RESETHAND:
        u.actions[sig] = "SIG_DFL"
    await sendsig(u, sig, handler)
