"""Helper classes: a place on the list that can be moved and taken out, and a reader that uses it."""

from dataclasses import dataclass

from kernel_model import *


@dataclass
class Place:
    """A message on a list and the one before it."""

    q: MessageQueue
    before: Message | None = None

    @property
    def message(self):
        return self.q.first if self.before is None else self.before.next

    def following(self):
        return Place(self.q, self.message)

    def take_out(self):
        gone = self.message
        if self.before is None:
            self.q.first = gone.next
        else:
            self.before.next = gone.next
        if gone.next is None:
            self.q.last = self.before
        gone.next = None
        return gone


class Receiver:
    def __init__(self, u, msqid, mtype, flags):
        self.u, self.msqid, self.mtype, self.flags = u, msqid, mtype, flags
        self.q = msgconv(u, msqid)
        ipcaccess(u, self.q.perm, MSG_R)

    def places(self):
        place = Place(self.q)
        while place.message is not None:
            yield place
            place = place.following()

    def find(self):
        best = None
        for place in self.places():
            kind = place.message.mtype
            if self.mtype == 0 or kind == self.mtype:
                return place
            if self.mtype < 0 and kind + self.mtype <= 0:
                if best is None or kind < best.message.mtype:
                    best = place
        return best

    async def wait(self):
        while (place := self.find()) is None:
            if self.flags & IPC_NOWAIT:
                raise KernelError(Errno.ENOMSG, "nothing that fits the type")
            await sleep(self.u, self.q.arrival, PMSG)
            msgconv(self.u, self.msqid, Errno.EIDRM)
        return place


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    receiver = Receiver(u, msqid, mtype, flags)
    if size < 0:
        raise KernelError(Errno.EINVAL, "size < 0")
    place = await receiver.wait()
    message, q = place.message, receiver.q
    if not flags & MSG_NOERROR and size < len(message.text):
        raise KernelError(Errno.E2BIG, "does not fit")
    n = min(size, len(message.text))
    copyout(u, msgp, mtype=message.mtype, data=message.text[:n])
    place.take_out()
    q.qnum -= 1
    q.cbytes -= len(message.text)
    q.lrpid = u.pid
    q.rtime = u.k.time
    wakeup(u, q.space)
    msgfree(u, message)
    return n
