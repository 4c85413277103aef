"""A write ends at the end of a line."""

from kernel_model import *


async def pipe_write(u, file, data):
    pipe = file.inode.pipe
    text = left = copyin(u, data)
    if b"\n" in text:
        text = left = text[: text.index(b"\n") + 1]
    while left:
        if pipe.readers == 0:
            psignal(u, SIGPIPE)
            raise KernelError(Errno.EPIPE, "nobody reads")
        room = pipe.capacity - file.inode.size
        part = left if len(left) <= pipe.capacity else left[:room]
        if not part or len(part) > room:
            if file.nonblock:
                break
            await sleep(u, pipe.room, PPIPE)
            continue
        left = left[len(part) :]
        for byte in part:
            number, start = divmod(pipe.woff, pipe.block)
            pipe.blocks[number][start] = byte
            pipe.woff = (pipe.woff + 1) % pipe.capacity
        file.inode.size += len(part)
        wakeup(u, pipe.data)
    return len(text) - len(left)
