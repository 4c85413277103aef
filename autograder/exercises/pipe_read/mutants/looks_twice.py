"""Looks again once after a sleep, and gives up then."""

from kernel_model import *


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    inode, pipe = file.inode, file.inode.pipe
    if size == 0:
        return 0
    for _ in range(2):
        if inode.size:
            break
        if pipe.writers == 0 or file.nonblock:
            return 0
        await sleep(u, pipe.data, PPIPE)
    if inode.size == 0:
        raise KernelError(Errno.EAGAIN, "nothing")
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
