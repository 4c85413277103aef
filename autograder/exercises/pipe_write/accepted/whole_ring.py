"""The ring is joined, changed and cut into its blocks again."""

from kernel_model import *


async def pipe_write(u, file, data):
    inode, pipe = file.inode, file.inode.pipe
    rest = bytes(copyin(u, data))
    total = len(rest)
    while rest != b"":
        if not pipe.readers:
            psignal(u, SIGPIPE)
            raise KernelError(Errno.EPIPE, "no reader")
        room = pipe.capacity - inode.size
        fits = len(rest) <= room
        if not fits and (len(rest) <= pipe.capacity or room == 0):
            if file.nonblock:
                return total - len(rest)
            await sleep(u, pipe.room, PPIPE)
            continue
        now, rest = rest[:room], rest[room:]
        ring = b"".join(bytes(block) for block in pipe.blocks)
        end = pipe.woff + len(now)
        over = max(end - pipe.capacity, 0)
        ring = ring[: pipe.woff] + now + ring[end:]
        ring = ring[pipe.capacity :] + ring[over : pipe.capacity] if over else ring
        pipe.blocks[:] = [
            bytearray(ring[n : n + pipe.block]) for n in range(0, pipe.capacity, pipe.block)
        ]
        pipe.woff = end % pipe.capacity
        inode.size += len(now)
        wakeup(u, pipe.data)
    return total
