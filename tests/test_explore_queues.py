"""Message queues as steps choose, sleep and fail as the kernel's do (explore/queues.py)."""

from itertools import product

import pytest

from kernel_model import IPC_CREAT, Kernel
from kernel_model.explore import IPC_NOWAIT, Shared, check_system, msgrcv, msgsnd
from kernel_model.explore.cells import LockError, cells_of
from kernel_model.explore.effects import blocks, effect
from kernel_model.explore.queues import ROOM, chosen

QUEUE = cells_of(Shared(queue=()))[0][0]


def test_the_message_that_is_taken_is_the_one_the_kernel_takes() -> None:
    for n in range(5):
        for types in product((1, 2, 3), repeat=n):
            k = Kernel()
            a = k.spawn("a")
            q = a.call("msgget", 7, IPC_CREAT | 0o600).ret
            for place, mtype in enumerate(types):
                a.call("msgsnd", q, mtype, str(place))
            for wanted in (-3, -2, -1, 0, 1, 2, 3):
                call = a.call("msgrcv", q, 9, wanted, IPC_NOWAIT)
                place = int(call.out["data"]) if call.state == "returned" else None
                assert chosen(types, wanted) == place, (types, wanted)
                if place is not None:  # what is left is as it was, once it is sent anew
                    a.call("msgctl", q, 0)
                    q = a.call("msgget", 7, IPC_CREAT | 0o600).ret
                    for at, mtype in enumerate(types):
                        a.call("msgsnd", q, mtype, str(at))


def test_a_step_waits_for_room_and_for_a_message_unless_it_need_not() -> None:
    full = (1,) * ROOM
    steps = {
        "sends": msgsnd(QUEUE, 2), "sends at once": msgsnd(QUEUE, 2, IPC_NOWAIT),
        "receives": msgrcv(QUEUE, 2), "receives at once": msgrcv(QUEUE, 2, IPC_NOWAIT),
    }  # fmt: skip
    for one in steps.values():
        one.awaited = True
    kinds = {name: one.step()[0] for name, one in steps.items()}

    assert {name: blocks(kind, (2,), full) for name, kind in kinds.items()} == {
        "sends": True, "sends at once": False, "receives": True, "receives at once": False,
    }  # fmt: skip
    assert effect("msgsnd_nowait", (2,), full) == (full, False)
    assert effect("msgsnd_nowait", (2,), (1,)) == ((1, 2), True)
    assert effect("msgsnd", (2,), (1,)) == ((1, 2), None)
    assert effect("msgrcv_nowait", (2,), (1,)) == ((1,), None)
    assert effect("msgrcv", (-2,), (2, 1, 3)) == ((2, 3), 1)


def test_what_is_no_message_and_no_queue_is_told() -> None:
    for wrong in (0, -1, True, "1"):
        with pytest.raises(LockError, match="the type of a message is at least 1"):
            msgsnd(QUEUE, wrong)  # type: ignore[arg-type]
    with pytest.raises(LockError, match="a type is a number"):
        msgrcv(QUEUE, None)  # type: ignore[arg-type]
    with pytest.raises(LockError, match="are no flags"):
        msgrcv(QUEUE, 1, 7)
    with pytest.raises(LockError, match="which is no queue"):
        effect("msgrcv", (1,), 1)


def test_a_token_keeps_two_apart_and_without_it_both_wait_for_ever() -> None:
    text = """
from kernel_model.explore import *
def memory(n): return Shared(queue=({}))
async def program(mem, i, n):
    await msgrcv(mem.queue, 1)
    await enter()
    await leave()
    await msgsnd(mem.queue, 1)
"""
    right, none, two = (check_system(text.format(held)) for held in ("1,", "", "1, 1"))

    assert (right.mutual_exclusion, right.deadlock_free) == (True, True)
    assert (none.mutual_exclusion, none.deadlock_free) == (None, False)
    assert none.why == "processor 0 waits in msgrcv(queue); processor 1 waits in msgrcv(queue)"
    assert two.mutual_exclusion is False
