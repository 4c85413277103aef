"""The end of the file is never told: the reader sleeps."""

from kernel_model import *


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    inode, pipe = file.inode, file.inode.pipe
    if size == 0:
        return 0
    while inode.size == 0:
        if file.nonblock:
            return 0
        await sleep(u, pipe.data, PPIPE)
    wanted = min(size, inode.size)
    offset, text = pipe.roff, b""
    while len(text) < wanted:
        number, start = divmod(offset, pipe.block)
        part = bytes(pipe.blocks[number][start : start + wanted - len(text)])
        text += part
        offset = (offset + len(part)) % pipe.capacity
    copyout(u, buffer, data=text)
    pipe.roff = offset
    inode.size -= len(text)
    wakeup(u, pipe.room)
    return len(text)
