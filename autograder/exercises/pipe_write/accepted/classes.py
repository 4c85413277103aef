"""A class for a write under way, whose methods say what can go in and put it there."""

from dataclasses import dataclass

from kernel_model import *


@dataclass
class Write:
    u: Process
    inode: Inode
    left: bytes

    @property
    def room(self):
        return self.inode.pipe.capacity - self.inode.size

    def next(self):
        """How many bytes may go in now."""
        if not self.inode.pipe.readers:
            psignal(self.u, SIGPIPE)
            raise KernelError(Errno.EPIPE, "nobody is there to read")
        if len(self.left) > self.inode.pipe.capacity:
            return self.room
        return len(self.left) if len(self.left) <= self.room else 0

    def put(self, count):
        pipe = self.inode.pipe
        for place, byte in enumerate(self.left[:count], start=pipe.woff):
            number, at = divmod(place % pipe.capacity, pipe.block)
            pipe.blocks[number][at] = byte
        pipe.woff = (pipe.woff + count) % pipe.capacity
        self.inode.size += count
        self.left = self.left[count:]
        wakeup(self.u, pipe.data)


async def pipe_write(u, file, data):
    if data is None:
        raise KernelError(Errno.EFAULT, "bad address")
    text = copyin(u, data)
    write = Write(u, file.inode, text)
    while write.left:
        if count := write.next():
            write.put(count)
        elif file.nonblock:
            break
        else:
            await sleep(u, file.inode.pipe.room, PPIPE)
    return len(text) - len(write.left)
