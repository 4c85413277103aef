"""What runs in the judge's sandbox: students' scenarios, on right kernels and on wrong ones.

No code of a student's is here, only the scenarios as data; the room holds the whole kernel.

    {"function": F, "right": [[source, rounds]], "wrong": {name: [source, rounds]}}
                                    -> {"kernels": number}
    {"scenarios": DATA, "of": F}    -> {"unfit": {number: WHY}, "told": {name: is it told apart}},
                                       or {"wrong": WHY}; and "memory", the most it had, in MiB

The kernels are compiled once, and what a run of calls makes of one of them is found once: a kernel
does the same each time, since every run has a fresh one and a fresh module of its function.
"""

from __future__ import annotations

import ast
import resource
import sys
from types import CodeType, ModuleType
from typing import Any

from autograder.breaking.claims import Came, Own, Unfit, read
from autograder.loops import rounds
from kernel_model.kernel import Kernel
from kernel_model.targets.model import ModelTarget

UNFAIR = "it tells a right kernel apart as well: something in it is left free by the text"
MOST_KEPT = 1_000  # runs of calls of which it is kept what a kernel made of them
ALL = ast.unparse(ast.parse("from kernel_model import *"))
Judged = tuple[Own, Came, str]  # and the calls as text: those that are equal are the same run


class Suspect:
    """A kernel with a function of its own, which may be wrong."""

    def __init__(self, function: str, source: str, rounds: int) -> None:
        self.function = function
        self.rounds = rounds  # of all its loops in one run
        self.code = compiled(source, function)
        self.told: dict[str, bool] = {}  # by the calls

    def prepare(self, kernel: Kernel) -> None:
        """Installs the function, of a module in which nothing has run yet."""
        module = ModuleType("submission")
        sys.modules["submission"] = module  # dataclasses look for it
        names = module.__dict__
        names |= KERNEL
        names["round_"] = rounds(self.rounds)
        exec(self.code, names)
        kernel.install(names[self.function], self.function)

    def is_told(self, one: Own, came: Came, calls: str) -> bool:
        """Does a scenario tell this kernel from the right one? What it raises tells it, too."""
        if calls not in self.told:
            if len(self.told) == MOST_KEPT:
                self.told.clear()
            try:
                target.prepare = self.prepare
                self.told[calls] = one.tells_apart(came, target)
            except BaseException:  # such as a loop that was stopped
                self.told[calls] = True
        return self.told[calls]


target = ModelTarget("classic")  # of all of them: only one kernel at a time takes memory
right: dict[str, list[Suspect]] = {}  # by the function
wrong: dict[str, dict[str, Suspect]] = {}  # by the function and the kernel's name


def handle(request: dict[str, Any]) -> dict[str, Any]:
    """One request, one answer."""
    if "scenarios" in request:
        said = judged(request["scenarios"], request["of"])
        return said | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}
    function = request["function"]
    right[function] = [Suspect(function, *one) for one in request["right"]]
    wrong[function] = {name: Suspect(function, *one) for name, one in request["wrong"].items()}
    return {"kernels": len(right[function]) + len(wrong[function])}


def judged(given: Any, function: str) -> dict[str, Any]:
    """Which wrong kernels are told apart by those scenarios that can be judged."""
    try:
        found, unfit = taken(given)
    except Unfit as error:
        return {"wrong": str(error)}
    for one, came, calls in found:
        if any(suspect.is_told(one, came, calls) for suspect in right[function]):
            unfit[one.number] = UNFAIR
    left = [pair for pair in found if pair[0].number not in unfit]
    told = {name: apart(suspect, left) for name, suspect in wrong[function].items()}
    return {"unfit": {str(number): unfit[number] for number in sorted(unfit)}, "told": told}


def taken(given: Any) -> tuple[list[Judged], dict[int, str]]:
    """The scenarios with what the right kernel makes of them, and what is wrong with the others."""
    found, unfit = read(given)
    fit: list[Judged] = []
    for one in found:
        try:
            fit.append((one, one.expected(), repr(one.example)))
        except Unfit as error:
            unfit[one.number] = str(error)
    return fit, unfit


def apart(suspect: Suspect, scenarios: list[Judged]) -> bool:
    """Does one of the scenarios tell a kernel apart? It comes first when the next one is asked."""
    for place, scenario in enumerate(scenarios):
        if suspect.is_told(*scenario):
            scenarios.insert(0, scenarios.pop(place))
            return True
    return False


def compiled(source: str, function: str) -> CodeType:
    """The code of a source, without a first `from kernel_model import *`: see KERNEL."""
    tree = ast.parse(source)
    first = 0 if ast.get_docstring(tree) is None else 1
    if tree.body[first:] and ast.unparse(tree.body[first]) == ALL:
        del tree.body[first]
    return compile(tree, f"<{function}>", "exec")


def names_of_the_kernel() -> dict[str, Any]:
    """What `from kernel_model import *` gives: looking for it takes longer than most runs."""
    names: dict[str, Any] = {}
    exec(ALL, names)
    del names["__builtins__"]
    return names


KERNEL = names_of_the_kernel()
