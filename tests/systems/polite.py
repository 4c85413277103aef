"""Each takes one of two, and gives it back when the other is taken: both may do so for ever."""

from kernel_model.explore import CP, Shared, V


def memory(n):
    return Shared(s=[1, 1])


async def program(mem, i, n):
    while True:
        if await CP(mem.s[i]):
            if await CP(mem.s[1 - i]):
                break
            await V(mem.s[i])
    await V(mem.s[1 - i])
    await V(mem.s[i])
