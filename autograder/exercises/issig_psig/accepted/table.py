"""A table of pairs, a condition and what is then done; the first that fits is taken."""

from kernel_model import *


async def drop(u, sig):
    clearsig(u, sig)


async def bury(u, sig):
    clearsig(u, sig)
    freechildren(u)


async def halt(u, sig):
    clearsig(u, sig)
    await stop(u, sig)


CASES = [
    (lambda u, sig: u.tracer is not None and sig not in {u.cursig, SIGKILL}, tracestop),
    (lambda u, sig: sig == SIGCHLD and u.actions.get(sig) == "SIG_IGN", bury),
    (ignores, drop),
    (stops, halt),
]


async def issig(u):
    while sig := fsig(u):
        fitting = [does for fits, does in CASES if fits(u, sig)]
        if not fitting:
            return True
        await fitting[0](u, sig)
    return False


def once(u, sig):
    return bool(u.flags.get(sig, 0) & SA_RESETHAND)


async def psig(u):
    sig = fsig(u)
    clearsig(u, sig)
    handler = u.actions.get(sig)
    u.actions |= {sig: "SIG_DFL"} if catches(u, sig) and once(u, sig) else {}
    await sendsig(u, sig, handler) if handler not in (None, "SIG_DFL", "SIG_IGN") else psexit(
        u, sig
    )
