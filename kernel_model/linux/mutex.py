"""Mutexes in shared memory: pthread_mutex_init, _lock, _trylock, _unlock, _consistent, _destroy."""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.faults import in_user_mode
from kernel_model.futex import (
    INCONSISTENT,
    WORD,
    word_at,
)
from kernel_model.linux.holding import (
    DESTROYED,
    ERRORCHECK,
    NORMAL,
    RECURSIVE,
    ROBUST,
    SHARED,
    SIZE,
    acquire,
    mutex_at,
    release,
)
from kernel_model.marks import mark, unmark
from kernel_model.process import Process
from kernel_model.traps import linux


@linux
async def pthread_mutex_init(
    u: Process, addr: int | None, kind: int = NORMAL, robust: int = 0, pshared: int = 1
) -> int:
    """Makes a mutex at an address of the program's; gives 0.

        kind     PTHREAD_MUTEX_NORMAL       held twice by one process, it is never free again
                 PTHREAD_MUTEX_RECURSIVE    can be held several times, and is unlocked as often
                 PTHREAD_MUTEX_ERRORCHECK   fails with EDEADLK and EPERM where others go wrong
        robust   PTHREAD_MUTEX_ROBUST       the next owner is told when its owner has died
        pshared  PTHREAD_PROCESS_SHARED; _PRIVATE: who waits in another process is never woken

    EINVAL for any other type.
    """
    in_user_mode(u)
    if kind not in (NORMAL, RECURSIVE, ERRORCHECK) or robust not in (0, 1) or pshared not in (0, 1):
        raise KernelError(Errno.EINVAL, f"there is no mutex of type {kind}, {robust}, {pshared}")
    at = addr or 0
    #: all words are 0 but the one that says what kind it is
    for number in range(SIZE // WORD):
        (await word_at(u, at + number * WORD)).put(0)
    (await word_at(u, at + 4 * WORD)).put(kind | robust * ROBUST | pshared * SHARED)
    mark(u, "mutex", at)
    return 0


@linux
async def pthread_mutex_destroy(u: Process, addr: int | None) -> int:
    """Ends a mutex; EBUSY while it is held, unless it is robust. Gives 0."""
    in_user_mode(u)
    m = await mutex_at(u, addr)
    if m.users.get() and not m.robust:
        raise KernelError(Errno.EBUSY, f"process {m.owner.get()} holds the mutex")
    m.kind.put(DESTROYED)
    unmark(u, m.addr)
    return 0


@linux
async def pthread_mutex_lock(u: Process, addr: int | None) -> int:
    """Waits until the mutex is free, and holds it; gives 0.

    held by the caller   recursive: is held once more; error checking: EDEADLK;
                         else it sleeps for ever
    its owner has died   EOWNERDEAD of a robust one, which the caller holds now; others are
                         never free again
    not recoverable      ENOTRECOVERABLE
    """
    in_user_mode(u)
    #: find the words of the mutex
    m = await mutex_at(u, addr)
    #: free: hold it, by an atomic instruction; else say that somebody waits, and sleep on its word
    return await acquire(u, m)


@linux
async def pthread_mutex_trylock(u: Process, addr: int | None) -> int:
    """Holds the mutex if it is free, else fails with EBUSY; else as pthread_mutex_lock."""
    in_user_mode(u)
    #: find the words of the mutex
    m = await mutex_at(u, addr)
    #: hold it, by an atomic instruction, if it is free
    return await acquire(u, m, wait=False)


@linux
async def pthread_mutex_unlock(u: Process, addr: int | None) -> int:
    """Frees the mutex and wakes who waited longest, who has to find it free; gives 0.

    EPERM for one that the caller does not hold, unless it is normal and not robust.
    """
    in_user_mode(u)
    #: find the words of the mutex
    m = await mutex_at(u, addr)
    #: free it, by an atomic instruction; only if its word says that somebody waits, wake one
    release(u, m)
    return 0


@linux
async def pthread_mutex_consistent(u: Process, addr: int | None) -> int:
    """Says that what a robust mutex guards is in order again after its owner died; gives 0.

    EINVAL unless there is need for it.
    """
    in_user_mode(u)
    m = await mutex_at(u, addr)
    if not m.robust or m.owner.get() != INCONSISTENT:
        raise KernelError(Errno.EINVAL, "the mutex is not inconsistent")
    m.owner.put(u.pid)
    return 0
