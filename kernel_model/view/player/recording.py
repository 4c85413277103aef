"""What can be played, made into the record of a run: traces, scenarios, files, lists of calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_model.errno import KernelError
from kernel_model.kernel import Kernel
from kernel_model.regiontable import memory_of
from kernel_model.scenario import Scenario, load, loads, run
from kernel_model.targets.model import ModelTarget
from kernel_model.trace import Trace
from kernel_model.view.player import short

STEPS = 3000  # a longer run is cut off: a player of more is of no use
# Calls that need memory, by how their names begin
MEMORY = ("shm", "mem_", "word_", "mmap", "munmap", "msync", "ashmem", "ftruncate")
Function = Callable[..., Any]


class TooLong(BaseException):
    """The run does not end; not an Exception, so that no handler keeps it."""


class Bounded(Trace):
    """A trace that ends a run which goes on and on."""

    def _line(self, number: int) -> Callable[[int], None]:
        tell, log = super()._line(number), self._log

        def line(line: int) -> None:
            if len(log) >= STEPS:
                raise TooLong
            tell(line)

        return line


@dataclass(frozen=True)
class Recording:
    """A run as it was, and what there is to say at its end."""

    trace: Trace
    title: str
    note: str = ""


def record(
    what: Any,
    functions: Iterable[Function] = (),
    personality: str = "classic",
    only: str | None = None,
    uids: Mapping[str, int] | None = None,
    limits: Mapping[str, int] | None = None,
) -> Recording:
    """The record of a run. `what` may be

        a Trace                                    it is taken as it is
        a Scenario, or a dict or a text of JSON    run on the model
        a path (or its name)                       of a file of scenarios; `only` says which
        a list of calls                            in short form (see short.py)

    Raises ValueError or ScenarioError, in words, for anything else, OSError for a missing file.
    """
    if isinstance(what, Trace):
        if only or uids or limits or list(functions):
            raise ValueError("a trace was made already: only, uids, limits, functions cannot apply")
        if not what.events:
            raise ValueError("the trace is empty: nothing ran between start_trace() and now")
        return Recording(what, "A run of the kernel")
    if isinstance(what, list | tuple) and not _is_file(what):
        return run_of(short.scenario(what, uids, limits or {}), functions, personality)
    if uids or limits:
        raise ValueError("uids and limits go with a list of calls; a scenario has its own")
    return run_of(chosen(what, only), functions, personality)


def chosen(what: Any, only: str | None = None) -> Scenario:
    """The one scenario that is meant."""
    if isinstance(what, Scenario):
        return what
    if isinstance(what, dict):
        return Scenario.from_json(what)
    if isinstance(what, list):
        scenarios = loads(json.dumps(what))
    elif isinstance(what, str) and what.lstrip().startswith("{"):
        return loads(f"[{what}]")[0]
    elif isinstance(what, str | Path):
        scenarios = load(what)
    else:
        raise ValueError(
            f"{type(what).__name__} cannot be played; give a Trace, a Scenario, scenarios as JSON, "
            f"the path of a file of them, or a list of calls {short.EXAMPLE}"
        )
    if only is None and len(scenarios) == 1:
        return scenarios[0]
    names = [one.id for one in scenarios]
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    if only is None:
        raise ValueError(f"there are {len(names)} scenarios; choose one with only=: {shown}")
    for one in scenarios:
        if one.id == only:
            return one
    raise ValueError(f"there is no scenario {only!r}; there are {shown}")


def run_of(scenario: Scenario, functions: Iterable[Function], personality: str) -> Recording:
    """Runs a scenario on the model, with functions of one's own in it, and records it."""
    traces: list[Trace] = []

    def prepare(k: Kernel) -> None:
        if any(getattr(step, "call", "").startswith(MEMORY) for step in scenario.steps):
            with suppress(KernelError):  # where there is too little, the first call says so
                memory_of(k)
        for function in functions:
            k.install(function)
        k.trace = Bounded(k)
        traces.append(k.trace)

    title = str(scenario.notes.get("fact") or scenario.id)
    if scenario.id == "calls":
        title = ", ".join(dict.fromkeys(getattr(step, "call", "") for step in scenario.steps))
    try:
        result = run(scenario, ModelTarget(personality, prepare), views=False)
        note = "" if result.verdict == "pass" else result.message
    except TooLong:
        note = f"The run was cut off after {STEPS} steps. Does every loop end?"
    if not traces or not traces[0].events:
        raise ValueError(f"{scenario.id} cannot be played: {note or 'it makes no call'}")
    return Recording(traces[0], title, note)


def _is_file(what: list[Any] | tuple[Any, ...]) -> bool:
    """Is this a file of scenarios that was read already, rather than a list of calls?"""
    return bool(what) and all(isinstance(one, dict) and "steps" in one for one in what)
