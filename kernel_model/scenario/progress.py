"""A scenario under way: what its processes do, and the end of it when a step does not fit."""

from dataclasses import dataclass, field
from typing import Any

from kernel_model.scenario.calls import PAIRS
from kernel_model.scenario.errors import Problem, part
from kernel_model.scenario.expect import Expectation, expectation
from kernel_model.scenario.judge import difference, outcome_words, tables_difference
from kernel_model.scenario.names import Names
from kernel_model.scenario.values import number
from kernel_model.scenario.view import view_difference
from kernel_model.targets import Outcome, Target


class Decided(Exception):
    """The run ends here, with this verdict."""

    def __init__(
        self,
        verdict: str,
        message: str,
        expected: Any = None,
        got: Any = None,
        tables: bool = False,
    ):
        super().__init__(verdict, message)
        self.verdict = verdict
        self.message = message
        self.expected = expected
        self.got = got
        self.tables = tables  # the outcome is as expected, the tables are not


@dataclass(slots=True)
class Progress:
    """Where a run stands."""

    target: Target
    names: Names
    sleeping: dict[str, str] = field(default_factory=dict)  # process: the call it sleeps in
    gone: dict[str, str] = field(default_factory=dict)  # process: why it can call no more

    def note(self, proc: str, call: str, outcome: Outcome) -> None:
        """What an outcome says of the process: asleep, gone, or free to call."""
        self.sleeping.pop(proc, None)
        if outcome.get("blocks") is True:
            self.sleeping[proc] = call
        elif "ends" in outcome:
            self.gone[proc] = "it has ended"
        elif "execs" in outcome:
            self.gone[proc] = "its image was replaced"

    def save(self, name: str | None, call: str, outcome: Outcome) -> None:
        """Keeps what a call returned, if it did."""
        if name is None or "ret" not in outcome:
            return
        if call in PAIRS:
            self.names.saved[name] = {half: outcome[half] for half in PAIRS[call]}
        elif type(outcome["ret"]) is int:
            self.names.saved[name] = outcome["ret"]
        else:
            message = f"expected {call} to return a number, {outcome_words(outcome)}"
            raise Decided("fail", message, {"ret": "any"}, outcome)

    def meaning(self, expect: Any, key: str = "expect") -> Expectation:
        """An expectation, which stands under this key, with its names resolved."""
        found: Expectation = part({key: expect}, key, expectation, self.names)
        return found

    def judge(self, expected: Expectation, outcome: Outcome, who: str, written: Any) -> None:
        """Raises Decided unless the outcome, and the tables, are as expected.

        who      whose outcome, as in "B's msgrcv"
        written  the expectation as the scenario has it
        """
        if "unsupported" in outcome:
            raise Decided("unsupported", str(outcome["unsupported"]), written, outcome)
        different = difference(expected, outcome, who)
        if different is not None:
            raise Decided("fail", different, written, outcome)
        if self.target.name != "linux":  # whose tables cannot be seen
            different = tables_difference(expected, outcome, self.target.view, self.names)
        if different is not None:
            raise Decided("fail", different, written, outcome, tables=True)

    def see(self, view: Any, written: Any, got: Any) -> None:
        """Raises Decided unless the tables are as the view, if there is one, says."""
        if view is not None and self.target.name != "linux":
            different = view_difference(view, self.target.view(), self.names)
            if different is not None:
                raise Decided("fail", different, written, got, tables=True)

    def times(self, value: Any, key: str) -> int:
        """A number of times, which stands under this key."""
        found: int = part({key: value}, key, number, self.names)
        if found < 0:
            raise Problem(f"{found} is not a number of times", key)
        return found


def times(count: int) -> str:
    """once, 3 times."""
    return "once" if count == 1 else f"{count} times"
