"""The check of scenarios in the notebook: which of the kernels to practise on they tell apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import CodeType
from typing import Any

from autograder.breaking.claims import Came, Own, Unfit, read
from autograder.breaking.practice import Practice, practice
from autograder.checked import Checked, Row
from autograder.exercise import Exercise
from kernel_model.kernel import Kernel
from kernel_model.targets.model import ModelTarget


def check_scenarios(fn: Callable[..., Any], wanted: Exercise) -> Checked:
    """Runs the scenarios that a function gives on the kernels to practise on."""
    try:
        given = fn()
    except NotImplementedError:
        note = f"{wanted.name} is not written yet. Write it, then run its check again."
        return Checked(wanted.name, note=note)
    except Exception as error:  # the learner's own
        note = f"{wanted.name} raised {type(error).__name__}: {error}"
        return Checked(wanted.name, note=note)
    return breaking(wanted, given)


def breaking(wanted: Exercise, given: Any) -> Checked:
    """How many of the wrong kernels the scenarios tell from the right one.

    Passed: every one of them, no right kernel, and every scenario can be judged.
    """
    try:
        found, unfit = read(json.loads(json.dumps(given)))
    except (Unfit, TypeError, ValueError) as error:
        return Checked(wanted.name, note=f"{wanted.name}: {error}.")
    judged: list[tuple[Own, Came]] = []
    for one in found:
        try:
            judged.append((one, one.expected()))
        except Unfit as error:
            unfit[one.number] = str(error)
    rows: list[Row] = [
        (False, f"scenario {number} does not count", [unfit[number]]) for number in sorted(unfit)
    ]
    kernels = practice(wanted)
    for one, came in judged:
        odd = [k for k in kernels if k.right and tells(one, came, k, wanted.function)]
        if odd:
            why = f"It tells a right kernel apart as well: {odd[0].about}."
            rows.append((False, f"scenario {one.number} does not count", [why]))
            judged = [pair for pair in judged if pair[0] is not one]
    wrong = [kernel for kernel in kernels if not kernel.right]
    told = [row_of(n, kernel, judged, wanted.function) for n, kernel in enumerate(wrong, 1)]
    good = sum(ok for ok, _, _ in told)
    says = f"{good} of {len(told)} wrong kernels {'is' if good == 1 else 'are'} told apart."
    return Checked(wanted.name, rows=[*rows, *told], says=says)


def row_of(number: int, kernel: Practice, judged: list[tuple[Own, Came]], function: str) -> Row:
    """One wrong kernel: told apart by which scenarios; what is wrong with it, if so."""
    by = [str(one.number) for one, came in judged if tells(one, came, kernel, function)]
    if not by:
        return False, f"wrong kernel {number}", []
    scenarios = f"scenario{'' if len(by) == 1 else 's'} {', '.join(by)}"
    return True, f"wrong kernel {number}, by {scenarios}: {kernel.about}", []


def tells(one: Own, came: Came, kernel: Practice, function: str) -> bool:
    """Does a scenario tell this kernel from the right one?"""
    code: CodeType = compile(kernel.source, f"<kernel {kernel.name}>", "exec")

    def prepare(k: Kernel) -> None:
        names: dict[str, Any] = {"__name__": "practice"}
        exec(code, names)
        k.install(names[function], function)

    try:
        return one.tells_apart(came, ModelTarget("classic", prepare))
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError):
        return True  # the kernel broke
