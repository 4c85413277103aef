"""How Linux serves those who sleep in semop: whoever changes a value does their operations."""

from __future__ import annotations

from dataclasses import dataclass

from kernel_model.constants import IPC_NOWAIT, SEM_UNDO
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.semundo import adjust_to, adjusted
from kernel_model.process import Process
from kernel_model.semtable import SEMVMX, Operation, SemaphoreSet, semaphores_of
from kernel_model.traps import linux


@dataclass(eq=False, slots=True)
class Pending:
    """A semop that sleeps."""

    proc: Process
    array: list[Operation]
    blocked: Operation  # the one that cannot be done now
    result: Errno | int | None = None  # 0 or an error when it is over

    @property
    def alters(self) -> bool:
        """Does it do more than wait for zeros?"""
        return any(one.op for one in self.array)


def attempt(p: Process, s: SemaphoreSet, array: list[Operation]) -> Operation | None:
    """Does all operations for a process, or none: then it gives the first that has to wait.

    Fails with ERANGE for a value above SEMVMX and for more than exit may adjust.
    """
    values = [sem.semval for sem in s.sems]
    adjusts: dict[int, int] = {}
    semaem = semaphores_of(p.k).semaem
    for one in array:
        value = values[one.num] + one.op
        if value < 0 or (one.op == 0 and value):
            return one
        if value > SEMVMX:
            raise KernelError(Errno.ERANGE, f"{value} exceeds SEMVMX {SEMVMX}")
        if one.flags & SEM_UNDO:
            before = adjusts.get(one.num, adjusted(p, s, one.num))
            adjusts[one.num] = before - one.op
            if not -semaem - 1 <= adjusts[one.num] <= semaem:
                raise KernelError(Errno.ERANGE, f"{adjusts[one.num]} is more than exit may adjust")
        values[one.num] = value
    for one in array:
        s.sems[one.num].semval, s.sems[one.num].sempid = values[one.num], p.pid
    for num, adjust in adjusts.items():
        adjust_to(p, s, num, adjust)
    return None


def serve(u: Process, s: SemaphoreSet) -> None:
    """Does the operations of those who sleep, as far as they can be done now.

    Those who only wait for zeros come first, then the others, each in the order in which they
    went to sleep; after each that changed something it begins again.
    """
    again = True
    while again:
        again = False
        for waiting in sorted(s.pending, key=lambda one: one.alters):
            try:
                blocked = attempt(waiting.proc, s, waiting.array)
            except KernelError as error:
                finish(u, s, waiting, error.errno)
                continue
            if blocked is not None and blocked.flags & IPC_NOWAIT:
                finish(u, s, waiting, Errno.EAGAIN)  # another one of its operations lets it sleep
                continue
            if blocked is not None:
                move(waiting, s, blocked)
                continue
            s.otime = u.k.time
            finish(u, s, waiting, 0)
            if waiting.alters:
                again = True
                break
    count(s)


def move(waiting: Pending, s: SemaphoreSet, blocked: Operation) -> None:
    """Lets a call sleep on where it cannot go on now: at another operation, perhaps."""
    p, event = waiting.proc, s.waited(blocked)
    waiting.blocked = blocked
    if p.wchan is not None and p.wchan != event:
        queue = p.k.sleepers[p.wchan]
        queue.remove(p)
        if not queue:
            del p.k.sleepers[p.wchan]
        p.k.sleepers.setdefault(event, []).append(p)
        p.wchan = event


def finish(u: Process, s: SemaphoreSet, waiting: Pending, result: Errno | int) -> None:
    """Ends the sleep of one call with this result."""
    s.pending.remove(waiting)
    waiting.result = result
    p = waiting.proc
    if u.k.trace is not None:
        u.k.trace.event("wakeup", u, f"{u.name} wakes {p.name}, asleep on {p.wchan}")
    u.k.unsleep(p)


def count(s: SemaphoreSet) -> None:
    """Counts who waits for what: each for the operation that it cannot do."""
    for sem in s.sems:
        sem.semncnt = sem.semzcnt = 0
    for waiting in s.pending:
        sem = s.sems[waiting.blocked.num]
        if waiting.blocked.op:
            sem.semncnt += 1
        else:
            sem.semzcnt += 1


@linux
def semexit(u: Process) -> None:
    """Undoes at exit what a process asked to be undone; no value leaves 0 to SEMVMX.

    Every set in which the process has an undo structure counts as operated on, whatever is in it.
    """
    sema = semaphores_of(u.k)
    for undo in sema.undos.pop(u.pid, []):
        sem = sema.sets.entries[undo.slot].sems[undo.num]
        sem.semval = min(max(sem.semval + undo.adjust, 0), SEMVMX)
        sem.sempid = u.pid
    for s in sema.sets.entries:
        if u.pid in s.undoers:
            s.undoers.remove(u.pid)
            s.otime = u.k.time
            serve(u, s)
