"""A table with a function for each request; who asks for another one finds none."""

from kernel_model import *


async def peek(u, t, req):
    t.data = await read_word(u, t.addr)


async def peek_user(u, t, req):
    t.data = read_user(u, t.addr)


async def poke(u, t, req):
    await write_word(u, t.addr, t.data, text=req == PTRACE_POKETEXT)


async def poke_user(u, t, req):
    write_user(u, t.addr, t.data)


async def go(u, t, req):
    if t.data not in range(NSIG + 1):
        raise KernelError(Errno.EIO, "no such signal")
    if u.regs and t.addr != AS_IT_IS:
        u.regs |= {"pc": t.addr}
    u.step = req == PTRACE_SINGLESTEP
    u.cursig = t.data
    return True


async def kill(u, t, req):
    u.sig.add(SIGKILL)
    u.cursig = 0
    return True


REQUESTS = {
    PTRACE_PEEKTEXT: peek,
    PTRACE_PEEKDATA: peek,
    PTRACE_PEEKUSER: peek_user,
    PTRACE_POKETEXT: poke,
    PTRACE_POKEDATA: poke,
    PTRACE_POKEUSER: poke_user,
    PTRACE_CONT: go,
    PTRACE_SINGLESTEP: go,
    PTRACE_KILL: kill,
}


async def procxmt(u):
    t = tracing_of(u.k)
    if not (t.lock == u.pid and t.req > 0):
        return False
    req, t.req = t.req, 0
    try:
        return await REQUESTS[req](u, t, req) or False
    except (KernelError, KeyError):
        t.req = Tracing.FAILED
        return False
    finally:
        wakeup(u, t.event)
