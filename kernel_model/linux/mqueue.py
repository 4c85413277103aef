"""POSIX message queues: mq_open, mq_close, mq_unlink, mq_getattr, mq_setattr, mq_notify.

(mq_overview(7); Linux ipc/mqueue.c)
"""

from __future__ import annotations

from kernel_model.constants import O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY
from kernel_model.errno import Errno, KernelError
from kernel_model.files import ACCESS, unlink_named
from kernel_model.inode import File, Inode, access, closef, files_of, getf, iput, ufalloc
from kernel_model.linux.posix import NAME_MAX
from kernel_model.mqueues import KIND, MOST_BYTES, OVERHEAD, STATUS, PosixQueue, getq, queues
from kernel_model.process import Process
from kernel_model.signals import NSIG
from kernel_model.traps import linux
from kernel_model.user import USER_BUFFER, copyout

HARD_MAXMSG, HARD_MSGSIZE = 65536, 16 * 2**20  # what the superuser may ask for
DEFAULT_MAXMSG, DEFAULT_MSGSIZE = 10, 8192


@linux
def mq_open(
    u: Process, name: str | None, flags: int, mode: int = 0, attr: dict[str, int] | None = None
) -> int:
    """Opens a queue by its name, which begins with /; gives a descriptor, which exec closes.

        no / at the beginning           EINVAL
        another / in it                 EACCES
        nothing after the /             ENOENT
        name too long                   ENAMETOOLONG
        not there, no O_CREAT           ENOENT
        there, O_CREAT | O_EXCL         EEXIST
        no permission                   EACCES
        new, too many queues            ENOSPC
        new, maxmsg or msgsize of       EINVAL: below 1, or above the limits for it
        `attr` illegal
        new, too many bytes in queues   EMFILE; so it is when no descriptor is free

    With O_NONBLOCK sending and receiving fail (EAGAIN) where they would sleep.
    """
    #: judge the name, and look for it
    name, how = queue_name(name), flags & ACCESS
    read, write = how in (O_RDONLY, O_RDWR), how in (O_WRONLY, O_RDWR)
    inode = files_of(u.k).find(KIND, name)
    made = inode is None
    if inode is None:
        #: not there: make it, if the flags say so and its maker may have such a one
        if not flags & O_CREAT:
            raise KernelError(Errno.ENOENT, f"there is no queue {name}")
        inode = new_queue(u, name, mode & 0o777 & ~u.umask, attr)
    else:
        #: there: ask for permission
        if flags & O_CREAT and flags & O_EXCL:
            raise KernelError(Errno.EEXIST, f"there is a queue {name} already")
        if not read and not write:
            raise KernelError(Errno.EINVAL, "neither to be read nor to be written")
        access(u, inode, 4 * read | 2 * write)
    #: an entry of the file table, and a descriptor that leads to it
    file = File(inode, read, write, nonblock=bool(flags & O_NONBLOCK))
    try:
        mqd = ufalloc(u, file, cloexec=True)
    except KernelError:
        inode.linked = inode.linked and not made
        iput(u, inode)
        raise
    inode.opens += 1
    return mqd


def queue_name(name: str | None) -> str:
    """A name that a queue may have, with its /."""
    if name is None:
        raise KernelError(Errno.EFAULT, "no name can be read at this user address")
    if not name.startswith("/"):
        raise KernelError(Errno.EINVAL, f"{name!r} does not begin with /")
    if name == "/":
        raise KernelError(Errno.ENOENT, "there is nothing after the /")
    if len(name) > NAME_MAX + 1:
        raise KernelError(Errno.ENAMETOOLONG, f"a name of {len(name)} characters")
    if "/" in name[1:] or name in ("/.", "/.."):
        raise KernelError(Errno.EACCES, f"{name!r} is no name of a queue")
    return name


def new_queue(u: Process, name: str, mode: int, attr: dict[str, int] | None) -> Inode:
    """The inode of a new queue, when its maker may have one of this size."""
    limits, there = u.k.limits, [queue for _, queue in queues(u.k)]
    default = {"maxmsg": min(DEFAULT_MAXMSG, limits.MQ_MSG_MAX),
               "msgsize": min(DEFAULT_MSGSIZE, limits.MQ_MSGSIZE_MAX)}  # fmt: skip
    wanted = default if attr is None else {"maxmsg": 0, "msgsize": 0} | attr
    maxmsg, msgsize = wanted["maxmsg"], wanted["msgsize"]
    most = limits.MQ_MSG_MAX, limits.MQ_MSGSIZE_MAX
    if u.euid == 0:
        most = HARD_MAXMSG, HARD_MSGSIZE
    if len(there) >= limits.MQ_QUEUES_MAX and u.euid != 0:
        raise KernelError(Errno.ENOSPC, f"there are {len(there)} queues")
    if not (0 < maxmsg <= most[0] and 0 < msgsize <= most[1]):
        raise KernelError(
            Errno.EINVAL, f"{maxmsg} messages of {msgsize} bytes; at most {most[0]} of {most[1]}"
        )
    taken = sum(one.cost for one in there if one.user == u.uid)
    if taken + maxmsg * (msgsize + OVERHEAD) > MOST_BYTES:
        raise KernelError(Errno.EMFILE, f"user {u.uid} may have {MOST_BYTES} bytes in queues")
    inode = files_of(u.k).add(u, KIND, name, mode)
    inode.size, inode.queue = STATUS, PosixQueue(inode.number, maxmsg, msgsize, u.uid)
    return inode


@linux
def mq_close(u: Process, mqd: int) -> int:
    """Closes a descriptor, as close does; the messages stay. EBADF when it is none. Gives 0."""
    getf(u, mqd)
    closef(u, mqd)
    return 0


@linux
def mq_unlink(u: Process, name: str | None) -> int:
    """Takes the name away; the queue goes when nobody has it open any more. Gives 0.

    ENOENT when there is none, EACCES for whoever is neither its owner nor the superuser.
    """
    unlink_named(u, KIND, queue_name(name), Errno.EACCES)
    return 0


@linux
def mq_getattr(u: Process, mqd: int) -> int:
    """Copies out `fields`: flags (O_NONBLOCK), maxmsg, msgsize, and curmsgs. Gives 0."""
    file, queue = getq(u, mqd)
    copyout(u, USER_BUFFER, fields=attributes(file, queue))
    return 0


@linux
def mq_setattr(u: Process, mqd: int, flags: int) -> int:
    """Sets or clears O_NONBLOCK of what the descriptor leads to; copies out the old `fields`.

    EINVAL for any other flag. Gives 0.
    """
    if flags & ~O_NONBLOCK:
        raise KernelError(Errno.EINVAL, "only O_NONBLOCK can be set")
    file, queue = getq(u, mqd)
    copyout(u, USER_BUFFER, fields=attributes(file, queue))
    file.nonblock = bool(flags & O_NONBLOCK)
    return 0


def attributes(file: File, queue: PosixQueue) -> dict[str, object]:
    """What mq_getattr tells."""
    return {
        "flags": ["O_NONBLOCK"] if file.nonblock else [], "maxmsg": queue.maxmsg,
        "msgsize": queue.msgsize, "curmsgs": len(queue.messages),
    }  # fmt: skip


@linux
def mq_notify(u: Process, mqd: int, sig: int | None) -> int:
    """Asks to be told by this signal of the next message for the empty queue; gives 0.

    `sig` 0: without any signal (SIGEV_NONE); None: no longer. It is told once, and only when
    nobody sleeps in mq_receive, who would be given the message.

        no such signal                  EINVAL
        another process, or the caller  EBUSY
        is to be told already
    """
    if sig is not None and not 0 <= sig <= NSIG:
        raise KernelError(Errno.EINVAL, f"there is no signal {sig}")
    _, queue = getq(u, mqd)
    if sig is None:
        if queue.notify is not None and queue.notify[0] is u:
            queue.notify = None
        return 0
    if queue.notify is not None:
        raise KernelError(Errno.EBUSY, f"{queue.notify[0].name} is to be told")
    queue.notify = u, sig
    return 0
