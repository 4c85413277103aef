"""check, hint and progress: what a learner has in the notebook.

`check(msgrcv)` puts the function into the model's kernel and runs the visible cases, here and
now. The grader runs more, elsewhere: nothing that happens here decides a grade.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import kernel_model
from autograder.exercise import Exercise, exercise, exercises
from kernel_model.kernel import Kernel
from kernel_model.scenario import Result, Scenario, run
from kernel_model.targets.model import ModelTarget

BUDGET = 200_000  # lines of the learner's own that one case may run
OURS = (str(Path(kernel_model.__file__).parent), str(Path(__file__).parent))

_states: dict[str, str] = {}
_hints: dict[str, int] = {}


class CheckFailed(AssertionError):
    """A visible case does not pass yet. A notebook shows the words, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class EndlessLoop(BaseException):
    """The function ran for too many lines; not an Exception, so that no handler keeps it."""


@dataclass(slots=True)
class Checked:
    """How the visible cases went."""

    name: str
    results: list[tuple[Scenario, Result]] = field(default_factory=list)
    note: str = ""  # what there is to say in place of the cases

    @property
    def passed(self) -> bool:
        """Every visible case passed."""
        return bool(self.results) and all(result.verdict == "pass" for _, result in self.results)

    def require(self) -> None:
        """Raises CheckFailed unless every visible case passed; in a notebook, shows that they did.

        It gives nothing back: nbgrader would take the value of a test cell for points.
        """
        if not self.passed:
            raise CheckFailed(str(self))
        shell = sys.modules.get("IPython")
        if shell is not None and shell.get_ipython() is not None:
            shell.display.display(self)

    def lines(self) -> list[tuple[bool, str, str]]:
        """One line a case: did it pass, its name, and what differed; none if there is a note."""
        if self.note:
            return []
        return [
            (result.verdict == "pass", told(scenario), result.message)
            for scenario, result in self.results
        ]

    def summary(self) -> str:
        """The state in one sentence."""
        if self.note:
            return self.note
        good = sum(ok for ok, _, _ in self.lines())
        rest = "The grader runs more." if self.passed else "Not yet."
        return f"{self.name}: {good} of {len(self.results)} visible cases pass. {rest}"

    def __repr__(self) -> str:
        marks = [
            f"  {'ok     ' if ok else 'not yet'} {name.rstrip('.')}{f': {why}' if why else ''}"
            for ok, name, why in self.lines()
        ]
        return "\n".join([self.summary(), *marks])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<li><strong>{'✓ passes' if ok else '✗ not yet'}</strong> {html.escape(name)}"
            f"{'<br>' + html.escape(why) if why else ''}</li>"
            for ok, name, why in self.lines()
        )
        return (
            f'<div role="status"><p>{html.escape(self.summary())}</p>'
            f"<ul style='list-style:none;padding-left:1em'>{rows}</ul></div>"
        )


def told(scenario: Scenario) -> str:
    """What a case is about: the fact that it shows or why it is there, or else its name."""
    return str(scenario.notes.get("fact") or scenario.notes.get("why") or scenario.id)


def check(fn: Callable[..., Any]) -> Checked:
    """Runs the visible cases of the exercise that the function is for.

    Raises ValueError, with the names there are, when there is no exercise of that name.
    """
    wanted = exercise(name_of(fn))
    made = Checked(wanted.name)
    for scenario in wanted.visible():
        made.results.append((scenario, visible_case(fn, wanted, scenario)))
    if all("raised NotImplementedError" in result.message for _, result in made.results):
        made.note = f"{wanted.name} is not written yet. Write it, then run its check again."
    _states[wanted.name] = "visible cases pass" if made.passed else "not yet"
    return made


def visible_case(fn: Callable[..., Any], wanted: Exercise, scenario: Scenario) -> Result:
    """One case on the model's kernel with this function in it, within the budget of lines."""

    def prepare(kernel: Kernel) -> None:
        kernel.install(fn, wanted.name)

    try:
        with budget(BUDGET):
            return run(scenario, ModelTarget("classic", prepare))
    except EndlessLoop as loop:
        return Result(scenario.id, scenario.topic, "fail", message=str(loop))


@contextmanager
def budget(lines: int) -> Iterator[None]:
    """Raises EndlessLoop when code that is not the course's own has run for so many lines."""
    left = lines

    def enter(frame: FrameType, what: str, arg: Any) -> Any:
        return None if frame.f_code.co_filename.startswith(OURS) else count

    def count(frame: FrameType, what: str, arg: Any) -> Any:
        nonlocal left
        left -= what == "line"
        if left < 0:
            raise EndlessLoop(
                f"{frame.f_code.co_name} ran for {lines:,} lines and did not come to an end; "
                f"line {frame.f_lineno} was next"
            )
        return count

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)


def hint(fn: Callable[..., Any] | str) -> str:
    """The next hint for an exercise: first a question, then a nudge, then nearly the answer."""
    wanted = exercise(fn if isinstance(fn, str) else name_of(fn))
    if not wanted.hints:
        return f"There is no hint for {wanted.name}; read its text again."
    given = _hints.get(wanted.name, 0)
    _hints[wanted.name] = min(given + 1, len(wanted.hints) - 1)
    return f"Hint {given + 1} of {len(wanted.hints)}: {wanted.hints[given]}"


def progress() -> dict[str, str]:
    """The state of every exercise: not attempted, not yet, or visible cases pass."""
    return {e.name: _states.get(e.name, "not attempted") for e in exercises()}


def name_of(fn: Callable[..., Any]) -> str:
    """The name an exercise goes by; a TypeError for what is no function."""
    if not callable(fn) or not hasattr(fn, "__name__"):
        raise TypeError(f"check takes the function itself, as in check(msgrcv); it got {fn!r}")
    return str(fn.__name__)
