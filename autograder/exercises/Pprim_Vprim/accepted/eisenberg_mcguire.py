"""Eisenberg and McGuire's lock of 1972, in plain loops, with words in the cells."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(state=["idle"] * n, turn=0)


async def Pprim(sem, procid, n):
    while True:
        await store(sem.state[procid], "waiting")
        at = await load(sem.turn)
        while at != procid:
            if await load(sem.state[at]) == "idle":
                at = (at + 1) % n
            else:
                at = await load(sem.turn)
        await store(sem.state[procid], "active")
        at = 0
        while at < n and (at == procid or await load(sem.state[at]) != "active"):
            at += 1
        if at == n:
            turn = await load(sem.turn)
            if turn == procid or await load(sem.state[turn]) == "idle":
                break
    await store(sem.turn, procid)


async def Vprim(sem, procid, n):
    at = (await load(sem.turn) + 1) % n
    while await load(sem.state[at]) == "idle":
        at = (at + 1) % n
    await store(sem.turn, at)
    await store(sem.state[procid], "idle")
