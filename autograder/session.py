"""One submission's children in the sandbox: loaded, used, and replaced as they fail or tire."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.exercise import exercise
from autograder.sandbox import BadAnswer, Child, ChildFailed, ChildLooped, Limits, Sandbox
from autograder.student import StudentTarget

LIMITS = Limits(cpu=1, wall=30.0)  # of a child, which runs many scenarios
TIRED = 0.5  # seconds after which a child is replaced: cells that work hard use up its second
DEADLINE = 10.0  # seconds for one answer, on a machine that may be busy
MOST_SECONDS = 60.0  # for all runs of one function; what sleeps on purpose holds up the class

TRIAL = Limits(cpu=2, wall=60.0)  # of a child that runs the cells one by one
CELL_SECONDS = 1.0  # of processor time that a cell may take
MOST_ENDLESS = 2  # cells that are left out; where there are more, nothing is graded
ENDLESS = "it does not come to an end, so it is left out"


class Session:
    """The children of one submission, one at a time."""

    def __init__(self, name: str, cells: list[str], sandbox: Sandbox, place: int = -1) -> None:
        self.name = name
        self.cells = cells
        self.sandbox = sandbox
        self.place = place  # the processor of its children; -1: any
        self.child: Child | None = None
        self.born = 0.0
        self.last: StudentTarget | None = None
        self.unused = True  # no case has run in this child yet
        self.until = time.monotonic() + MOST_SECONDS
        self.endless: list[int] = []  # cells that are left out
        self.problems: list[dict[str, Any]] = []

    def close(self) -> None:
        """Ends the child."""
        if self.child is not None:
            self.child.close()
            self.child = None

    def late(self) -> bool:
        """Is there no time left?"""
        return time.monotonic() > self.until

    def fresh(self) -> str | None:
        """A new child with the submission loaded; or why that cannot be."""
        try:
            answer = self._loaded()
        except ChildLooped:
            found = None if self.late() else self._endless_cell()
            if found is None or len(self.endless) == MOST_ENDLESS:
                return "the cells do not come to an end"
            self.endless.append(found)
            return self.fresh()
        except ChildFailed as error:
            return f"the cells cannot be run: {error}"
        if not isinstance(answer, dict) or not isinstance(answer.get("problems"), list):
            return "the cells gave an answer in the kernel's place"
        left_out = [{"cell": cell, "line": None, "error": ENDLESS} for cell in self.endless]
        self.problems = left_out + [told(problem) for problem in answer["problems"][:20]]
        return None if answer.get("ok") is True else str(answer.get("missing"))[:300]

    def _loaded(self) -> Any:
        """What a new child answers when it has run all cells but the endless ones."""
        self._new(LIMITS)
        # its own compiler may take hours for a cell, so what is left out is not even sent
        cells = ["" if n in self.endless else cell for n, cell in enumerate(self.cells, 1)]
        return self._ask({"load": cells, "names": list(exercise(self.name).functions)})

    def _endless_cell(self) -> int | None:
        """The first cell that does not come to an end, by its number; None if none is to blame."""
        self._new(TRIAL)
        before = 0.0
        for number, cell in enumerate(self.cells, 1):
            if number in self.endless:
                cell = ""
            try:
                answer = self._ask({"next": cell})
                seconds = float(answer["seconds"])
            except ChildLooped:
                return number if before <= TRIAL.cpu - CELL_SECONDS else None
            except (ChildFailed, LookupError, TypeError, ValueError):
                return None
            if seconds - before > CELL_SECONDS:
                return number
            before = seconds
        return None

    def _new(self, limits: Limits) -> None:
        self.close()
        self.last, self.unused, self.born = None, True, time.monotonic()
        self.child = self.sandbox.child(replace(limits, place=self.place))

    def _ask(self, request: dict[str, Any]) -> Any:
        assert self.child is not None, "there is a child"
        return self.child.ask(request, DEADLINE)

    def rested(self) -> None:
        """Replaces a child that has worked for a while, before it runs into its limit."""
        if not self.unused and time.monotonic() - self.born > TIRED:
            self.fresh()

    def target(self) -> StudentTarget:
        """The submission as a target; a child that failed is replaced."""
        if self.child is None or (self.last is not None and self.last.failure is not None):
            self.fresh()
        assert self.child is not None, "fresh leaves a child"
        self.last = StudentTarget(self.child, DEADLINE)
        self.unused = False
        return self.last

    def value(self) -> dict[str, Any]:
        """What the function gives without arguments: value, or what it raised.

        Raises ChildFailed when there is no answer.
        """
        answer = self._ask({"value": []})
        if not isinstance(answer, dict) or len(answer.keys() & {"value", "raised"}) != 1:
            raise BadAnswer("What came is no value of a function.")
        made: dict[str, Any] = answer
        return made

    def timely(self) -> StudentTarget:
        """The submission as a target, while there is time."""
        if self.late():
            raise ChildLooped(f"took more than {MOST_SECONDS:g} seconds")
        self.rested()
        return self.target()

    def unknowing(self) -> StudentTarget:
        """The submission as a target that has seen no case yet, so that it can tell of none.

        For pictures: it shows every state whole, also what does not count in it.
        """
        self.fresh()
        target = self.timely()
        target.whole = True
        return target


@contextmanager
def one_processor() -> Iterator[int]:
    """Keeps this thread where it is, and tells on which processor; -1 where that is not known.

    Question and answer go back and forth some hundred times. On one processor each takes a switch
    from one process to the other; on two, each wakes a processor up, which takes far longer.
    """
    try:
        before = os.sched_getaffinity(0)
        here = int(Path("/proc/thread-self/stat").read_text().rpartition(")")[2].split()[36])
        os.sched_setaffinity(0, {here})
    except (AttributeError, OSError, LookupError, ValueError):
        yield -1
        return
    try:
        yield here
    finally:
        os.sched_setaffinity(0, before)


def told(problem: Any) -> dict[str, Any]:
    """A cell's problem as the sandbox tells it, in the form that is expected."""
    given = problem if isinstance(problem, dict) else {}
    cell, line = given.get("cell"), given.get("line")
    return {
        "cell": cell if type(cell) is int else 0,
        "line": line if type(line) is int else None,
        "error": str(given.get("error", ""))[:300],
    }
