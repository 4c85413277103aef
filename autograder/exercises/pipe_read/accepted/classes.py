"""A class for the ring, with a method that looks and one that takes."""

from dataclasses import dataclass

from kernel_model import *


@dataclass
class Ring:
    inode: Inode

    def look(self, most):
        pipe = self.inode.pipe
        count = min(most, self.inode.size)
        places = [(pipe.roff + n) % pipe.capacity for n in range(count)]
        return bytes(pipe.blocks[place // pipe.block][place % pipe.block] for place in places)

    def take(self, count):
        pipe = self.inode.pipe
        pipe.roff = (pipe.roff + count) % pipe.capacity
        self.inode.size -= count


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    ring = Ring(file.inode)
    if not size:
        return 0
    while not (text := ring.look(size)):
        if file.nonblock or not file.inode.pipe.writers:
            return 0
        await sleep(u, file.inode.pipe.data, PPIPE)
    copyout(u, buffer, data=text)
    ring.take(len(text))
    wakeup(u, file.inode.pipe.room)
    return len(text)
