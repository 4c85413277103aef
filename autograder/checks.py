"""check, hint and progress: what a learner has in the notebook.

`check(msgrcv)` puts the function into the model's kernel and runs the visible cases, here and
now. The grader runs more, elsewhere: nothing that happens here decides a grade.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograder.exercise import Exercise, exercise, exercises
from autograder.guard import GuardedTarget
from autograder.history import History, place
from autograder.progress_page import Progress
from autograder.words import call_line, calls_until, context, damage, plainly
from kernel_model.kernel import Kernel
from kernel_model.scenario import Result, Scenario, run
from kernel_model.view.questions.question import LISTENERS, Judged

_history: list[History] = []  # the one of this kernel, once it is asked for
_hints: dict[str, int] = {}


class CheckFailed(AssertionError):
    """A visible case does not pass yet. A notebook shows the words, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


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

    def lines(self) -> list[tuple[bool, str, list[str]]]:
        """Of each case: did it pass, its name, and line by line what went wrong.

        None if there is a note.
        """
        if self.note:
            return []
        return [
            (result.verdict == "pass", told(scenario), wrong(scenario, result))
            for scenario, result in self.results
        ]

    def summary(self) -> str:
        """The state in one sentence."""
        if self.note:
            return self.note
        good, count = sum(ok for ok, _, _ in self.lines()), len(self.results)
        cases = f"visible case{'' if count == 1 else 's'} pass{'es' if good == 1 else ''}"
        rest = "The grader runs more." if self.passed else "Not yet."
        return f"{self.name}: {good} of {count} {cases}. {rest}"

    def __repr__(self) -> str:
        made = [self.summary()]
        for ok, name, why in self.lines():
            made.append(f"  {'ok     ' if ok else 'not yet'} {name}")
            made += [f"            {line}" for line in why]
        return "\n".join(made)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<li style='margin-bottom:0.5em'><strong>{'✓ passes' if ok else '✗ not yet'}</strong> "
            f"{html.escape(name)}{page_of(why)}</li>"
            for ok, name, why in self.lines()
        )
        return (
            f'<div role="status"><p>{html.escape(self.summary())}</p>'
            f"<ul style='list-style:none;padding-left:1em'>{rows}</ul></div>"
        )


def told(scenario: Scenario) -> str:
    """What a case is about: the fact that it shows or why it is there, or else its name."""
    return str(scenario.notes.get("fact") or scenario.notes.get("why") or scenario.id)


def wrong(scenario: Scenario, result: Result) -> list[str]:
    """Who calls, the calls up to the step that went wrong, and what came of it; [] of a pass."""
    if result.verdict == "pass":
        return []
    said = plainly(result.message).rstrip(".")
    lines = [*context(scenario.uids, scenario.gids, scenario.limits)]
    if result.step is not None:
        lines += map(call_line, calls_until(scenario.steps, result.step))
    return [*lines, f"{said[:1].upper()}{said[1:]}."]


def page_of(why: list[str]) -> str:
    """The same for a page: calls one below the other, then the sentence."""
    if not why:
        return ""
    *calls, sentence = map(html.escape, why)
    shown = "<br>".join(calls)
    indent = "display:block;margin-left:1.5em"
    return (f"<code style='{indent}'>{shown}</code>" if calls else "<br>") + sentence


def check(fn: Callable[..., Any], name: str | None = None) -> Checked:
    """Runs the visible cases of the exercise that the function is for.

    `name` is the exercise, for a function that is called otherwise. Raises ValueError, with the
    names there are, when there is no exercise of that name.
    """
    wanted = exercise(name_of(fn, name))
    made = Checked(wanted.name)
    if of_the_kernel(fn):
        made.note = f"This is the kernel's own {wanted.name}: run your own cell first."
        return made
    for scenario in wanted.visible():
        made.results.append((scenario, visible_case(fn, wanted, scenario)))
    if all("raised NotImplementedError" in result.message for _, result in made.results):
        made.note = f"{wanted.name} is not written yet. Write it, then run its check again."
        return made
    passed = sum(result.verdict == "pass" for _, result in made.results)
    history().add("exercise", wanted.name, passed, len(made.results))
    return made


def visible_case(fn: Callable[..., Any], wanted: Exercise, scenario: Scenario) -> Result:
    """One case on the model's kernel with this function in it; sound tables are part of it."""

    def prepare(kernel: Kernel) -> None:
        kernel.install(fn, wanted.name)

    target = GuardedTarget(prepare)
    result = run(scenario, target)
    broken = damage(result)
    if broken is not None:
        result.verdict, (result.step, result.message) = "fail", broken
    forgotten = target.guard.unawaited.words()
    if result.verdict != "pass" and forgotten and forgotten not in result.message:
        result.message += f". {forgotten}"
    return result


def hint(fn: Callable[..., Any] | str) -> str:
    """The next hint for an exercise: first a question, then a nudge, then nearly the answer."""
    wanted = exercise(fn if isinstance(fn, str) else name_of(fn))
    if not wanted.hints:
        return f"There is no hint for {wanted.name}; read its text again."
    given = _hints.get(wanted.name, 0)
    _hints[wanted.name] = min(given + 1, len(wanted.hints) - 1)
    return f"Hint {given + 1} of {len(wanted.hints)}: {wanted.hints[given]}"


def progress() -> Progress:
    """Where the learner stands: the state of every exercise, how many tries, and when.

    What was tried is kept from one day to the next (see `autograder.history`).
    """
    kept = history()
    tries = kept.tries()  # which may find something to note
    return Progress(exercises(), tries, kept.note)


def history() -> History:
    """What this learner has tried."""
    if not _history:
        _history.append(History(place()))
    return _history[0]


def answered(quiz: str, name: str, judged: Judged) -> None:
    """Keeps that a question was answered; of predictions by themselves, those that have a name."""
    if quiz or name != "prediction":
        history().add("question", f"{quiz or 'predictions'}/{name}", int(judged.right), 1)


LISTENERS.append(answered)


def name_of(fn: Callable[..., Any], name: str | None = None) -> str:
    """The name an exercise goes by; a TypeError for what is no function, or has no name."""
    if not callable(fn):
        raise TypeError(f"check takes the function itself, as in check(msgrcv); it got {fn!r}")
    found = name or getattr(fn, "__name__", None)
    if found is None:
        raise TypeError(f'{fn!r} has no name; say the exercise, as in check(fn, "msgrcv")')
    return str(found)


def of_the_kernel(fn: Any) -> bool:
    """Is it what the kernel itself has, imported and not written by the learner?"""
    return str(getattr(fn, "__module__", "")).partition(".")[0] == "kernel_model"
