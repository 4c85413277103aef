"""Begins again after a sleep without the address that it was given."""

from kernel_model import *


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    inode, pipe = file.inode, file.inode.pipe
    if size == 0:
        return 0
    if inode.size > 0:
        text = gather(pipe, pipe.roff, min(size, inode.size))
        copyout(u, buffer, data=text)
        inode.size -= len(text)
        pipe.roff = (pipe.roff + len(text)) % pipe.capacity
        wakeup(u, pipe.room)
        return len(text)
    if pipe.writers == 0 or file.nonblock:
        return 0
    await sleep(u, pipe.data, PPIPE)
    return await pipe_read(u, file, size)


def gather(pipe, offset, count):
    if count == 0:
        return b""
    block = pipe.blocks[offset // pipe.block]
    part = bytes(block[offset % pipe.block :][:count])
    return part + gather(pipe, (offset + len(part)) % pipe.capacity, count - len(part))
