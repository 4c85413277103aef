"""Copies also when it has nothing to copy."""

from kernel_model import *


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    p = file.inode.pipe
    done = False
    if size == 0:
        done = True
    while done == False and file.inode.size == 0:
        if p.writers == 0:
            done = True
        elif file.nonblock == True:
            done = True
        else:
            await sleep(u, p.data, PPIPE)
    n = size
    if n > file.inode.size:
        n = file.inode.size
    ring = bytearray()
    for block in p.blocks:
        ring += block
    end = p.roff + n
    if end <= len(ring):
        text = bytes(ring[p.roff : end])
    else:
        text = bytes(ring[p.roff :]) + bytes(ring[: end - len(ring)])
    copyout(u, buffer, data=text)
    file.inode.size -= n
    p.roff = end % len(ring)
    wakeup(u, p.room)
    wakeup(u, p.data)
    return n
