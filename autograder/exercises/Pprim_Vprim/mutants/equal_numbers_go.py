"""Lamport's bakery: two with the same number both go in."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(choosing=[0] * n, number=[0] * n)


async def Pprim(sem, procid, n):
    while True:
        await store(sem.choosing[procid], 1)
        mine = 1 + max([await load(one) for one in sem.number])
        if mine <= 2 * n:
            break
        await store(sem.choosing[procid], 0)
        for one in sem.number:
            while await load(one):
                pass
    await store(sem.number[procid], mine)
    await store(sem.choosing[procid], 0)
    for other in range(n):
        while await load(sem.choosing[other]):
            pass
        while 0 < await load(sem.number[other]) and await before(sem, other, mine, procid):
            pass


async def before(sem, other, mine, procid):
    theirs = await load(sem.number[other])
    return theirs > 0 and theirs < mine


async def Vprim(sem, procid, n):
    await store(sem.number[procid], 0)
