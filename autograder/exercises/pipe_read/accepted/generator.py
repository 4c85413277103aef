"""A generator of the pieces, a deque for what is gathered, and a match statement for what to do."""

from collections import deque

from kernel_model import *


def pieces(pipe, count):
    offset = pipe.roff
    while count > 0:
        block, start = pipe.blocks[offset // pipe.block], offset % pipe.block
        piece = bytes(block[start : min(start + count, pipe.block)])
        yield piece
        count -= len(piece)
        offset = (offset + len(piece)) % pipe.capacity


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    pipe = file.inode.pipe
    while True:
        match size, file.inode.size, pipe.writers, file.nonblock:
            case (0, _, _, _) | (_, 0, 0, _) | (_, 0, _, True):
                return 0
            case _, 0, _, _:
                await sleep(u, pipe.data, PPIPE)
            case _, held, _, _:
                break
    gathered = deque(pieces(pipe, min(size, held)))
    count = sum(map(len, gathered))
    copyout(u, buffer, data=b"".join(gathered))
    pipe.roff = (pipe.roff + count) % pipe.capacity
    file.inode.size = held - count
    wakeup(u, pipe.room)
    return count
