"""Tickets by fetch-and-add that grow without bound."""

from kernel_model.explore import Shared, fetch_and_add, load


def semaphore(n):
    return Shared(next=0, serving=0)


async def Pprim(sem, i, n):
    mine = await fetch_and_add(sem.next, 1)
    while await load(sem.serving) != mine:
        pass


async def Vprim(sem, i, n):
    await fetch_and_add(sem.serving, 1)
