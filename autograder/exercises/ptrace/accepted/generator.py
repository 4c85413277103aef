"""Sets of requests, and two helpers that give what a request does as a pair: goes on, word."""

from kernel_model import *

MEMORY = {PTRACE_PEEKTEXT, PTRACE_PEEKDATA, PTRACE_POKETEXT, PTRACE_POKEDATA}
USER = {PTRACE_PEEKUSER, PTRACE_POKEUSER}
RESUME = {PTRACE_CONT, PTRACE_SINGLESTEP, PTRACE_KILL}
WRITING = {PTRACE_POKETEXT, PTRACE_POKEDATA, PTRACE_POKEUSER}


async def words(u, req, addr, word):
    if req in MEMORY:
        if req in WRITING:
            await write_word(u, addr, word, req == PTRACE_POKETEXT)
            return word
        return await read_word(u, addr)
    if req in WRITING:
        write_user(u, addr, word)
        return word
    return read_user(u, addr)


def resume(u, req, addr, sig):
    if req == PTRACE_KILL:
        sig, addr = 0, AS_IT_IS
        u.sig.update([SIGKILL])
    if sig != sorted((0, sig, NSIG))[1]:
        raise KernelError(Errno.EIO, "that is no signal")
    if addr != AS_IT_IS:
        (u.regs or {})["pc"] = addr
    u.cursig, u.step = sig, req == PTRACE_SINGLESTEP


async def procxmt(u):
    t = tracing_of(u.k)
    if (t.lock, max(t.req, 0)) != (u.pid, t.req) or not t.req:
        return False
    req, t.req = t.req, 0
    try:
        if req in RESUME:
            resume(u, req, t.addr, t.data)
        elif req in MEMORY | USER:
            t.data = await words(u, req, t.addr, t.data)
        else:
            t.req = t.FAILED
    except KernelError:
        t.req = t.FAILED
    wakeup(u, t.event)
    return req in RESUME and t.req == 0
