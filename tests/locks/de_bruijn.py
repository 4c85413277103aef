"""de Bruijn, Communications of the ACM 10(3), 1967, with numbering from 0."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(control=[0] * n, k=0)


async def my_turn(sem, i, n):
    j = await load(sem.k)
    while j != i:
        if await load(sem.control[j]):
            j = await load(sem.k)
        else:
            j = (j - 1) % n


async def other_claims(sem, i, n):
    for j in reversed(range(n)):
        if j != i and await load(sem.control[j]) == 2:
            return True
    return False


async def Pprim(sem, i, n):
    while True:
        await store(sem.control[i], 1)
        await my_turn(sem, i, n)
        await store(sem.control[i], 2)
        if not await other_claims(sem, i, n):
            break


async def Vprim(sem, i, n):
    k = await load(sem.k)
    if k == i or await load(sem.control[k]) == 0:
        await store(sem.k, (k - 1) % n)
    await store(sem.control[i], 0)
