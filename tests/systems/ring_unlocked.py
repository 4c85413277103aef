"""Bach, Fig. 2.7 on two processors: each puts a node behind the header of one ring."""

from kernel_model.explore import Shared
from kernel_model.explore.structures import Ring


def memory(n):
    return Shared(ring=Ring(n + 1))


async def program(mem, i, n):
    await mem.ring.insert_after(0, i + 1)


def whole(m):
    return m.ring.broken(range(1, len(m.ring.forp)))


finals = (whole,)
