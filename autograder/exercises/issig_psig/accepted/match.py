"""A word for what each signal is, and a match statement for what is done with it."""

from enum import Enum, auto

from kernel_model import *


class Kind(Enum):
    NONE = auto()
    ASK = auto()
    DROP = auto()
    CHILD = auto()
    HALT = auto()
    HANDLE = auto()


def kind(u, sig):
    if sig == 0:
        return Kind.NONE
    if u.tracer and sig != SIGKILL and sig != u.cursig:
        return Kind.ASK
    if sig == SIGCHLD and u.actions.get(SIGCHLD, "SIG_DFL") == "SIG_IGN":
        return Kind.CHILD
    return Kind.DROP if ignores(u, sig) else Kind.HALT if stops(u, sig) else Kind.HANDLE


async def issig(u):
    while True:
        sig = fsig(u)
        match kind(u, sig):
            case Kind.NONE:
                return False
            case Kind.HANDLE:
                return True
            case Kind.ASK:
                await tracestop(u, sig)
            case Kind.DROP:
                clearsig(u, sig)
            case Kind.CHILD:
                freechildren(u)
                clearsig(u, sig)
            case Kind.HALT:
                clearsig(u, sig)
                await stop(u, sig)


async def psig(u):
    sig = fsig(u)
    match u.actions.get(sig, "SIG_DFL"):
        case "SIG_DFL" | "SIG_IGN":
            clearsig(u, sig)
            psexit(u, sig)
        case handler:
            clearsig(u, sig)
            if u.flags.get(sig, 0) & SA_RESETHAND:
                u.actions[sig] = "SIG_DFL"
            await sendsig(u, sig, handler)
