"""A sandbox whose code runs whatever it is told: with walls for attacks, without for comparison."""

import contextlib
import textwrap
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from autograder.sandbox import BadAnswer, Limits, NotIsolated, Sandbox, syscalls
from autograder.sandbox.tiers import FORCE
from tests.needs import require

# The strongest tier there is, and each barrier around the files without the other.
WALLS = ["", "no-namespaces,no-uid", "no-landlock"]

LIMITS = Limits(cpu=2, wall=120.0)  # the processor's time ends what loops, wall what hangs

_INSIDE = """
def handle(request):
    scope = {"__name__": "submission", **request["given"]}
    exec(request["code"], scope)
    return scope.get("result")
"""


@contextlib.contextmanager
def room(folder: Path, forced: str = "") -> Iterator[Sandbox]:
    """A running sandbox on a tier; a machine that has no such tier is a reason to skip."""
    (folder / "inside.py").write_text(_INSIDE)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv(FORCE, forced)
        try:
            sandbox = Sandbox(folder, allow_unisolated=forced == "none")
        except NotIsolated as error:
            require(False, str(error))
            raise
    with sandbox:
        yield sandbox


def run(sandbox: Sandbox, code: str, limits: Limits = LIMITS, **given: object) -> object:
    """What `code` leaves in `result`, in a child of its own, or the exception that it raised."""
    with sandbox.child(limits) as child:
        try:
            return child.ask({"code": textwrap.dedent(code), "given": given}, deadline=15)
        except BadAnswer as error:
            return str(error)


def libseccomp() -> ModuleType:
    """The binding; a machine without the library is a reason to skip."""
    try:
        return syscalls.binding()
    except syscalls.NoFilter as error:
        require(False, str(error))
        raise


def gains(sandbox: Sandbox, code: str, **given: object) -> bool:
    """Whether an attack, which sets `result` to True at its end, got there.

    One that failed must have been refused: anything but an error of the system is a mistake in
    the attack, which would then prove nothing.
    """
    outcome = run(sandbox, code, **given)
    if outcome is True:
        return True
    assert outcome is False or any(word in str(outcome) for word in _REFUSALS), outcome
    return False


_REFUSALS = (
    "PermissionError",
    "NotFoundError",  # a file or a module
    "BlockingIOError",  # a process
    "can't start new thread",
    "cannot open shared object file",
    "gaierror",  # a host's name
    "OSError",
)
