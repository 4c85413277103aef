"""Early returns: what cannot be goes out first, through one small function at each place."""

from contextlib import suppress

from kernel_model import *


async def procxmt(u):
    trace = tracing_of(u.k)

    def answered(goes_on, mark=0):
        trace.req = mark
        wakeup(u, trace.event)
        return goes_on

    if u.pid != trace.lock:
        return False
    req, word = trace.req, trace.data
    if req <= 0:
        return False
    known = range(PTRACE_PEEKTEXT, PTRACE_SINGLESTEP + 1)
    if req not in known:
        return answered(False, trace.FAILED)
    if req == PTRACE_KILL:
        u.cursig = 0
        u.sig.add(SIGKILL)
        return answered(True)
    if req == PTRACE_CONT or req == PTRACE_SINGLESTEP:
        if not 0 <= word <= NSIG:
            return answered(False, trace.FAILED)
        with suppress(TypeError):
            u.regs["pc"] = trace.addr if trace.addr - AS_IT_IS else u.regs["pc"]
        u.step = req == PTRACE_SINGLESTEP
        u.cursig = word
        return answered(True)
    with suppress(KernelError):
        if req in (PTRACE_PEEKUSER, PTRACE_POKEUSER):
            value = read_user(u, trace.addr)
            if req == PTRACE_POKEUSER:
                write_user(u, trace.addr, word)
        elif req > PTRACE_PEEKUSER:
            await write_word(u, trace.addr, word, req == PTRACE_POKETEXT)
            value = word
        else:
            value = await read_word(u, trace.addr)
        trace.data = value
        return answered(False)
    return answered(False, trace.FAILED)
