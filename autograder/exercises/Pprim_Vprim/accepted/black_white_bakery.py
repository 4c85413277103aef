"""Taubenfeld's bakery of 2004: tickets of two colours, so that their numbers stay small."""

from kernel_model.explore import Shared, load, store

NONE = (None, 0)


def semaphore(n):
    return Shared(choosing=[0] * n, ticket=[NONE] * n, colour="white")


async def Pprim(sem, procid, n):
    await store(sem.choosing[procid], 1)
    mine = await load(sem.colour)
    number = 1
    for other in range(n):
        colour, theirs = await load(sem.ticket[other])
        if colour == mine and number <= theirs < n:  # n of one colour are the most there can be
            number = theirs + 1
    await store(sem.ticket[procid], (mine, number))
    await store(sem.choosing[procid], 0)
    for other in range(n):
        if other != procid:
            while await load(sem.choosing[other]):
                pass
            while await goes_first(sem, other, procid, mine, number):
                pass


async def goes_first(sem, other, procid, mine, number):
    colour, theirs = await load(sem.ticket[other])
    if theirs == 0:
        return False
    if colour == mine:
        return (theirs, other) < (number, procid)
    return await load(sem.colour) == mine


async def Vprim(sem, procid, n):
    colour, _ = await load(sem.ticket[procid])
    await store(sem.colour, "black" if colour == "white" else "white")
    await store(sem.ticket[procid], NONE)
