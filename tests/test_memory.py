"""Frames, translation and page faults (kernel_model/memory.py and faults.py)."""

from itertools import pairwise
from typing import Any

import pytest

from kernel_model import IPC_CREAT, PAGE, SHM_RDONLY, SIGNALS, Frames, Kernel, getframe, putframe
from kernel_model.invariants import broken
from kernel_model.memory import peek, poke, scattered
from kernel_model.tables import show, snapshot

PERSONALITIES = pytest.mark.parametrize("personality", ["classic", "linux"])
SIGSEGV = SIGNALS["SIGSEGV"]
ENDED = {"signaled": "SIGSEGV"}


@pytest.mark.parametrize("total", [1, 2, 3, 7, 64, 100, 4096])
def test_the_free_list_begins_with_every_frame_once(total: int) -> None:
    assert sorted(scattered(total, number) for number in range(total)) == list(range(total))


def test_frames_that_come_one_after_another_lie_apart() -> None:
    frames = Frames(100)
    taken = [getframe(frames) for _ in range(6)]

    assert all(abs(one - other) > 1 for one, other in pairwise(taken))


def test_a_frame_that_is_given_back_is_the_next_to_be_given_out_and_holds_zeros() -> None:
    frames = Frames(10)
    first, second = getframe(frames), getframe(frames)
    poke(frames, first, 5, b"text")
    held = peek(frames, first, 4, 6)
    putframe(frames, second)
    putframe(frames, first)
    coming = frames.upcoming(3)

    assert held == b"\0text\0"
    assert coming == [first, second, scattered(10, 2)]
    assert [getframe(frames) for _ in range(3)] == coming
    assert peek(frames, first, 0, PAGE) == bytes(PAGE)
    assert frames.left == 7


def test_no_frame_is_taken_where_none_is_left() -> None:
    frames = Frames(1)
    getframe(frames)

    with pytest.raises(AssertionError, match="no frame is free"):
        getframe(frames)


class World:
    """A kernel with the process A, which has a segment of two pages at an address."""

    def __init__(self, personality: str, flags: int = 0, **limits: int) -> None:
        self.k = Kernel(personality, limits)
        self.a = self.k.spawn("A")
        self.id = self.a.call("shmget", 1, 2 * PAGE, IPC_CREAT | 0o600).ret
        self.at = self.a.call("shmat", self.id, 0x10000000, flags).ret

    def view(self) -> dict[str, Any]:
        view = show(snapshot(self.k))
        assert broken(view) == []
        return view


@PERSONALITIES
@pytest.mark.parametrize("offset", [0, 1, PAGE - 3, PAGE, 2 * PAGE - 5])
def test_what_is_written_is_read_also_over_the_border_of_pages(
    personality: str, offset: int
) -> None:
    w = World(personality)
    w.a.call("mem_write", w.at + offset, b"hello")

    read = w.a.call("mem_read", w.at, 2 * PAGE)

    expected = bytearray(2 * PAGE)
    expected[offset : offset + 5] = b"hello"
    assert (read.ret, read.out["data"]) == (0, bytes(expected))


@PERSONALITIES
@pytest.mark.parametrize("address", [None, 0, 0x0FFFFFFF, 0x10000000 + 2 * PAGE, -1, 2**64])
@pytest.mark.parametrize("call", ["mem_read", "mem_write", "word_read"])
def test_an_address_where_nothing_is_ends_the_process(
    personality: str, call: str, address: int | None
) -> None:
    w = World(personality)
    more = {"mem_read": (1,), "mem_write": (b"x",), "word_read": ()}[call]

    assert w.a.call(call, address, *more).status == ENDED
    w.view()


@PERSONALITIES
def test_a_segment_for_reading_cannot_be_written_and_is_as_it_was(personality: str) -> None:
    w = World(personality)
    b = w.k.spawn("B")
    w.a.call("mem_write", w.at, b"kept")
    b.call("shmat", w.id, 0x10000000, SHM_RDONLY)
    read = b.call("mem_read", 0x10000000, 4).out["data"]

    assert b.call("mem_write", 0x10000002, b"lost").status == ENDED
    assert (read, w.a.call("mem_read", w.at, 8).out["data"]) == (b"kept", b"kept\0\0\0\0")


@PERSONALITIES
def test_text_cannot_be_written(personality: str) -> None:
    w = World(personality)
    layout = w.k.memory.layout if w.k.memory else None
    assert layout is not None
    read = w.a.call("mem_read", layout.text, 7).out["data"]

    assert read == b"program"
    assert w.a.call("mem_write", layout.text, b"x").status == ENDED


@PERSONALITIES
def test_what_was_written_before_the_fault_stays(personality: str) -> None:
    w = World(personality)
    b = w.k.spawn("B")
    b.call("shmat", w.id, 0x10000000, 0)

    assert b.call("mem_write", w.at + 2 * PAGE - 2, b"four").status == ENDED
    assert w.a.call("mem_read", w.at + 2 * PAGE - 2, 2).out["data"] == b"fo"


@PERSONALITIES
@pytest.mark.parametrize("action", ["SIG_DFL", "SIG_IGN", "catch_once"])
def test_a_fault_cannot_be_ignored_and_a_handler_that_goes_only_puts_it_off(
    personality: str, action: str
) -> None:
    w = World(personality)
    w.a.call("signal", SIGSEGV, action)
    call = w.a.call("mem_read", 0, 1)

    assert call.status == ENDED
    assert w.a.caught.get(SIGSEGV, 0) == (1 if action == "catch_once" else 0)


@PERSONALITIES
def test_a_fault_cannot_be_held_off(personality: str) -> None:
    w = World(personality)
    w.a.call("sigprocmask", 0, [SIGSEGV])

    assert w.a.call("mem_read", 0, 1).status == ENDED


def test_a_handler_of_linux_that_stays_is_not_called_for_ever() -> None:
    w = World("linux")
    w.a.call("signal", SIGSEGV, "catch")

    call = w.a.call("mem_read", 0, 1)

    assert "for ever" in str(call.error)


def test_frames_come_at_the_first_attach_and_on_linux_at_the_first_touch() -> None:
    pages = []
    for personality in ("classic", "linux"):
        w = World(personality)
        for touch in (0, PAGE):
            pages.append(len(w.view()["regions"]["entries"][3]["pages"]))
            w.a.call("mem_read", w.at + touch, 1)
        pages.append(len(w.view()["regions"]["entries"][3]["pages"]))

    assert pages == [2, 2, 2, 0, 1, 2]


def test_without_a_frame_a_fault_ends_the_process() -> None:
    w = World("linux", FRAMES=2)  # one is for the text
    w.a.call("mem_write", w.at, b"x")

    assert w.a.call("mem_write", w.at + PAGE, b"x").status == {"signaled": "SIGBUS"}
    assert w.view()["frames"]["total"] == 2


@PERSONALITIES
def test_allocated_memory_holds_what_it_was_given_and_grows_the_data_region(
    personality: str,
) -> None:
    w = World(personality)
    size = w.a.size
    one = w.a.call("mem_alloc", b"one").ret
    large = w.a.call("mem_alloc", bytes(range(256)) * 20).ret
    word = w.a.call("word_alloc", -2).ret

    assert w.a.call("mem_read", one, 3).out["data"] == b"one"
    assert w.a.call("mem_read", large, 5120).out["data"] == bytes(range(256)) * 20
    assert w.a.call("word_read", word).ret == -2
    assert w.a.size == size + 1
    w.view()


@PERSONALITIES
def test_a_child_has_a_copy_of_what_is_private_and_shares_the_segment(personality: str) -> None:
    w = World(personality)
    own = w.a.call("mem_alloc", b"own").ret
    w.a.call("fork", "B")
    b = w.k.proc("B")
    w.a.call("mem_write", own, b"new")
    w.a.call("mem_write", w.at, b"all")

    assert b.call("mem_read", own, 3).out["data"] == b"own"
    assert b.call("mem_read", w.at, 3).out["data"] == b"all"


def test_a_data_region_that_cannot_grow_gives_enomem_and_stays() -> None:
    w = World("classic", FRAMES=6)  # text, data, stack, two of the segment, one left
    before = snapshot(w.k)

    call = w.a.call("mem_alloc", bytes(3 * PAGE))

    assert "ENOMEM" in str(call.error)
    assert snapshot(w.k) == before
