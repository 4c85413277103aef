"""Code that runs on without an end is stopped after so many instructions.

Each line that is run is counted, and each call. Of code with a loop that stays in one line, where
not every round is a new line, each instruction is; so no loop goes uncounted, and few instructions
are watched.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, TypeVar

from kernel_model.explore import cells, operations
from kernel_model.explore.cells import LockError

INSTRUCTIONS = 500_000  # in one step; the longest that makes sense has a few thousand
A_LINE = 5  # instructions that a line is counted as
SECONDS = 10  # for one step that stays in one instruction: sum(iter(int, 1))
T = TypeVar("T")
alarm: Callable[[int], object] | None = None  # what ends this process after so many seconds; 0: not
OURS = {cells.__file__, operations.__file__}  # of which each call comes to an end
_codes: dict[int, tuple[CodeType, bool]] = {}  # by id: the code, kept, and is it watched closely?


class Endless(LockError):
    """A step that does not end."""


def bounded(work: Callable[..., T], *args: Any, by_lines: bool = False) -> T:
    """What `work` gives; raises Endless when it takes more than INSTRUCTIONS instructions.

    `by_lines` never counts instructions, which is faster and misses a loop inside one expression.
    """
    left = INSTRUCTIONS

    def watch(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        left -= A_LINE if event == "line" else 1
        if left < 0:
            raise Endless(
                f"line {frame.f_lineno} runs on without end: between two awaits a lock must "
                f"come to an end (stopped after {INSTRUCTIONS:,} instructions)"
            )
        if event == "call":
            if frame.f_code.co_filename in OURS:
                return None
            if not by_lines and loops_in_a_line(frame.f_code):
                frame.f_trace_opcodes = True
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    if alarm is not None:
        alarm(SECONDS)
    try:
        return work(*args)
    finally:
        sys.settrace(before)
        if alarm is not None:
            alarm(0)


def loops_in_a_line(code: CodeType) -> bool:
    """Is there a loop in it that stays in one line?"""
    known = _codes.get(id(code))
    if known is None:
        known = _codes[id(code)] = code, any(_loops(code))
    return known[1]


def _loops(code: CodeType) -> list[bool]:
    """Of each jump back: does what it repeats stand in one line? (Waiting jumps back as well.)"""
    made = [
        (one.offset, one.opname, one.argval, one.positions and one.positions.lineno)
        for one in dis.get_instructions(code)
    ]
    back = [
        (to, at)
        for at, name, to, _ in made
        if "JUMP_BACKWARD" in name and "NO_INTERRUPT" not in name
    ]
    return [
        len({line for at, _, _, line in made if first <= at <= last and line is not None}) < 2
        for first, last in back
    ]
