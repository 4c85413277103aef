"""StudentTarget: a submission's kernel in the sandbox, as a target that scenarios run on."""

from __future__ import annotations

from typing import Any, Protocol

from autograder.sandbox import BadAnswer, ChildFailed
from kernel_model.limits import limits_for
from kernel_model.shm import SHMLBA
from kernel_model.targets import Outcome, Setup, Unsupported
from kernel_model.targets.model import FREE, KEYS, PAGE


class Asks(Protocol):
    """A child of the sandbox: answers one request at a time."""

    def ask(self, request: Any, deadline: float) -> Any:
        """The child's answer; raises when there is none."""


class StudentTarget:
    """Sends stimuli in, keeps what comes out; knows no expectation and sends none."""

    name = "student"
    personality = "classic"

    def __init__(self, child: Asks, deadline: float) -> None:
        self.child = child
        self.deadline = deadline  # seconds for one answer
        self.limits: dict[str, int] = {}
        self.seen: dict[str, Any] = {}
        self.back: dict[str, Outcome] = {}
        self.pids: dict[str, int] = {}
        self.failure: ChildFailed | None = None  # how the child failed, if it did
        self.unawaited = ""  # what was called without await, in a sentence

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: Any = self.child.ask(request, self.deadline)
            if not is_answer(answer, "call" in request):
                raise BadAnswer("What came is no answer of the kernel.")
        except ChildFailed as error:
            self.failure = error
            raise
        made: dict[str, Any] = answer
        return made

    def start(self, setup: Setup) -> None:
        """A fresh kernel with the submission's function in it."""
        limits = limits_for("classic", setup.limits)
        self.limits = {name: getattr(limits, name) for name in limits.__slots__}
        self.back, self.pids = {}, {}
        given = {"uids": setup.uids, "gids": setup.gids, "limits": setup.limits}
        self._take(self._ask({"start": given}))

    def close(self) -> None:
        """The child belongs to the grader, which ends it."""

    def resolve(self, kind: str, value: Any) -> Any:
        """Keys, process ids and addresses, as ModelTarget has them."""
        if kind == "key":
            return KEYS + int(value)
        if kind == "pid":
            return self.pids[value]
        if kind == "free_addr":
            first, apart = FREE[self.personality]
            return first + int(value) * apart
        raise Unsupported(f"the model has no {kind} yet")

    def constants(self) -> dict[str, int]:
        """The limits in force, and the sizes of memory."""
        return {"PAGE": PAGE, "SHMLBA": SHMLBA} | self.limits

    def call(self, proc: str, call: str, args: list[Any]) -> Outcome:
        """One stimulus."""
        answer = self._ask({"call": [proc, call, args]})
        self._take(answer)
        outcome: Outcome = answer["outcome"]
        return outcome

    def _take(self, answer: dict[str, Any]) -> None:
        self.seen = answer
        self.back.update(answer.get("back", {}))
        self.pids.update(answer["pids"])
        self.unawaited = str(answer.get("unawaited", ""))[:100]

    def finished(self, proc: str) -> Outcome | None:
        """The outcome of a call that slept, given once."""
        return self.back.pop(proc, None)

    def asleep(self, proc: str) -> bool:
        """It has not come back."""
        return proc not in self.back and self.seen["procs"].get(proc) in ("asleep", "stopped")

    def ended(self, proc: str) -> dict[str, Any] | None:
        """How the process ended, if it did."""
        status: dict[str, Any] | None = self.seen["ended"].get(proc)
        return status

    def state(self, proc: str) -> str:
        """runs, asleep, stopped or ended."""
        state: str = "ended" if proc in self.seen["ended"] else self.seen["procs"][proc]
        return state

    def view(self) -> dict[str, Any]:
        """Every table, as the submission left it."""
        view: dict[str, Any] = self.seen["view"]
        return view


def is_answer(given: Any, to_call: bool) -> bool:
    """Has it the form of an answer of inside.py? Who answers there may be the submission."""
    parts = {"procs": str, "pids": int, "ended": dict} | ({"back": dict} if to_call else {})
    return (
        isinstance(given, dict)
        and isinstance(given.get("view"), dict)
        and (not to_call or is_outcome(given.get("outcome")))
        and all(
            isinstance(given.get(part), dict) and all(type(v) is kind for v in given[part].values())
            for part, kind in parts.items()
        )
        and all(map(is_outcome, given.get("back", {}).values()))
    )


def is_outcome(given: Any) -> bool:
    """An outcome says at least one thing."""
    return isinstance(given, dict) and bool(given)
