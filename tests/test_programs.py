"""Programs on the kernel turn by turn, all their interleavings, and the classic problems."""

import re
from functools import partial
from typing import Any

import pytest

from kernel_model import IPC_CREAT, IPC_NOWAIT, SETVAL, KernelError
from kernel_model.cost import Cost
from kernel_model.programs import Caller, ProgramError, Programs, Run, by_chance, chosen, explore
from kernel_model.programs.classics import CLASSICS, SMALLER, exclusion, handover, philosophers
from kernel_model.programs.explored import Graph, graph_of
from kernel_model.programs.report import explored
from kernel_model.programs.table import Row, Table, cost_of, in_order, in_turns
from kernel_model.waiting import cycle, waits


async def queue(u: Caller) -> int:
    """A queue."""
    q: int = await u.msgget(7, IPC_CREAT | 0o600)
    return q


async def send(u: Caller, q: int) -> None:
    """Sends one message."""
    await u.msgsnd(q, 1, "hello")


async def receive(u: Caller, q: int) -> str:
    """Receives one."""
    await u.msgrcv(q, 9, 0)
    return str(u.out["data"])


async def ends_inside(u: Caller, s: int) -> None:
    """Takes what exit will give back."""
    await u.semop(s, [[0, -1, exclusion.SEM_UNDO]])


def classic(problem: str, mechanism: str) -> Graph:
    return graph_of(SMALLER.get((problem, mechanism), CLASSICS[problem][mechanism]))


def told(run: Run, turns: list[int]) -> list[str]:
    return [run.turn(p) for p in turns]


# Turns


def test_a_turn_is_a_call_and_who_was_woken_waits_for_its_turn() -> None:
    run = Run(Programs(queue, {"S": send, "R": receive}))

    assert told(run, [1, 0]) == [
        "R sleeps in msgrcv(0, 9, 0).",
        "S: msgsnd(0, 1, 'hello') returns 0. It wakes R.",
    ]
    assert [run.phase(p) for p in (0, 1)] == ["running", "woken"]
    assert told(run, [1, 1, 0]) == [
        "R: msgrcv(0, 9, 0) returns 5 and brings b'hello'.",
        "R ends.",
        "S ends.",
    ]
    assert (run.members[1].result, run.over(), run.left()) == ("b'hello'", True, [])


def test_who_comes_by_may_be_faster_than_who_was_woken() -> None:
    run = Run(Programs(queue, {"S": send, "R": receive, "T": receive}))

    assert told(run, [1, 0, 2, 1])[2:] == [
        "T: msgrcv(0, 9, 0) returns 5 and brings b'hello'.",
        "R sleeps in msgrcv(0, 9, 0).",
    ]


def test_a_sleeper_has_no_turn() -> None:
    run = Run(Programs(queue, {"R": receive})).play([0])

    assert (run.can(0), run.over(), run.left()) == (False, True, ["R"])
    with pytest.raises(ValueError, match="R is asleep; it cannot have a turn"):
        run.turn(0)


def test_a_call_that_fails_raises_in_the_program_and_an_uncaught_error_ends_it() -> None:
    async def careful(u: Caller, q: int) -> str:
        try:
            await u.msgrcv(q, 9, 0, IPC_NOWAIT)
        except KernelError as error:
            return error.errno.name
        return ""

    async def careless(u: Caller, q: int) -> None:
        await u.msgrcv(q, 9, 0, IPC_NOWAIT)

    run = Run(Programs(queue, {"A": careful, "B": careless})).play([0, 0, 1])

    assert run.members[0].result == "ENOMSG"
    assert run.wrong().startswith("B fails: KernelError: ENOMSG")


def test_what_is_taken_with_undo_comes_back_when_a_program_ends() -> None:
    run = Run(Programs(exclusion.one_semaphore, {"A": ends_inside, "B": exclusion.by_semaphore}))

    assert told(run, [0, 1, 0])[1:] == [
        "B sleeps in semop(0, [[0, -1, SEM_UNDO]]).",
        "A ends. It wakes B.",
    ]


def test_the_same_seed_takes_the_same_turns_and_another_one_others() -> None:
    programs = philosophers.CIRCLES["semaphore"]
    runs = {seed: chosen(programs, seed) for seed in (1, 2, 3)}

    assert runs[1] == by_chance(Run(programs), 1)
    assert len({tuple(turns) for turns in runs.values()}) > 1
    assert all(Run(programs).play(turns).over() for turns in runs.values())


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("async def a(u, q): u.msgsnd(q, 1, '')", "never awaited"),
        ("async def a(u, q): await u.msgsend(q)", "msgsend is not a system call"),
        ("async def a(u): pass", "cannot begin"),
        ("def a(u, q): pass", "is no program"),
    ],
)
def test_what_is_no_program_is_told_in_words(program: str, message: str) -> None:
    names: dict[str, Any] = {}
    exec(program, names)
    with pytest.raises(ProgramError, match=message):  # noqa: PT012
        run = Run(Programs(queue, {"A": names["a"]}))
        raise ProgramError(run.wrong())


def test_a_beginning_that_sleeps_or_fails_is_told_in_words() -> None:
    async def sleeps(u: Caller) -> None:
        await u.msgrcv(await u.msgget(7, IPC_CREAT | 0o600), 9, 0)

    async def fails(u: Caller) -> None:
        await u.msgrcv(99, 9, 0)

    with pytest.raises(ProgramError, match="the beginning sleeps in msgrcv"):
        Run(Programs(sleeps, {"A": send}))
    with pytest.raises(ProgramError, match="EINVAL"):
        Run(Programs(fails, {"A": send}))


# All interleavings


def test_two_ways_to_the_same_place_are_one_state() -> None:
    graph = Graph(Programs(queue, {"S": send, "T": send}))
    keys = [Run(graph.programs).play(turns).key() for turns in ([0, 1, 0, 1], [0, 1, 1, 0])]

    assert keys[0] == keys[1]
    assert (len(graph.states), graph.finished) == (13, True)  # 3 x 3; 2 x 2 twice: who sent last


def test_the_states_are_those_of_all_schedules_taken_one_by_one() -> None:
    """A search without merging: every schedule from the beginning to its end."""
    for programs in (
        Programs(queue, {"S": send, "R": receive, "T": send}),
        exclusion.TWO_ORDERS,
        Programs(exclusion.one_semaphore, {"A": ends_inside, "B": ends_inside}),
    ):
        keys, ends, todo = set(), set(), [list[int]()]
        while todo:
            turns = todo.pop()
            run = Run(programs).play(turns)
            able = [p for p in range(len(run.members)) if run.can(p)]
            keys.add(run.key())
            todo += [[*turns, p] for p in able]
            if not able:
                ends.add((run.key(), tuple(run.left())))
        graph = Graph(programs)

        assert graph.finished
        assert len(graph.states) == len(keys)
        assert sum(not state.moves for state in graph.states) == len(ends)


def test_turns_of_which_nothing_is_told_lead_where_they_lead_and_the_next_is_told() -> None:
    programs = philosophers.BY["semaphore"]
    told, untold = Run(programs), Run(programs)
    for p in (0, 1, 0):
        told.turn(p)
    untold.play((0, 1, 0))

    assert untold.key() == told.key()
    assert untold.turn(0) == told.turn(0) != ""


def test_states_differ_when_a_program_remembers_something_else() -> None:
    async def counts(u: Caller, q: int) -> None:
        for _ in "ab":
            await u.getpid()

    first, second = (Run(Programs(queue, {"A": counts})).play([0] * n).key() for n in (0, 1))

    assert first != second


def test_a_search_that_is_cut_off_knows_nothing_but_what_it_saw() -> None:
    report = explore(exclusion.BY["semaphore"], limit=20)

    assert (report.states, report.exclusion, report.deadlock_free) == (20, None, None)
    assert report.verdict == "Not finished: nothing is wrong in the first 20 states."


# The larger ones are searched by the table of lecture 8, which says yes or why not
CASES = [
    ("mutual exclusion", "message queue"),
    ("mutual exclusion", "semaphore"),
    ("mutual exclusion", "mutex"),
    ("producer and consumer", "message queue"),
    ("producer and consumer", "semaphore"),
    ("readers and writers", "semaphore"),
    ("dining philosophers", "semaphore"),
]


@pytest.mark.parametrize(("problem", "mechanism"), CASES)
def test_the_classic_problems_are_solved_on_every_way(problem: str, mechanism: str) -> None:
    report = explored(classic(problem, mechanism))

    assert (report.exclusion, report.deadlock_free, report.right) == (True, True, True)
    assert report.schedule is None


def test_a_ring_with_mutex_and_conditions_gives_what_was_put_by_chance() -> None:
    programs = CLASSICS["producer and consumer"]["mutex and condition"]
    for seed in range(6):
        run = Run(programs)
        by_chance(run, seed)

        assert (run.left(), run.members[1].result) == ([], [1, 2, 3])


def test_a_flag_lets_two_in() -> None:
    report = explore(exclusion.FLAG)

    assert (report.exclusion, report.why) == (
        False,
        "A and B are in their critical sections at the same time.",
    )
    assert Run(exclusion.FLAG).play(report.schedule or []).wrong() == report.why


def test_two_orders_deadlock_and_one_array_does_not() -> None:
    report = explore(exclusion.TWO_ORDERS)

    assert (report.deadlock_free, report.why) == (False, "Deadlock: A → B → A.")
    assert report.schedule == [0, 1, 0, 1]
    assert explore(exclusion.ONE_ARRAY).deadlock_free


def test_philosophers_who_take_one_fork_after_the_other_wait_in_a_circle() -> None:
    for programs in philosophers.CIRCLES.values():
        run = Run(programs).play([0, 1, 2, 0, 1, 2])
        view = run.view()

        assert (run.over(), run.left()) == (True, ["P0", "P1", "P2"])
        assert cycle(waits(view, run.known(view))) == ["P0", "P1", "P2"]


def test_readers_are_in_together_and_never_with_the_writer() -> None:
    graph = classic("readers and writers", "semaphore")
    inside = {
        tuple(name for name, phase in zip(graph.names, state.phases, strict=True)
              if phase == "inside")
        for state in graph.states
    }  # fmt: skip

    assert inside == {
        (), ("reader1",), ("reader2",), ("reader1", "reader2"), ("writer",),
    }  # fmt: skip


def test_the_ledger_knows_who_has_what_a_sleeper_wants() -> None:
    graph = Graph(exclusion.TWO_ORDERS)
    ends = [state for state in graph.states if state.left and not state.moves]

    assert {tuple(cycle(state.waits)) for state in ends} == {("A", "B")}
    assert {one.how for state in ends for one in state.waits} == {"has"}


def test_it_is_hopeless_before_it_is_a_deadlock() -> None:
    graph = Graph(exclusion.TWO_ORDERS)
    lost = graph.hopeless()
    calm = [at for at in lost if graph.states[at].moves]

    assert calm
    assert all(to in lost for at in calm for to, _ in graph.states[at].moves.values())
    assert 0 not in lost


def test_only_the_producer_can_wake_the_consumer() -> None:
    graph = classic("producer and consumer", "message queue")
    wakers = {
        bits for found, state in zip(graph.wakers(), graph.states, strict=True)
        for p, bits in found.items() if state.phases[p] == "asleep" and p == 1
    }  # fmt: skip

    assert wakers == {1 << 0}


# What it costs


def test_a_mutex_nobody_waits_for_costs_no_crossing_and_messages_always_do() -> None:
    by = CLASSICS["mutual exclusion"]
    alone = {name: cost_of(programs, in_order) for name, programs in by.items()}
    turns = {name: cost_of(programs, in_turns) for name, programs in by.items()}

    assert {name: cost.crossings for name, cost in alone.items()} == {
        "message queue": 8,
        "semaphore": 8,
        "mutex": 2,  # to attach the segment, once a process
    }
    assert all(cost.sleeps == 0 for cost in alone.values())
    assert all(cost.sleeps > 0 for cost in turns.values())
    assert turns["mutex"].crossings > alone["mutex"].crossings


def test_a_table_says_yes_or_why_not() -> None:
    costs = Cost(calls=1), Cost(calls=2)
    bad, good = explore(exclusion.TWO_ORDERS), explore(exclusion.ONE_ARRAY)
    shown = Table((Row("p", "bad", *costs, bad), Row("p", "good", *costs, good)))

    assert "NO: Deadlock: A → B → A." in repr(shown)
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", shown._repr_html_())
    assert [row.count("<td>") for row in rows] == [11, 11]
    assert "<strong>NO</strong>: Deadlock" in rows[0]
    assert rows[1].endswith("<td>yes</td></tr>")


def test_programs_may_be_partial() -> None:
    async def gives(u: Caller, s: int, value: int) -> None:
        await u.semctl(s, 0, SETVAL, value)

    programs = Programs(exclusion.one_semaphore, {"A": partial(gives, value=3)})

    assert explore(programs).deadlock_free


@pytest.mark.parametrize(
    ("count", "three"),
    [
        (handover.by_queue, 1 + 2 * 3),
        (handover.by_semop, 4 * 3),
        (partial(handover.by_words, sleeps=True), 2 * 3),
        (partial(handover.by_words, sleeps=False), 0),
    ],
)
def test_an_item_that_is_handed_over_has_its_crossings(count: Any, three: int) -> None:
    assert count(3) == three
