"""The ways from one process to another that are measured: each with its two sides.

The producer opens a way by its name or key, sends messages, closes and removes it; the consumer
opens what is there, takes messages, and closes it. To produce is to write every byte (memset), to
consume is to look at every byte (memchr); both are part of a message.
"""

import ctypes
import mmap
import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from autograder.measure import libc
from autograder.measure.libc import Operation, memchr, memmove, memset, msgrcv, msgsnd, semop

MADE, ABSENT = 1, 0  # the byte that is produced, and the one that is looked for
HEAD = 8  # bytes of the type before the text of a message
MSGMAX = Path("/proc/sys/kernel/msgmax")
FULL, EMPTY = 0, 1  # semaphores


@dataclass(frozen=True, slots=True)
class Place:
    """Where a way is: a System V key, and a folder for names."""

    key: int
    folder: str


class Private:
    """Private memory of a process, page aligned; new memory has no frames until it is touched."""

    def __init__(self, size: int) -> None:
        self._map = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._held = ctypes.c_char.from_buffer(self._map)
        self.address = ctypes.addressof(self._held)
        self.view = memoryview(self._map)

    def touch(self) -> None:
        """Has a frame for every page from now on."""
        memset(self.address, MADE, len(self.view))

    def close(self) -> None:
        """Gives the memory back."""
        self.view.release()
        del self._held
        self._map.close()


class Way:
    """One side of a way for messages of `size` bytes; `buffer` is the private memory it uses."""

    def __init__(self, place: Place, size: int, buffer: Private) -> None:
        self.place, self.size, self.buffer = place, size, buffer
        self.address, self.view = buffer.address, buffer.view[:size]

    def make(self) -> None:
        """Producer: makes the way and opens this side of it."""
        raise NotImplementedError

    def join(self) -> None:
        """Producer: what remains when the consumer has opened its side."""

    def open(self) -> None:
        """Consumer: opens a way that has been made."""
        raise NotImplementedError

    def send(self) -> None:
        """Produces a message and hands it over."""
        raise NotImplementedError

    def take(self) -> None:
        """Waits for a message and consumes it."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes this side."""

    def remove(self) -> None:
        """Producer: removes what close leaves."""


class Pipe(Way):
    """A named pipe; it holds 64 KiB, as Linux makes it."""

    fd = -1

    def make(self) -> None:
        os.mkfifo(f"{self.place.folder}/pipe", libc.PRIVATE)
        self.fd = os.open(f"{self.place.folder}/pipe", os.O_RDWR)

    def open(self) -> None:
        self.fd = os.open(f"{self.place.folder}/pipe", os.O_RDONLY)

    def send(self) -> None:
        memset(self.address, MADE, self.size)
        sent = os.write(self.fd, self.view)
        while sent < self.size:
            sent += os.write(self.fd, self.view[sent:])

    def take(self) -> None:
        got = os.readv(self.fd, [self.view])
        while got < self.size:
            got += os.readv(self.fd, [self.view[got:]])
        memchr(self.address, ABSENT, self.size)

    def close(self) -> None:
        os.close(self.fd)

    def remove(self) -> None:
        os.unlink(f"{self.place.folder}/pipe")


class Socket(Way):
    """A stream of the UNIX domain."""

    _listens: socket.socket | None = None

    def make(self) -> None:
        self._listens = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listens.bind(f"{self.place.folder}/socket")
        self._listens.listen(1)

    def join(self) -> None:
        assert self._listens is not None, "nobody has made this socket"
        self.socket = self._listens.accept()[0]

    def open(self) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(f"{self.place.folder}/socket")

    def send(self) -> None:
        memset(self.address, MADE, self.size)
        self.socket.sendall(self.view)

    def take(self) -> None:
        got = self.socket.recv_into(self.view)
        while got < self.size:
            got += self.socket.recv_into(self.view[got:])
        memchr(self.address, ABSENT, self.size)

    def close(self) -> None:
        self.socket.close()
        if self._listens is not None:
            self._listens.close()

    def remove(self) -> None:
        os.unlink(f"{self.place.folder}/socket")


class Queue(Way):
    """A System V message queue; a message longer than MSGMAX goes in parts.

    The type that precedes each part lies over the end of the part before it, which has been sent,
    or is put back when the next one has come: nothing is copied within a process.
    """

    def __init__(self, place: Place, size: int, buffer: Private) -> None:
        super().__init__(place, size, buffer)
        most = int(MSGMAX.read_text())
        self.parts = [(at, min(most, size - at)) for at in range(0, size, most)]

    def make(self) -> None:
        self.id = libc.msgget(self.place.key, libc.IPC_CREAT | libc.IPC_EXCL | libc.PRIVATE)

    def open(self) -> None:
        self.id = libc.msgget(self.place.key)

    def send(self) -> None:
        memset(self.address + HEAD, MADE, self.size)
        for at, length in self.parts:
            struct.pack_into("l", self.buffer.view, at, 1)
            if msgsnd(self.id, self.address + at, length, 0):
                raise OSError("msgsnd failed")

    def take(self) -> None:
        for at, length in self.parts:
            covered = struct.unpack_from("l", self.buffer.view, at)
            if msgrcv(self.id, self.address + at, length, 0, 0) != length:
                raise OSError("msgrcv failed")
            struct.pack_into("l", self.buffer.view, at, *covered)
        memchr(self.address + HEAD, ABSENT, self.size)

    def remove(self) -> None:
        libc.remove_queue(self.id)


class Memory(Way):
    """A System V segment, handed over by two System V semaphores; produced in the segment."""

    def make(self) -> None:
        flags = libc.IPC_CREAT | libc.IPC_EXCL | libc.PRIVATE
        self.semaphores = libc.semget(self.place.key, 2, flags)
        self.id = libc.shmget(self.place.key, self.size, flags)
        self._attach(0)

    def open(self) -> None:
        self.semaphores = libc.semget(self.place.key, 0)
        self.id = libc.shmget(self.place.key, 0)
        self._attach(libc.SHM_RDONLY)

    def _attach(self, flags: int) -> None:
        self.segment = libc.shmat(self.id, flags)
        self.used = False
        self._operations = [Operation(FULL, 1), Operation(FULL, -1), Operation(EMPTY, 1),
                            Operation(EMPTY, -1)]  # fmt: skip
        pointers = [ctypes.addressof(one) for one in self._operations]
        self.v_full, self.p_full, self.v_empty, self.p_empty = pointers

    def send(self) -> None:
        if self.used and semop(self.semaphores, self.p_empty, 1):
            raise OSError("semop failed")
        self.produce()
        self.used = True
        if semop(self.semaphores, self.v_full, 1):
            raise OSError("semop failed")

    def produce(self) -> None:
        """Writes the message into the segment."""
        memset(self.segment, MADE, self.size)

    def take(self) -> None:
        if semop(self.semaphores, self.p_full, 1):
            raise OSError("semop failed")
        memchr(self.segment, ABSENT, self.size)
        if semop(self.semaphores, self.v_empty, 1):
            raise OSError("semop failed")

    def close(self) -> None:
        libc.shmdt(self.segment)

    def remove(self) -> None:
        libc.remove_segment(self.id)
        libc.remove_semaphores(self.semaphores)


class Filled(Memory):
    """The same, for data that is produced elsewhere and copied into the segment by the program."""

    def produce(self) -> None:
        memset(self.address, MADE, self.size)
        memmove(self.segment, self.address, self.size)


WAYS: dict[str, type[Way]] = {
    "pipe": Pipe,
    "message queue": Queue,
    "socket": Socket,
    "shared memory": Memory,
    "shared memory, copied in": Filled,
}
MAPS = ("shared memory", "shared memory, copied in")  # the others copy
