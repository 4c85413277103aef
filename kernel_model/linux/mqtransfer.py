"""POSIX message queues: mq_send, mq_receive, mq_timedsend, mq_timedreceive (Linux ipc/mqueue.c).

A message goes from the sender straight to the receiver that has waited longest, if one waits; and
whoever takes a message from a full queue puts in that of the sender that has waited longest.
"""

from __future__ import annotations

from typing import Any

from kernel_model.constants import MQ_PRIO_MAX
from kernel_model.errno import Errno, KernelError
from kernel_model.mqueues import PosixMessage, PosixQueue, Waiter, getq
from kernel_model.posting import psignal
from kernel_model.process import Process
from kernel_model.traps import PMSG, Interrupted, linux, sleep, wake
from kernel_model.user import USER_BUFFER, copyin, copyout

SHORT = 1000  # milliseconds; a shorter time is over before anybody makes another call


@linux
async def mq_send(
    u: Process, mqd: int, text: Any, prio: int, size: int | None = None, ms: int | None = None
) -> int:
    """Sends a message of this priority, 0 to 32767; gives 0. Sleeps while the queue is full.

        priority                EINVAL
        not open for writing    EBADF; so it is when the descriptor is of something else
        more than msgsize       EMSGSIZE
        bad address (None)      EFAULT
        full and O_NONBLOCK     EAGAIN
        signal while asleep     EINTR

    `ms` is mq_timedsend's.
    """
    #: judge the priority
    prio %= 2**32  # an unsigned int
    if prio >= MQ_PRIO_MAX:
        raise KernelError(Errno.EINVAL, f"priority {prio}; it is 0 to {MQ_PRIO_MAX - 1}")
    #: the descriptor must be of a queue that is open for writing
    file, q = getq(u, mqd)
    if not file.write:
        raise KernelError(Errno.EBADF, f"descriptor {mqd} is not open for writing")
    #: judge the length, and copy the text into the kernel
    length = len(text or "") if size is None else size
    if not 0 <= length <= q.msgsize:
        raise KernelError(Errno.EMSGSIZE, f"{length} bytes; a message has at most {q.msgsize}")
    message = PosixMessage(prio, copyin(u, text, length))
    if len(q.messages) >= q.maxmsg:
        #: full: stand in line until a receiver has taken a message and put this one in
        may_wait(file.nonblock, ms, f"{len(q.messages)} messages are in the queue")
        await stand(u, q.senders, Waiter(u, message), q.space)
        return 0
    #: there is room: does somebody wait for a message?
    if q.receivers:
        #: hand it to who has waited longest
        receiver = q.receivers.pop(0)
        receiver.message, receiver.done = message, True
        wake(u, receiver.proc)
        return 0
    #: nobody waits: put it behind those of its priority, and tell who asked to be told
    q.insert(message)
    tell(q)
    return 0


@linux
async def mq_timedsend(u: Process, mqd: int, text: Any, prio: int, ms: int | None) -> int:
    """As mq_send, and sleeps at most so many milliseconds (None: for ever), then ETIMEDOUT.

    Less than a second is over before another process makes a call; more never is.
    """
    return await mq_send(u, mqd, text, prio, None, ms)


def tell(q: PosixQueue) -> None:
    """Sends the signal that was asked for, once, when the first message has come."""
    if q.notify is not None and len(q.messages) == 1:
        (p, sig), q.notify = q.notify, None
        if sig:
            psignal(p, sig)


@linux
async def mq_receive(
    u: Process, mqd: int, size: int, buffer: Any = USER_BUFFER, ms: int | None = None
) -> int:
    """Takes the oldest message of the highest priority; gives its length.

    Copies out `data` and `prio`. Sleeps while the queue is empty.

        not open for reading    EBADF; so it is when the descriptor is of something else
        size below msgsize      EMSGSIZE, however short the message is
        empty and O_NONBLOCK    EAGAIN
        signal while asleep     EINTR
        bad address (None)      EFAULT, and the message is lost

    `ms` is mq_timedreceive's.
    """
    #: the descriptor must be of a queue that is open for reading
    file, q = getq(u, mqd)
    if not file.read:
        raise KernelError(Errno.EBADF, f"descriptor {mqd} is not open for reading")
    #: the buffer must hold the longest message that there could be
    if 0 <= size < q.msgsize:
        raise KernelError(Errno.EMSGSIZE, f"{size} bytes; a message may have {q.msgsize}")
    if q.messages:
        #: take the first of the list; who waits for room puts a message in
        message = q.messages.pop(0)
        make_room(u, q)
    else:
        #: empty: stand in line until a sender hands a message over
        may_wait(file.nonblock, ms, "the queue is empty")
        me = Waiter(u)
        await stand(u, q.receivers, me, q.arrival)
        assert me.message is not None, "a receiver was woken without a message"
        message = me.message
    #: copy it to the receiver: of an empty one nothing, to whatever address
    copyout(u, buffer if message.text else USER_BUFFER, prio=message.prio, data=message.text)
    return len(message.text)


@linux
async def mq_timedreceive(u: Process, mqd: int, size: int, ms: int | None) -> int:
    """As mq_receive, and sleeps at most so many milliseconds (None: for ever), then ETIMEDOUT."""
    return await mq_receive(u, mqd, size, USER_BUFFER, ms)


def make_room(u: Process, q: PosixQueue) -> None:
    """Puts in the message of the sender that has waited longest, who has sent it then."""
    if q.senders:
        sender = q.senders.pop(0)
        assert sender.message is not None, "a sender without a message"
        q.insert(sender.message)
        sender.done = True
        wake(u, sender.proc)


def may_wait(nonblock: bool, ms: int | None, why: str) -> None:
    """Fails unless the call may sleep: EAGAIN with O_NONBLOCK, ETIMEDOUT when time is short."""
    if nonblock:
        raise KernelError(Errno.EAGAIN, why)
    if ms is not None and ms < SHORT:
        raise KernelError(Errno.ETIMEDOUT, f"{why}, after {ms} ms as well")


async def stand(u: Process, line: list[Waiter], me: Waiter, event: str) -> None:
    """Stands in line and sleeps until somebody has done what is waited for."""
    line.append(me)
    try:
        while not me.done:
            await sleep(u, event, PMSG)
    except Interrupted as error:
        if not me.done:  # else it has what it wanted, and the signal is handled afterwards
            error.restarts = True
            raise
    finally:
        if me in line:
            line.remove(me)
