"""Sends SIGKILL on in place of making it pending, which a process that has only been stopped does not see."""

from kernel_model import *


async def procxmt(u):
    t = tracing_of(u.k)
    if t.lock != u.pid or t.req <= 0:
        return False
    req, addr, data = t.req, t.addr, t.data
    t.req = 0
    go = False
    try:
        match req:
            case PTRACE_PEEKTEXT_ if req in (PTRACE_PEEKTEXT, PTRACE_PEEKDATA):
                t.data = await read_word(u, addr)
            case _ if req == PTRACE_PEEKUSER:
                t.data = read_user(u, addr)
            case _ if req in (PTRACE_POKEDATA, PTRACE_POKETEXT):
                await write_word(u, addr, data, req == PTRACE_POKETEXT)
            case _ if req == PTRACE_POKEUSER:
                write_user(u, addr, data)
            case _ if req in (PTRACE_CONT, PTRACE_SINGLESTEP):
                if not 0 <= data <= NSIG:
                    raise KernelError(Errno.EIO, "no such signal")
                u.cursig = data
                u.step = req == PTRACE_SINGLESTEP
                if addr != AS_IT_IS and u.regs is not None:
                    u.regs["pc"] = addr
                go = True
            case _ if req == PTRACE_KILL:
                u.cursig = SIGKILL
                go = True
            case _:
                raise KernelError(Errno.EIO, "no such request")
    except KernelError:
        t.req = t.FAILED
    wakeup(u, t.event)
    return go
