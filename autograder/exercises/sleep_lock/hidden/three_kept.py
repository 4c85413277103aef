"""Each of three processors: sleep_lock. Whoever gets the buffer keeps it for ever."""

from kernel_model.explore import Shared, progress

PROCESSORS = 3
RESTS = True


def memory(n):
    return Shared(buf=buffer())


async def program(mem, i, n):
    await progress()  # there is nothing to be achieved after this
    await sleep_lock(mem.buf)
