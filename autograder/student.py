"""StudentTarget: a submission's kernel in the sandbox, as a target that scenarios run on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

from autograder.driven import CHANGED, WORDS
from autograder.replies import NO_ANSWER, is_answer, is_numbered, state_in
from autograder.sandbox import BadAnswer, ChildFailed
from autograder.seen import Latest, Seen, Views
from kernel_model import states
from kernel_model.limits import limits_for
from kernel_model.pipes import pipe_sizes
from kernel_model.semtable import SEMAEM, SEMVMX
from kernel_model.shm import SHMLBA
from kernel_model.targets import Outcome, Setup, Unsupported
from kernel_model.targets.model import FREE, KEYS, PAGE, ModelTarget

SIZES = {"PAGE": PAGE, "SHMLBA": SHMLBA, "SEMVMX": SEMVMX, "SEMAEM": SEMAEM["classic"]}
TABLES = "tables"  # the question for them
LATEST = Latest()


class Asks(Protocol):
    """A child of the sandbox: answers one request at a time."""

    def ask(self, request: Any, deadline: float) -> Any:
        """The child's answer; raises when there is none."""


class StudentTarget:
    """Sends stimuli in, keeps what comes out; knows no expectation and sends none.

    A child names the state that it is in; of those that nobody knows it shows the tables, or what
    changed in them since the state before, from the call after an unknown one on at once.
    """

    name = "student"
    personality = "classic"

    def __init__(self, child: Asks, deadline: float) -> None:
        self.child = child
        self.deadline = deadline  # seconds for one answer
        self.known: dict[str, Seen] = {}  # states, beside the latest
        self.whole = False  # the tables come with every answer, and no state is known
        self.limits: dict[str, int] = {}
        self.given: dict[str, Any] | None = None  # a start that has not been asked for
        self.now: Seen | None = None  # the state
        self.strange = False  # it was unknown
        self.judged = False  # it is a state of a run that passed
        self.asked = False  # the child was asked for a state, so it knows that one was unknown
        self.apart = False  # a state was named that was not the one shown
        self.views = Views()
        self.outcome: Outcome = {}  # of the last call
        self.back: dict[str, Outcome] = {}
        self.pids: dict[str, int] = {}  # by which expectations name processes
        self.failure: ChildFailed | None = None  # how the child failed, if it did
        self.unawaited = ""  # what was called without await, in a sentence

    def _ask(self, request: dict[str, Any]) -> None:
        if self.given is not None:
            request = {"start": self.given} | request
            self.given, self.strange, self.now = None, False, None
        if self.whole or self.strange:
            request = request | {TABLES: self._which()}
        try:
            answer: Any = self.child.ask(request, self.deadline)
            if not is_answer(answer, "call" in request):
                raise BadAnswer(NO_ANSWER)
            self.now = self._state(answer)
            if not is_numbered(self.now.state.pids, self.pids):
                raise BadAnswer(NO_ANSWER)
        except ChildFailed as error:
            self.failure = error
            raise
        for proc, why in answer.pop(WORDS, {}).items():
            of = answer["back"][proc] if proc else answer["outcome"]
            of["why"] = why
        self.outcome = answer.get("outcome", {})
        self.back |= answer.get("back", {})
        self.pids |= self.now.state.pids
        self.unawaited = str(answer.get("unawaited", ""))[:100]

    def _which(self) -> bool | str:
        """All tables, or those that changed since a state that is known here as there."""
        return True if self.whole or self.now is None else CHANGED

    def _state(self, answer: dict[str, Any]) -> Seen:
        """The state that an answer names; the child shows it if nobody knows it."""
        digest: str = answer["state"]
        found = None if self.whole else self.known.get(digest)
        self.judged = found is not None
        if found is None and not self.whole:
            found = LATEST.get(digest)
        self.strange = found is None
        if found is not None:
            return found
        self.asked = not self.whole
        before, self.apart = self.apart, not self.whole  # until it has shown the state it named
        last = None if self.whole else self.now
        if TABLES not in answer:
            answer = self.child.ask({TABLES: self._which()}, self.deadline)
        try:
            made, named = self._shown(answer, last)
        except BadAnswer:
            if last is None:
                raise
            named = ""
        if named != digest and last is not None:  # more has changed than `==` tells
            made, named = self._shown(self.child.ask({TABLES: True}, self.deadline), None)
        if not self.whole and named == digest:
            self.apart = before
            LATEST.put(digest, made)
        return made

    def _shown(self, answer: Any, last: Seen | None) -> tuple[Seen, str]:
        """The state that an answer shows, maybe from the last one, and its digest."""
        state = state_in(answer, None if last is None else last.state)
        made = Seen(state, size=len(answer[TABLES]) + (0 if last is None else last.size))
        try:
            self.views.of(made)
            return made, states.digest(state)
        except Exception as error:  # whatever a submission may have put there
            raise BadAnswer(NO_ANSWER) from error

    def start(self, setup: Setup) -> None:
        """A fresh kernel with the submission's function in it; asked for with the first call."""
        self.limits = in_force(tuple(setup.limits.items()))
        self.back = {}
        self.pids = dict(numbers(tuple(setup.uids.items())))
        self.given = {"uids": setup.uids, "gids": setup.gids, "limits": setup.limits}

    def _seen(self) -> Seen:
        """The state; starts at once, if something is to be seen before the first call."""
        if self.given is not None:
            self._ask({})
        assert self.now is not None, "it is asked when it has started"
        return self.now

    def unjudged(self) -> bool:
        """Has somebody to look if the tables are sound? Those of a run that passed are."""
        return not self.judged

    def close(self) -> None:
        """The child belongs to the grader, which ends it."""

    def resolve(self, kind: str, value: Any) -> Any:
        """Keys, process ids, addresses and names of files, as ModelTarget has them."""
        if kind == "key":
            return KEYS + int(value)
        if kind == "pid":
            self._seen()
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
        return self.outcome

    def finished(self, proc: str) -> Outcome | None:
        """The outcome of a call that slept, given once."""
        return self.back.pop(proc, None)

    def asleep(self, proc: str) -> bool:
        """It has not come back."""
        procs = self._seen().state.procs
        return proc not in self.back and procs.get(proc) in ("asleep", "stopped")

    def ended(self, proc: str) -> dict[str, Any] | None:
        """How the process ended, if it did."""
        status: dict[str, Any] | None = self._seen().state.ended.get(proc)
        return status

    def state(self, proc: str) -> str:
        """runs, asleep, stopped or ended."""
        state = self._seen().state
        return "ended" if proc in state.ended else state.procs[proc]

    def view(self) -> dict[str, Any]:
        """Every table, as the submission left it; what is as before is the same object."""
        return self.views.of(self._seen())


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
