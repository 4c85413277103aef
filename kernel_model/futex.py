"""Words of memory that processes sleep on: futex_wait, futex_wake, robustexit (Linux kernel/futex).

The locks of the C library are such words. Whoever finds a lock free changes its word by one atomic
instruction, and the kernel learns nothing of it; it is asked only by those who have to sleep, or
to wake somebody. A word is known by its place in a region, whatever its address in a process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernel_model.faults import page_of, physical, region_at
from kernel_model.memory import PAGE, peek, poke
from kernel_model.process import Process
from kernel_model.regiontable import Pregion, memory_of
from kernel_model.traps import PSLEP, Interrupted, algorithm, sleep, wake
from kernel_model.usermode import signalled

if TYPE_CHECKING:
    from kernel_model.memory import Frames

WORD = 4  # bytes
WAITERS, OWNER_DIED, HOLDER = 0x80000000, 0x40000000, 0x3FFFFFFF  # bits of a robust lock
INCONSISTENT, NOTRECOVERABLE = 2**31 - 1, 2**31 - 2  # its owner when it is none


@dataclass(frozen=True, slots=True)
class Word:
    """An unsigned number of four bytes in a frame, and the event of those who sleep on it."""

    frames: Frames
    frame: int
    offset: int
    event: str

    def get(self) -> int:
        """Its value."""
        return int.from_bytes(peek(self.frames, self.frame, self.offset, WORD), "little")

    def put(self, value: int) -> None:
        """Gives it another one."""
        data = (value % 2 ** (8 * WORD)).to_bytes(WORD, "little")
        poke(self.frames, self.frame, self.offset, data)

    def add(self, more: int) -> int:
        """Adds to it, in one atomic step; gives the value before."""
        before = self.get()
        self.put(before + more)
        return before

    def swap(self, value: int) -> int:
        """Gives it another value, in one atomic step; gives the one before."""
        before = self.get()
        self.put(value)
        return before


async def word_at(u: Process, addr: int, shared: bool = True) -> Word:
    """The word at a virtual address, which the process must be able to write to (SIGSEGV).

    One that is not `shared` is known by its address, and by the process that it belongs to.
    """
    frame, offset = await physical(u, addr, True)
    entry = region_at(u, addr)
    assert entry is not None, "an address that was translated lies in no region"
    event = event_of(entry, addr) if shared else f"futex[{u.name}:{addr:#x}]"
    u.tally.touched += WORD
    return Word(memory_of(u.k).frames, frame, offset, event)


def event_of(entry: Pregion, addr: int) -> str:
    """What processes sleep on that wait for a shared word: its region, and where in it."""
    return f"futex[{entry.region.slot}+{page_of(entry, addr) * PAGE + addr % PAGE}]"


async def futex_wait(u: Process, word: Word, value: int) -> None:
    """Sleeps until somebody wakes those who sleep on the word, if it still has this value.

    A signal ends the sleep (EINTR).
    """
    crossing(u)
    if word.get() == value:
        await sleep(u, word.event, PSLEP)


async def futex_sleep(u: Process, word: Word, value: int) -> str | None:
    """The same, for a call that no signal ends: handlers run, and the caller looks again.

    Gives how the first signal was caught, and None when there was none.
    """
    try:
        await futex_wait(u, word, value)
    except Interrupted:
        return await signalled(u)
    return None


def futex_wake(u: Process, word: Word, count: int) -> int:
    """Wakes so many of those who sleep on the word, who slept first; gives how many there were."""
    crossing(u)
    return wake_first(u, word.event, count)


def wake_first(u: Process, event: str, count: int) -> int:
    """Wakes so many who sleep on an event, in the order in which they went to sleep."""
    woken = u.k.sleepers.get(event, [])[:count]
    for p in woken:
        wake(u, p)
    return len(woken)


def crossing(u: Process) -> None:
    """Counts a system call that a function of the C library makes."""
    u.k.time += 1
    u.tally.calls += 1
    u.tally.crossings += 1


@algorithm
def robustexit(u: Process) -> None:
    """The owner of robust mutexes is no more: marks them, and wakes one who waits for each.

    (exit_robust_list, kernel/futex/core.c)
    """
    held, u.robust = u.robust, []
    for addr in held:
        #: the list ends at what the process cannot reach any more
        entry = region_at(u, addr)
        frame = None if entry is None else entry.region.pages.get(page_of(entry, addr))
        if entry is None or frame is None:
            return
        word = Word(memory_of(u.k).frames, frame, addr % PAGE, event_of(entry, addr))
        value = word.get()
        if value & HOLDER == u.pid:
            #: no process holds it now; the next one is told
            word.put(value & WAITERS | OWNER_DIED)
            if value & WAITERS:
                wake_first(u, word.event, 1)
