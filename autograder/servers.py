"""The sandboxes that grading asks: one for each exercise, and the judge; kept while we run."""

from __future__ import annotations

import atexit

from autograder.breaking.asking import Judge
from autograder.editions import leave_one_out
from autograder.editions.room import JUDGE, judges_room
from autograder.exercise import INTERLEAVINGS
from autograder.exercise import exercise as exercise_named
from autograder.sandbox import Sandbox

_servers: dict[tuple[str, bool], Sandbox] = {}
_judges: dict[bool, Judge] = {}


def server(name: str, allow_unisolated: bool = False) -> Sandbox:
    """The sandbox that holds the kernel without this function; started once a process."""
    key = (name, allow_unisolated)
    if key not in _servers:
        root = leave_one_out(name)
        cells = exercise_named(name).kind == INTERLEAVINGS
        module = "answering" if cells else "inside"
        _servers[key] = Sandbox(root, module, allow_unisolated=allow_unisolated)
    return _servers[key]


def judge(allow_unisolated: bool = False) -> Judge:
    """Runs students' scenarios, and no code of theirs, in a sandbox; started once a process."""
    if allow_unisolated not in _judges:
        room = Sandbox(judges_room(), JUDGE, allow_unisolated=allow_unisolated)
        _judges[allow_unisolated] = Judge(room)
    return _judges[allow_unisolated]


@atexit.register
def close_servers() -> None:
    """Ends every server that this process started."""
    while _servers:
        _servers.popitem()[1].close()
    while _judges:
        _judges.popitem()[1].close()
