"""Variants tried without a sandbox: a search needs many runs, and most of them tell nothing.

The sandbox keeps what nobody trusts away from the grader, and costs a process a variant and two
messages a call. Variants are our own, so a search tries all of them in one process (`room`), a few
times as fast; what it has found is run in the sandbox at its end. A variant is loaded afresh for
each scenario, all its loops are bounded together, and what works on without one is stopped.
"""

from __future__ import annotations

import ast
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType, FrameType, ModuleType
from typing import Any

import kernel_model
from autograder.audit.runs import Kill
from autograder.exercise import exercise
from autograder.loops import ENDLESS, EndlessLoop, counted, rounds
from kernel_model.changes import Looks, merged
from kernel_model.invariants import Broken
from kernel_model.kernel import Kernel
from kernel_model.scenario import Result, Scenario, run
from kernel_model.targets import Outcome, Setup
from kernel_model.targets.model import ModelTarget, raised, unreadable
from kernel_model.unawaited import Unawaited, given_back

ROUNDS = 10_000  # of all loops of a variant at one scenario; a right answer needs up to 5,000
SECONDS = 2.0  # of processor time that a variant may work at one scenario
AGAIN = 0.05  # seconds until one that handled its own end is stopped once more
PLAIN = (int, bool, str, dict, list, type(None))
EVERYTHING = "from kernel_model import *"  # takes as long as a scenario of a few calls
NAMES = {name: vars(kernel_model)[name] for name in kernel_model.__all__}


class Trial(ModelTarget):
    """The model with a variant in it, as the sandbox would show it.

    Derived, against our habit, since it is a ModelTarget but for three answers.
    """

    def __init__(self, code: CodeType, functions: tuple[str, ...]) -> None:
        super().__init__("classic", self._install)
        self.code = code
        self.functions = functions
        self.looks, self.shown = Looks(), dict[str, Any]()

    def _install(self, kernel: Kernel) -> None:
        module = ModuleType("submission")
        sys.modules["submission"] = module  # dataclasses look for it
        module.__dict__.update(NAMES, round_=rounds(ROUNDS))
        exec(self.code, module.__dict__)
        for name in self.functions:
            function = module.__dict__[name]
            kernel.install(getattr(function, "entered", function), name)

    def start(self, setup: Setup) -> None:
        """A fresh kernel with the variant loaded afresh."""
        self.looks, self.shown = Looks(), {}
        super().start(setup)

    def call(self, proc: str, call: str, args: list[Any]) -> Outcome:
        """One call; whatever the variant raises is its answer."""
        try:
            return plain(super().call(proc, call, args))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return raised(error)

    def finished(self, proc: str) -> Outcome | None:
        """What became of the call that slept."""
        outcome = super().finished(proc)
        return None if outcome is None else plain(outcome)

    def view(self) -> dict[str, Any]:
        """Every table; a part that is as before is the same object."""
        try:
            first, view = self.looks.look(self.kernel)
        except Exception as error:
            first, view = True, unreadable(error)
        self.shown = view if first else merged(self.shown, view)
        return self.shown


def plain(outcome: Outcome) -> Outcome:
    """The outcome, or that it is none that a system call has."""
    left: list[Any] = [outcome]
    while left:
        part = left.pop()
        left += part.values() if type(part) is dict else part if type(part) is list else ()
        if type(part) not in PLAIN:
            given_back(part)
            return {"raised": f"it gives back {type(part).__name__}", "clause": True}
    return outcome


@lru_cache(maxsize=4096)
def loaded(source: str) -> CodeType:
    """A variant's code, with its loops counting their rounds and NAMES taken for granted."""
    tree = ast.parse(counted(source))
    tree.body = [one for one in tree.body if ast.unparse(one) != EVERYTHING]
    return compile(tree, "<variant>", "exec")


def kills(name: str, source: str, suite: Sequence[Scenario], most: int | None = None) -> list[Kill]:
    """The first scenarios that fail with this source, `most` at most; all, if it is not given."""
    found: list[Kill] = []
    target = Trial(loaded(source), exercise(name).functions)
    with Unawaited() as dropped:
        for scenario in suite:
            if len(found) == most:
                break
            dropped.clear()
            how = failure(scenario, target)
            if how is not None:
                found.append(Kill(scenario.id, scenario.topic, how))
    return found


def failure(scenario: Scenario, target: Trial) -> str | None:
    """How the scenario fails, as the audit counts it; None if it passes."""
    try:
        with alarm():
            result = run(scenario, target)
    except EndlessLoop:  # stopped where nobody takes it for an answer
        return "endless"
    return judged(result)


def judged(result: Result) -> str | None:
    """How a run failed; also when only a table is broken."""
    if isinstance(result.got, dict) and "raised" in result.got:
        return "endless" if ENDLESS in str(result.got["raised"]) else "raised"
    if result.verdict != "pass":
        return "fail"
    broken = Broken()
    return "table" if any(broken(entry["view"]) for entry in result.record["steps"]) else None


@contextmanager
def alarm() -> Iterator[None]:
    """Stops what works for more than SECONDS, where signals can be had."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, SECONDS, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def ring(number: int, frame: FrameType | None) -> None:
    """The time is over: it works on without a loop of its own."""
    raise EndlessLoop
