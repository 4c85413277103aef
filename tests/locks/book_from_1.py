"""Bach, Fig. 12.6, as printed, with processors numbered from 1."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(val=[0] * (n + 1), lastid=0)


def processors(n):
    return range(1, n + 1)


async def Pprim(sem, procid, n):
    NUMPROCS = n + 1
    while True:
        first = await load(sem.lastid)
        await store(sem.val[procid], 1)
        while (got := await scan(sem, procid, first, NUMPROCS)) is None:
            first = 1
        if got:
            return


async def scan(sem, procid, first, NUMPROCS):
    """True: in; False: begin again (goto loop); None: not met oneself yet (goto forloop)."""
    for i in range(first, NUMPROCS):
        if i == procid:
            await store(sem.val[i], 2)
            for k in range(1, NUMPROCS):
                if k != procid and await load(sem.val[k]) == 2:
                    return False
            await store(sem.lastid, procid)
            return True
        if await load(sem.val[i]):
            return False
    return None


async def Vprim(sem, procid, n):
    await store(sem.lastid, (procid + 1) % (n + 1))
    await store(sem.val[procid], 0)
