"""Message queues of POSIX: an inode with messages in order of priority, and who waits for them.

A queue has a name and is opened as a file is; its descriptor is one of those of the process. Only
Linux has them here (`kernel_model/linux/mqueue.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kernel_model.errno import Errno, KernelError
from kernel_model.inode import File, Inode, getf
from kernel_model.process import Process
from kernel_model.traps import algorithm
from kernel_model.user import copyout

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

KIND = "mq"  # of their inodes
OVERHEAD = 96  # bytes that the kernel reckons with for each message, beside its text
STATUS = 80  # bytes that stat tells of a queue
MOST_BYTES = 819200  # of all queues that a user has made (RLIMIT_MSGQUEUE)


@dataclass(slots=True, eq=False)
class PosixMessage:
    """A message; of two with the same priority the older one comes first."""

    prio: int
    text: bytes


@dataclass(slots=True, eq=False)
class Waiter:
    """A process that sleeps in mq_send or mq_receive."""

    proc: Process
    message: PosixMessage | None = None  # what a sender has, and what a receiver was given
    done: bool = False  # somebody has taken the message, or has given one


@dataclass(slots=True, eq=False)
class PosixQueue:
    """What the inode of a queue has beside its name and its permissions."""

    number: int  # of the inode
    maxmsg: int  # messages at most
    msgsize: int  # bytes in a message at most
    user: int  # whose limit it counts for
    messages: list[PosixMessage] = field(default_factory=list)  # highest priority first
    receivers: list[Waiter] = field(default_factory=list)  # who slept first is first
    senders: list[Waiter] = field(default_factory=list)
    notify: tuple[Process, int] | None = None  # who is told of a message, and by which signal

    @property
    def arrival(self) -> str:
        """What receivers sleep on."""
        return f"mq[{self.number}].arrival"

    @property
    def space(self) -> str:
        """What senders sleep on."""
        return f"mq[{self.number}].space"

    @property
    def cost(self) -> int:
        """Bytes that it takes of what its maker may have in queues."""
        return self.maxmsg * (self.msgsize + OVERHEAD)

    def insert(self, message: PosixMessage) -> None:
        """Puts a message behind all of its priority and of higher ones."""
        at = sum(one.prio >= message.prio for one in self.messages)
        self.messages.insert(at, message)


def queues(k: Kernel) -> list[tuple[Inode, PosixQueue]]:
    """All queues there are, those included that have no name any more and are still open."""
    if k.filesystem is None:
        return []
    return [(one, one.queue) for one in k.filesystem.inodes if one.queue is not None]


def getq(u: Process, mqd: int) -> tuple[File, PosixQueue]:
    """The open queue of a descriptor; EBADF when it is none, or leads to something else."""
    file = getf(u, mqd)
    if file.inode.queue is None:
        raise KernelError(Errno.EBADF, f"descriptor {mqd} is not of a message queue")
    return file, file.inode.queue


@algorithm
def mqflush(u: Process, queue: PosixQueue) -> None:
    """A process that closes a descriptor of a queue is no longer told of its messages."""
    if queue.notify is not None and queue.notify[0] is u:
        queue.notify = None


@algorithm
async def mqread(u: Process, file: File, size: int, buffer: Any) -> int:
    """What `read` gives of a queue: a line about it, and no message. (mq_overview(7))"""
    queue = file.inode.queue
    assert queue is not None, "an inode of a queue without a queue"
    how, sig, pid = 0, 0, 0
    if queue.notify is not None:
        p, sig = queue.notify
        pid = p.pid
        how = 0 if sig else 1  # SIGEV_SIGNAL or SIGEV_NONE
    held = sum(len(message.text) for message in queue.messages)
    line = f"QSIZE:{held:<10} NOTIFY:{how:<5} SIGNO:{sig:<5} NOTIFY_PID:{pid:<6}\n"
    data = line.encode()[file.offset : file.offset + size]
    copyout(u, buffer, data=data)
    file.offset += len(data)
    return len(data)


@algorithm
async def mqwrite(u: Process, file: File, data: Any) -> int:
    """Nothing can be written to a queue but by mq_send: EINVAL."""
    raise KernelError(Errno.EINVAL, "messages are sent by mq_send")
