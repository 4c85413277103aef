"""check, breaks, hint and progress: what a learner has in the notebook.

`check(msgrcv)` puts the function into the model's kernel and runs the visible cases, here and
now; `check(Pprim, Vprim)` looks at every interleaving of the functions. The grader does more,
elsewhere: nothing that happens here decides a grade.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograder.checked import Checked, CheckFailed, told, wrong
from autograder.exercise import BREAKS, INTERLEAVINGS, Exercise, exercise_with, exercises
from autograder.guard import GuardedTarget
from autograder.history import History, place
from autograder.progress_page import Progress
from autograder.smaller import smaller
from autograder.words import damage
from kernel_model.kernel import Kernel
from kernel_model.scenario import Result, Scenario, run
from kernel_model.view.questions.question import LISTENERS, Judged

__all__ = [
    "CheckFailed",
    "Checked",
    "Hint",
    "breaks",
    "check",
    "hint",
    "progress",
    "told",
    "wrong",
]

_history: list[History] = []  # the one of this kernel, once it is asked for
_hints: dict[str, int] = {}
_stopped: dict[str, str] = {}  # at which case the last check of an exercise did; "": at none
FEW = 3  # failing cases that a small example is looked for in, as in grading
UNWRITTEN = "{} is not written yet. Write it, then run its check again."


def check(fn: Callable[..., Any], *others: Callable[..., Any] | str, name: str = "") -> Checked:
    """Runs the visible cases of the exercise that the function is for.

    An exercise of several functions takes them all, in any order: check(Pprim, Vprim). `name` (or a
    text as the last argument) is the exercise, for a function that is called otherwise. Raises
    ValueError, with the names there are, when there is no exercise of that name.
    """
    said = [name, *(one for one in others if isinstance(one, str))]
    wanted = exercise_with(name_of(fn, next(filter(None, said), None)))
    made = Checked(wanted.name)
    if wanted.kind == BREAKS:
        from autograder.breaking.notebook import check_scenarios

        made = check_scenarios(fn, wanted)
    elif of_the_kernel(fn):
        made.note = f"This is the kernel's own {wanted.name}: run your own cell first."
    else:
        (search if wanted.kind == INTERLEAVINGS else play)((fn, *others), wanted, made)
    if made.note:
        return made
    _stopped[wanted.name] = next((case for ok, case, _ in made.lines() if not ok), "")
    if made.passed:
        made.after = wanted.after
        if wanted.kind == INTERLEAVINGS:
            from autograder.grown import keep

            keep(wanted, fn)
        else:
            if wanted.kind != BREAKS:
                from autograder.grown_calls import keep_call

                keep_call(wanted, fn)
            made.rules = [rule.says for rule in wanted.rules.values()]
    history().add("exercise", wanted.name, made.good(), len(made.lines()))
    return made


def play(given: Sequence[Any], wanted: Exercise, made: Checked) -> None:
    """Runs the visible scenarios."""
    functions = written(given, wanted)
    for scenario in wanted.visible():
        made.results.append((scenario, visible_case(functions, scenario, wanted.tables)))
    unwritten = ["raised NotImplementedError" in result.message for _, result in made.results]
    if any(unwritten) and not made.good():
        made.note = UNWRITTEN.format(wanted.name)
        return
    failing = [pair for pair in made.results if pair[1].verdict != "pass"]
    found = (smaller(functions, wanted, *one) for one in failing[:FEW])
    made.smaller = next((one for one in found if one is not None), None)


def written(given: Sequence[Any], wanted: Exercise) -> dict[str, Callable[..., Any]]:
    """The functions by the names that the exercise has for them.

    Of several, one that is not given is looked for beside the first; if it is not there either,
    the kernel's own stays.
    """
    first = given[0]
    if len(wanted.functions) == 1:
        return {wanted.functions[0]: first}
    found = {getattr(fn, "__name__", ""): fn for fn in given if callable(fn)}
    beside = getattr(first, "__globals__", {})
    both = {name: found.get(name, beside.get(name)) for name in wanted.functions}
    return {name: fn for name, fn in both.items() if callable(fn) and not of_the_kernel(fn)}


def search(given: Sequence[Any], wanted: Exercise, made: Checked) -> None:
    """Looks at every interleaving of the functions."""
    from autograder.interleavings import here  # the explorer is for these exercises only

    try:
        made.rows, made.smaller = here.rows(wanted, given[0])
    except here.NotLoaded as error:
        made.note = f"{wanted.name} cannot be checked: {error}."
        return
    if all(any("NotImplementedError: " in line for line in why) for _, _, why in made.rows):
        made.note = UNWRITTEN.format(wanted.name)


def breaks(function: Callable[..., Any] | str, scenarios: Any) -> Checked:
    """Which of the wrong kernels to practise on some scenarios tell from the right one.

    `function` is the kernel's function that is wrong in them, as in breaks("msgrcv", [[call,
    call], [call]]). Raises ValueError for one of which there are no wrong kernels.
    """
    from autograder.breaking.notebook import breaking

    name = function if isinstance(function, str) else name_of(function)
    known = {one.of: one for one in exercises() if one.of}
    if name not in known:
        there = ", ".join(known) or "none"
        raise ValueError(f"there are no wrong kernels of {name!r}; there are some of {there}")
    return breaking(known[name], scenarios)


def visible_case(
    functions: dict[str, Callable[..., Any]], scenario: Scenario, tables: str
) -> Result:
    """One case on the model's kernel with these functions in it; sound tables are part of it.

    Where they are the first fault, the result's topic is `tables`, the rule that they belong to.
    """

    def prepare(kernel: Kernel) -> None:
        for name, fn in functions.items():
            kernel.install(fn, name)

    target = GuardedTarget(prepare)
    result = run(scenario, target)
    broken = damage(result)
    if broken is not None:
        result.topic = tables
        result.verdict, (result.step, result.message) = "fail", broken
    forgotten = target.guard.unawaited.words()
    if result.verdict != "pass" and forgotten and forgotten not in result.message:
        result.message += f". {forgotten}"
    return result


class Hint(str):  # a string, which a notebook shows as text and not in quotes
    """A hint."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return str(self)


def hint(fn: Callable[..., Any] | str) -> Hint:
    """The next hint for an exercise: first a question, then a nudge, then nearly the answer.

    It names the case at which the last check stopped, and says when there is no further hint.
    """
    wanted = exercise_with(fn if isinstance(fn, str) else name_of(fn))
    if not wanted.hints:
        return Hint(f"There is no hint for {wanted.name}; read its text again.")
    given, count = _hints.get(wanted.name, 0), len(wanted.hints)
    _hints[wanted.name] = min(given + 1, count)
    place, told = min(given, count - 1), ""
    if given == count:
        told = "That was the last one; here it is again. "
    if _stopped.get(wanted.name):
        told += f"The check stops at this case: {_stopped[wanted.name]} "
    return Hint(f"{told}Hint {place + 1} of {count}: {wanted.hints[place]}")


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
