"""Variants are tried in a process with limits of its own: none takes what others need."""

import resource
from dataclasses import replace

import pytest

from autograder.exercise import exercise
from autograder.vary import room, trial

ONE = exercise("accept")
CASES = ONE.hidden()[:2]
RIGHT = ONE.accepted()["classes"]
COUNTS = "from itertools import count\nheld = []\ndef accept(u, fd, flags=0):\n    {}\n"


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("return list(count())", "raised"),  # all memory: found by a mutant of a right answer
        ("held.append(bytearray(300 << 20)); return accept(u, fd)", "raised"),
        ("return sum(count())", "died"),  # all time, where Python does not look up
        ("import os; os._exit(0)", "died"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "died"),
    ],
)
def test_what_takes_all_memory_or_all_time_fails_its_case(body: str, how: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = room.kills(ONE.name, COUNTS.format(body), CASES, 1)

    assert [(kill.case, kill.how) for kill in found] == [(CASES[0].id, how)]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes
    assert room.kills(ONE.name, RIGHT, CASES) == []


def test_who_dies_fails_the_case_that_it_was_at_and_no_other() -> None:
    body = "held.append(1)\n    import os\n    if flags: os._exit(0)\n    raise ValueError"
    flagged = [one for one in ONE.hidden() if one.id == "ac-flags"]
    cases = [CASES[0], *flagged, CASES[1]]

    found = room.kills(ONE.name, COUNTS.format(body), cases)

    assert [kill.how for kill in found] == ["raised", "died", "raised"]


def test_a_variant_fails_there_what_it_fails_here() -> None:
    wrong = [RIGHT.replace("pop(0)", "pop()"), ONE.stub, RIGHT]

    for source in wrong:
        assert room.kills(ONE.name, source, CASES) == trial.kills(ONE.name, source, CASES)
        assert room.kills(ONE.name, source, CASES, 1) == trial.kills(ONE.name, source, CASES, 1)


def test_what_is_asked_again_is_found_again() -> None:
    other = replace(CASES[0], id="other")

    assert [kill.case for kill in room.kills(ONE.name, ONE.stub, [CASES[0], other])] == [
        CASES[0].id,
        "other",
    ]
