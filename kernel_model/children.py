"""Waiting for children, and for whom a process traces: wait, waitpid (Bach 7.4)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import __WALL, __WCLONE, WCONTINUED, WNOHANG, WUNTRACED
from kernel_model.control import bury
from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process, State
from kernel_model.traps import PWAIT, Interrupted, algorithm, sleep, syscall
from kernel_model.user import USER_BUFFER, copyout


@syscall
async def wait(u: Process, statusp: Any = USER_BUFFER) -> int:
    """Waits for the end of any child (or the stop of a traced one); copies out its `status`."""
    #: any child will do
    return await wait_for(u, -1, 0, statusp)


@syscall
async def waitpid(u: Process, pid: int, flags: int = 0, statusp: Any = USER_BUFFER) -> int:
    """Waits for a child: `pid`, any (-1), of the caller's group (0), or of the group -pid.

    Flags: WNOHANG gives 0 rather than wait, WUNTRACED takes stopped children too, WCONTINUED
    continued ones. Fails with ECHILD when there is no such child, EINVAL for other flags.
    """
    #: the flags must be known
    if flags & ~(WNOHANG | WUNTRACED | WCONTINUED):
        raise KernelError(Errno.EINVAL, f"flags {flags:#x} are not known to waitpid")
    #: wait for those that are meant
    return await wait_for(u, pid, flags, statusp)


@algorithm
async def wait_for(u: Process, pid: int, flags: int, statusp: Any) -> int:
    """The common part of wait and waitpid (Bach, Figure 7.16)."""
    #: again and again, until there is something to tell
    k = u.k
    interrupted: Interrupted | None = None
    before: list[Process] = []  # those waited for, which may leave the group meanwhile
    while True:
        #: if there is no such child: there is nobody to wait for
        children = [p for p in family(u, flags) if fits(u, p, pid)]
        there = [p for p in before if p.pid in k.procs or not fits(u, p, pid)]
        if not children and (interrupted is not None or not there):
            raise KernelError(Errno.ECHILD, f"{u.name} has no such child to wait for")
        #: look at each child
        for child in children:
            #: if it is a zombie: take what it has left, free its slot
            if child.state is State.ZOMBIE:
                if child.tracer not in (None, u.pid):  # its tracer is told first
                    continue
                status = child.status
                if child.ppid == u.pid:
                    del k.procs[child.pid]
                else:
                    child.tracer = None
                    bury(child)
            #: if it is traced and stopped, or the caller asked for more: take the news
            elif (status := news(u, child, flags)) is None:
                continue
            #: copy the status out; give the child's process id
            copyout(u, statusp, status=status)
            return child.pid
        #: if the caller does not want to wait: 0
        if flags & WNOHANG:
            return 0
        if interrupted is not None:
            raise interrupted
        #: sleep until a child ends (or has other news), at a priority that signals interrupt
        try:
            await sleep(u, f"proc[{u.pid}].child", PWAIT)
        except Interrupted as error:  # by the very end of a child, perhaps: Linux looks again
            interrupted = error
            interrupted.restarts = True
        before = children or before


def fits(u: Process, child: Process, pid: int) -> bool:
    """Is this one of the children that waitpid(pid) is about?"""
    if pid > 0:
        return child.pid == pid
    return pid == -1 or child.pgrp == (u.pgrp if pid == 0 else -pid)


def family(u: Process, flags: int) -> list[Process]:
    """Whom a process waits for: its children by age, then who else it traces, the last first.

    With __WCLONE alone, only those that it traces.
    """
    everyone = u.k.procs.values()
    clones = flags & (__WCLONE | __WALL) == __WCLONE
    traced = [p for p in everyone if p.tracer == u.pid and (clones or p.ppid != u.pid)]
    traced.sort(key=lambda p: p.attached, reverse=True)
    return traced if clones else [p for p in everyone if p.ppid == u.pid] + traced


def news(u: Process, child: Process, flags: int) -> dict[str, Any] | None:
    """What has become of a child that lives, as far as the flags ask for it; then it is told.

    A tracer is told of every stop, unless it has left the child stopped; of its own the child
    tells only who does not trace it.
    """
    if child.tracer == u.pid and not child.listening:
        found, child.shown = child.shown, None
        if found is not None:
            return found
    found = child.report or {}
    if "stopped" in found and (child.tracer == u.pid or not flags & WUNTRACED):
        return None
    if "continued" in found and not flags & WCONTINUED:
        return None
    child.report = None
    return found or None
