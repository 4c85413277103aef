"""Pictures of POSIX queues and of locks in memory, and how the player shows them."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from kernel_model import IPC_CREAT, Kernel
from kernel_model.constants import O_CREAT, O_RDWR
from kernel_model.view import Picture, console, locks, play, posix_queue, view_of
from kernel_model.view.consoles.forms import fields_of
from kernel_model.view.consoles.people import families as families_of
from kernel_model.view.consoles.state import drawn

SVG = "{http://www.w3.org/2000/svg}"
ATTR = {"maxmsg": 3, "msgsize": 16}


def texts(picture: str) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(picture).iter(f"{SVG}text")]


def queues(messages: int = 3) -> dict[str, Any]:
    """A queue of three with messages, a receiver or two senders, and somebody to be told."""
    k = Kernel("linux")
    procs = [k.spawn(name, 1000) for name in ("Ada", "Bob", "Cy")]
    (a, q), (b, r), (c, s) = [
        (p, p.call("mq_open", "/jobs", O_CREAT | O_RDWR, 0o640, ATTR).ret) for p in procs
    ]
    for number in range(messages):
        a.call("mq_send", q, b"<text>", number)
    a.call("mq_notify", q, 10)
    if messages >= 3:
        b.call("mq_send", r, b"b", 30)
        c.call("mq_send", s, b"c", 2)
    if not messages:
        b.call("mq_receive", r, 16)
    return view_of(k)


def locked() -> dict[str, Any]:
    """A robust mutex that is held and waited for, a condition, a semaphore with a name."""
    k = Kernel("linux")
    a, b = k.spawn("Ada"), k.spawn("Bob")
    m = a.call("shmget", 7, 4096, IPC_CREAT | 0o600).ret
    x, y = a.call("shmat", m, None, 0).ret, b.call("shmat", m, None, 0).ret
    a.call("pthread_mutex_init", x, 0, 1)
    a.call("pthread_cond_init", x + 64)
    a.call("sem_open", "/tokens", O_CREAT, 0o600, 2)
    a.call("pthread_mutex_lock", x)
    b.call("pthread_mutex_lock", y)
    return view_of(k)


PICTURES = {
    "full": posix_queue(queues()),
    "empty": posix_queue(queues(0)),
    "one": posix_queue(queues(1)),
    "no queue": posix_queue({}),
    "locks": locks(locked()),
    "no locks": locks({}),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_well_formed_and_says_the_same_in_words(name: str) -> None:
    picture: Picture = PICTURES[name]
    root = ET.fromstring(picture)
    keys = [one.get("data-key") for one in root.iter() if one.get("data-key")]

    assert root.findtext(f"{SVG}desc") == picture.words
    assert picture.words.endswith(".")
    assert len(keys) == len(set(keys))
    assert len(picture.body) < 9000


def test_a_posix_queue_shows_its_messages_by_priority_and_who_waits_by_age() -> None:
    drawn = texts(PICTURES["full"])

    assert [one for one in drawn if one.startswith("prio ")] == ["prio 2", "prio 1", "prio 0"]
    assert drawn.index("Bob") < drawn.index("Cy")
    assert "with priority 30, 2: who slept first goes first" in drawn
    assert "Ada is to be told, once, by SIGUSR1" in drawn
    assert "Bob" in texts(PICTURES["empty"])
    assert "the list is empty" in texts(PICTURES["empty"])


def test_a_lock_in_memory_shows_its_words_who_holds_it_and_who_sleeps() -> None:
    drawn = texts(PICTURES["locks"])

    assert {"mutex", "condition", "/tokens", "held", "0x80000065"} <= set(drawn)
    assert drawn.index("Ada") < drawn.index("Bob")
    assert "held by Ada; Bob asleep on it" in PICTURES["locks"].words


def test_a_player_has_the_queue_in_place_of_the_system_v_tables_and_tells_of_it_in_words() -> None:
    player = play(
        [
            "q = Ada.mq_open('/jobs', O_CREAT | O_RDWR, 0o600, {'maxmsg': 1, 'msgsize': 16})",
            "r = Bob.mq_open('/jobs', O_RDWR)",
            "Ada.mq_send(q, 'a', 1)",
            "Bob.mq_send(r, 'b', 9)",
            "Ada.mq_receive(q, 16)",
        ],
        personality="linux",
    )
    told = [step.text for step in player.stories[0].steps]

    assert "POSIX queue /jobs" in player.snapshot(-1)
    assert "Message map" not in player.snapshot(-1)
    assert "Bob goes to sleep and waits for room in a POSIX queue." in told
    assert "Ada, next: take the first of the list; who waits for room puts a message in." in told


def test_a_player_shows_a_lock_in_the_segment_change() -> None:
    player = play(
        [
            "m = Ada.shmget(7, 40, IPC_CREAT | 0o600)",
            "x = Ada.shmat(m, 0x1000000000, 0)",
            "y = Bob.shmat(m, 0x1100000000, 0)",
            "Ada.sem_init(x, 1, 0)",
            "Bob.sem_wait(y)",
            "Ada.sem_post(x)",
        ],
        personality="linux",
    )
    told = [step.text for step in player.stories[0].steps]

    assert "Locks in memory" in player.snapshot(-1)
    assert any(one.startswith("Bob goes to sleep and waits for a lock in region") for one in told)


def test_the_console_offers_queues_and_locks_of_posix_where_there_are_any() -> None:
    classic, linux = (console(kind, processes={"A": 1000}) for kind in ("classic", "linux"))
    families = [title for title, _ in families_of(linux.desk.calls)]

    assert {"POSIX queues", "POSIX semaphores", "Mutexes, conditions"} <= set(families)
    assert "mq_open" not in classic.desk.calls


def test_a_queue_that_the_console_opened_is_drawn_and_offered_by_name() -> None:
    desk = console("linux", processes={"A": 1000, "B": 1000}).desk
    args = ["/jobs", ["O_CREAT", "O_RDWR"], "0o666", {"maxmsg": 1, "msgsize": 8}]
    opened = desk.call("A", "mq_open", args, "d0")
    desk.call("A", "mq_receive", ["$d0", 8])
    field = next(one for one in fields_of("mq_send", "linux", desk.made_by, desk.people())
                 if one["name"] == "mqd")  # fmt: skip
    asleep = next(one for one in desk.people() if one.name == "A")

    assert opened.outcome["ret"] == 3
    assert [one["label"] for one in field["choices"]] == ["d0"]
    assert "POSIX queue /jobs" in drawn(desk)["queues"]
    assert asleep.told == "asleep in mq_receive, until a message comes to the POSIX queue"


def test_a_player_draws_the_deadlock_of_two_mutexes() -> None:
    player = play(
        [
            "m = Ada.shmget(7, 256, IPC_CREAT | 0o600)",
            "x = Ada.shmat(m, 0x1000000000, 0)",
            "y = Bob.shmat(m, 0x1100000000, 0)",
            *["Ada.pthread_mutex_init(x)", "Ada.pthread_mutex_init(x + 64)"],
            *["Ada.pthread_mutex_lock(x)", "Bob.pthread_mutex_lock(y + 64)"],
            *["Ada.pthread_mutex_lock(x + 64)", "Bob.pthread_mutex_lock(y)"],
        ],
        personality="linux",
    )

    assert "Deadlock: Ada → Bob → Ada." in player.snapshot(-1)
