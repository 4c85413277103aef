"""O_NDELAY is asked once, before the first sleep."""

from kernel_model import *


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    pipe = file.inode.pipe
    if size == 0:
        return 0
    nonblock = file.nonblock
    while file.inode.size == 0:
        if pipe.writers == 0 or nonblock:
            return 0
        await sleep(u, pipe.data, PPIPE)
    wanted = min(size, file.inode.size)
    text, at = b"", pipe.roff
    while len(text) < wanted:
        number, start = divmod(at, pipe.block)
        part = bytes(pipe.blocks[number][start : start + wanted - len(text)])
        text += part
        at = (at + len(part)) % pipe.capacity
    copyout(u, buffer, data=text)
    pipe.roff = at
    file.inode.size -= wanted
    wakeup(u, pipe.room)
    return wanted
