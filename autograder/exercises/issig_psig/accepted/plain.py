"""Flags and plain ifs, as a beginner writes; the cases as a chain that is run through each time."""

from kernel_model import *


async def issig(u):
    found = False
    done = False
    while done == False:
        n = fsig(u)
        if n == 0:
            done = True
        else:
            being_traced = False
            if u.tracer != None:
                being_traced = True
            if n == u.cursig:
                being_traced = False
            if n == SIGKILL:
                being_traced = False
            if being_traced == True:
                await tracestop(u, n)
            else:
                if ignores(u, n) == True:
                    if n == SIGCHLD:
                        if n in u.actions:
                            if u.actions[n] == "SIG_IGN":
                                freechildren(u)
                    clearsig(u, n)
                else:
                    if stops(u, n) == True:
                        clearsig(u, n)
                        await stop(u, n)
                    else:
                        found = True
                        done = True
    return found


async def psig(u):
    n = fsig(u)
    clearsig(u, n)
    if catches(u, n) == False:
        psexit(u, n)
    else:
        handler = u.actions[n]
        flags = 0
        if n in u.flags:
            flags = u.flags[n]
        if flags & SA_RESETHAND != 0:
            u.actions[n] = "SIG_DFL"
        await sendsig(u, n, handler)
