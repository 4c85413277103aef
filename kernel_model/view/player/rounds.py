"""Loops that go round and round: of many rounds that change nothing a few are enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kernel_model.trace import Event

ROUND = 8  # steps in one round, at most
FEW = 5  # rounds that are shown whole
KEPT = 2  # rounds that are kept at the beginning of many; one more at the end


def without_rounds(events: Sequence[Event]) -> Iterator[tuple[Event, int]]:
    """The events, each with the number of rounds that were left out just before it."""
    at, left_out = 0, 0
    while at < len(events):
        length, rounds = _rounds(events, at)
        if rounds <= FEW:
            yield events[at], left_out
            at, left_out = at + 1, 0
            continue
        for event in events[at : at + KEPT * length]:
            yield event, left_out
            left_out = 0
        left_out = rounds - KEPT - 1
        at += (rounds - 1) * length


def _rounds(events: Sequence[Event], at: int) -> tuple[int, int]:
    """How long a round is that begins here, and how often it is made one after another."""
    first = events[at]
    if first.kind != "line":
        return 1, 1
    for length in range(1, ROUND + 1):
        if at + length < len(events) and _alike(events[at + length], first):
            rounds = 1
            while _same(events, at, at + rounds * length, length):
                rounds += 1
            if rounds > FEW:
                return length, rounds
    return 1, 1


def _same(events: Sequence[Event], first: int, second: int, length: int) -> bool:
    if second + length > len(events):
        return False
    return all(_alike(events[first + n], events[second + n]) for n in range(length))


def _alike(one: Event, other: Event) -> bool:
    """Are these the same step, with the same tables?"""
    return (
        one.kind == other.kind == "line"
        and one.line == other.line
        and one.proc == other.proc
        and one.function == other.function
        and one.view is other.view
    )
