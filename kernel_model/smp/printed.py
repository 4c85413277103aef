"""Pprim and Vprim just as the book prints them (Bach 12.3.2, Figure 12.6).

The two constants are the figure's open question. NUMPROCS of the figure is len(sem.val) here.
"""

from typing import Any

from kernel_model.explore.cells import Shared
from kernel_model.explore.lock import Lock, lock
from kernel_model.explore.operations import load, store

LOWEST = 1  # the processor with the lowest id; the figure does not say which that is
FIRST = 1  # where both loops of the figure begin: at 1


def semaphore(n: int) -> Shared:
    """Gives the memory of one semaphore: `val` of every processor, and the global `lastid`."""
    return Shared(val=[0] * (LOWEST + n), lastid=0)


def processors(n: int) -> range:
    """Gives the ids of n processors."""
    return range(LOWEST, LOWEST + n)


async def Pprim(sem: Any, procid: int, n: int) -> None:
    """Takes the semaphore: val is 0 (outside), 1 (wants to get in) or 2 (claims to be in)."""
    while True:
        #: look at lastid: who is asked first?
        first = await load(sem.lastid)
        #: want: val[procid] = 1
        await store(sem.val[procid], 1)
        while (got := await scan(sem, procid, first)) is None:
            first = FIRST
        if got:
            return


async def scan(sem: Any, procid: int, first: int) -> bool | None:
    """Asks everybody from `first` on.

    Gives true when it is in, false when it has to begin again, None when it did not meet itself.
    """
    for i in range(first, len(sem.val)):
        if i == procid:
            #: nobody before it: claim, val[procid] = 2
            await store(sem.val[procid], 2)
            #: does anybody else claim? begin again
            for k in range(FIRST, len(sem.val)):
                if k != procid and await load(sem.val[k]) == 2:
                    return False
            #: in: lastid = procid
            await store(sem.lastid, procid)
            return True
        #: is somebody before it not outside? begin again
        if await load(sem.val[i]):
            return False
    return None


async def Vprim(sem: Any, procid: int, n: int) -> None:
    """Gives the semaphore back."""
    #: the next one first: lastid = procid + 1
    await store(sem.lastid, (procid + 1) % len(sem.val))
    #: out: val[procid] = 0
    await store(sem.val[procid], 0)


def figure(lowest: int = LOWEST, first: int = FIRST) -> Lock:
    """The lock file of the figure, with processors numbered from `lowest`, loops from `first`."""
    return lock(semaphore, processors, Pprim, scan, Vprim, LOWEST=lowest, FIRST=first)


def two_semaphores(lastids: int) -> Lock:
    """Processors 1 and 2 use semaphore `a`, processor 3 always `b`; one `lastid` for both, or two.

    Processor 3 never comes to the end of its Pprim: only what becomes of the others says something.
    """
    outer = _OUTER.replace("OTHER", str(lastids - 1))
    inner = lock(Pprim, scan, Vprim, FIRST=FIRST)
    text = inner.replace("def Pprim(", "def take(").replace("def Vprim(", "def give(")
    return Lock(text + outer, inner.steps)


_OUTER = """
def semaphore(n):
    return Shared(a=[0] * (n + 1), b=[0] * (n + 1), lastid=[0, 0])


def processors(n):
    return range(1, n + 1)


async def Pprim(sem, procid, n):
    from types import SimpleNamespace
    b = SimpleNamespace(val=sem.b, lastid=sem.lastid[OTHER])
    while procid == n:
        await take(b, procid, n)
        await give(b, procid, n)
    await take(SimpleNamespace(val=sem.a, lastid=sem.lastid[0]), procid, n)


async def Vprim(sem, procid, n):
    from types import SimpleNamespace
    await give(SimpleNamespace(val=sem.a, lastid=sem.lastid[0]), procid, n)
"""
