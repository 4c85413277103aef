"""Classes: an outgoing letter that knows what it lacks, and a mailbox that takes it."""

from dataclasses import dataclass

from kernel_model import *


@dataclass
class Letter:
    u: Process
    mtype: int
    data: bytes
    message: Message | None = None

    def lacks(self, q):
        """The event to wait for; None when the message is ready."""
        if q.cbytes + len(self.data) > q.qbytes:
            return q.space
        self.message = msgalloc(self.u, self.mtype, self.data)
        if self.message is None:
            return self.u.k.msgpool.freed
        return None


@dataclass
class Mailbox:
    u: Process
    msqid: int

    def open(self, error=Errno.EINVAL):
        return msgconv(self.u, self.msqid, error)

    def deliver(self, letter):
        q = self.open()
        message = letter.message
        if q.qnum:
            q.last.next = message
        else:
            q.first = message
        q.last = message
        q.qnum += 1
        q.cbytes += len(message.text)
        q.lspid = self.u.pid
        q.stime = self.u.k.time
        wakeup(self.u, q.arrival)


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    box = Mailbox(u, msqid)
    ipcaccess(u, box.open().perm, MSG_W)
    limit = u.k.limits.MSGMAX
    if mtype < 1 or (size or 0) < 0 or (size or 0) > limit:
        raise KernelError(Errno.EINVAL, "type or size")
    letter = Letter(u, mtype, copyin(u, text, size))
    if len(letter.data) > limit:
        raise KernelError(Errno.EINVAL, "size")
    event = letter.lacks(box.open())
    while event is not None:
        if flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, event)
        await sleep(u, event, PMSG)
        event = letter.lacks(box.open(Errno.EIDRM))
    box.deliver(letter)
    return 0
