"""Sets the step and never takes it back."""

from kernel_model import *


async def procxmt(u):
    trace = tracing_of(u.k)
    if trace.lock != u.pid or trace.req <= 0:
        return False
    req, addr, word = trace.req, trace.addr, trace.data
    trace.req, resumes = 0, False
    try:
        if req in (PTRACE_PEEKTEXT, PTRACE_PEEKDATA):
            trace.data = await read_word(u, addr)
        elif req == PTRACE_PEEKUSER:
            trace.data = read_user(u, addr)
        elif req in (PTRACE_POKETEXT, PTRACE_POKEDATA):
            await write_word(u, addr, word, req == PTRACE_POKETEXT)
        elif req == PTRACE_POKEUSER:
            write_user(u, addr, word)
        elif req in (PTRACE_CONT, PTRACE_SINGLESTEP) and 0 <= word <= NSIG:
            if addr != AS_IT_IS and u.regs is not None:
                u.regs["pc"] = addr
            u.cursig, u.step = word, u.step or req == PTRACE_SINGLESTEP
            resumes = True
        elif req == PTRACE_KILL:
            u.sig.add(SIGKILL)
            resumes = True
        else:
            raise KernelError(Errno.EIO, f"{u.name} cannot do request {req}")
    except KernelError:
        trace.req = trace.FAILED
    wakeup(u, trace.event)
    return resumes
