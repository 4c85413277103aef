"""Two runs side by side, in step by system call (kernel_model/view/player/compare.py)."""

import json
from pathlib import Path
from typing import Any

import pytest

from kernel_model import (
    MSG_R,
    PMSG,
    PTRACE_PEEKUSER,
    PTRACE_TRACEME,
    Kernel,
    ipcaccess,
    msgconv,
    msgfree,
    sleep,
)
from kernel_model.debugger import SUM
from kernel_model.messages import msgrcv as the_kernels
from kernel_model.view import compare, play
from kernel_model.view.player.recording import record
from kernel_model.view.player.widget import Player
from tests.view_runs import CONVERSATION, USERS

FILE = Path(__file__).parent / "scenarios" / "messages_sleep.json"
TWO = "messages.sleep.two-types"


async def msgrcv(
    u: Any, msqid: int, size: int, mtype: int, flags: int = 0, msgp: Any = None
) -> int:
    """Takes the first message, of whatever type, and tells nobody."""
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    while q.first is None:
        await sleep(u, q.arrival, PMSG)
    found = q.first
    q.first = found.next
    if q.first is None:
        q.last = None
    q.qnum -= 1
    q.cbytes -= len(found.text)
    msgfree(u, found)
    return len(found.text)


@pytest.fixture(scope="module")
def player() -> Player:
    return compare(FILE, msgrcv, only=TWO)


def kinds(player: Player, row: int) -> list[tuple[str, str]]:
    places = player.rows[row]
    steps = [story.steps[at] for story, at in zip(player.stories, places, strict=True)]
    return [(step.kind, step.proc) for step in steps]


def test_both_runs_are_whole_and_in_order(player: Player) -> None:
    for number, story in enumerate(player.stories):
        shown = [row[number] for row in player.rows]
        assert shown == sorted(shown)
        assert sorted(set(shown)) == list(range(len(story.steps)))


def test_each_system_call_begins_in_both_runs_at_once(player: Player) -> None:
    pairs = [kinds(player, row) for row in range(len(player))]

    begun = [pair for pair in pairs if pair[1][0] == "call"]
    assert begun
    assert all(pair[0] == pair[1] for pair in begun)


def test_it_starts_where_the_runs_part(player: Player) -> None:
    assert kinds(player, player.step) == [("sleep", "B"), ("return", "B")]
    assert [mark for mark in player.data["marks"] if mark[1] == "part"] == [
        (player.step, "part", "the runs part here")
    ]


def test_what_differs_is_told_and_marked(player: Player) -> None:
    number = player.data["differs"][player.step]

    cells, words = json.loads(player.data["strings"][number])
    assert "queue 0: qnum 1 → 0" in words
    assert "B: asleep → user mode" in words
    assert {"queue:0.qnum", "queue:0.cbytes", "proc:B.state"} <= set(cells)


def test_nothing_differs_before_the_runs_part(player: Player) -> None:
    for row in range(player.step):
        if kinds(player, row)[0][0] != "line":
            number = player.data["differs"][row]
            assert json.loads(player.data["strings"][number]) == [[], []]


def test_a_run_beside_itself_is_the_same_all_along() -> None:
    first, second = (record(CONVERSATION, uids=USERS).trace for _ in range(2))

    same = compare(first, second)
    assert all(first == second for first, second in same.rows)
    assert len(same) == len(same.stories[0].steps)
    assert same.step == 0
    assert not any(kind == "part" for _, kind, _ in same.data["marks"])


def test_the_kernels_own_function_beside_it_makes_no_difference() -> None:
    player = compare(CONVERSATION, the_kernels, uids=USERS)

    assert player.step == 0
    assert not any(kind == "part" for _, kind, _ in player.data["marks"])


def test_two_personalities_part_where_they_truly_do() -> None:
    calls = [
        "q = A.msgget(1, IPC_CREAT | 0o600)",
        "A.msgsnd(q, 1, 'text')",
        "A.msgrcv(q, 2, 0)",
        "A.msgrcv(q, 10, 0, IPC_NOWAIT, None)",
        "A.msgctl(q, IPC_STAT)",
    ]
    player = compare(calls, "linux")

    assert [side["name"] for side in player.data["sides"]] == ["classic", "linux"]
    assert kinds(player, player.step) == [("error", "A"), ("error", "A")]
    _, words = json.loads(player.data["strings"][player.data["differs"][player.step]])
    assert "queue 0: qnum 1 → 0" in words  # Linux loses a message with a bad address
    assert player.data["marks"] != compare(calls, calls).data["marks"]
    assert [side["name"] for side in compare(calls, calls).data["sides"]] == [
        "the first",
        "the second",
    ]


def test_tables_that_never_differ_are_left_out_where_room_is_short(player: Player) -> None:
    assert [place["name"] for place in player.data["places"]] == [
        "processes",
        "sleepers",
        "queue 0",
        "map",
    ]
    assert len(play(FILE, only=TWO).data["places"]) == 5


def test_the_picture_of_a_comparison_shows_both(player: Player) -> None:
    picture = player.snapshot()

    assert "the kernel&#x27;s, step" in picture
    assert "yours, step" in picture
    assert picture.words.startswith(
        "B goes to sleep and waits for a message in queue 0. msgrcv returns 3 to B."
    )


def test_each_side_has_its_name_and_its_own_code(player: Player) -> None:
    first, second = player.data["sides"]

    assert (first["name"], second["name"]) == ("the kernel's", "yours")
    assert len(first["code"]["msgrcv"]["lines"]) > len(second["code"]["msgrcv"]["lines"])
    named = compare(FILE, msgrcv, only=TWO, names=("model", "A. Student's"))
    assert [side["name"] for side in named.data["sides"]] == ["model", "A. Student's"]


def told(player: Player, row: int) -> list[str]:
    """Where the runs differ at a row, in words."""
    words: list[str] = json.loads(player.data["strings"][player.data["differs"][row]])[1]
    return words


def test_what_differs_from_the_start_is_not_told_and_how_a_call_comes_out_is() -> None:
    calls = ["A.msgget(1, IPC_CREAT | 0o640)", "B.msgget(1, 0o600)"]
    player = compare(calls, "linux", uids={"A": 1000, "B": 2000})

    assert told(player, player.step) == ["msgget returns 0 to B → msgget fails for B with EACCES"]
    assert not [row for row in range(len(player)) if "free segments" in str(told(player, row))]


def test_the_personalities_part_where_the_classic_kernel_wakes_for_nothing() -> None:
    calls = ["q = A.msgget(1, IPC_CREAT)", "B.msgrcv(q, 9, 2)", "A.msgsnd(q, 1, 'no')"]
    player = compare(calls, "linux")

    assert kinds(player, player.step)[0] == ("wakeup", "A")
    assert "B: ready → asleep, until there is a message in queue 0" in told(player, player.step)


def traced_word(personality: str) -> Any:
    """A debugger reads a register; recorded from the stop of its child on."""
    k = Kernel(personality)
    tracer = k.spawn("A")
    tracer.call("fork", "C")
    child = k.proc("C")
    child.call("ptrace", PTRACE_TRACEME)
    child.call("exec", SUM)
    trace = k.start_trace()
    tracer.call("ptrace", PTRACE_PEEKUSER, child.pid, 32)
    trace.stop()
    return trace


def test_what_no_cell_shows_is_not_told_either_when_it_differs_from_the_start() -> None:
    player = compare(traced_word("classic"), traced_word("linux"), names=("classic", "Linux"))

    said = {words for row in range(len(player)) for words in told(player, row)}
    assert "A: asleep → user mode" in said
    assert not [words for words in said if "region" in words]
