"""Message queues: msgget, msgsnd, msgrcv, msgctl (Bach 11.2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kernel_model.constants import IPC_NOWAIT, IPC_RMID, IPC_SET, IPC_STAT, MSG_NOERROR
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import (
    MSG_R,
    MSG_W,
    IpcPerm,
    ipcaccess,
    ipcconv,
    ipcfree,
    ipcget,
    ipcid,
    ipcowner,
    perm_fields,
    set_perm,
)
from kernel_model.process import Process
from kernel_model.rmap import Map, malloc, mfree
from kernel_model.traps import PMSG, algorithm, sleep, syscall, wakeup
from kernel_model.user import USER_BUFFER, copyin, copyout


@dataclass(slots=True)
class Message:
    """A message header, and the text that lies in its segments of the pool."""

    mtype: int
    text: bytes
    spot: int | None = None  # its first segment in the pool; None: it has none
    next: Message | None = field(default=None, repr=False)  # the next message of its queue


@dataclass(slots=True)
class MessageQueue:
    """A queue header: an entry of the table `k.msgque`."""

    slot: int
    perm: IpcPerm = field(default_factory=IpcPerm)
    first: Message | None = None  # a linked list, the oldest message first
    last: Message | None = None
    qnum: int = 0  # messages on the list
    cbytes: int = 0  # bytes of text on the list
    qbytes: int = 0  # bytes of text it may hold
    lspid: int = 0  # who sent last
    lrpid: int = 0  # who received last
    stime: int = 0  # times of the last send, receive and change, in seconds; 0: never
    rtime: int = 0
    ctime: int = 0
    arrival: str = ""  # the event: a message is on the list
    space: str = ""  # the event: there is room again
    receivers: list[Any] = field(default_factory=list, repr=False)  # on Linux: who waits for what

    def __post_init__(self) -> None:
        self.arrival = f"msgque[{self.slot}].arrival"
        self.space = f"msgque[{self.slot}].space"

    def messages(self) -> list[Message]:
        """The messages in the order of the list."""
        found, message = [], self.first
        while message is not None:
            found.append(message)
            message = message.next
        return found


@dataclass(slots=True)
class MessagePool:
    """What all queues share: message headers, and segments for the texts."""

    map: Map
    headers: int = 0  # in use
    freed: str = "msgpool.freed"  # the event: a header or segments are free again


@syscall
def msgget(u: Process, key: int, flags: int) -> int:
    """The descriptor of the queue with this key, which is made if the flags say so."""
    table = u.k.msgque
    #: find or create the entry
    slot, new = ipcget(u, table, key, flags)
    if new:
        #: initialise the header of a new queue
        q = table.entries[slot]
        q.first = q.last = None
        q.qnum = q.cbytes = 0
        q.qbytes = u.k.limits.MSGMNB
        q.lspid = q.lrpid = q.stime = q.rtime = 0
        q.ctime = u.k.time
    #: the descriptor is slot + reuse count x table size
    return ipcid(table, slot)


@syscall
async def msgsnd(
    u: Process, msqid: int, mtype: int, text: Any, flags: int = 0, size: int | None = None
) -> int:
    """Sends a message of `size` bytes (default: the whole text) to the end of a queue.

        no such queue            EINVAL
        no permission to write   EACCES
        size < 0 or > MSGMAX     EINVAL
        bad address (None)       EFAULT
        type < 1                 EINVAL
        no room, IPC_NOWAIT      EAGAIN; without IPC_NOWAIT it sleeps on q.space (room in the
                                 queue) or on k.msgpool.freed (a header, segments)
        removed while asleep     EIDRM
        signal while asleep      EINTR

    There is room when cbytes + size <= qbytes. Gives 0. (Bach 11.2.1, Figure 11.5; SVR2)
    """
    k = u.k
    #: find the queue; the process must be allowed to write to it
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_W)
    #: the message must not be too long, and its type must be positive
    if size is not None and not 0 <= size <= k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, f"{size} bytes; a message has 0 to {k.limits.MSGMAX}")
    data = copyin(u, text, size)
    if len(data) > k.limits.MSGMAX:
        raise KernelError(Errno.EINVAL, f"{len(data)} bytes exceed MSGMAX {k.limits.MSGMAX}")
    if mtype < 1:
        raise KernelError(Errno.EINVAL, f"type {mtype}; the type of a message is positive")
    while True:
        # DOC: msgsnd-room
        #: while there is no room in the queue, no header or no segments ...
        if q.cbytes + len(data) > q.qbytes:
            event = q.space
        else:
            message = msgalloc(u, mtype, data)
            if message is not None:
                break
            event = k.msgpool.freed
        #: ... fail if the process does not want to wait
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, f"no room for {len(data)} bytes: {event}")
        # DOC: msgsnd-sleep
        #: ... else sleep until there is; the queue may be removed meanwhile
        await sleep(u, event, PMSG)
        msgconv(u, msqid, Errno.EIDRM)
    #: put the message at the end of the list
    if q.last is None:
        q.first = message
    else:
        q.last.next = message
    q.last = message
    #: adjust counts, time and process id
    q.qnum += 1
    q.cbytes += len(data)
    q.lspid = u.pid
    q.stime = k.time
    #: wake all processes that wait for a message
    wakeup(u, q.arrival)
    return 0


@syscall
async def msgrcv(
    u: Process, msqid: int, size: int, mtype: int, flags: int = 0, msgp: Any = USER_BUFFER
) -> int:
    """Takes a message off a queue, copies it out and gives the number of its bytes.

        no such queue            EINVAL
        no permission to read    EACCES
        size < 0                 EINVAL
        type 0                   the first message
        type > 0                 the first message of this type
        type < 0                 the first of the lowest type that is at most -type
        longer than size         E2BIG, and the message stays; with MSG_NOERROR it is cut
        bad address (None)       EFAULT, and the message stays
        none, IPC_NOWAIT         ENOMSG; without IPC_NOWAIT it sleeps on q.arrival
        removed while asleep     EIDRM
        signal while asleep      EINTR

    Copies out `mtype` and `data`. (Bach 11.2.1, Figure 11.7; SVR2)
    """
    k = u.k
    #: find the queue; the process must be allowed to read it
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    if size < 0:
        raise KernelError(Errno.EINVAL, f"size {size}; a buffer has at least 0 bytes")
    while True:
        # DOC: msgrcv-select
        #: look for the message that the type asks for
        found, before = None, None
        previous, message = None, q.first
        while message is not None:
            if mtype == 0 or message.mtype == mtype:
                found, before = message, previous
                break
            lowest = -mtype if found is None else found.mtype - 1
            if mtype < 0 and message.mtype <= lowest:
                found, before = message, previous
            previous, message = message, message.next
        if found is not None:
            break
        #: there is none: fail if the process does not want to wait
        if flags & IPC_NOWAIT:
            raise KernelError(
                Errno.ENOMSG, f"no message for type {mtype}" if mtype else "the queue is empty"
            )
        # DOC: msgrcv-sleep
        #: sleep until a message comes; the queue may be removed meanwhile
        await sleep(u, q.arrival, PMSG)
        msgconv(u, msqid, Errno.EIDRM)
    #: it must fit into the buffer, unless it may be cut
    if len(found.text) > size and not flags & MSG_NOERROR:
        raise KernelError(Errno.E2BIG, f"{len(found.text)} bytes do not fit in {size}")
    #: copy type and text to the process
    data = found.text[:size]
    copyout(u, msgp, mtype=found.mtype, data=data)
    #: take the message off the list
    if before is None:
        q.first = found.next
    else:
        before.next = found.next
    if found is q.last:
        q.last = before
    #: adjust counts, time and process id
    q.qnum -= 1
    q.cbytes -= len(found.text)
    q.lrpid = u.pid
    q.rtime = k.time
    #: free header and segments, and wake all processes that wait for room
    msgfree(u, found)
    wakeup(u, q.space)
    return len(data)


@syscall
def msgctl(u: Process, msqid: int, cmd: int, arg: Any = USER_BUFFER) -> int:
    """Queries, changes or removes a queue.

        no such queue   EINVAL
        IPC_STAT        copies out `fields`; needs permission to read (EACCES)
        IPC_SET         takes uid, gid, mode and qbytes from a dict; only owner, creator and
                        superuser may (EPERM); only the superuser may raise qbytes (EPERM)
        IPC_RMID        frees messages and entry and wakes every sleeper; who may: as for IPC_SET
        other commands  EINVAL
        bad address     EFAULT, for IPC_STAT and IPC_SET

    Gives 0. (Bach 11.2.1; SVR2)
    """
    k = u.k
    #: find the queue
    q = msgconv(u, msqid)
    if cmd == IPC_STAT:
        #: query: copy the header out, if the process may read it
        ipcaccess(u, q.perm, MSG_R)
        copyout(u, arg, fields=queue_fields(q))
    elif cmd == IPC_SET:
        #: change: owner, permission and size, by whom it is allowed to
        ipcowner(u, q.perm)
        wanted = copyin(u, arg)
        if wanted.get("qbytes", q.qbytes) > q.qbytes and u.euid != 0:
            raise KernelError(Errno.EPERM, "only the superuser may raise qbytes")
        set_perm(q.perm, wanted)
        q.qbytes = wanted.get("qbytes", q.qbytes)
        q.ctime = k.time
    elif cmd == IPC_RMID:
        #: remove: free every message, then the entry, then wake every sleeper
        ipcowner(u, q.perm)
        for message in q.messages():
            msgfree(u, message)
        q.first = q.last = None
        q.qnum = q.cbytes = 0
        ipcfree(k.msgque, q.perm)
        wakeup(u, q.arrival)
        wakeup(u, q.space)
    else:
        raise KernelError(Errno.EINVAL, f"{cmd} is not a command of msgctl")
    return 0


@algorithm
def msgconv(u: Process, msqid: int, error: Errno = Errno.EINVAL) -> MessageQueue:
    """The queue that a descriptor stands for; fails with `error` if it stands for none (now)."""
    return ipcconv(u, u.k.msgque, msqid, error)


@algorithm
def msgalloc(u: Process, mtype: int, text: bytes) -> Message | None:
    """A header with segments that hold the text; None when either has run out."""
    pool = u.k.msgpool
    if pool.headers >= u.k.limits.MSGTQL:
        return None
    spot = None
    if text:
        spot = malloc(pool.map, segments(u, text))
        if spot is None:
            return None
    pool.headers += 1
    return Message(mtype, text, spot)


@algorithm
def msgfree(u: Process, message: Message) -> None:
    """Frees a header and its segments, and wakes all processes that wait for either."""
    pool = u.k.msgpool
    pool.headers -= 1
    if message.spot is not None:
        mfree(pool.map, message.spot, segments(u, message.text))
    message.spot = message.next = None
    wakeup(u, pool.freed)


def segments(u: Process, text: bytes) -> int:
    """How many segments of the pool a text takes."""
    return -(-len(text) // u.k.limits.MSGSSZ)


def queue_fields(q: MessageQueue) -> dict[str, Any]:
    """What IPC_STAT tells of a queue."""
    return perm_fields(q.perm) | {
        "stime": q.stime,
        "rtime": q.rtime,
        "ctime": q.ctime,
        "cbytes": q.cbytes,
        "qnum": q.qnum,
        "qbytes": q.qbytes,
        "lspid": q.lspid,
        "lrpid": q.lrpid,
    }
