"""Goes on with a long write when there is room for more than one byte."""

from kernel_model import *


async def until_room(u, file, needed):
    inode, pipe = file.inode, file.inode.pipe
    while True:
        if pipe.readers == 0:
            psignal(u, SIGPIPE)
            raise KernelError(Errno.EPIPE, "broken pipe")
        room = pipe.capacity - inode.size
        if room >= needed or (needed > pipe.capacity and room > 1):
            return min(room, needed)
        if file.nonblock:
            return 0
        await sleep(u, pipe.room, PPIPE)


async def pipe_write(u, file, data):
    pipe, text = file.inode.pipe, copyin(u, data)
    done = 0
    while done < len(text):
        count = await until_room(u, file, len(text) - done)
        if count == 0:
            return done
        for byte in text[done : done + count]:
            pipe.blocks[pipe.woff // pipe.block][pipe.woff % pipe.block] = byte
            pipe.woff = (pipe.woff + 1) % pipe.capacity
        file.inode.size += count
        done += count
        wakeup(u, pipe.data)
    return done
