"""Who waits for whom, and the deadlock in it (kernel_model/waiting.py, its picture, the player)."""

import xml.etree.ElementTree as ET
from typing import Any

from kernel_model import IPC_CREAT, SEM_UNDO, SETALL, SETVAL, Kernel, Process
from kernel_model.view import play, view_of, wait_for
from kernel_model.waiting import Wait, cycle, stuck, waits

SVG = "{http://www.w3.org/2000/svg}"
CROSSED = [
    "s = A.semget(1, 2, IPC_CREAT | 0o600)",
    "A.semctl(s, 0, SETALL, [1, 1])",
    "A.semop(s, [[0, -1, 0]])",
    "B.semop(s, [[1, -1, 0]])",
    "A.semop(s, [[1, -1, 0]])",
    "B.semop(s, [[0, -1, 0]])",
]


def locks(n: int, processes: int, personality: str = "classic") -> tuple[list[Process], int]:
    """Processes P0, P1, ... and a set of n semaphores, all 1."""
    k = Kernel(personality)
    procs = [k.spawn(f"P{i}") for i in range(processes)]
    s = procs[0].call("semget", 7, n, IPC_CREAT | 0o600).ret
    procs[0].call("semctl", s, 0, SETALL, [1] * n)
    return procs, s


def crossed(undo: int = 0, others: int = 0, personality: str = "classic") -> dict[str, Any]:
    """Two processes, each with one semaphore, each asleep on the other's."""
    procs, s = locks(2, 2 + others, personality)
    for order in ((0, 1), (1, 0)):
        for p, num in zip(procs, order, strict=False):
            p.call("semop", s, [[num, -1, undo]])
    return view_of(procs[0].k)


def test_two_processes_with_a_semaphore_each_deadlock_whoever_else_is_awake() -> None:
    for personality in ("classic", "linux"):
        for undo, how in ((0, "last"), (SEM_UNDO, "holds")):
            found = waits(crossed(undo, others=1, personality=personality))

            assert found == [
                Wait("P0", "sema[0].sem[1].increase", ("P1",), how),
                Wait("P1", "sema[0].sem[0].increase", ("P0",), how),
            ]
            assert stuck(found) == {"P0", "P1"}
            assert cycle(found) == ["P0", "P1"]


def test_who_waits_for_the_cycle_from_outside_is_stuck_and_not_in_it() -> None:
    procs, s = locks(2, 3)
    for p, num in ((0, 0), (1, 1), (2, 0), (0, 1)):
        procs[p].call("semop", s, [[num, -1, 0]])
    waiting = waits(view_of(procs[0].k))
    procs[1].call("semop", s, [[0, -1, 0]])
    found = waits(view_of(procs[0].k))

    assert (stuck(waiting), cycle(waiting)) == (set(), [])
    assert (stuck(found), cycle(found)) == ({"P0", "P1", "P2"}, ["P0", "P1"])


def test_a_process_waits_for_itself_when_it_takes_twice_what_it_gives_back_at_exit() -> None:
    procs, s = locks(1, 1)
    for _ in range(2):
        procs[0].call("semop", s, [[0, -1, SEM_UNDO]])

    assert cycle(waits(view_of(procs[0].k))) == ["P0"]
    assert "Deadlock: P0 → P0." in wait_for(view_of(procs[0].k)).words


def test_five_philosophers_with_a_fork_each_wait_in_a_circle() -> None:
    procs, s = locks(5, 5)
    for at in (0, 1):
        for i, p in enumerate(procs):
            p.call("semop", s, [[(i + at) % 5, -1, 0]])

    assert cycle(waits(view_of(procs[0].k))) == ["P0", "P1", "P2", "P3", "P4"]


def test_a_value_that_is_too_small_but_not_0_says_nothing_about_who_will_add_to_it() -> None:
    procs, s = locks(1, 3)
    procs[1].call("semop", s, [[0, -2, 0]])
    procs[2].call("semop", s, [[0, 0, 0]])

    assert waits(view_of(procs[0].k)) == [
        Wait("P1", "sema[0].sem[0].increase", ("P0", "P2"), "may"),
        Wait("P2", "sema[0].sem[0].zero", ("P0", "P1"), "may"),
    ]


def test_a_message_may_come_from_whoever_may_write_and_room_from_whoever_may_read() -> None:
    k = Kernel(limits={"MSGMNB": 4})
    a, b, c = (k.spawn(name, uid) for name, uid in (("A", 1000), ("B", 1001), ("C", 1002)))
    k.spawn("root")
    q = a.call("msgget", 7, IPC_CREAT | 0o604).ret
    c.call("msgrcv", q, 10, 0)
    r = b.call("msgget", 8, IPC_CREAT | 0o602).ret
    b.call("msgsnd", r, 1, "full")
    a.call("msgsnd", r, 1, "more")

    assert waits(view_of(k)) == [
        Wait("A", "msgque[1].space", ("B", "root"), "may"),
        Wait("C", "msgque[0].arrival", ("A", "root"), "may"),
    ]


def test_two_who_wait_for_each_others_message_deadlock_unless_a_third_is_awake() -> None:
    k = Kernel()
    a, b, c = (k.spawn(name) for name in "ABC")
    q, r = (a.call("msgget", key, IPC_CREAT | 0o600).ret for key in (1, 2))
    a.call("msgrcv", q, 10, 0)
    b.call("msgrcv", r, 10, 0)
    awake = waits(view_of(k))
    c.call("exit", 0)
    alone = waits(view_of(k))

    assert (stuck(awake), stuck(alone)) == (set(), {"A", "B"})
    assert cycle(alone) == ["A", "B"]


def test_a_parent_waits_for_its_children_and_a_pause_for_anybody() -> None:
    k = Kernel()
    a, other = k.spawn("A"), k.spawn("other")
    a.call("fork", "child")
    k.proc("child").call("pause")
    a.call("wait")

    assert [(one.proc, one.of, one.how) for one in waits(view_of(k))] == [
        ("A", ("child",), "child"),
        ("child", ("A", "other"), "may"),
    ]
    other.call("exit", 0)
    assert stuck(waits(view_of(k))) == {"A", "child"}


def test_what_is_known_of_a_sleeper_goes_before_what_the_tables_tell() -> None:
    procs, s = locks(1, 3)
    procs[0].call("semctl", s, 0, SETVAL, 0)
    procs[1].call("semop", s, [[0, -1, 0]])
    event = "sema[0].sem[0].increase"

    assert waits(view_of(procs[0].k))[0].of == ("P0",)
    assert waits(view_of(procs[0].k), {"P1": ("has", ["P2"])}) == [
        Wait("P1", event, ("P2",), "has")
    ]


# The picture


def test_the_picture_of_a_deadlock_names_the_cycle_and_marks_its_arrows() -> None:
    picture = wait_for(crossed(others=1))
    drawn = ET.fromstring(picture)
    kinds = [one.get("class") for one in drawn.iter(f"{SVG}path")]

    assert picture.words.startswith("Deadlock: P0 → P1 → P0. P0 waits for an increase of")
    assert kinds.count("wire deadly") == kinds.count("tip deadly") == 2
    assert [one.get("data-key") for one in drawn.iter() if one.get("data-key")] == [
        "waits:P0",
        "waits:P1",
    ]


def test_the_picture_says_when_nobody_is_left_and_when_nobody_sleeps() -> None:
    procs, s = locks(1, 1)
    calm = wait_for(view_of(procs[0].k))
    procs[0].call("semop", s, [[0, 0, 0]])

    assert calm.words == "Nobody sleeps."
    assert "Nobody is left who could wake P0." in wait_for(view_of(procs[0].k)).words


def test_the_player_shows_the_graph_when_somebody_sleeps_on_a_semaphore_or_for_ever() -> None:
    get, wait = "q = A.msgget(1, IPC_CREAT | 0o600)", "{}.msgrcv(q, 9, 0)"
    asked = {
        "semaphores": CROSSED,
        "one asleep": [get, wait.format("A"), "B.getpid()"],
        "both asleep": [get, wait.format("A"), wait.format("B")],
    }
    shown = {name: play(calls).data["places"] for name, calls in asked.items()}

    assert {name: "waits" in [one["name"] for one in all_] for name, all_ in shown.items()} == {
        "semaphores": True,
        "one asleep": False,
        "both asleep": True,
    }
    assert "Deadlock: A → B → A." in play(CROSSED).snapshot(-1).words
