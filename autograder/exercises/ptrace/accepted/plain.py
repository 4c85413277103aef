"""Flags and plain ifs, as a beginner writes; every failure is looked for by hand."""

from kernel_model import *


async def procxmt(u):
    t = tracing_of(u.k)
    if t.lock != u.pid:
        return False
    if t.req < 1:
        return False
    request = t.req
    where = t.addr
    what = t.data
    t.req = 0
    go_on = False
    failed = False
    if request == PTRACE_PEEKTEXT or request == PTRACE_PEEKDATA:
        try:
            t.data = await read_word(u, where)
        except KernelError:
            failed = True
    elif request == PTRACE_PEEKUSER:
        try:
            t.data = read_user(u, where)
        except KernelError:
            failed = True
    elif request == PTRACE_POKETEXT:
        try:
            await write_word(u, where, what, True)
        except KernelError:
            failed = True
    elif request == PTRACE_POKEDATA:
        try:
            await write_word(u, where, what, False)
        except KernelError:
            failed = True
    elif request == PTRACE_POKEUSER:
        try:
            write_user(u, where, what)
        except KernelError:
            failed = True
    elif request == PTRACE_CONT or request == PTRACE_SINGLESTEP:
        if what < 0 or what > NSIG:
            failed = True
        else:
            if u.regs != None and where != 1:
                u.regs["pc"] = where
            u.cursig = what
            u.step = False
            if request == PTRACE_SINGLESTEP:
                u.step = True
            go_on = True
    elif request == PTRACE_KILL:
        u.cursig = 0
        u.sig = u.sig | {SIGKILL}
        go_on = True
    else:
        failed = True
    if failed == True:
        t.req = -1
    wakeup(u, "trace")
    return go_on
