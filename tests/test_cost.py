"""The cost account: exact counts for each mechanism, per call, per process and in all."""

import pytest

from kernel_model import Cost, Kernel, User
from kernel_model.constants import IPC_NOWAIT, IPC_PRIVATE, IPC_RMID, SHM_RDONLY
from kernel_model.memory import PAGE
from kernel_model.process import Process

BOTH = pytest.mark.parametrize("personality", ["classic", "linux"])
CLIENT, SERVER = 1, 2  # types of messages


def pair(personality: str) -> tuple[Kernel, Process, Process]:
    k = Kernel(personality)
    return k, k.spawn("A"), k.spawn("B")


def queue(p: Process) -> int:
    return int(p.call("msgget", IPC_PRIVATE, 0o600).ret)


def segment(size: int, *procs: Process) -> list[int]:
    """A segment that each process has attached and touched."""
    shmid = procs[0].call("shmget", IPC_PRIVATE, size, 0o600).ret
    places = [p.call("shmat", shmid, None, 0).ret for p in procs]
    for p, place in zip(procs, places, strict=True):
        p.call("mem_write", place, "x" * size)
    return places


@BOTH
def test_a_request_and_its_reply_by_messages_are_four_crossings_and_four_copies(
    personality: str,
) -> None:
    k, a, b = pair(personality)
    q = queue(a)
    before = k.cost
    a.call("msgsnd", q, SERVER, "question", 0)
    b.call("msgrcv", q, 100, SERVER, 0)
    b.call("msgsnd", q, CLIENT, "answer", 0)
    a.call("msgrcv", q, 100, CLIENT, 0)
    spent = k.cost - before
    assert (spent.crossings, spent.copies, spent.copied) == (4, 4, 2 * len("questionanswer"))
    assert (spent.calls, spent.sleeps, spent.entries, spent.touched) == (4, 0, 0, 0)


@BOTH
def test_a_server_that_waits_sleeps_and_gets_the_processor_at_the_same_crossings(
    personality: str,
) -> None:
    k, a, b = pair(personality)
    q = queue(a)
    waits = b.call("msgrcv", q, 100, SERVER, 0)
    before = k.cost
    a.call("msgsnd", q, SERVER, "question", 0)
    assert waits.state == "returned"
    b.call("msgsnd", q, CLIENT, "answer", 0)
    a.call("msgrcv", q, 100, CLIENT, 0)
    spent = k.cost - before
    assert (spent.crossings, spent.copies, spent.switches) == (3, 4, 3)  # A, B, A
    assert (waits.cost.crossings, waits.cost.copies, waits.cost.sleeps) == (1, 1, 1)


@BOTH
def test_a_request_and_its_reply_in_shared_memory_are_no_crossing_and_no_copy(
    personality: str,
) -> None:
    k, a, b = pair(personality)
    here, there = segment(2 * PAGE, a, b)
    before = k.cost
    a.call("mem_write", here, "question")
    b.call("mem_read", there, 8)
    b.call("mem_write", there + PAGE, "answer")
    a.call("mem_read", here + PAGE, 6)
    spent = k.cost - before
    assert spent == Cost(switches=spent.switches, touched=2 * len("questionanswer"))


@BOTH
def test_signals_as_hand_over_cost_crossings_and_sleeps_but_no_copy(personality: str) -> None:
    k, a, b = pair(personality)
    for p in (a, b):
        p.call("signal", 10, "catch")
    before = k.cost
    b.call("pause")
    a.call("kill", b.pid, 10)
    a.call("pause")
    b.call("kill", a.pid, 10)
    spent = k.cost - before
    assert (spent.crossings, spent.copies, spent.sleeps) == (4, 0, 2)


@BOTH
def test_an_empty_message_as_hand_over_copies_four_times_nothing(personality: str) -> None:
    k, a, b = pair(personality)
    q = queue(a)
    before = k.cost
    for sender, receiver in ((a, b), (b, a)):
        sender.call("msgsnd", q, 1, "", 0)
        receiver.call("msgrcv", q, 0, 1, 0)
    spent = k.cost - before
    assert (spent.crossings, spent.copies, spent.copied) == (4, 4, 0)


def test_data_that_is_made_elsewhere_is_still_moved_into_the_segment_by_the_program() -> None:
    k, a, b = pair("classic")
    here, there = segment(PAGE, a, b)
    made = a.call("mem_alloc", "made elsewhere").ret
    before = k.cost
    a.call("mem_read", made, 14)
    a.call("mem_write", here, "made elsewhere")
    b.call("mem_read", there, 14)
    spent = k.cost - before
    assert (spent.crossings, spent.copies, spent.touched) == (0, 0, 3 * 14)


def test_the_first_attach_fills_in_the_page_table_and_the_second_shares_it() -> None:
    _, a, b = pair("classic")
    shmid = a.call("shmget", IPC_PRIVATE, 5 * PAGE, 0o600).ret
    first = a.call("shmat", shmid, None, 0).cost
    second = b.call("shmat", shmid, None, SHM_RDONLY).cost
    assert (first.crossings, first.copies, first.entries) == (1, 0, 5)
    assert (second.crossings, second.copies, second.entries) == (1, 0, 0)


def test_on_linux_a_page_costs_a_crossing_and_an_entry_when_it_is_touched_first() -> None:
    _, a, _ = pair("linux")
    shmid = a.call("shmget", IPC_PRIVATE, 3 * PAGE, 0o600).ret
    attach = a.call("shmat", shmid, None, 0)
    assert attach.cost.entries == 0
    touched = a.call("mem_write", attach.ret, "x" * (2 * PAGE)).cost
    assert touched == Cost(crossings=2, entries=2, touched=2 * PAGE)
    assert a.call("mem_write", attach.ret, "x" * PAGE).cost == Cost(touched=PAGE)


def test_making_memory_is_not_counted_in_the_call_that_happens_to_be_the_first() -> None:
    k, a, _ = pair("classic")
    made = a.call("shmget", IPC_PRIVATE, PAGE, 0o600)
    assert made.cost == Cost(calls=1, crossings=1)
    assert k.costs[""].entries == 3 + 2  # text, data and stack; the second shares the text


def test_fork_copies_each_private_page_and_fills_in_an_entry_for_it() -> None:
    _, a, _ = pair("classic")
    segment(4 * PAGE, a)
    cost = a.call("fork", "C").cost
    assert (cost.crossings, cost.copies, cost.copied, cost.entries) == (1, 2, 2 * PAGE, 2)


def test_a_call_that_fails_costs_its_crossing() -> None:
    k, a, _ = pair("classic")
    q = queue(a)
    assert a.call("msgrcv", q, 10, 0, IPC_NOWAIT).cost == Cost(calls=1, crossings=1)
    assert k.costs["msgrcv"] == Cost(calls=1, crossings=1)


def test_a_bad_address_is_no_copy() -> None:
    _, a, _ = pair("classic")
    assert a.call("msgsnd", queue(a), 1, None, 0).cost.copies == 0


def test_the_accounts_of_processes_add_up_to_the_kernels_also_when_one_is_gone() -> None:
    k, a, b = pair("classic")
    q = queue(a)
    b.call("msgrcv", q, 10, 0, 0)
    a.call("msgsnd", q, 1, "hello", 0)
    b.call("exit", 0)
    assert b.pid not in k.procs
    assert a.cost + b.cost == k.cost
    assert sum(k.costs.values(), Cost()) == k.cost
    assert b.costs["exit"].crossings == 1


def test_a_call_keeps_its_cost_when_the_same_call_is_made_again() -> None:
    _, a, _ = pair("classic")
    q = queue(a)
    first = a.call("msgsnd", q, 1, "12345", 0)
    a.call("msgsnd", q, 1, "1234567890", 0)
    assert first.cost.copied == 5


def test_a_call_made_again_after_a_signal_is_two_crossings() -> None:
    _, a, b = pair("linux")
    waits = b.call("msgrcv", queue(a), 10, 0, 0)
    a.call("kill", b.pid, 19)
    a.call("kill", b.pid, 18)
    assert (waits.state, waits.cost.crossings, waits.cost.calls) == ("asleep", 2, 1)


def test_a_process_that_keeps_the_processor_is_not_switched_to() -> None:
    k, a, b = pair("classic")
    for _ in range(5):
        a.call("getpid")
    assert k.cost.switches == 1
    b.call("getpid")
    a.call("getpid")
    assert (a.cost.switches, b.cost.switches) == (2, 1)


def test_memory_that_the_program_asks_for_costs_a_call_only_when_the_data_region_grows() -> None:
    _, a, _ = pair("classic")
    assert a.call("mem_alloc", "small").cost == Cost(touched=5)
    assert a.call("mem_alloc", "x" * PAGE).cost == Cost(1, 1, entries=1, touched=PAGE)


def test_programs_are_counted_as_processes_that_are_driven_are() -> None:
    k = Kernel()

    async def asks(u: User) -> int:
        q = await u.msgget(1, 0o1600)
        await u.msgsnd(q, SERVER, "question", 0)
        await u.msgrcv(q, 100, CLIENT, 0)
        await u.msgctl(q, IPC_RMID)
        return 0

    async def answers(u: User) -> int:
        q = await u.msgget(1, 0o1600)
        await u.msgrcv(q, 100, SERVER, 0)
        await u.msgsnd(q, CLIENT, "answer", 0)
        return 0

    k.spawn("A", main=asks)
    k.spawn("B", main=answers)
    k.run()
    through = k.costs["msgsnd"] + k.costs["msgrcv"]
    assert (through.calls, through.crossings, through.copies, through.sleeps) == (4, 4, 4, 1)


def test_tracing_changes_no_count() -> None:
    plain, traced = Kernel(), Kernel()
    traced.start_trace()
    for k in (plain, traced):
        a = k.spawn("A")
        segment(2 * PAGE, a)
        a.call("msgsnd", queue(a), 1, "hello", 0)
    assert plain.costs == traced.costs


@BOTH
def test_semaphores_as_hand_over_cost_four_calls_and_the_copies_of_their_operations(
    personality: str,
) -> None:
    k, a, b = pair(personality)
    here, there = segment(2 * PAGE, a, b)
    asked, answered = 0, 1
    s = a.call("semget", IPC_PRIVATE, 2, 0o600).ret
    before = k.cost
    waits = b.call("semop", s, [[asked, -1, 0]])
    a.call("mem_write", here, "question")
    a.call("semop", s, [[asked, 1, 0]])
    assert waits.state == "returned"
    b.call("mem_read", there, 8)
    b.call("mem_write", there + PAGE, "answer")
    b.call("semop", s, [[answered, 1, 0]])
    a.call("semop", s, [[answered, -1, 0]])
    a.call("mem_read", here + PAGE, 6)
    spent = k.cost - before
    assert (spent.crossings, spent.copies, spent.copied, spent.sleeps) == (4, 4, 4 * 6, 1)
