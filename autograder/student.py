"""StudentTarget: a submission's kernel in the sandbox, as a target that scenarios run on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

from autograder.driven import WORDS
from autograder.sandbox import BadAnswer, ChildFailed, answers
from autograder.seen import Latest, Seen, Views
from kernel_model import states
from kernel_model.limits import limits_for
from kernel_model.pipes import pipe_sizes
from kernel_model.semtable import SEMAEM, SEMVMX
from kernel_model.shm import SHMLBA
from kernel_model.targets import Outcome, Setup, Unsupported
from kernel_model.targets.model import FREE, KEYS, PAGE, ModelTarget

SIZES = {"PAGE": PAGE, "SHMLBA": SHMLBA, "SEMVMX": SEMVMX, "SEMAEM": SEMAEM["classic"]}
NO_ANSWER = "What came is no answer of the kernel."
TABLES = {"tables": True}  # the question for them
LATEST = Latest()


class Asks(Protocol):
    """A child of the sandbox: answers one request at a time."""

    def ask(self, request: Any, deadline: float) -> Any:
        """The child's answer; raises when there is none."""


class StudentTarget:
    """Sends stimuli in, keeps what comes out; knows no expectation and sends none.

    A child names the state that it is in; of those that nobody knows it shows the tables, from the
    call after an unknown one on at once.
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
            self.given, self.strange = None, False
        if self.whole or self.strange:
            request = request | TABLES
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

    def _state(self, answer: dict[str, Any]) -> Seen:
        """The state that an answer names; the child shows it if nobody knows it."""
        digest: str = answer["state"]
        found = None if self.whole else self.known.get(digest) or LATEST.get(digest)
        self.strange = found is None
        if found is not None:
            return found
        self.asked = not self.whole
        before, self.apart = self.apart, not self.whole  # until it has shown the state it named
        if "tables" not in answer:
            answer = self.child.ask(TABLES, self.deadline)
        made = Seen(state_in(answer), size=len(answer["tables"]))
        try:
            self.views.of(made)
        except Exception as error:  # whatever a submission may have put there
            raise BadAnswer(NO_ANSWER) from error
        if not self.whole and states.digest(made.state) == digest:
            self.apart = before
            LATEST.put(digest, made)
        return made

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


def is_numbered(given: dict[str, int], known: dict[str, int]) -> bool:
    """Do processes keep their numbers? Whoever came later has a higher one than those."""
    last = max(known.values(), default=0)
    return all(pid == known[name] if name in known else pid > last for name, pid in given.items())


def state_in(answer: Any) -> states.State:
    """The state that an answer shows; raises BadAnswer where there is none."""
    shown = answer.get("tables") if isinstance(answer, dict) else None
    if not isinstance(shown, str):
        raise BadAnswer(NO_ANSWER)
    try:
        state = states.read(answers.parse_tables(shown, states.from_json))
    except (TypeError, ValueError, AttributeError) as error:
        raise BadAnswer(NO_ANSWER) from error
    if isinstance(state.seen, dict) and not isinstance(state.seen.get("unreadable"), str):
        raise BadAnswer(NO_ANSWER)
    for part, kind in ((state.procs, str), (state.pids, int), (state.ended, dict)):
        if not is_made_of(kind, part):
            raise BadAnswer(NO_ANSWER)
    return state


def is_answer(given: Any, to_call: bool) -> bool:
    """Has it the form of an answer of driven.py? Who answers there may be the submission."""
    if not isinstance(given, dict) or type(given.get("state")) is not str:
        return False
    if to_call and not is_outcome(given.get("outcome")):
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
