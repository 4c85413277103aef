"""After a signal the bytes are put in all the same."""

from kernel_model import *


async def pipe_write(u, file, data):
    inode, pipe = file.inode, file.inode.pipe
    text = copyin(u, data)
    left = text
    while left:
        if pipe.readers == 0:
            psignal(u, SIGPIPE)
            raise KernelError(Errno.EPIPE, "nobody reads")
        room = pipe.capacity - inode.size
        part = left if len(left) <= pipe.capacity else left[:room]
        if not part or len(part) > room:
            if file.nonblock:
                break
            try:
                await sleep(u, pipe.room, PPIPE)
            except KernelError:
                return 0
            continue
        left = left[len(part) :]
        inode.size += len(part)
        while part:
            number, start = divmod(pipe.woff, pipe.block)
            piece = part[: pipe.block - start]
            pipe.blocks[number][start : start + len(piece)] = piece
            pipe.woff = (pipe.woff + len(piece)) % pipe.capacity
            part = part[len(piece) :]
        wakeup(u, pipe.data)
    return len(text) - len(left)
