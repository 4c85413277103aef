"""POSIX semaphores in memory: sem_init, sem_destroy, sem_wait, sem_post and their like.

(sem_overview(7))

A semaphore is two words, as the GNU C library has them: its value, on which processes sleep, and
how many of them there are.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel_model.constants import SEM_VALUE_MAX
from kernel_model.errno import Errno, KernelError
from kernel_model.faults import in_user_mode
from kernel_model.futex import WORD, Word, futex_wait, futex_wake, word_at
from kernel_model.marks import mark, unmark
from kernel_model.process import Process
from kernel_model.traps import Interrupted, linux
from kernel_model.usermode import signalled

SIZE = 32  # bytes
SHORT = 1000  # milliseconds; a shorter time is over before anybody makes another call


@dataclass(frozen=True, slots=True)
class Semaphore:
    """The words of one semaphore."""

    addr: int
    value: Word
    waiters: Word


async def semaphore_at(u: Process, addr: int | None) -> Semaphore:
    """The semaphore at an address."""
    at = addr or 0
    shared = bool((await word_at(u, at + 2 * WORD)).get())
    value, waiters = [await word_at(u, at + number * WORD, shared) for number in range(2)]
    return Semaphore(at, value, waiters)


@linux
async def sem_init(u: Process, addr: int | None, pshared: int, value: int) -> int:
    """Makes a semaphore at an address of the program's; gives 0.

    `pshared` 0: who waits in another process is never woken. EINVAL above SEM_VALUE_MAX.
    """
    in_user_mode(u)
    value %= 2**32  # an unsigned int
    if value > SEM_VALUE_MAX:
        raise KernelError(Errno.EINVAL, f"{value}; a semaphore is 0 to {SEM_VALUE_MAX}")
    at = addr or 0
    for number, word in enumerate((value, 0, int(pshared != 0), 0)):
        (await word_at(u, at + number * WORD)).put(word)
    mark(u, "semaphore", at)
    return 0


@linux
async def sem_destroy(u: Process, addr: int | None) -> int:
    """Ends a semaphore that sem_init made, on which nobody waits; gives 0."""
    in_user_mode(u)
    unmark(u, (await semaphore_at(u, addr)).addr)
    return 0


@linux
async def sem_wait(u: Process, addr: int | None, ms: int | None = None) -> int:
    """Takes 1 from the value; sleeps while it is 0. EINTR for a signal in the sleep. Gives 0.

    `ms` is sem_timedwait's.
    """
    in_user_mode(u)
    s = await semaphore_at(u, addr)
    if not s.value.get() and ms is not None and ms < SHORT:
        raise KernelError(Errno.ETIMEDOUT, f"the semaphore is 0, after {ms} ms as well")
    # DOC: posix-sem-wait
    if not s.value.get():
        #: it is 0: count as a sleeper, and sleep on the word while it is 0
        s.waiters.add(1)
        try:
            while not s.value.get():
                await nap(u, s, ms is None)
        except KernelError:
            s.waiters.add(-1)
            raise
        s.waiters.add(-1)
    #: above 0: take 1, by an atomic instruction
    s.value.add(-1)
    return 0


@linux
async def sem_timedwait(u: Process, addr: int | None, ms: int | None) -> int:
    """As sem_wait, and sleeps at most so many milliseconds, then ETIMEDOUT. None: for ever.

    Less than a second is over before another process makes a call; more never is.
    """
    return await sem_wait(u, addr, ms)


async def nap(u: Process, s: Semaphore, forever: bool) -> None:
    """Sleeps until the value may be larger; EINTR if a handler ran that does not restart calls.

    Where there is a time limit no handler does.
    """
    try:
        await futex_wait(u, s.value, 0)
    except Interrupted as error:
        ran = await signalled(u)
        if ran is not None and not (forever and ran == "catch_restart"):
            raise KernelError(Errno.EINTR, error.why) from None


@linux
async def sem_trywait(u: Process, addr: int | None) -> int:
    """Takes 1 from the value; EAGAIN when it is 0. Gives 0."""
    in_user_mode(u)
    s = await semaphore_at(u, addr)
    if not s.value.get():
        raise KernelError(Errno.EAGAIN, "the semaphore is 0")
    s.value.add(-1)
    return 0


@linux
async def sem_post(u: Process, addr: int | None) -> int:
    """Adds 1 to the value, and wakes who waited longest. EOVERFLOW above SEM_VALUE_MAX. Gives 0."""
    in_user_mode(u)
    s = await semaphore_at(u, addr)
    if s.value.get() == SEM_VALUE_MAX:
        raise KernelError(Errno.EOVERFLOW, f"the semaphore is {SEM_VALUE_MAX}")
    #: add 1, by an atomic instruction
    s.value.add(1)
    #: only if somebody sleeps: enter the kernel, which wakes one
    if s.waiters.get():
        futex_wake(u, s.value, 1)
    return 0


@linux
async def sem_getvalue(u: Process, addr: int | None) -> int:
    """Gives 0, and the value in `value`: 0 while somebody waits, never less."""
    in_user_mode(u)
    u.out["value"] = (await semaphore_at(u, addr)).value.get()
    return 0
