"""Byte by byte, with an index that goes round; the condition of the sleep as a function."""

from kernel_model import *


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    inode = file.inode
    pipe = inode.pipe

    def nothing_to_wait_for():
        return pipe.writers < 1 or file.nonblock

    if size < 1:
        return 0
    while inode.size < 1:
        if nothing_to_wait_for():
            return 0
        await sleep(u, pipe.data, PPIPE)
    taken = bytearray()
    at = pipe.roff
    for _ in range(min(size, inode.size)):
        taken.append(pipe.blocks[at // pipe.block][at % pipe.block])
        at = at + 1 if at + 1 < pipe.capacity else 0
    copyout(u, buffer, data=bytes(taken))
    pipe.roff = at
    inode.size = inode.size - len(taken)
    wakeup(u, pipe.room)
    return len(taken)
