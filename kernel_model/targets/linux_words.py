"""What a real call answered, in the words of outcomes: names for errors, signals and statuses."""

import errno
import os
from typing import Any

from kernel_model.constants import SIGNAL_NAMES
from kernel_model.errno import Errno
from kernel_model.targets import Outcome


def errno_name(number: int) -> str:
    try:
        return Errno(number).name
    except ValueError:
        return errno.errorcode.get(number, f"errno {number}")


def signal_name(number: int) -> str:
    return SIGNAL_NAMES.get(number, f"signal {number}")


def status_words(status: int) -> dict[str, Any]:
    """A wait status: exited, signaled, stopped or continued."""
    if os.WIFCONTINUED(status):
        return {"continued": True}
    if os.WIFSTOPPED(status):
        return {"stopped": signal_name(os.WSTOPSIG(status))}
    if os.WIFSIGNALED(status):
        return {"signaled": signal_name(os.WTERMSIG(status))}
    return {"exited": os.WEXITSTATUS(status)}


def outcome_words(reply: dict[str, Any]) -> Outcome:
    """A worker's answer as an outcome."""
    if "errno" in reply:
        return {"errno": errno_name(reply["errno"])}
    outcome = dict(reply)
    if "status" in outcome:
        outcome["status"] = status_words(outcome["status"])
    for key in ("set", "prev"):
        if isinstance(outcome.get(key), list):
            outcome[key] = [signal_name(number) for number in outcome[key]]
    return outcome
