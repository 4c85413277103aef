"""Message queues of Linux: where they differ from the classic ones (Linux ipc/msg.c)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    IPC_NOWAIT,
    MSG_COPY,
    MSG_EXCEPT,
    MSG_NOERROR,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import MSG_R, MSG_W, ipcaccess
from kernel_model.linux.ipc import as_int
from kernel_model.linux.receivers import Receiver, others_asleep, pipelined_send, waiting
from kernel_model.messages import Message, MessageQueue, msgconv
from kernel_model.process import Process
from kernel_model.traps import PMSG, linux, sleep, wakeup
from kernel_model.user import USER_BUFFER, copyin, copyout

LONG_MIN = -(2**63)


@linux
async def msgsnd(
    u: Process, msqid: int, mtype: int, text: Any, flags: int = 0, size: int | None = None
) -> int:
    """Sends a message. Judges the arguments first; a queue holds at most qbytes messages."""
    k = u.k
    #: the arguments come first: address of the type, size, type, text
    if text is None:
        raise KernelError(Errno.EFAULT, "nothing can be read at this user address")
    length = len(text) if size is None else size
    msqid = as_int(msqid)
    if not 0 <= length <= k.limits.MSGMAX or msqid < 0:
        raise KernelError(Errno.EINVAL, f"{length} bytes; a message has 0 to {k.limits.MSGMAX}")
    if mtype < 1:
        raise KernelError(Errno.EINVAL, f"type {mtype}; the type of a message is positive")
    data = copyin(u, text, length)
    #: find the queue; the process must be allowed to write to it
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_W)
    while not has_room(q, length):
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, f"no room for {length} bytes")
        #: no room: sleep until there is, and ask for permission again
        await sleep(u, q.space, PMSG)
        msgconv(u, msqid, Errno.EIDRM)
        if has_room(q, length):
            ipcaccess(u, q.perm, MSG_W)
    q.lspid, q.stime = u.pid, k.time
    message = Message(mtype, data)
    #: hand it to the first receiver that it fits; nobody else is woken
    if pipelined_send(u, q, message):
        return 0
    #: nobody waits for it: put it at the end of the list
    if q.last is None:
        q.first = message
    else:
        q.last.next = message
    q.last = message
    q.qnum += 1
    q.cbytes += length
    k.msgpool.headers += 1
    if others_asleep(u, q):
        wakeup(u, q.arrival)
    return 0


def has_room(q: MessageQueue, length: int) -> bool:
    """May a message be sent now? Linux wakes no sender for whom this is not so."""
    return q.cbytes + length <= q.qbytes and q.qnum + 1 <= q.qbytes


@linux
async def msgrcv(
    u: Process, msqid: int, size: int, mtype: int, flags: int = 0, msgp: Any = USER_BUFFER
) -> int:
    """Receives a message. Knows MSG_EXCEPT and MSG_COPY; loses it when the address is bad."""
    msqid = as_int(msqid)
    if msqid < 0 or not 0 <= size < 2**63:
        raise KernelError(Errno.EINVAL, f"descriptor {msqid}, size {size}; neither is negative")
    if flags & MSG_COPY:
        if flags & MSG_EXCEPT or not flags & IPC_NOWAIT:
            raise KernelError(Errno.EINVAL, "MSG_COPY goes with IPC_NOWAIT, not with MSG_EXCEPT")
        if msgp is None and size > 0:
            raise KernelError(Errno.EFAULT, "the buffer of MSG_COPY cannot be read")
    q = msgconv(u, msqid)
    while True:
        ipcaccess(u, q.perm, MSG_R)
        #: look for the message that type and flags ask for
        before, found = find_message(q, mtype, flags)
        if found is not None:
            break
        if flags & IPC_NOWAIT:
            raise KernelError(
                Errno.ENOMSG, f"no message for type {mtype}" if mtype else "the queue is empty"
            )
        #: there is none: stand in line and sleep until a sender hands one over
        me = Receiver(u, mtype, flags, size)
        with waiting(q, me):
            await sleep(u, q.arrival, PMSG)
        if me.given is not None:
            data = me.given.text[:size]
            copyout(u, msgp, mtype=me.given.mtype, data=data)
            return len(data)
        #: woken without one: the queue was changed or removed
        msgconv(u, msqid, Errno.EIDRM)
    if len(found.text) > size and not flags & MSG_NOERROR:
        raise KernelError(Errno.E2BIG, f"{len(found.text)} bytes do not fit in {size}")
    if flags & MSG_COPY:
        #: a copy leaves the queue as it is, and cannot be cut
        if len(found.text) > size:
            raise KernelError(Errno.EINVAL, "a copy of a message cannot be cut")
    else:
        #: take it off the list and wake who waits for room
        if before is None:
            q.first = found.next
        else:
            before.next = found.next
        if found is q.last:
            q.last = before
        q.qnum -= 1
        q.cbytes -= len(found.text)
        q.lrpid, q.rtime = u.pid, u.k.time
        u.k.msgpool.headers -= 1
        wakeup(u, q.space)
    data = found.text[:size]
    copyout(u, msgp, mtype=found.mtype, data=data)
    return len(data)


def find_message(q: MessageQueue, mtype: int, flags: int) -> tuple[Message | None, Message | None]:
    """The message that a receiver asks for and the one before it on the list."""
    before: Message | None = None
    best: tuple[Message | None, Message | None] = (None, None)
    number, message = 0, q.first
    while message is not None:
        if flags & MSG_COPY:
            fits = number == mtype
        elif mtype > 0 and flags & MSG_EXCEPT:
            fits = message.mtype != mtype
        elif mtype >= 0:
            fits = mtype in (0, message.mtype)
        else:
            fits = False
            least = best[1].mtype if best[1] is not None else -max(mtype, LONG_MIN + 1) + 1
            if message.mtype < least:
                best = (before, message)
        if fits:
            return before, message
        number, before, message = number + 1, message, message.next
    return best


@linux
def msgfree(u: Process, message: Message) -> None:
    """Counts the message out; Linux keeps no map of segments."""
    u.k.msgpool.headers -= 1
    message.next = None
