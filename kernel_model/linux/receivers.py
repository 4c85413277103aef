"""Who waits for which message: Linux hands one over without a list (pipelined_send, ipc/msg.c)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kernel_model.constants import MSG_EXCEPT, MSG_NOERROR
from kernel_model.errno import Errno, KernelError
from kernel_model.messages import Message, MessageQueue
from kernel_model.process import Process
from kernel_model.traps import wake


@dataclass(slots=True, eq=False)
class Receiver:
    """A process asleep in msgrcv, what it asks for, and what a sender has given it."""

    proc: Process
    mtype: int
    flags: int
    size: int  # bytes it has room for
    given: Message | None = None
    too_long: int | None = None  # bytes of a message that asked for too much room

    def asks_for(self, message: Message) -> bool:
        """Is it of a type that the receiver wants?"""
        if self.mtype > 0 and self.flags & MSG_EXCEPT:
            return message.mtype != self.mtype
        if self.mtype >= 0:
            return self.mtype in (0, message.mtype)
        return message.mtype <= -self.mtype

    def has_room(self, message: Message) -> bool:
        """Does the text fit, or may it be cut?"""
        return len(message.text) <= self.size or bool(self.flags & MSG_NOERROR)


@contextmanager
def waiting(q: MessageQueue, me: Receiver) -> Iterator[None]:
    """While it sleeps, a receiver stands in the queue's line; what it was given beats a signal."""
    q.receivers.append(me)
    try:
        yield
    except KernelError:
        if me.given is None and me.too_long is None:
            raise
    finally:
        if me in q.receivers:
            q.receivers.remove(me)
    if me.too_long is not None:
        raise KernelError(Errno.E2BIG, f"{me.too_long} bytes do not fit in {me.size}")


def pipelined_send(u: Process, q: MessageQueue, message: Message) -> bool:
    """Hands a message to the first in line whom it fits, who alone is woken; False: to nobody.

    Whoever asks for it and has too little room on the way there wakes as well, with E2BIG.
    """
    for receiver in list(q.receivers):
        if not receiver.asks_for(message):
            continue
        q.receivers.remove(receiver)
        wake(u, receiver.proc)
        if receiver.has_room(message):
            receiver.given = message
            q.lrpid, q.rtime = receiver.proc.pid, u.k.time
            return True
        receiver.too_long = len(message.text)
    return False


def others_asleep(u: Process, q: MessageQueue) -> bool:
    """Does somebody sleep on the arrival of a message in a msgrcv that is not this kernel's own?"""
    return len(u.k.sleepers.get(q.arrival, ())) > len(q.receivers)
