"""Adds the capacity where it should take it off, so that the offset runs on behind the last block."""

from kernel_model import *


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    inode, pipe = file.inode, file.inode.pipe
    while size and not inode.size and pipe.writers and not file.nonblock:
        await sleep(u, pipe.data, PPIPE)
    if not size or not inode.size:
        return 0
    unrolled = b"".join(map(bytes, pipe.blocks)) * 2
    text = unrolled[pipe.roff : pipe.roff + inode.size][:size]
    copyout(u, buffer, data=text)
    inode.size -= len(text)
    pipe.roff += len(text)
    if pipe.roff >= pipe.capacity:
        pipe.roff += pipe.capacity
    if not inode.size:
        pipe.roff = pipe.woff = 0
    wakeup(u, pipe.room)
    return len(text)
