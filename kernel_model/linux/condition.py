"""Condition variables in shared memory: pthread_cond_init, _wait, _signal, _broadcast, _destroy.

A condition is two words: how often it was signalled, on which processes sleep, and how many wait.
Departs from the GNU C library, whose twelve words keep early waiters from late ones where several
processors run: here whoever was woken knows it from having been woken.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel_model.errno import Errno, KernelError
from kernel_model.faults import in_user_mode
from kernel_model.futex import WORD, Word, futex_sleep, futex_wake, word_at
from kernel_model.linux.holding import acquire, mutex_at, release
from kernel_model.marks import mark, unmark
from kernel_model.process import Process
from kernel_model.traps import linux

SIZE = 48  # bytes
SHARED = 1  # in the third word
EVERYBODY = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Condition:
    """The words of one condition."""

    addr: int
    signals: Word  # how often it was signalled while somebody waited
    waiters: Word


async def condition_at(u: Process, addr: int | None) -> Condition:
    """The condition at an address."""
    at = addr or 0
    shared = bool((await word_at(u, at + 2 * WORD)).get() & SHARED)
    signals, waiters = [await word_at(u, at + n * WORD, shared) for n in range(2)]
    return Condition(at, signals, waiters)


@linux
async def pthread_cond_init(u: Process, addr: int | None, pshared: int = 1) -> int:
    """Makes a condition at an address of the program's; gives 0. EINVAL for a strange `pshared`."""
    in_user_mode(u)
    if pshared not in (0, 1):
        raise KernelError(Errno.EINVAL, f"{pshared} is neither private nor shared")
    at = addr or 0
    for number in range(SIZE // WORD):
        (await word_at(u, at + number * WORD)).put(0)
    (await word_at(u, at + 2 * WORD)).put(pshared * SHARED)
    mark(u, "condition", at)
    return 0


@linux
async def pthread_cond_destroy(u: Process, addr: int | None) -> int:
    """Ends a condition on which nobody waits; gives 0."""
    in_user_mode(u)
    unmark(u, (await condition_at(u, addr)).addr)
    return 0


@linux
async def pthread_cond_wait(u: Process, addr: int | None, mutex: int | None) -> int:
    """Frees the mutex and sleeps until it is signalled, then holds the mutex again; gives 0.

        mutex not held by the caller    EPERM, where the mutex knows (error checking, robust)
        its owner died meanwhile        EOWNERDEAD: the caller holds it

    A signal that is handled in the sleep does not end it. Who comes back tests again, in a loop,
    what it waits for: another may have been faster.
    """
    in_user_mode(u)
    #: note how often it was signalled, and only then free the mutex
    c, m = await condition_at(u, addr), await mutex_at(u, mutex)
    seen = c.signals.get()
    release(u, m)
    #: count as somebody who waits, and sleep until it was signalled once more
    c.waiters.add(1)
    # DOC: cond-wait
    while c.signals.get() == seen:
        await futex_sleep(u, c.signals, seen)
    #: hold the mutex again before going on
    c.waiters.add(-1)
    return await acquire(u, m, crowd=True)


@linux
async def pthread_cond_signal(u: Process, addr: int | None) -> int:
    """Wakes who has waited longest; does nothing when nobody waits: it is not kept. Gives 0."""
    in_user_mode(u)
    #: if anybody waits, count one signal more and wake one who sleeps
    await signal(u, addr, 1)
    return 0


@linux
async def pthread_cond_broadcast(u: Process, addr: int | None) -> int:
    """Wakes all who wait, of whom one after the other gets the mutex. Gives 0."""
    in_user_mode(u)
    #: if anybody waits, count one signal more and wake all who sleep
    await signal(u, addr, EVERYBODY)
    return 0


async def signal(u: Process, addr: int | None, count: int) -> None:
    """Wakes so many of those who wait, if any does."""
    c = await condition_at(u, addr)
    if c.waiters.get():
        c.signals.add(1)
        futex_wake(u, c.signals, count)
