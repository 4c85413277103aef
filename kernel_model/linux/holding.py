"""A mutex in shared memory, and who holds it.

A mutex is five words, laid out as the GNU C library does it, wherever the program puts them:

    lock     0 free, 1 held, 2 held and perhaps waited for; of a robust one: the process that holds
             it, with bits for waiters and for an owner that died
    count    how often its owner holds it
    owner    the process that holds it
    users    how many processes hold it: one or none
    kind     what pthread_mutex_init was asked for
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel_model.errno import Errno, KernelError
from kernel_model.futex import (
    HOLDER,
    INCONSISTENT,
    NOTRECOVERABLE,
    OWNER_DIED,
    WAITERS,
    WORD,
    Word,
    futex_sleep,
    futex_wake,
    word_at,
)
from kernel_model.process import Process

NORMAL, RECURSIVE, ERRORCHECK = 0, 1, 2  # types of mutexes
TYPE, ROBUST, SHARED = 3, 16, 128  # bits of the word `kind`
DESTROYED = 2**32 - 1  # that word when there is no mutex any more
SIZE = 40  # bytes
MANY = 2**32 - 1  # how often a recursive mutex can be held


@dataclass(frozen=True, slots=True)
class Mutex:
    """The words of one mutex."""

    addr: int  # where the process that uses it now has it
    lock: Word
    count: Word
    owner: Word
    users: Word
    kind: Word

    @property
    def robust(self) -> bool:
        """Does it outlive the end of its owner?"""
        return bool(self.kind.get() & ROBUST)

    @property
    def type(self) -> int:
        """NORMAL, RECURSIVE or ERRORCHECK."""
        return self.kind.get() & TYPE

    def holder(self) -> int:
        """The process that holds it, as its type of mutex knows it; 0: none."""
        return self.lock.get() & HOLDER if self.robust else self.owner.get()


async def mutex_at(u: Process, addr: int | None) -> Mutex:
    """The mutex at an address; EINVAL for one that was destroyed."""
    at = addr or 0
    kind = await word_at(u, at + 4 * WORD)
    shared = bool(kind.get() & SHARED)
    lock, count, owner, users = [await word_at(u, at + n * WORD, shared) for n in range(4)]
    if kind.get() == DESTROYED:
        raise KernelError(Errno.EINVAL, f"the mutex at {at:#x} was destroyed")
    return Mutex(at, lock, count, owner, users, kind)


async def acquire(u: Process, m: Mutex, wait: bool = True, crowd: bool = False) -> int:
    """Holds a mutex; who comes from a condition reckons with a `crowd` that waits as well."""
    if m.holder() == u.pid and m.type == RECURSIVE:
        if m.count.get() == MANY:
            raise KernelError(Errno.EAGAIN, f"held {MANY} times")
        m.count.add(1)
        return 0
    if m.holder() == u.pid and m.type == ERRORCHECK and (wait or m.robust):
        raise KernelError(Errno.EDEADLK, f"{u.name} holds the mutex already")
    if m.robust:
        await acquire_robust(u, m, wait, crowd)
        u.robust = [m.addr, *u.robust]
    elif not wait and m.lock.get():
        raise KernelError(Errno.EBUSY, f"process {m.owner.get()} holds the mutex")
    elif crowd or m.lock.get():
        #: say that somebody waits; sleep as long as it is held
        while m.lock.swap(2):
            await futex_sleep(u, m.lock, 2)
    else:
        m.lock.put(1)
    m.owner.put(u.pid)
    m.users.add(1)
    m.count.put(1)
    return 0


async def acquire_robust(u: Process, m: Mutex, wait: bool, crowd: bool) -> None:
    """Makes the lock word that of this process; the state of the owner is judged afterwards."""
    others = WAITERS if crowd else 0
    while (old := m.lock.get()) & HOLDER:
        if not wait:
            raise KernelError(Errno.EBUSY, f"process {old & HOLDER} holds the mutex")
        m.lock.put(old | WAITERS)
        await futex_sleep(u, m.lock, old | WAITERS)
        others = WAITERS
    if old & OWNER_DIED:
        #: its owner died: hold it, but say so
        m.lock.put(u.pid | old & WAITERS | others)
        m.count.put(1)
        m.owner.put(INCONSISTENT)
        u.robust = [m.addr, *u.robust]
        raise KernelError(Errno.EOWNERDEAD, "the owner of the mutex died while it held it")
    m.lock.put(u.pid | others)
    if m.owner.get() == NOTRECOVERABLE:
        #: nobody said that it is in order: free it at once, for the next to find out
        m.count.put(0)
        if m.lock.swap(0) & WAITERS:
            futex_wake(u, m.lock, 1)
        raise KernelError(Errno.ENOTRECOVERABLE, "nobody made the mutex consistent")


def release(u: Process, m: Mutex) -> None:
    """Frees a mutex that the process holds, and wakes one who waits for it."""
    mine, owner = m.holder() == u.pid, 0
    if not mine and (m.robust or m.type != NORMAL):
        raise KernelError(Errno.EPERM, f"{u.name} does not hold the mutex")
    if m.robust and m.owner.get() == INCONSISTENT:
        owner = NOTRECOVERABLE
    if m.type == RECURSIVE:
        m.count.add(-1)
        if m.count.get() and owner:
            raise KernelError(Errno.ENOTRECOVERABLE, "nobody made the mutex consistent")
        if m.count.get():
            return
    if m.robust and m.addr in u.robust:
        u.robust = [addr for addr in u.robust if addr != m.addr]
    m.owner.put(owner)
    m.users.add(-1)
    before = m.lock.swap(0)
    if before & WAITERS if m.robust else before > 1:
        futex_wake(u, m.lock, 1)
