"""Whether the steps of a scenario make sense together, found out without running them.

Names (of processes, of saved values) may come from steps that only one side runs, so a name that
some step before gave is taken as known; a run whose side left that step out says so itself.
"""

from collections.abc import Callable
from typing import Any

from kernel_model.scenario.arguments import arguments
from kernel_model.scenario.calls import PAIRS, SIGNATURES, Kind
from kernel_model.scenario.errors import Problem, ScenarioError, show, suggest
from kernel_model.scenario.expect import Expectation, expectation
from kernel_model.scenario.names import CONSTANTS, Names
from kernel_model.scenario.steps import CallStep, EndsStep, StateStep, Step, WakesCountStep
from kernel_model.scenario.values import number
from kernel_model.scenario.wanted import pattern


def check_steps(scenario: str, uids: dict[str, int], steps: list[Step]) -> None:
    """Raises ScenarioError for the first step that cannot be meant."""
    checker = _Checker(set(uids))
    for index, step in enumerate(steps):
        try:
            checker.check(step)
        except Problem as problem:
            raise ScenarioError(scenario, index, problem.key, problem.message) from None


class _Checker:
    """What is known after the steps so far: processes, and saved names (values stand in)."""

    def __init__(self, processes: set[str]):
        self.processes = processes
        self.names = Names(self.resolve, dict.fromkeys(CONSTANTS, 1), known=False)

    def resolve(self, kind: str, value: Any) -> Any:
        if kind == "pid":
            self.process(value)
        return value if kind == "path" else 1

    def process(self, name: str) -> None:
        if name not in self.processes:
            known = sorted(self.processes)
            raise Problem(
                f"no process {show(name)} here{suggest(name, known)}; "
                "processes are those of uids, and those that fork made before"
            )

    def check(self, step: Step) -> None:
        if isinstance(step, CallStep):
            self.call(step)
        elif isinstance(step, WakesCountStep):
            for index, name in enumerate(step.among):
                _at(f"among[{index}]", self.process, name)
            self.expectation(step.expect)
        elif isinstance(step, EndsStep):
            _at("ends", self.process, step.ends)
            _at("expect", self.status, step.expect)
        elif isinstance(step, StateStep):
            _at(step.state, self.process, step.proc)
            self.only_view(step)
        else:
            _at("wakes", self.process, step.wakes)
            self.expectation(step.expect)
            if step.save is not None:
                self.names.saved[step.save] = 1

    def call(self, step: CallStep) -> None:
        _at("proc", self.process, step.proc)
        if step.call not in SIGNATURES:
            raise Problem(f"unknown call {show(step.call)}{suggest(step.call, SIGNATURES)}", "call")
        args = _at("args", arguments, step.args, step.call, self.names)
        if step.call == "fork":
            self.processes.add(args[0])
        for key in ("repeat", "min", "max"):
            value = getattr(step, key)
            if value is not None:
                _at(key, number, value, self.names)
        for key in ("min", "max", "save_count"):
            if getattr(step, key) is not None and step.until is None:
                raise Problem('stands only beside "until"', key)
        if step.until is not None:
            self.until(step)
        self.expectation(step.expect)
        if step.save is not None:
            pair = PAIRS.get(step.call)
            self.names.saved[step.save] = dict.fromkeys(pair, 1) if pair else 1
        if step.save_count is not None:
            self.names.saved[step.save_count] = 1

    def until(self, step: CallStep) -> None:
        if step.repeat is not None:
            raise Problem('stands beside "until"; a call is made one way or the other', "repeat")
        expected = _at("until", expectation, step.until, self.names)
        if not _allows_other_than_return(expected):
            raise Problem(
                "the call is made again as long as it returns; "
                'until what else, such as {"errno": "EAGAIN"}?',
                "until",
            )

    def expectation(self, given: Any) -> None:
        if given is not None:
            _at("expect", expectation, given, self.names)

    def status(self, given: Any) -> None:
        status, view = split_view(given)
        pattern(status, Kind.STATUS, self.names)
        if view is not None:
            expectation({"view": view}, self.names)

    def only_view(self, step: StateStep) -> None:
        if step.expect is not None and set(step.expect) != {"view"}:
            raise Problem(
                f'beside "{step.state}" an expectation can only be {{"view": ...}}', "expect"
            )
        self.expectation(step.expect)


def split_view(given: Any) -> tuple[Any, Any]:
    """What an `ends` step expects: the status, and the part of the tables."""
    if not isinstance(given, dict):
        return "any" if given is None else given, None
    status = {key: value for key, value in given.items() if key != "view"}
    return status or "any", given.get("view")


def _allows_other_than_return(expected: Expectation) -> bool:
    if expected.form == "any_of":
        return any(_allows_other_than_return(choice) for choice in expected.choices)
    return expected.form not in ("ret", "view")


def _at(key: str, check: Callable[..., Any], given: Any, *more: Any) -> Any:
    try:
        return check(given, *more)
    except Problem as problem:
        raise problem.under(key) from None
