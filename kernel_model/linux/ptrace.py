"""ptrace of Linux: attach and detach; the tracer does its requests itself (kernel/ptrace.c)."""

from __future__ import annotations

from kernel_model.constants import (
    PTRACE_ATTACH,
    PTRACE_CONT,
    PTRACE_DETACH,
    PTRACE_INTERRUPT,
    PTRACE_KILL,
    PTRACE_O_EXITKILL,
    PTRACE_PEEKDATA,
    PTRACE_PEEKTEXT,
    PTRACE_PEEKUSER,
    PTRACE_POKEDATA,
    PTRACE_POKETEXT,
    PTRACE_POKEUSER,
    PTRACE_SEIZE,
    PTRACE_SINGLESTEP,
    PTRACE_SYSCALL,
    PTRACE_TRACEME,
)
from kernel_model.control import bury
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.seized import LATER, OPTIONS, later
from kernel_model.posting import INIT, SIGKILL, SIGSTOP, name_of, psignal, tell_parent
from kernel_model.process import Process, State
from kernel_model.signals import NSIG
from kernel_model.tracewords import (
    REGISTERS,
    own_text,
    place_of_word,
    put_word,
    read_word,
    signed,
    word_bytes,
)
from kernel_model.tracing import tracing_of
from kernel_model.traps import linux

PEEKS = (PTRACE_PEEKTEXT, PTRACE_PEEKDATA)
POKES = (PTRACE_POKETEXT, PTRACE_POKEDATA)
RESUMES = (PTRACE_CONT, PTRACE_SINGLESTEP, PTRACE_SYSCALL, PTRACE_DETACH)
OFFSETS = dict(zip((128, 152, 32, 144, 80, 112, 104, 96), REGISTERS, strict=True))  # struct user
UNSET = {6: 0xFFFF0FF0}  # the debug register in which some bits are 1 from the beginning
USER_SIZE, REGISTERS_SIZE = 928, 216  # bytes of struct user, and of the registers it begins with
DEBUG, USER_SPACE = 848, 2**47 - 4096  # where the debug registers lie in it; where addresses end


@linux
async def ptrace(u: Process, req: int, pid: int = 0, addr: int | None = 0, word: int = 0) -> int:
    """Asks to be traced, attaches a process, or makes a request of one that is stopped.

    Other than in the classic kernel the tracer reads and writes by itself; whoever could be it
    may be attached (PTRACE_ATTACH) and let go (PTRACE_DETACH); asking twice fails with EPERM.
    PTRACE_KILL need not find it stopped. PTRACE_SYSCALL stops at the next call as at a step.
    PTRACE_SEIZE attaches without a stop; PTRACE_INTERRUPT and PTRACE_LISTEN are for whom it has.
    """
    tracing_of(u.k)
    #: if the caller asks to be traced: its parent may trace it
    if req == PTRACE_TRACEME:
        if u.tracer is not None:
            raise KernelError(Errno.EPERM, f"{u.name} is traced already")
        parent = u.k.procs.get(u.ppid)
        if parent is not None and has_powers(u) and not has_powers(parent):
            raise KernelError(Errno.EPERM, f"{parent.name} has not the rights of {u.name}")
        u.tracer, u.attached = u.ppid, u.k.time
        return 0
    #: find the process
    p = u.k.procs.get(pid)
    if pid == INIT and req in (PTRACE_ATTACH, PTRACE_SEIZE):
        raise KernelError(Errno.EPERM, f"{u.name} may not trace the first process")
    if p is None:
        raise KernelError(Errno.ESRCH, f"there is no process {pid}")
    #: attach: the caller traces it from now on
    if req == PTRACE_ATTACH:
        return attach(u, p)
    if req == PTRACE_SEIZE:
        return seize(u, p, addr or 0, word)
    #: it must be traced by the caller, and stopped
    waits = p.state is State.STOPPED and not p.listening
    if p.tracer != u.pid or (not waits and req not in (PTRACE_KILL, PTRACE_INTERRUPT)):
        raise KernelError(Errno.ESRCH, f"{u.name} traces no stopped process {pid}")
    #: end it, or ask for what the classic kernel has not
    if req == PTRACE_KILL:
        psignal(p, SIGKILL)
    elif req in LATER:
        await later(u, p, req, word)
    #: let it go on
    elif req in RESUMES:
        resume(p, req, word)
    #: read or write a word of its user area, or of its memory: the tracer does so itself
    elif req in (PTRACE_PEEKUSER, PTRACE_POKEUSER):
        return user_area(p, req, addr or 0, word)
    elif req in PEEKS:
        return await read_word(p, addr or 0)
    elif req in POKES:
        await write(p, addr or 0, word)
    else:
        raise KernelError(Errno.EIO, f"ptrace has no request {req}")
    return 0


def attach(u: Process, p: Process) -> int:
    """Begins to trace a process, and stops it by SIGSTOP."""
    begins(u, p)
    psignal(p, SIGSTOP)
    return 0


def seize(u: Process, p: Process, addr: int, options: int) -> int:
    """Begins to trace a process, and lets it run; with options."""
    if addr or options & ~OPTIONS:
        raise KernelError(Errno.EIO, f"options {options:#x} at {addr}: PTRACE_SEIZE knows none")
    begins(u, p)
    p.seized, p.options, p.event = True, options, p.state is State.STOPPED
    return 0


def begins(u: Process, p: Process) -> None:
    """Makes `u` the tracer of a process; whoever is stopped already shows it to its tracer."""
    if p is u or p.tracer is not None or p.state is State.ZOMBIE or not may_trace(u, p):
        raise KernelError(Errno.EPERM, f"{u.name} may not trace {p.name}")
    p.tracer, p.attached, p.event = u.pid, u.k.time, False
    if p.state is State.STOPPED:  # the tracer is told at once
        p.shown = {"stopped": name_of(p.halted)}
        tell_parent(p)


def may_trace(u: Process, p: Process) -> bool:
    """The superuser may; others only who has all the same ids, and has not changed them."""
    if u.euid == 0:
        return True
    users, groups = {p.uid, p.euid, p.suid}, {p.gid, p.egid, p.sgid}
    return users == {u.uid} and groups == {u.gid} and not p.changed


def has_powers(p: Process) -> bool:
    """Has it, or could it take back, the superuser's rights?"""
    return 0 in (p.uid, p.euid, p.suid)


def resume(p: Process, req: int, word: int) -> None:
    """Lets a stopped process go on with a signal, or with none."""
    if not 0 <= word <= NSIG:
        raise KernelError(Errno.EIO, f"there is no signal {word}")
    p.cursig = word if p.cursig else 0  # in a stop of its own, nobody asks for a signal
    p.step = req in (PTRACE_SINGLESTEP, PTRACE_SYSCALL)
    p.trapping = req == PTRACE_SINGLESTEP
    if req == PTRACE_DETACH:
        let_go(p)
    else:
        go(p)


def let_go(p: Process) -> None:
    """A process is traced no more: it goes on, or stops if it was stopped before SIGCONT."""
    p.tracer, p.shown = None, None
    p.seized, p.options, p.traps, p.listening = False, 0, 0, False
    stopped = p.state is State.STOPPED
    if p.halted and (p.cursig or not stopped):
        psignal(p, SIGSTOP)  # first the signal that was sent on, then the stop again
    if stopped and (p.cursig or not p.halted):
        go(p)


def go(p: Process) -> None:
    """A process that was stopped runs again."""
    p.state = State.READY
    p.k.setrun(p)


async def write(p: Process, addr: int, word: int) -> None:
    """Writes a word; text that others run too is copied first."""
    for at in (addr, addr + 7):
        entry = place_of_word(p, at)
        if entry.type == "text":
            own_text(p, entry)
        elif entry.readonly:
            raise KernelError(Errno.EIO, f"{p.name} may not write at {at:#x}")
    await put_word(p, addr, word)


def user_area(p: Process, req: int, addr: int, word: int) -> int:
    """Reads or writes a word of `struct user`; EIO outside it, or between two words."""
    if addr % 8 or not 0 <= addr < USER_SIZE:
        raise KernelError(Errno.EIO, f"there is no word at {addr} of the user area")
    name = OFFSETS.get(addr, "")
    regs, number = p.regs or {}, (addr - DEBUG) // 8
    if req == PTRACE_PEEKUSER:
        return p.debug.get(number, UNSET.get(number, 0)) if number >= 0 else regs.get(name, 0)
    if number in (0, 1, 2, 3, 6, 7):
        if number < 4 and not 0 <= word < USER_SPACE:
            raise KernelError(Errno.EINVAL, f"{word:#x} is no address of a program")
        check_watches(p.debug | {number: word})
        p.debug[number] = word
        return 0
    if addr >= REGISTERS_SIZE:
        raise KernelError(Errno.EIO, f"the word at {addr} of the user area cannot be written")
    if name in regs:
        regs[name] = signed(word_bytes(word))
    return 0


def check_watches(debug: dict[int, int]) -> None:
    """Which of the four addresses are watched, and how, stands in register 7; EINVAL if it cannot.

    Departs from Linux: nobody is stopped by it.
    """
    control = debug.get(7, 0)
    for n in range(4):
        how, size = control >> 16 + 4 * n & 3, (1, 2, 8, 4)[control >> 18 + 4 * n & 3]
        known = size == 1 if how == 0 else how != 2  # instructions; reads and writes; not ports
        if control >> 2 * n & 3 and not (known and debug.get(n, 0) % size == 0):
            raise KernelError(Errno.EINVAL, f"register 7 is {control:#x}: no way to watch")


@linux
async def procxmt(u: Process) -> bool:
    """The traced process has nothing to do: whoever woke it lets it go on."""
    #: go on
    return True


@linux
def traceexit(u: Process) -> None:
    """A tracer ends: whom it traces goes on by itself, unless it was stopped all the same."""
    #: let each go that it traces
    for p in list(u.k.procs.values()):
        if p.tracer != u.pid:
            continue
        p.step = p.trapping  # after one instruction nobody is left to take the trap
        if p.state is not State.ZOMBIE:
            if p.shown is None:
                p.cursig = 0
            if p.options & PTRACE_O_EXITKILL:
                psignal(p, SIGKILL)
            let_go(p)
            continue
        p.tracer = None
        if p.ppid != u.pid:
            bury(p)
