"""Locks from plain memory: semaphore, Pprim, Vprim (Bach 12.3.2, Figure 12.6)."""

from typing import Any

from kernel_model.explore.cells import Shared
from kernel_model.explore.operations import load, store


def semaphore(n: int) -> Shared:
    """Gives the memory of one lock, free, for the processors 0 to n - 1.

    Shared(name=0, other=[0] * n) makes a cell `name` and the cells `other[0]` to `other[n - 1]`.
    (Bach 12.3.2)
    """
    # val[i]: 0 is outside, 1 wants to get in, 2 claims to be in
    return Shared(val=[0] * n, lastid=0)


async def Pprim(sem: Any, procid: int, n: int) -> None:
    """Takes the lock `sem` for processor `procid` of n; tries until it is in.

    When it returns, every other processor is outside, or trying, or past its Vprim.
    (Bach 12.3.2, Figure 12.6, with processors numbered from 0)
    """
    while True:
        #: begin: say that this processor wants to get in
        i = await load(sem.lastid)
        await store(sem.val[procid], 1)
        #: look at everybody from lastid round to oneself; one that is not outside: begin again
        while i != procid and await load(sem.val[i]) == 0:
            i = (i + 1) % n
        if i != procid:
            continue
        #: claim to be in; if another one claims as well, begin again
        await store(sem.val[procid], 2)
        for other in range(n):
            if other != procid and await load(sem.val[other]) == 2:
                break
        else:
            break
    #: in
    await store(sem.lastid, procid)


async def Vprim(sem: Any, procid: int, n: int) -> None:
    """Gives the lock `sem` back, which processor `procid` of n has taken.

    (Bach 12.3.2, Figure 12.6, with processors numbered from 0)
    """
    #: the next one is asked first from now on; then this processor is outside
    await store(sem.lastid, (procid + 1) % n)
    await store(sem.val[procid], 0)
