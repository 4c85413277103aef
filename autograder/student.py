"""StudentTarget: a submission's kernel in the sandbox, as a target that scenarios run on."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Protocol

from autograder.sandbox import BadAnswer, ChildFailed
from kernel_model.changes import merged
from kernel_model.limits import limits_for
from kernel_model.pipes import pipe_sizes
from kernel_model.semtable import SEMAEM, SEMVMX
from kernel_model.shm import SHMLBA
from kernel_model.targets import Outcome, Setup, Unsupported
from kernel_model.targets.model import FREE, KEYS, PAGE, ModelTarget

PARTS = (("procs", str), ("pids", int), ("ended", dict))  # of an answer, and what they hold
SIZES = {"PAGE": PAGE, "SHMLBA": SHMLBA, "SEMVMX": SEMVMX, "SEMAEM": SEMAEM["classic"]}
WORDS = "words of errors"
NO_ANSWER = "What came is no answer of the kernel."


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
        self.given: dict[str, Any] | None = None  # a start that has not been asked for
        self.seen: dict[str, Any] = {}  # of the answers so far, the latest of each part
        self.shown: dict[str, Any] = {}  # every table
        self.back: dict[str, Outcome] = {}
        self.pids: dict[str, int] = {}  # by which expectations name processes
        self.failure: ChildFailed | None = None  # how the child failed, if it did
        self.unawaited = ""  # what was called without await, in a sentence

    def _ask(self, request: dict[str, Any]) -> None:
        if self.given is not None:
            request = {"start": self.given} | request
            self.given, self.seen, self.shown = None, {}, {}
        try:
            answer: Any = self.child.ask(request, self.deadline)
            if not is_answer(answer, self.seen.keys(), "call" in request):
                raise BadAnswer(NO_ANSWER)
            if not is_numbered(answer.get("pids", {}), self.pids):
                raise BadAnswer(NO_ANSWER)
            self.shown = self._shown(answer)
        except ChildFailed as error:
            self.failure = error
            raise
        for proc, why in answer.pop(WORDS, {}).items():
            of = answer["back"][proc] if proc else answer["outcome"]
            of["why"] = why
        self.seen |= answer
        self.back |= answer.get("back", {})
        self.pids |= answer.get("pids", {})
        self.unawaited = str(answer.get("unawaited", ""))[:100]

    def _shown(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Every table, by the first answer or by what changed since."""
        if "view" in answer:
            view: dict[str, Any] = answer["view"]
            return view
        try:
            return merged(self.shown, answer["changed"])
        except (
            LookupError,
            TypeError,
            ValueError,
        ) as error:  # rows of tables that have no such rows
            raise BadAnswer(NO_ANSWER) from error

    def start(self, setup: Setup) -> None:
        """A fresh kernel with the submission's function in it; asked for with the first call."""
        self.limits = in_force(tuple(setup.limits.items()))
        self.back = {}
        self.pids = dict(numbers(tuple(setup.uids.items())))
        self.given = {"uids": setup.uids, "gids": setup.gids, "limits": setup.limits}

    def _started(self) -> None:
        """Starts at once: there is something to be seen before the first call."""
        if self.given is not None:
            self._ask({})

    def close(self) -> None:
        """The child belongs to the grader, which ends it."""

    def resolve(self, kind: str, value: Any) -> Any:
        """Keys, process ids, addresses and names of files, as ModelTarget has them."""
        if kind == "key":
            return KEYS + int(value)
        if kind == "pid":
            self._started()
            return self.pids[value]
        if kind == "free_addr":
            first, apart = FREE[self.personality]
            return first + int(value) * apart
        if kind == "path":
            return f"/{value}"
        raise Unsupported(f"the model has no {kind} yet")

    def constants(self) -> dict[str, int]:
        """The limits in force, the sizes of memory and of a pipe, what a semaphore can hold."""
        sizes = pipe_sizes(self.personality, self.limits["PIPEBLK"])
        return SIZES | sizes | self.limits

    def call(self, proc: str, call: str, args: list[Any]) -> Outcome:
        """One stimulus."""
        self._ask({"call": [proc, call, args]})
        outcome: Outcome = self.seen["outcome"]
        return outcome

    def finished(self, proc: str) -> Outcome | None:
        """The outcome of a call that slept, given once."""
        return self.back.pop(proc, None)

    def asleep(self, proc: str) -> bool:
        """It has not come back."""
        self._started()
        return proc not in self.back and self.seen["procs"].get(proc) in ("asleep", "stopped")

    def ended(self, proc: str) -> dict[str, Any] | None:
        """How the process ended, if it did."""
        self._started()
        status: dict[str, Any] | None = self.seen["ended"].get(proc)
        return status

    def state(self, proc: str) -> str:
        """runs, asleep, stopped or ended."""
        self._started()
        state: str = "ended" if proc in self.seen["ended"] else self.seen["procs"][proc]
        return state

    def view(self) -> dict[str, Any]:
        """Every table, as the submission left it; what is as before is the same object."""
        self._started()
        return self.shown


@lru_cache(maxsize=256)
def in_force(changes: tuple[tuple[str, int], ...]) -> dict[str, int]:
    """The limits of a kernel with these changes, which nobody may write to."""
    limits = limits_for("classic", dict(changes))
    return {name: getattr(limits, name) for name in limits.__slots__}


@lru_cache(maxsize=256)
def numbers(uids: tuple[tuple[str, int], ...]) -> dict[str, int]:
    """The process ids with which every kernel begins; nobody may write to them."""
    target = ModelTarget("classic")
    target.start(Setup(dict(uids), {}, {}))
    return dict(target.kernel.pids)


def is_numbered(given: dict[str, int], known: dict[str, int]) -> bool:
    """Do processes keep their numbers? Whoever came later has a higher one than those."""
    last = max(known.values(), default=0)
    return all(pid == known[name] if name in known else pid > last for name, pid in given.items())


def is_answer(given: Any, known: Collection[str], to_call: bool) -> bool:
    """Has it the form of an answer of inside.py? Who answers there may be the submission.

    known  what the answers before said, which need not be said again
    """
    if not isinstance(given, dict) or ("view" in given) == ("changed" in given):
        return False
    if not isinstance(given["view" if "view" in given else "changed"], dict):
        return False
    if to_call and not is_outcome(given.get("outcome")):
        return False
    for name, kind in PARTS:
        if not (is_made_of(kind, given[name]) if name in given else name in known):
            return False
    back = given.get("back", {})
    if not is_made_of(dict, back) or not all(map(is_outcome, back.values())):
        return False
    return WORDS not in given or are_words(given[WORDS], back, to_call)


def are_words(words: Any, back: dict[str, Any], to_call: bool) -> bool:
    """Are these the words of errors, each of a call that came out?"""
    return is_made_of(str, words) and all(proc in back if proc else to_call for proc in words)


def is_made_of(kind: type, given: Any) -> bool:
    """Is it a dict whose values are all of this type?"""
    return isinstance(given, dict) and {type(value) for value in given.values()} <= {kind}


def is_outcome(given: Any) -> bool:
    """An outcome says at least one thing."""
    return isinstance(given, dict) and bool(given)
