"""Where code that nobody trusts runs. `Sandbox` is the way in; docs/sandbox.md says what is covered and what is not."""

from __future__ import annotations

from .child import Child, Limits
from .client import Sandbox
from .errors import (
    AnswerTooLarge,
    BadAnswer,
    ChildDied,
    ChildFailed,
    ChildLooped,
    NotIsolated,
    SandboxError,
    SandboxLost,
)
from .tiers import Tier, probe

__all__ = [
    "AnswerTooLarge",
    "BadAnswer",
    "Child",
    "ChildDied",
    "ChildFailed",
    "ChildLooped",
    "Limits",
    "NotIsolated",
    "Sandbox",
    "SandboxError",
    "SandboxLost",
    "Tier",
    "probe",
]
