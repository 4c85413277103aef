"""Pipes in pictures, in the player and in the graph of who waits for whom (view/pictures/pipes)."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from kernel_model import Kernel, Process
from kernel_model.view import descriptors, kernel, pipe, play, view_of
from kernel_model.view.pictures.pipes import filled
from kernel_model.waiting import verdict_of, waits


def piped(personality: str = "classic", **limits: int) -> tuple[Kernel, Process, Process]:
    """A process with a pipe (3 to read, 4 to write), and its child."""
    k = Kernel(personality, limits)
    a = k.spawn("A")
    a.call("pipe")
    a.call("fork", "B")
    return k, a, k.proc("B")


def one(k: Kernel) -> dict[str, Any]:
    found: dict[str, Any] = view_of(k)["pipes"][0]
    return found


def test_the_ring_is_filled_from_the_read_offset_on_over_its_end() -> None:
    k, a, _ = piped(PIPEBLK=2)
    a.call("write", 4, b"x" * 18)
    a.call("read", 3, 15)
    a.call("write", 4, b"y" * 7)

    assert filled(one(k)) == [(0.75, 1.25)]
    assert "10 of 20 bytes, “xxxyyyyyyy”; read offset 15, write offset 5" in pipe(view_of(k)).words


def test_each_byte_of_a_small_ring_stands_where_it_lies() -> None:
    k, a, _ = piped(PIPEBLK=2)
    a.call("write", 4, b"x" * 18)
    a.call("read", 3, 15)
    a.call("write", 4, b"one\n")
    small = bytes_in(pipe(view_of(k)))
    k, a, _ = piped()
    a.call("write", 4, b"one")

    assert [letter for letter, _, _ in small] == list("xxxone·")
    right, left = small[5:], small[:5]  # of the top, where the ring begins again
    assert all(x > 120 for _, x, _ in right)
    assert all(x < 120 for _, x, _ in left)
    assert bytes_in(pipe(view_of(k))) == []


def bytes_in(drawn: str) -> list[tuple[str | None, float, float]]:
    """The letters in the ring of a picture, and where they are."""
    letters = [one for one in ET.fromstring(drawn).iter() if one.get("class") == "byte"]
    return [(one.text, float(one.get("x", 0)), float(one.get("y", 0))) for one in letters]


def test_an_empty_ring_and_a_full_one_are_told_apart() -> None:
    k, a, _ = piped(PIPEBLK=2)
    a.call("write", 4, b"x" * 5)
    a.call("read", 3, 5)
    empty = one(k)
    a.call("write", 4, b"x" * 20)

    assert (filled(empty), filled(one(k))) == ([], [(0.25, 1.25)])


def test_the_pages_of_linux_are_filled_where_they_lie() -> None:
    k, a, _ = piped("linux")
    a.call("write", 4, b"x" * 8192)
    a.call("read", 3, 1024)

    assert filled(one(k)) == [(0.25 / 16, 1 / 16), (1 / 16, 2 / 16)]


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_pictures_of_pipes_are_well_formed_and_tell_who_waits(personality: str) -> None:
    k, _, b = piped(personality)
    b.call("read", 3, 9)
    view = view_of(k)

    for drawn in (pipe(view), descriptors(view), kernel(view), pipe(view, 9)):
        ET.fromstring(str(drawn))
    assert "wait for bytes" in pipe(view)
    assert descriptors(view).words == "A: 3 ← pipe 1, 4 → pipe 1. B: 3 ← pipe 1, 4 → pipe 1."


def test_a_player_of_a_pipe_shows_its_ring_its_descriptors_and_what_changes() -> None:
    player = play(["p = A.pipe()", "A.fork('B')", "B.read(p.r, 9)", "A.write(p.w, 'hello')"])
    seen = str(player.payload if hasattr(player, "payload") else player.get_state())

    assert "pipe 1: bytes in it 0 → 5" in seen
    assert "A has descriptor 4" in seen
    assert "waits for something in pipe 1" in seen


def test_who_reads_with_the_last_writing_end_in_its_own_hands_waits_for_ever() -> None:
    k, a, b = piped()
    b.call("read", 3, 9)
    hope = verdict_of(waits(view_of(k)))
    a.call("close", 4)

    assert hope == ""
    assert verdict_of(waits(view_of(k))) == "Nobody is left who could wake B."
