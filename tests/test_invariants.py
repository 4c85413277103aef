"""Each invariant, on tables that break it (kernel_model/invariants.py)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from kernel_model import IPC_ALLOC, IPC_CREAT, Kernel
from kernel_model.invariants import broken
from kernel_model.tables import show, snapshot

View = dict[str, Any]


def sound(personality: str = "classic") -> View:
    """Two queues: slot 0 with messages of 5, 0 and 4 bytes, slot 1 with a sleeping receiver."""
    k = Kernel(personality, {"MSGSSZ": 4, "MSGSEG": 8})
    a, b = k.spawn("A"), k.spawn("B")
    q, p = (a.call("msgget", key, IPC_CREAT | 0o600).ret for key in (1, 2))
    for mtype, text in ((3, b"hello"), (1, b""), (2, b"four")):
        a.call("msgsnd", q, mtype, text)
    b.call("msgrcv", p, 10, 0, 0)
    return show(snapshot(k))


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_nothing_is_broken_in_a_kernel_that_works(personality: str) -> None:
    view = sound(personality)

    assert broken(view) == []
    assert broken(json.loads(json.dumps(view))) == []


def test_no_tables_break_nothing() -> None:
    assert broken({}) == []


def message(view: View, at: int, **fields: Any) -> None:
    view["msgque"][0]["messages"][at].update(fields)


def queue(view: View, slot: int, **fields: Any) -> None:
    view["msgque"][slot].update(fields)


def pool(view: View, **fields: Any) -> None:
    view["msgpool"].update(fields)


def sleeper(view: View, **fields: Any) -> None:
    view["procs"][1].update(fields)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda v: queue(v, 0, qnum=4), "queue 0: qnum is 4, but the list has 3 messages"),
        (lambda v: queue(v, 1, qnum=1), "queue 1: qnum is 1, but the list has 0 messages"),
        (lambda v: queue(v, 0, cbytes=8), "queue 0: cbytes is 8, but the texts have 9 bytes"),
        (lambda v: message(v, 1, mtype=0), "queue 0: a message on the list has a type below 1"),
        (
            lambda v: message(v, 1, mtype=0, spot="q.last is not the last message of the list"),
            "queue 0: q.last is not the last message of the list",
        ),
        (
            lambda v: queue(v, 0, mode=0o1600),
            "queue 0: its mode has more than IPC_ALLOC and nine permission bits",
        ),
        (
            lambda v: queue(v, 0, mode=IPC_ALLOC | 0o600),
            "queue 0: its mode lacks IPC_ALLOC, by which an entry is in use",
        ),
        (
            lambda v: queue(v, 1, key=v["msgque"][0]["key"]),
            "queues 0 and 1 have the same key 1",
        ),
        (
            lambda v: pool(v, headers=4),
            "the pool: 4 message headers in use, but 3 messages on the queues",
        ),
        (
            lambda v: pool(v, free=[[3, 2], [5, 3]]),
            "the map: its free extents [[3, 2], [5, 3]] are not in order, apart and joined",
        ),
        (
            lambda v: pool(v, free=[[6, 2], [3, 2]]),
            "the map: its free extents [[6, 2], [3, 2]] are not in order, apart and joined",
        ),
        (
            lambda v: pool(v, free=[[4, 4]]),
            "the map: 1 segment is neither free nor part of a message",
        ),
        (
            lambda v: pool(v, free=[[2, 6]]),
            "the map: a segment belongs to two messages, or to one although it is free",
        ),
        (
            lambda v: message(v, 2, spot=1),
            "the map: a segment belongs to two messages, or to one although it is free",
        ),
        (
            lambda v: pool(v, segments=7),
            "the map: a segment lies outside 0 to 6",
        ),
        (
            lambda v: message(v, 0, spot=None),
            "queue 0: a text of 5 bytes has no segments",
        ),
        (lambda v: sleeper(v, wchan=None), "B is asleep, but on no event"),
        (lambda v: sleeper(v, pri=30), "B is asleep at priority 30, and not at PMSG"),
        (
            lambda v: sleeper(v, wchan="msgpool.freed", pri=25),
            "B is asleep at priority 25, and not at PMSG",
        ),
        (
            lambda v: sleeper(v, wchan="msgque[7].space"),
            "B is asleep on msgque[7].space, a queue that is gone",
        ),
        (
            lambda v: v["msgque"].pop(1),
            "B is asleep on msgque[1].arrival, a queue that is gone",
        ),
        (lambda v: v.update(unreadable="x"), "the tables cannot be read: x"),
    ],
)
def test_what_is_broken_is_told_in_a_sentence(damage: Callable[[View], object], said: str) -> None:
    view = sound()
    damage(view)

    assert said in broken(view)
    assert len(broken(view)) <= 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda v: v.pop("msgpool"),
        lambda v: v.update(msgque=3),
        lambda v: v.update(procs=[1]),
        lambda v: queue(v, 0, messages=[None]),
        lambda v: message(v, 0, size="5"),
        lambda v: pool(v, free=[[1, 2, 3]]),
        lambda v: pool(v, free=None),
        lambda v: pool(v, segment=0),
        lambda v: queue(v, 0, key=[1]),
    ],
)
def test_tables_of_a_broken_kernel_are_told_and_break_nothing_here(
    damage: Callable[[View], object],
) -> None:
    view = sound()
    damage(view)

    (said,) = broken(view)

    assert said.startswith("the tables hold something that no kernel puts there: ")


def test_other_events_and_private_queues_are_nobody_s_fault() -> None:
    view = sound()
    view["procs"][1]["wchan"] = "proc[101].child"
    view["msgque"][0]["key"] = view["msgque"][1]["key"] = 0

    assert broken(view) == []
