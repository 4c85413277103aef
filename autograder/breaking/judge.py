"""What runs in the judge's sandbox: a student's scenarios, on a right kernel and on wrong ones.

No code of a student's is here, only the scenarios as data; the room holds the whole kernel.

    {"scenarios": DATA}           -> {"fit": [number], "unfit": {number: WHY}}, or {"wrong": WHY}
    {"kernels": {name: source}, "function": F, "first": true}
                                  -> {"apart": {name: [number of a scenario that tells it]}}
"""

from __future__ import annotations

import sys
from types import CodeType, ModuleType
from typing import Any

from autograder.breaking.claims import Came, Own, Unfit, read
from kernel_model.kernel import Kernel
from kernel_model.targets.model import ModelTarget

scenarios: list[tuple[Own, Came]] = []


def handle(request: dict[str, Any]) -> dict[str, Any]:
    """One request, one answer."""
    if "scenarios" in request:
        return take(request["scenarios"])
    function, first = request["function"], request.get("first", False)
    kernels = request["kernels"].items()
    return {"apart": {name: apart(source, function, first) for name, source in kernels}}


def take(given: Any) -> dict[str, Any]:
    """Reads scenarios and runs them on the right kernel."""
    scenarios.clear()
    try:
        found, wrong = read(given)
    except Unfit as error:
        return {"wrong": str(error)}
    for one in found:
        try:
            scenarios.append((one, one.expected()))
        except Unfit as error:
            wrong[one.number] = str(error)
    unfit = {str(number): wrong[number] for number in sorted(wrong)}
    return {"fit": [one.number for one, _ in scenarios], "unfit": unfit}


def apart(source: str, function: str, first: bool) -> list[int]:
    """The scenarios that tell a kernel with this source from the right one; `first`: only one."""
    code = compile(source, f"<{function}>", "exec")
    found = []
    for one, came in scenarios:
        if tells(one, came, code, function):
            found.append(one.number)
            if first:
                break
    return found


def tells(one: Own, came: Came, code: CodeType, function: str) -> bool:
    """Does a scenario tell this kernel apart? What it raises, whatever it is, tells it."""

    def prepare(kernel: Kernel) -> None:
        module = ModuleType("submission")
        sys.modules["submission"] = module  # dataclasses look for it
        exec(code, module.__dict__)
        kernel.install(getattr(module, function), function)

    try:
        return one.tells_apart(came, ModelTarget("classic", prepare))
    except BaseException:  # such as a loop that was stopped
        return True
