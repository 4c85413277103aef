"""Knuth's lock of 1966, scanned downwards; the look at the others is a function of its own."""

from kernel_model.explore import Shared, load, store

OUTSIDE, WANTS, CLAIMS = range(3)


def semaphore(n):
    return Shared(control=[OUTSIDE] * n, next=0)


async def my_turn(sem, me, n):
    j = await load(sem.next)
    while j != me:
        j = await load(sem.next) if await load(sem.control[j]) else (j - 1) % n


async def rivals(sem, me, n):
    return [j for j in range(n) if j != me and await load(sem.control[j]) == CLAIMS]


async def Pprim(sem, procid, n):
    claimed = False
    while not claimed:
        await store(sem.control[procid], WANTS)
        await my_turn(sem, procid, n)
        await store(sem.control[procid], CLAIMS)
        claimed = not await rivals(sem, procid, n)
    await store(sem.next, procid)


async def Vprim(sem, procid, n):
    await store(sem.next, (procid - 1) % n)
    await store(sem.control[procid], OUTSIDE)
