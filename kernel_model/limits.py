"""Tunable limits of the kernel: the classic ones of master(4), and those of a Linux system."""

from dataclasses import dataclass, fields


@dataclass(slots=True)
class Limits:
    """One number a limit, named as the manuals name it; a scenario may set any of them."""

    NPROC: int = 200  # processes, zombies included

    MSGMAX: int = 8192  # bytes of text in one message
    MSGMNB: int = 16384  # bytes of text a queue may hold at first
    MSGMNI: int = 50  # queues
    MSGTQL: int = 16384  # message headers, enough for a queue full of single bytes; not on Linux
    MSGSSZ: int = 8  # bytes in a segment of the message pool
    MSGSEG: int = 0  # segments in the pool; 0: for four full queues and every header
    SEMMNI: int = 10  # semaphore sets
    SEMMSL: int = 25  # semaphores in a set
    SEMMNS: int = 60  # semaphores in all sets
    SEMOPM: int = 10  # operations in one semop
    SEMMNU: int = 30  # undo structures
    SEMUME: int = 10  # undo entries of one process
    SHMMAX: int = 131072  # bytes in a segment of shared memory
    SHMMNI: int = 100  # segments of shared memory
    SHMSEG: int = 6  # segments attached to one process
    MQ_MSG_MAX: int = 10  # messages in a queue of POSIX, which only Linux has
    MQ_MSGSIZE_MAX: int = 8192  # bytes in one of them
    MQ_QUEUES_MAX: int = 256  # such queues
    NREGION: int = 210  # regions: text, data and stack of processes, and segments
    FRAMES: int = 4096  # pages of physical memory
    PIPEBLK: int = 512  # bytes in each of the ten blocks of a pipe; not on Linux

    def __post_init__(self) -> None:
        self.MSGSEG = self.MSGSEG or 4 * self.MSGMNB // self.MSGSSZ + self.MSGTQL


LINUX = {
    "NPROC": 32768, "MSGMNI": 32000, "SEMMNI": 32000, "SEMMSL": 32000, "SEMMNS": 1024000000,
    "SEMOPM": 500, "SHMMAX": 2**64 - 2**24 - 1, "SHMMNI": 4096,
    "NREGION": 2**20, "FRAMES": 2**21,
}  # fmt: skip


def limits_for(personality: str, changes: dict[str, int] | None) -> Limits:
    """The defaults of a personality with `changes` made; an unknown name is a ValueError."""
    known = [field.name for field in fields(Limits)]
    for name, value in (changes or {}).items():
        if name not in known:
            raise ValueError(f"{name} is not a limit; the limits are {', '.join(known)}")
        if type(value) is not int or value < 0:
            raise ValueError(f"the limit {name} is {value!r}; it must be an integer from 0")
    return Limits(**((LINUX if personality == "linux" else {}) | (changes or {})))
