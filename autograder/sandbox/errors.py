"""What can go wrong with a sandbox, told apart by whose fault it is."""

from __future__ import annotations

from kernel_model.targets import Lost


class SandboxError(Exception):
    """Anything the sandbox has to say. Its text is written for a person."""


class NotIsolated(SandboxError):
    """This machine cannot isolate student code, and nobody allowed going on without."""


class SandboxLost(SandboxError):
    """The server could not start or has ended. No fault of the submission: the next child has a
    new server."""


class ChildFailed(SandboxError, Lost):
    """The code in the child is to blame."""


class ChildDied(ChildFailed):
    """The child ended while an answer was due; `how` says how, in words that follow "it"."""

    def __init__(self, how: str) -> None:
        super().__init__(f"The sandboxed process {how}.")
        self.how = how


class ChildLooped(ChildDied):
    """No answer in time: the question's deadline, or the child's own wall or processor time."""


class AnswerTooLarge(ChildFailed):
    """The answer is longer than the limit; none of it was read."""


class BadAnswer(ChildFailed):
    """What came is no answer: not JSON, too deep, not a number, out of turn; or `handle` raised."""
