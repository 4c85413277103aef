"""A lock from plain memory that is right for any number of processors: semaphore, Pprim, Vprim.

The book's own (Bach 12.3.2, Figure 12.6) is in `printed`. This is Eisenberg and McGuire's of 1972
(Communications of the ACM 15, 11), in which nobody is overtaken more than n - 1 times.
"""

from typing import Any

from kernel_model.explore.cells import Shared
from kernel_model.explore.operations import load, store


def semaphore(n: int) -> Shared:
    """Gives the memory of one lock, free, for the processors 0 to n - 1.

    Shared(name=0, other=[0] * n) makes a cell `name` and the cells `other[0]` to `other[n - 1]`.
    (Bach 12.3.2)
    """
    # val[i]: 0 is outside, 1 wants to get in, 2 claims to be in
    return Shared(val=[0] * n, turn=0)


async def Pprim(sem: Any, procid: int, n: int) -> None:
    """Takes the lock `sem` for processor `procid` of n; tries until it is in.

    When it returns, every other processor is outside, or trying, or past its Vprim.
    (Bach 12.3.2)
    """
    while True:
        #: say that this processor wants to get in
        await store(sem.val[procid], 1)
        #: wait until all from the one whose turn it is round to oneself are outside
        i = await load(sem.turn)
        while i != procid:
            outside = await load(sem.val[i]) == 0
            i = (i + 1) % n if outside else await load(sem.turn)
        #: claim; go in if no other one claims, and it is one's turn or nobody's who is not outside
        await store(sem.val[procid], 2)
        i = 0
        while i < n and (i == procid or await load(sem.val[i]) < 2):
            i += 1
        if i == n:
            i = await load(sem.turn)
            if i == procid or await load(sem.val[i]) == 0:
                break
    #: take the turn
    await store(sem.turn, procid)


async def Vprim(sem: Any, procid: int, n: int) -> None:
    """Gives the lock `sem` back, which processor `procid` of n has taken.

    (Bach 12.3.2)
    """
    #: the turn goes to the next one that is not outside; if there is none, it stays
    i = (procid + 1) % n
    while i != procid and await load(sem.val[i]) == 0:
        i = (i + 1) % n
    await store(sem.turn, i)
    await store(sem.val[procid], 0)
