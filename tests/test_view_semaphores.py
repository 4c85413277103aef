"""Semaphores are seen: values, who waits for what, what exit takes back; and what changes."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

import pytest

from kernel_model import IPC_CREAT, SEM_UNDO, Kernel
from kernel_model.view import console, play, semaphore_set, undo_structures, view_of
from kernel_model.view.consoles.state import drawn
from kernel_model.view.consoles.words import event_told, written
from kernel_model.view.player.changes import cells, changes
from kernel_model.view.player.pack import places

RUN = [
    "s = Ada.semget(7, 2, IPC_CREAT | 0o600)",
    "Ada.semctl(s, 0, SETALL, [1, 1])",
    "Bob.semop(s, [[0, -1, SEM_UNDO], [1, -1, SEM_UNDO | IPC_NOWAIT]])",
    "Cy.semop(s, [[1, -1, 0], [0, 0, 0]])",
    "Bob.exit(0)",
]


def waiting(nsems: int = 2) -> Kernel:
    """Cy waits until semaphore 0 is larger, Dora until 1 is 0; Bob has something to undo."""
    k = Kernel()
    ada, bob, cy, dora = (k.spawn(name) for name in ("Ada", "Bob", "Cy", "Dora"))
    s = ada.call("semget", 7, nsems, IPC_CREAT | 0o640).ret
    bob.call("semop", s, [[0, 2, SEM_UNDO], [1, 1, 0]])
    cy.call("semop", s, [[0, -3, 0]])
    dora.call("semop", s, [[0, -1, 0], [1, 0, 0]])
    return k


def shown(picture: str) -> list[str]:
    """Every text of a picture."""
    return [node.text or "" for node in ET.fromstring(picture).iter() if node.tag.endswith("}text")]


def test_a_set_shows_values_counts_and_who_did_the_last_operation() -> None:
    picture = semaphore_set(view_of(waiting()))

    assert shown(picture) == [
        "Semaphore set 0", "key 7 · descriptor 0 · rw-r-----",
        "0", "2", "semncnt", "1", "semzcnt", "0", "last by Bob",
        "1", "1", "semncnt", "0", "semzcnt", "1", "last by Bob",
        "until semaphore 0 is larger", "Cy", "until semaphore 1 is 0", "Dora",
    ]  # fmt: skip
    assert picture.words == (
        "Key 7, descriptor 0; semaphore 0 is 2, Cy asleep until it is larger, last by Bob; "
        "semaphore 1 is 1, Dora asleep until it is 0, last by Bob."
    )


def test_a_slot_without_a_set_says_so() -> None:
    assert "no set here" in shown(semaphore_set(view_of(Kernel())))
    assert "no set here" in shown(semaphore_set(view_of(waiting()), 3))


def test_of_a_large_set_the_first_semaphores_are_drawn_and_the_others_counted() -> None:
    told = shown(semaphore_set(view_of(waiting(13))))

    assert told.count("semncnt") == 10
    assert "and 3 more semaphores" in told
    assert "Dora" in told


def test_undo_structures_show_what_each_exit_adds_to_which_semaphore() -> None:
    k = waiting()
    k.proc("Ada").call("semop", 0, [[1, 1, SEM_UNDO]])
    picture = undo_structures(view_of(k))

    assert shown(picture)[2:] == ["Ada", "−1 on 0.1", "Bob", "−2 on 0.0"]
    assert picture.words == (
        "exit of Ada adds -1 to semaphore 1 of set 0; exit of Bob adds -2 to semaphore 0 of set 0."
    )


def test_more_undo_entries_than_have_room_are_counted() -> None:
    k = waiting(9)
    k.proc("Ada").call("semop", 0, [[num, 1, SEM_UNDO] for num in range(2, 9)])
    told = shown(undo_structures(view_of(k)))
    boxes = [words for words in told if " on 0." in words and words != "−2 on 0.0"]

    assert f"+{7 - len(boxes)}" in told
    assert 2 <= len(boxes) < 7


def test_nothing_to_undo_says_so() -> None:
    assert undo_structures(view_of(Kernel())).words == "Exit has nothing to take back."


def test_pictures_have_different_names_for_different_things() -> None:
    view = view_of(waiting())
    for picture in (semaphore_set(view), undo_structures(view)):
        keys = re.findall(r'data-key="([^"]+)"', picture)

        assert len(keys) == len(set(keys)) > 1


# The player


@pytest.fixture(scope="module")
def story() -> Any:
    return play(RUN).stories[0]


def test_a_run_with_semaphores_shows_its_sets_and_undo_and_no_messages(story: Any) -> None:
    assert list(places([story])) == ["processes", "sleepers", "set 0", "undo", "waits"]


def test_a_run_with_messages_as_well_shows_both() -> None:
    both = play([*RUN[:1], "q = Ada.msgget(1, IPC_CREAT | 0o600)"]).stories[0]

    assert list(places([both])) == ["processes", "sleepers", "queue 0", "set 0", "table", "map"]


def test_operations_and_commands_are_told_with_the_names_of_their_flags(story: Any) -> None:
    told = [step.text for step in story.steps if step.kind == "call"]

    assert "Ada calls semctl(0, 0, SETALL, [1, 1])." in told
    assert "Bob calls semop(0, [[0, -1, SEM_UNDO], [1, -1, IPC_NOWAIT | SEM_UNDO]])." in told


def test_what_has_changed_is_marked_and_told(story: Any) -> None:
    views = list({id(step.view): step.view for step in story.steps}.values())
    found = [change for old, new in pairwise(views) for change in changes(old, new)]
    told = [words for _, words in found]

    assert "slot 0 of the semaphore table is taken" in told
    assert "set 0: key private → 7" in told
    assert "set 0 has 2 semaphores" in told
    assert "semaphore 0 of set 0: 1 → 0" in told
    assert "semaphore 1 of set 0: waiting for an increase 0 → 1" in told
    assert "semaphore 0 of set 0: last used by Bob" in told
    assert "exit of Bob adds 1 to semaphore 0 of set 0" in told
    assert any("adds nothing to semaphore 1 of set 0 any more" in words for words in told)
    pictures = "".join(draw(view) for view in views for draw in places([story]).values())
    assert [cell for cell in cells(found) if f'data-cell="{cell}"' not in pictures] == []


def test_a_removed_set_and_another_owner_are_told() -> None:
    k = waiting()
    before = view_of(k)
    k.proc("Ada").call("semctl", 0, 0, 1, {"uid": 5, "mode": 0o600})  # IPC_SET
    between = view_of(k)
    k.proc("Ada").call("semctl", 0, 0, 0)  # IPC_RMID

    told = [words for _, words in changes(before, between)]
    assert "set 0: uid 0 → 5" in told
    assert "set 0: mode rw-r----- → rw-------" in told
    assert "set 0 is gone" in [words for _, words in changes(between, view_of(k))]


# The console


def test_the_console_has_words_for_semaphores_and_draws_their_tables() -> None:
    made = console(first="Semaphores", processes={"A": 1000, "B": 1000})
    made.desk.call("A", "semget", [{"key": 7}, 1, ["IPC_CREAT", "0o600"]])
    made.desk.call("A", "semop", ["$s", [[0, 1, ["SEM_UNDO"]]]])
    made.desk.call("B", "semop", ["$s", [[0, -2, ["SEM_UNDO", "IPC_NOWAIT"]]]])
    made.desk.call("B", "semop", ["$s", [[0, -2, []]]])
    tables = drawn(made.desk)["queues"]

    assert made.desk.log()[1:] == [
        "A: semop(s, [[0, 1, SEM_UNDO]]) returns 0",
        "B: semop(s, [[0, -2, SEM_UNDO | IPC_NOWAIT]]) fails with EAGAIN "
        "(it would have to wait): semaphore 0 is 1",
        "B: semop(s, [[0, -2, 0]]) sleeps until semaphore 0 of set 0 is larger",
    ]
    assert "Semaphore set 0" in tables
    assert "Undo structures" in tables
    assert event_told("sema[1].sem[4].zero") == "semaphore 4 of set 1 is 0"
    assert written("semop", ["$s", None]) == "semop(s, bad address)"
