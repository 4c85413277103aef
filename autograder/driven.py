"""A kernel driven by stimuli in plain JSON: a submission's in the sandbox, our own outside.

{"start": {"uids", "gids", "limits"}}   a fresh kernel -> {"ok": true, "state"}
{"call": [process, call, arguments]}    -> {"outcome", "back", "unawaited", "state"}: what came
                    of it, and of calls that had slept, what was not awaited, and the digest of
                    the state (states.py). A call may come with "start"; at its end "words of
                    errors", by process, "" is who called
{"tables": true}    the state itself -> {"tables": in JSON}; may come with the others. Instead of
                    true also "changed": only that, since the state that was named before, if
                    one was since the start
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernel_model import states
from kernel_model.kernel import Kernel
from kernel_model.targets import Outcome, Setup
from kernel_model.targets.model import ModelTarget, raised
from kernel_model.unawaited import NotAwaited, Unawaited

WORDS = "words of errors"
CHANGED = "changed"


class Driven:
    """A model, and what it answers.

    prepare   changes each fresh kernel
    plain     an outcome as JSON for certain
    """

    def __init__(
        self, prepare: Callable[[Kernel], None], plain: Callable[[Outcome], Outcome]
    ) -> None:
        self.target = ModelTarget("classic", prepare)
        self.plain = plain
        self.unawaited = Unawaited()
        self.state = states.state_of(self.target)
        self.before: states.State | None = None  # the state named before, since the start
        self.named = False  # has one been, since the start?

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request, one answer."""
        if "start" in request:
            self.start(request["start"])
        made: dict[str, Any] = {"ok": True}
        if "call" in request:
            made = self.call(*request["call"])
        words = words_of(made)
        if "call" in request or "start" in request:
            self.before = self.state if self.named else None
            self.state, self.named = states.state_of(self.target), True
            made["state"] = states.digest(self.state)
        if "tables" in request:
            before = self.before if request["tables"] == CHANGED else None
            made["tables"] = states.written(self.state, before)
        return made | {WORDS: words} if words else made

    def start(self, setup: dict[str, Any]) -> None:
        """A fresh kernel."""
        self.unawaited.clear()
        self.named = False
        self.target.start(Setup(setup["uids"], setup["gids"], setup["limits"]))

    def call(self, proc: str, call: str, args: list[Any]) -> dict[str, Any]:
        """One call, and everyone whose call came back by it."""
        target = self.target
        try:
            outcome = target.call(proc, call, args)
        except NotAwaited as error:
            outcome = {"raised": str(error), "clause": True}
        except BaseException as error:  # what a submission raises is its answer
            outcome = raised(error)
            outcome["raised"] = outcome["raised"][:300]
        answer = {"outcome": self._said(outcome), "unawaited": self.unawaited.words()}
        back = {}
        for name in list(target.sleeping):
            if name != proc:
                came = target.finished(name)
                if came is not None:
                    back[name] = self._said(came)
        return answer | {"back": back} if back else answer

    def _said(self, outcome: Outcome) -> Outcome:
        """An outcome as it is told: whichever part was copied out first."""
        said = self.plain(outcome)
        return dict(sorted(said.items())) if len(said) > 1 else said


def words_of(answer: dict[str, Any]) -> dict[str, str]:
    """Takes the words of errors out of an answer: whoever judges has no use for them."""
    found = {}
    if "back" in answer:
        found = {proc: came for proc, came in answer["back"].items() if "why" in came}
    if "why" in answer.get("outcome", ()):
        found[""] = answer["outcome"]
    return {proc: str(came.pop("why")) for proc, came in found.items()}
