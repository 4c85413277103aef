"""No service but those that stop, free, end and call: sets and a sorted list in their place."""

from kernel_model import *

HALTING = {19, 20, 21, 22}
QUIET = {SIGCHLD, 18, 23, 28}


def first(u):
    if u.cursig:
        return u.cursig
    waiting = sorted(set(u.sig) - set(u.hold), key=lambda sig: (sig != SIGKILL, sig))
    return waiting[0] if waiting else None


def off(u, sig):
    if u.cursig == sig:
        u.cursig = 0
        return
    u.sig.remove(sig)


def action(u, sig):
    return u.actions[sig] if sig in u.actions else "SIG_DFL"


async def issig(u):
    while (sig := first(u)) is not None:
        if u.tracer is not None and u.cursig == 0 and sig != SIGKILL:
            await tracestop(u, sig)
            continue
        does = action(u, sig)
        if does == "SIG_IGN" or (does == "SIG_DFL" and sig in QUIET):
            off(u, sig)
            if does == "SIG_IGN" and sig == SIGCHLD:
                freechildren(u)
            continue
        if does != "SIG_DFL" or sig not in HALTING:
            return True
        off(u, sig)
        await stop(u, sig)
    return False


async def psig(u):
    sig = first(u)
    does = action(u, sig)
    off(u, sig)
    if does == "SIG_DFL":
        psexit(u, sig)
    if u.flags.get(sig) is not None and u.flags[sig] & SA_RESETHAND:
        u.actions.pop(sig)
    await sendsig(u, sig, does)
