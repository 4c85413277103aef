"""The tables of semaphores: sets, the pool they come from, undo structures (Bach 11.2.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import IpcPerm, IpcTable, ipcconv
from kernel_model.rmap import Map
from kernel_model.traps import algorithm

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel
    from kernel_model.process import Process

SEM_R = 0o400  # permission to read, as the owner's bit
SEM_A = 0o200  # permission to alter
SEMVMX = 32767  # the largest value of a semaphore
SEMAEM = {"classic": 16384, "linux": 32767}  # the most that exit may adjust a semaphore by


@dataclass(slots=True)
class Semaphore:
    """One semaphore of a set."""

    semval: int = 0
    sempid: int = 0  # process id of the last operation
    semncnt: int = 0  # processes that sleep until it is larger
    semzcnt: int = 0  # processes that sleep until it is 0


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an array."""

    num: int  # of the semaphore
    op: int
    flags: int


@dataclass(slots=True)
class SemaphoreSet:
    """An entry of the semaphore table."""

    slot: int
    perm: IpcPerm = field(default_factory=IpcPerm)
    sems: list[Semaphore] = field(default_factory=list)
    base: int = 0  # its first semaphore in the pool of all
    otime: int = 0  # times of the last operation and change, in seconds; 0: never
    ctime: int = 0
    pending: list[Any] = field(default_factory=list)  # of Linux: the calls asleep, oldest first
    undoers: set[int] = field(default_factory=set)  # of Linux: who has an undo structure for it

    @staticmethod
    def fresh(nsems: int) -> list[Semaphore]:
        """So many new semaphores."""
        return [Semaphore() for _ in range(nsems)]

    def increase(self, num: int) -> str:
        """The event: a semaphore is larger."""
        return f"sema[{self.slot}].sem[{num}].increase"

    def zero(self, num: int) -> str:
        """The event: a semaphore is 0."""
        return f"sema[{self.slot}].sem[{num}].zero"

    def waited(self, one: Operation) -> str:
        """The event that an operation waits for."""
        return self.increase(one.num) if one.op else self.zero(one.num)


@dataclass(slots=True)
class Undo:
    """An undo entry of a process: what exit adds to one semaphore."""

    slot: int
    num: int
    adjust: int


@dataclass(slots=True)
class Semaphores:
    """All that the kernel keeps for semaphores."""

    sets: IpcTable[SemaphoreSet]
    map: Map  # of the pool of all semaphores
    semaem: int
    undos: dict[int, list[Undo]] = field(default_factory=dict)  # by process id


def semaphores_of(k: Kernel) -> Semaphores:
    """The kernel's semaphores, which are made when they are first asked for."""
    if k.semaphores is None:
        linux = k.personality == "linux"
        sets = IpcTable[SemaphoreSet]("sema", k.limits.SEMMNI, SemaphoreSet)
        if not linux:
            sets.fill()
        k.semaphores = Semaphores(sets, Map(0 if linux else k.limits.SEMMNS), SEMAEM[k.personality])
    return k.semaphores


@algorithm
def semconv(u: Process, semid: int, error: Errno = Errno.EINVAL) -> SemaphoreSet:
    """The set that a descriptor stands for; fails with `error` if it stands for none (now)."""
    return ipcconv(u, semaphores_of(u.k).sets, semid, error)


def operations(u: Process, ops: list[list[int]] | None) -> list[Operation]:
    """The array of operations at a user address; E2BIG for too many, EFAULT for a bad address.

    Number, operation and flags are what 16 bits hold of them.
    """
    if ops is not None and len(ops) > u.k.limits.SEMOPM:
        raise KernelError(Errno.E2BIG, f"{len(ops)} operations; at most {u.k.limits.SEMOPM}")
    if ops is None:
        raise KernelError(Errno.EFAULT, "nothing can be read at this user address")
    u.tally.copies += 1
    u.tally.copied += 6 * len(ops)
    short: Callable[[int], int] = lambda value: (value + 2**15) % 2**16 - 2**15  # noqa: E731
    return [Operation(num % 2**16, short(op), flags) for num, op, flags in ops]
