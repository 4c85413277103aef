"""What the view of the tables shows (kernel_model/tables.py)."""

import pytest

from kernel_model import AF_UNIX, IPC_ALLOC, IPC_CREAT, PMSG, SOCK_STREAM, Kernel
from kernel_model.tables import show, snapshot


@pytest.mark.parametrize(
    ("mode", "shown"),
    [(IPC_ALLOC | 0o640, 0o640), (IPC_ALLOC | 0o1640, 0o1640), (0o640, IPC_ALLOC | 0o640)],
)
def test_a_bit_that_a_mode_word_must_not_have_or_must_have_is_seen(mode: int, shown: int) -> None:
    k = Kernel("classic")
    k.spawn("A").call("msgget", 1, IPC_CREAT | 0o640)
    k.msgque.entries[0].perm.mode = mode

    (queue,) = show(snapshot(k))["msgque"]

    assert queue["mode"] == shown


def test_a_last_pointer_that_does_not_go_with_the_list_is_noted_in_words() -> None:
    k = Kernel("classic")
    a = k.spawn("A")
    msqid = a.call("msgget", 1, IPC_CREAT | 0o600).ret
    for text in (b"one", b"two"):
        a.call("msgsnd", msqid, 1, text)
    q = k.msgque.entries[0]
    found = []
    one, two = q.first, q.last
    for q.first, q.last in ((one, one), (one, None), (None, two)):
        *_, note = show(snapshot(k))["msgque"][0]["messages"]
        found.append(note["spot"])

    assert found == [
        "q.last is not the last message of the list",
        "there are messages on the list, but q.last is None",
        "the list is empty, but q.last is not None",
    ]


def test_the_priority_of_a_process_is_shown_while_it_sleeps() -> None:
    k = Kernel("classic")
    a, b = k.spawn("A"), k.spawn("B")
    q = a.call("msgget", 1, IPC_CREAT | 0o600).ret
    b.call("msgrcv", q, 10, 0, 0)
    asleep = [proc["pri"] for proc in show(snapshot(k))["procs"]]
    a.call("msgsnd", q, 1, "x")
    awake = [proc["pri"] for proc in show(snapshot(k))["procs"]]

    assert (asleep, awake) == ([None, PMSG], [None, None])


@pytest.mark.parametrize("field", ["received", "queue", "pending"])
@pytest.mark.parametrize("left", [None, 0])
def test_a_list_of_a_socket_that_is_none_is_not_looked_at_as_an_empty_one(
    field: str, left: object
) -> None:
    k = Kernel("classic")
    k.spawn("A").call("socket", AF_UNIX, SOCK_STREAM, 0)
    assert k.network is not None, "the call has made it"
    setattr(k.network.sockets[0], field, left)

    with pytest.raises(TypeError):
        snapshot(k)
