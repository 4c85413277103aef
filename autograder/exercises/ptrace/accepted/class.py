"""A class for the request, with properties for what it is and a method for each kind."""

from dataclasses import dataclass

from kernel_model import *


@dataclass
class Request:
    u: Process
    number: int
    addr: int
    word: int

    @property
    def lets_go(self):
        return self.number in (PTRACE_CONT, PTRACE_SINGLESTEP, PTRACE_KILL)

    async def read(self):
        if self.number == PTRACE_PEEKUSER:
            return read_user(self.u, self.addr)
        return await read_word(self.u, self.addr)

    async def write(self):
        if self.number == PTRACE_POKEUSER:
            write_user(self.u, self.addr, self.word)
        else:
            await write_word(self.u, self.addr, self.word, self.number == PTRACE_POKETEXT)

    def resume(self):
        u = self.u
        if self.number == PTRACE_KILL:
            u.cursig, u.sig = 0, u.sig | {SIGKILL}
            return
        if self.word < 0 or self.word > NSIG:
            raise KernelError(Errno.EIO, f"no signal {self.word}")
        u.cursig = self.word
        u.step = self.number == PTRACE_SINGLESTEP
        if u.regs is not None and self.addr != AS_IT_IS:
            u.regs["pc"] = self.addr

    async def answer(self):
        if self.lets_go:
            return self.resume()
        if self.number in (PTRACE_PEEKTEXT, PTRACE_PEEKDATA, PTRACE_PEEKUSER):
            return await self.read()
        if self.number in (PTRACE_POKETEXT, PTRACE_POKEDATA, PTRACE_POKEUSER):
            return await self.write()
        raise KernelError(Errno.EIO, "no such request")


async def procxmt(u):
    shared = tracing_of(u.k)
    if shared.req <= 0 or shared.lock != u.pid:
        return False
    request = Request(u, shared.req, shared.addr, shared.data)
    try:
        answer = await request.answer()
    except KernelError:
        shared.req = shared.FAILED
    else:
        shared.req, shared.data = 0, answer or 0
    wakeup(u, shared.event)
    return shared.req == 0 and request.lets_go
