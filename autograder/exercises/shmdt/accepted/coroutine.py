"""A coroutine that marks the segment before it detaches."""

from kernel_model import *


async def shmdt(u, addr):
    entry = next((e for e in u.pregions if e and e.type == "shared" and e.addr == addr), None)
    if entry is None:
        raise KernelError(Errno.EINVAL, "not attached")
    lockreg(entry.region)
    if (segment := segment_of(u, entry.region)) is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    detachreg(u, entry)
    return 0
