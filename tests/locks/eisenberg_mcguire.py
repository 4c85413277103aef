"""Eisenberg and McGuire, Communications of the ACM 15(11), 1972."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(flag=[0] * n, turn=0)


async def Pprim(sem, i, n):
    while True:
        await store(sem.flag[i], 1)
        j = await load(sem.turn)
        while j != i:
            if await load(sem.flag[j]) != 0:
                j = await load(sem.turn)
            else:
                j = (j + 1) % n
        await store(sem.flag[i], 2)
        j = 0
        while j < n and (j == i or await load(sem.flag[j]) != 2):
            j += 1
        if j >= n:
            turn = await load(sem.turn)
            if turn == i or await load(sem.flag[turn]) == 0:
                break
    await store(sem.turn, i)


async def Vprim(sem, i, n):
    j = (await load(sem.turn) + 1) % n
    while await load(sem.flag[j]) == 0:
        j = (j + 1) % n
    await store(sem.turn, j)
    await store(sem.flag[i], 0)
