"""Recursion: a write is a piece and the write of the rest."""

from kernel_model import *


async def pipe_write(u, file, data):
    return await put(u, file, copyin(u, data))


async def put(u, file, text):
    inode, pipe = file.inode, file.inode.pipe
    if len(text) == 0:
        return 0
    if pipe.readers <= 0:
        psignal(u, SIGPIPE)
        raise KernelError(Errno.EPIPE, "EPIPE")
    room = pipe.capacity - inode.size
    if len(text) > pipe.capacity and room:
        piece, rest = text[:room], text[room:]
    elif len(text) <= room:
        piece, rest = text, b""
    elif file.nonblock:
        return 0
    else:
        await sleep(u, pipe.room, PPIPE)
        return await put(u, file, text)
    store(pipe, piece)
    inode.size += len(piece)
    wakeup(u, pipe.data)
    return len(piece) + await put(u, file, rest)


def store(pipe, piece):
    if piece:
        block, start = pipe.blocks[pipe.woff // pipe.block], pipe.woff % pipe.block
        here = piece[: pipe.block - start]
        block[start : start + len(here)] = here
        pipe.woff = (pipe.woff + len(here)) % pipe.capacity
        store(pipe, piece[len(here) :])
