"""What a processor runs: a lock again and again, or one program; and where it is in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kernel_model.explore.cells import LockError, Value
from kernel_model.explore.operations import ENTER, KERNEL, LEAVE, MARKS, Operation

START, FAULT, END = "start", "fault", "end"


class Phase(Enum):
    """Where a processor is."""

    OUTSIDE = 0  # it may stay there for ever; for a program: it has ended
    TRYING = 1  # in Pprim; for a program: not between enter and leave
    INSIDE = 2  # in its critical section
    LEAVING = 3  # in Vprim
    BROKEN = 4  # its code failed


@dataclass(frozen=True, slots=True)
class Pending:
    """The next step of a processor that stands somewhere."""

    phase: Phase
    kind: str  # an operation, or START, LEAVE, FAULT, END
    cell: int | None = None  # its number
    args: tuple[Value, ...] = ()
    line: int | None = None
    error: str | None = None

    def step(self) -> tuple[str, int | None, tuple[Value, ...]]:
        """What is done to which cell."""
        return self.kind, self.cell, self.args


class LockScript:
    """Outside (state 0), Pprim, inside (state 1), Vprim, and again."""

    pauses = (Pending(Phase.OUTSIDE, START), Pending(Phase.INSIDE, LEAVE))  # states 0 and 1
    functions = ("Pprim", "Vprim")  # what is started there
    once = False  # is the first function called before anything else happens?
    overtaking = True  # is it counted who writes before whom?
    returning = False  # does it matter what the last function returns?
    replayed = 100_000  # steps that are made again at most, all replays together

    def phase(self, doing: Pending) -> Phase:
        """Where it is after a step that does not end the function."""
        trying = doing.phase in (Phase.OUTSIDE, Phase.TRYING)
        return Phase.TRYING if trying else Phase.LEAVING

    def end(self, doing: Pending) -> int:
        """The state after the last step of a function."""
        return 1 if self.phase(doing) is Phase.TRYING else 0

    def allow(self, made: Operation, phase: Phase) -> None:
        """Raises LockError for a step that cannot be made here."""
        if made.kind in KERNEL:
            raise LockError(
                f"{made.kind}: a lock is made of load, store and their like, none of which waits"
            )

    def who(self, procid: int) -> str:
        """What a processor is called in an error."""
        return f"processor {procid}"


class ProgramScript:
    """A program that is run once; state 0 is before it, state 1 after its end."""

    pauses = (Pending(Phase.TRYING, START), Pending(Phase.OUTSIDE, END))
    functions = ("program", None)
    once = True
    overtaking = False
    returning = False
    replayed = 2_000_000

    def phase(self, doing: Pending) -> Phase:
        """Where it is after a step that does not end the program."""
        return {ENTER: Phase.INSIDE, LEAVE: Phase.TRYING}.get(doing.kind, doing.phase)

    def end(self, doing: Pending) -> int:
        """The state after the last step; raises LockError inside the critical section."""
        if self.phase(doing) is Phase.INSIDE:
            raise LockError("ends between enter() and leave()")
        return 1

    def allow(self, made: Operation, phase: Phase) -> None:
        """Raises LockError for a step that cannot be made here."""
        if made.kind == ENTER and phase is Phase.INSIDE:
            raise LockError("enter() between enter() and leave()")
        if made.kind == LEAVE and phase is not Phase.INSIDE:
            raise LockError("leave() without enter()")

    def who(self, procid: int) -> str:
        """What a processor is called in an error."""
        return f"processor {procid}"


class CallScript:
    """A call of one function by itself: it ends in a state for each value that it may return."""

    pauses = (Pending(Phase.TRYING, START), Pending(Phase.OUTSIDE, END))
    once = True
    overtaking = False
    returning = True
    replayed = 500_000

    def __init__(self, function: str) -> None:
        self.functions = (function, None)

    def phase(self, doing: Pending) -> Phase:
        """Where it is after a step: in the function."""
        return Phase.TRYING

    def end(self, doing: Pending) -> int:
        """The state after a call that returns nothing."""
        return 1

    def allow(self, made: Operation, phase: Phase) -> None:
        """Raises LockError for a mark: only who calls knows what is achieved."""
        if made.kind in MARKS:
            raise LockError(f"{made.kind}() is for programs, not for what they call")

    def who(self, procid: int) -> str:
        """Whoever calls does the same."""
        return str(self.functions[0])


Script = LockScript | ProgramScript | CallScript
