"""Goes back to the first block when one byte is left in the pipe."""

from kernel_model import *


async def pipe_write(u, file, data):
    text = copyin(u, data)
    pipe = file.inode.pipe
    written = 0
    stop = False
    while written < len(text) and stop == False:
        if pipe.readers == 0:
            psignal(u, SIGPIPE)
            raise KernelError(Errno.EPIPE, "no readers")
        todo = len(text) - written
        room = pipe.capacity - file.inode.size
        if todo > pipe.capacity:
            if todo > room:
                todo = room
        if todo == 0 or todo > room:
            if file.nonblock:
                stop = True
            else:
                await sleep(u, pipe.room, PPIPE)
        else:
            if file.inode.size == 1:
                pipe.roff = 0
                pipe.woff = 0
            i = 0
            while i < todo:
                block = pipe.blocks[pipe.woff // pipe.block]
                block[pipe.woff % pipe.block] = text[written + i]
                pipe.woff += 1
                if pipe.woff == pipe.capacity:
                    pipe.woff = 0
                i += 1
            written += todo
            file.inode.size += todo
            wakeup(u, pipe.data)
    return written
