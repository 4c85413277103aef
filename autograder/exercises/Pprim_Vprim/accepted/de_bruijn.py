"""de Bruijn's lock of 1967: the turn moves only if its owner is done; written with recursion."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(control=[0] * n, k=0)


async def asked(sem, me, n):
    at = await load(sem.k)
    while at != me:
        busy = await load(sem.control[at])
        at = (await load(sem.k)) if busy else (at + n - 1) % n


async def alone(sem, me, others):
    if not others:
        return True
    first, *rest = others
    return await load(sem.control[first]) != 2 and await alone(sem, me, rest)


async def Pprim(sem, procid, n):
    others = tuple(j for j in range(n) if j != procid)
    while True:
        await store(sem.control[procid], 1)
        await asked(sem, procid, n)
        await store(sem.control[procid], 2)
        if await alone(sem, procid, others):
            return


async def Vprim(sem, procid, n):
    k = await load(sem.k)
    if k == procid or not await load(sem.control[k]):
        await store(sem.k, (k + n - 1) % n)
    await store(sem.control[procid], 0)
