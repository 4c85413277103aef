"""Process tracing: ptrace, and what the traced process does for its tracer (Bach 11.1).

The kernel has one trace structure. A tracer locks it, writes its request into it, wakes the
process that it traces and sleeps; that process does the request in its own context, writes the
answer, wakes the tracer, and stops again unless the request lets it go on. So a word read costs
two context switches at least.
"""

from __future__ import annotations

from kernel_model.constants import (
    PTRACE_CONT,
    PTRACE_KILL,
    PTRACE_PEEKDATA,
    PTRACE_PEEKTEXT,
    PTRACE_PEEKUSER,
    PTRACE_POKEDATA,
    PTRACE_POKETEXT,
    PTRACE_POKEUSER,
    PTRACE_SINGLESTEP,
    PTRACE_TRACEME,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.posting import SIGKILL
from kernel_model.process import Process, State
from kernel_model.signals import NSIG
from kernel_model.tracewords import read_user, read_word, write_user, write_word
from kernel_model.tracing import tracing_of
from kernel_model.traps import PZERO, algorithm, sleep, syscall, wakeup

AS_IT_IS = 1  # the address of PTRACE_CONT that leaves the program counter alone
PEEKS = (PTRACE_PEEKTEXT, PTRACE_PEEKDATA, PTRACE_PEEKUSER)


@syscall
async def ptrace(u: Process, req: int, pid: int = 0, addr: int | None = 0, word: int = 0) -> int:
    """Asks to be traced, or has a traced child that is stopped do a request.

        PTRACE_TRACEME             the caller's parent may trace it from now on
        PTRACE_PEEKTEXT, PEEKDATA  gives the word at `addr` of the child's memory
        PTRACE_PEEKUSER            gives the word at offset `addr` of its user area
        PTRACE_POKETEXT, POKEDATA  writes `word` at `addr` of its memory
        PTRACE_POKEUSER            writes a register of it
        PTRACE_CONT                lets it go on, with the signal `word` if that is not 0
        PTRACE_SINGLESTEP          the same for one instruction
        PTRACE_KILL                ends it

    Fails with ESRCH unless `pid` is a child of the caller that is traced and stopped, EIO for
    another request, an address that is not there, or a signal that does not exist. (Bach 11.1)
    """
    tracing = tracing_of(u.k)
    if req == PTRACE_TRACEME:
        #: the child asks: its parent may trace it
        u.tracer = u.ppid
        return 0
    #: lock the trace structure
    while tracing.lock:
        find_traced(u, pid)
        await sleep(u, tracing.event, PZERO)
    #: there must be such a child, traced and stopped
    child = find_traced(u, pid)
    tracing.lock = child.pid
    #: write the request into it
    tracing.req, tracing.addr, tracing.data = req, addr or 0, word
    #: wake the child, sleep until it has answered
    while tracing.req > 0:
        if child.state is State.STOPPED:
            child.state = State.READY
            u.k.setrun(child)
        await sleep(u, tracing.event, PZERO)
    failed, answer = tracing.req == tracing.FAILED, tracing.data
    #: unlock the structure, wake those who wait for it
    tracing.lock = tracing.req = 0
    wakeup(u, tracing.event)
    if failed:
        raise KernelError(Errno.EIO, f"{child.name} cannot do request {req}")
    return answer if req in PEEKS else 0


def find_traced(u: Process, pid: int) -> Process:
    """The child that the caller traces, which must be stopped; ESRCH if there is none."""
    child = u.k.procs.get(pid)
    if child is None or child.tracer != u.pid or child.state is not State.STOPPED:
        raise KernelError(Errno.ESRCH, f"{u.name} traces no stopped process {pid}")
    return child


@algorithm
async def procxmt(u: Process) -> bool:
    """The traced process does the request of its tracer; True: it goes on. (Bach 11.1)

        another process's, or none   nothing: it stops again
        PTRACE_PEEKTEXT, PEEKDATA    `data` is the word at `addr` of its memory
        PTRACE_PEEKUSER              `data` is the word at offset `addr` of its user area
        PTRACE_POKETEXT, POKEDATA    the word at `addr` is `data`
        PTRACE_POKEUSER              the register at offset `addr` is `data`
        PTRACE_CONT                  it goes on with the signal `data` (0: none), and at `addr`,
                                     unless that is 1
        PTRACE_SINGLESTEP            the same, and it stops after one instruction
        PTRACE_KILL                  it goes on, and ends by SIGKILL

    It takes the request out of the trace structure, and wakes its tracer when it has done it, or
    when that fails: another request, a word that is not there, or no such signal. A request that
    fails changes nothing, and it stops again.
    """
    trace = tracing_of(u.k)
    #: if the request is not for this process: stop again
    if trace.lock != u.pid or trace.req <= 0:
        return False
    #: take the request
    req, addr, word = trace.req, trace.addr, trace.data
    trace.req, resumes = 0, False
    try:
        #: read a word of memory, or of the user area
        if req in (PTRACE_PEEKTEXT, PTRACE_PEEKDATA):
            trace.data = await read_word(u, addr)
        elif req == PTRACE_PEEKUSER:
            trace.data = read_user(u, addr)
        #: write one
        elif req in (PTRACE_POKETEXT, PTRACE_POKEDATA):
            await write_word(u, addr, word, req == PTRACE_POKETEXT)
        elif req == PTRACE_POKEUSER:
            write_user(u, addr, word)
        #: go on with a signal, or for one instruction
        elif req in (PTRACE_CONT, PTRACE_SINGLESTEP) and 0 <= word <= NSIG:
            if addr != AS_IT_IS and u.regs is not None:
                u.regs["pc"] = addr
            u.cursig, u.step = word, req == PTRACE_SINGLESTEP
            resumes = True
        #: end
        elif req == PTRACE_KILL:
            u.sig.add(SIGKILL)
            resumes = True
        else:
            raise KernelError(Errno.EIO, f"{u.name} cannot do request {req}")
    except KernelError:
        #: it cannot be done
        trace.req = trace.FAILED
    #: wake the tracer
    wakeup(u, trace.event)
    return resumes


@algorithm
def traceexit(u: Process) -> None:
    """A process ends: nobody waits for its answer, and those that it traces are told.

    One of them that is stopped ends by the signal that stopped it.
    """
    #: if somebody waits for its answer: the request has failed
    tracing = tracing_of(u.k)
    if tracing.lock == u.pid and tracing.req > 0:
        tracing.req = tracing.FAILED
        wakeup(u, tracing.event)
    #: wake the stopped ones that it traces: they find that nobody can continue them
    for p in u.k.procs.values():
        if p.tracer != u.pid:
            continue
        if p.state is State.ZOMBIE:
            p.tracer = None
        elif p.state is State.STOPPED:
            p.state = State.READY
            u.k.setrun(p)
