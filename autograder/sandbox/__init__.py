"""Where code that nobody trusts runs: `Sandbox` is the way in.

What it keeps out and what it does not is in docs/sandbox.md.
"""

from __future__ import annotations

from .child import Child
from .client import Sandbox
from .endings import Limits
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
