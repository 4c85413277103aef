"""Steps on a message queue: a cell that holds the types of its messages, the oldest first.

Shared(queue=(1, 2)) is a queue with a message of type 1 and then one of type 2. A step that has to
sleep is not made until it need not: whoever is there then may be faster, as in the classic kernel.
"""

from __future__ import annotations

from kernel_model.constants import IPC_NOWAIT
from kernel_model.explore.cells import Cell, LockError, Value
from kernel_model.explore.operations import (
    MSGRCV,
    MSGRCV_NOWAIT,
    MSGSND,
    MSGSND_NOWAIT,
    Operation,
)

ROOM = 4  # messages that a queue has room for
Held = tuple[Value, ...]


def msgsnd(queue: Cell, mtype: int, flags: int = 0) -> Operation:
    """Puts a message at the end of a queue; sleeps while there is no room.

    With IPC_NOWAIT it never sleeps, and gives whether there was room.
    """
    if type(mtype) is not int or mtype < 1:
        raise LockError(f"msgsnd({queue}, {mtype!r}): the type of a message is at least 1")
    return Operation(MSGSND_NOWAIT if _nowait("msgsnd", flags) else MSGSND, queue, mtype)


def msgrcv(queue: Cell, mtype: int = 0, flags: int = 0) -> Operation:
    """Takes a message off a queue and gives its type; sleeps while there is none such.

    0          the first message
    positive   the first of this type
    negative   the first of the lowest type that is at most -mtype
    IPC_NOWAIT it never sleeps, and gives None when there is none
    """
    if type(mtype) is not int:
        raise LockError(f"msgrcv({queue}, {mtype!r}): a type is a number")
    return Operation(MSGRCV_NOWAIT if _nowait("msgrcv", flags) else MSGRCV, queue, mtype)


def _nowait(name: str, flags: int) -> bool:
    if flags not in (0, IPC_NOWAIT):
        raise LockError(f"{name}: {flags!r} are no flags; there is IPC_NOWAIT")
    return bool(flags)


def chosen(held: Held, mtype: Value) -> int | None:
    """The place of the message that msgrcv takes; None if there is none."""
    assert isinstance(mtype, int), "a type is a number"
    types = [one if isinstance(one, int) else 0 for one in held]
    if mtype < 0:
        low = [one for one in types if one <= -mtype]
        return types.index(min(low)) if low else None
    wanted = types[0] if not mtype and types else mtype
    return types.index(wanted) if wanted in types else None


def sleeps(kind: str, mtype: Value, held: Value) -> bool:
    """Must the step wait while the queue holds this?"""
    if not isinstance(held, tuple):
        return False
    if kind == MSGSND:
        return len(held) >= ROOM
    return kind == MSGRCV and chosen(held, mtype) is None


def queued(kind: str, mtype: Value, held: Value) -> tuple[Value, Value]:
    """What the queue holds after a step that need not wait, and what the step gives."""
    if not isinstance(held, tuple):
        raise LockError(f"{kind} finds {held!r}, which is no queue: it begins as () or (1,)")
    if kind in (MSGSND, MSGSND_NOWAIT):
        room = len(held) < ROOM
        given = room if kind == MSGSND_NOWAIT else None
        return (*held, mtype) if room else held, given
    place = chosen(held, mtype)
    if place is None:
        return held, None
    return held[:place] + held[place + 1 :], held[place]
