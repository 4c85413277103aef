"""Words for people: a scenario's calls, its users and limits, and where a case went wrong."""

from __future__ import annotations

import re
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import kernel_model
from kernel_model.invariants import Broken
from kernel_model.scenario.calls import Kind, form
from kernel_model.scenario.steps import CallStep
from kernel_model.targets.model import FREE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kernel_model.scenario import Result, Scenario
    from kernel_model.scenario.steps import Step

WIDTH = 88  # characters of a report's line
AFTER = "Where real kernels do it differently"
UNKNOWN = re.compile(r"NameError: name '(\w+)' is not defined")
LONG = 20  # characters of a text that are shown one by one
TEXTS = (Kind.TEXT, Kind.DATA)


def call_line(step: CallStep) -> str:
    """A call as one writes it down: `A: q = msgget(key 1, IPC_CREAT | 0o600)`."""
    kinds = form(step.call).kinds
    args = [argument(value, kind) for value, kind in zip(step.args, kinds, strict=False)]
    line = f"{step.proc}: {f'{step.save} = ' if step.save else ''}{step.call}({', '.join(args)})"
    if step.until is not None:
        return f"{line}, until it no longer returns"
    return line if step.repeat is None else f"{line}, {argument(step.repeat, Kind.NUMBER)} times"


def argument(value: Any, kind: Kind) -> str:
    """An argument as one writes it; its kind says whether a word is a text or a name."""
    match value:
        case None:
            return "null" if kind is Kind.MAYBE else "a bad address"
        case str() if kind in TEXTS:
            return text(value)
        case str():
            return value.removeprefix("$")
        case list() if kind is Kind.OPS:
            return f"[{', '.join(argument(part, Kind.ARGUMENT) for part in value)}]"
        case list() if kind is Kind.ARGUMENT:  # of an operation, the flags are a list within it
            return f"[{', '.join(argument(part, Kind.FLAGS) for part in value)}]"
        case list() if kind in (Kind.SIGNALS, Kind.SETTING):
            return f"{{{', '.join(argument(part, kind) for part in value)}}}"
        case list():
            return " | ".join(argument(part, kind) for part in value) or "0"
        case {"free_addr": int(slot), **rest}:
            first, apart = FREE["classic"]
            return hex(first + apart * slot + int(str(rest.get("off", 0))))
        case {"addr": place, **rest}:
            return argument(place, kind) + (f" + {rest['off']}" if "off" in rest else "")
        case {"key": number}:
            return f"key {argument(number, kind)}"
        case {"pid": proc}:
            return f"{'-' if value.get('neg') else ''}pid of {proc}"
        case {"expr": expression}:
            return str(expression).replace("$", "")
        case {"rep": unit, "n": times}:
            return f"{unit!r} * {argument(times, Kind.NUMBER)}"
        case {"cat": parts}:
            return " + ".join(argument(part, kind) for part in parts)
        case {"run": str(program)}:
            return "; ".join(" ".join(line.split()) for line in program.strip().splitlines())
        case dict():
            return ", ".join(f"{name} = {argument(part, kind)}" for name, part in value.items())
    return str(value)


def text(value: str) -> str:
    """A text in quotes; a long one that is all the same character, as a product."""
    if len(value) > LONG and value == value[0] * len(value):
        return f"{value[0]!r} * {len(value)}"
    return repr(value)


def context(
    uids: Mapping[str, int], gids: Mapping[str, int], limits: Mapping[str, int]
) -> list[str]:
    """Sentences on the limits that are set and on who the processes are, if not all user 0."""
    told = []
    if limits:
        listed = ", ".join(f"{name} = {value}" for name, value in limits.items())
        told.append(f"The limit{'s' if len(limits) > 1 else ''}: {listed}.")
    if any(uids.values()) or gids:
        told.append(", ".join(user(name, uid, gids.get(name)) for name, uid in uids.items()) + ".")
    return told


def user(name: str, uid: int, gid: int | None) -> str:
    """Who a process is: `A is user 1000 of group 50`."""
    who = f"{name} is user {uid}" + (f" of group {gid}" if gid is not None else "")
    return f"{who} (the superuser)" if uid == 0 else who


def calls_until(steps: Sequence[Step], last: int) -> list[CallStep]:
    """The calls up to a step, which is the last that counts."""
    calls = [step for step in steps[: last + 1] if isinstance(step, CallStep)]
    return [step for step in calls if step.scope != "linux_only"]


def where(scenario: Scenario, step: int) -> str:
    """A step in words: its number from 1, and the call that it is or looks at."""
    calls = calls_until(scenario.steps, step)
    return f"step {step + 1}" + (f", {call_line(calls[-1])}" if calls else "")


def damage(result: Result) -> tuple[int, str] | None:
    """The first step that leaves a table broken, with what is broken, unless it failed before.

    Of one step, the outcome of the call comes first, then a broken table, and only then what the
    tables should hold: of a broken one that says nothing that is true.
    """
    broken = Broken()
    for entry in result.record["steps"]:
        last = result.verdict != "pass" and entry["step"] == result.step
        if last and not result.tables:
            return None
        found = broken(entry["view"])
        if found:
            return entry["step"], f"a table is broken: {found[0]}"
    return None


def plainly(message: str) -> str:
    """A difference without the word that scenarios have for the tables; see `advised`."""
    said = message.replace("expected view to ", "expected the tables to ")
    return advised(said.replace("expected view.", "expected "))


def advised(error: str) -> str:
    """An error with what brings the name that it does not know, if the kernel has that name."""
    unknown = UNKNOWN.search(error)
    if unknown is None or not hasattr(kernel_model, unknown[1]):
        return error
    return f"{error} (does the code begin with `from kernel_model import *`?)"


def cell_of(file: str | None) -> str | None:
    """The notebook's name for the cell that has its code in this file: `In[3]`; None elsewhere."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None else None
    named = getattr(getattr(shell, "compile", None), "format_code_name", None)
    found = named(file) if named is not None and file else None
    return str(found[1]) if found else None


def wrap(indent: str, text: str) -> list[str]:
    """A text in lines that fit a feedback page, the first with the indent, the others below it."""
    blanks = " " * len(indent)
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=blanks) or [indent]


def paragraph_lines(indent: str, text: str) -> list[str]:
    """A text of several paragraphs in such lines."""
    return [line for part in text.split("\n\n") for line in wrap(indent, " ".join(part.split()))]
