"""A process has the processor: its call, its program, its signals, and how that ends (Bach 6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel_model.cost import counts
from kernel_model.errno import KernelError
from kernel_model.posting import tell_continued
from kernel_model.process import Call, Main, Process, State
from kernel_model.stopping import sent_on, stopped
from kernel_model.traps import Execed, Exited, system_call
from kernel_model.user import User
from kernel_model.usermode import enters, signalled, single_step, step_over

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel


def check_free(p: Process, name: str) -> None:
    """Raises ValueError for an unknown call, and for a process that cannot make one now."""
    if name not in p.k.sysent:
        raise ValueError(f"{name} is not a system call of this kernel")
    if p.state is State.ZOMBIE or p.pid not in p.k.procs:
        raise ValueError(f"{p.name} has ended; it cannot call {name}")
    if p.task is not None and p.current is not None:
        raise ValueError(f"{p.name} is still in {p.current.name}; it cannot call {name}")
    if p.image != "program":
        raise ValueError(f"{p.name} runs {p.image} since its exec; it cannot call {name}")


async def entry(p: Process, call: Call) -> None:
    """One call of a process that is driven from outside; one that is stopped makes it later."""
    if p.state is State.STOPPED:
        await stopped(p)
        tell_continued(p)
        sent_on(p)
        await signals_of(p)
    if p.step:  # its next instruction is not this call yet
        await single_step(p)
    if p.k.trace is not None:
        p.state = State.KERNEL
        p.k.trace.begin(p, call)
    call.ret = await system_call(p, call.name, call.args)


async def program(p: Process, main: Main) -> None:
    """A program of a process's own, to its exit."""
    if p.sig or p.traps:  # its exec has told a tracer
        await handles(p, begins=True)
    code = await main(User(p))
    await system_call(p, "exit", (code or 0,))


async def handles(p: Process, begins: bool = False) -> None:
    """A process in user mode is woken by a signal, in the middle of a step perhaps."""
    step_over(p)
    await signals_of(p, begins)


async def signals_of(p: Process, begins: bool = False) -> None:
    """It handles its signals.

    On Linux one that is driven from outside is not in user mode: it waits for its next call.
    """
    ran = await signalled(p)
    if p.step and (begins or ran is not None or p.k.personality == "classic"):
        await single_step(p)
    else:
        await enters(p)


def turn(k: Kernel, p: Process) -> None:
    """Lets `p` run until it sleeps, stops, ends or is back in user mode; its call knows how."""
    call, task = p.current, p.task
    assert task is not None, f"{p.name} has nothing to run"
    try:
        if k.trace is not None:
            k.trace.resume(task, p)
        else:
            task.send(None)
    except (StopIteration, Exited, Execed, Exception) as end:
        p.task = p.current = None
        ended(k, p, call, end)
    else:
        if call is not None:
            call.state = "asleep"
        return
    if call is not None:
        call.out = p.out
        call.after = counts(call.tally)
        if k.trace is not None:
            k.trace.end(p, call)


def ended(k: Kernel, p: Process, call: Call | None, end: BaseException) -> None:
    """What `p` did, its call or its program, is over."""
    match end:
        case StopIteration():
            state = "returned"
        case Exited():
            state = "ended"
        case Execed():
            state = "execed"
            assert p.main is not None, f"{p.name} has no image to run after its exec"
            k.start(p, p.main)
        case KernelError():
            state = "failed"
            if call is None:  # a program that does not handle a failed call ends
                p.task = entry(p, Call(p, "exit", (1,)))
                k.resume(p)
        case _:
            state, p.state = "crashed", State.USER
            k.crash = k.crash or end
            if call is None:
                k.apart = k.apart or end
    if call is not None:
        call.state = state
        if state == "ended":
            call.status = p.status
        if state in ("failed", "crashed"):
            call.error = end
