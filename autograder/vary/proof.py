"""What a found suite does in the sandbox that grades: the search ran its variants elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.audit.runs import Runs
from autograder.vary import room
from autograder.vary.blame import Blamed, Progress
from kernel_model.scenario import Scenario


def fair_there(
    suite: Sequence[Scenario], exercise: str, right: Sequence[str], loose: bool = False
) -> list[Scenario]:
    """The scenarios that all right sources pass in the sandbox: all, where it agrees with here."""
    failed: set[str] = set()
    with Runs(exercise, suite, loose) as runs:
        for source in right:
            failed |= {kill.case for kill in runs.kills(source, len(suite))}
    return [one for one in suite if one.id not in failed]


def told_there(
    suite: Sequence[Scenario],
    exercise: str,
    wrong: Sequence[Blamed],
    progress: Progress,
    loose: bool = False,
) -> int:
    """How many wrong variants fail a scenario in the sandbox, on a rule that they are blamed for.

    The scenario that tells a variant here is tried first, the others only if that is not enough.
    """
    told = 0
    with Runs(exercise, suite, loose) as runs:
        for done, one in enumerate(wrong, 1):
            on_rule = [case for case in suite if case.topic in one.rules]
            first = [kill.case for kill in room.kills(exercise, one.mutant.source, on_rule, 1)]
            there = [case for case in on_rule if case.id in first]
            runs.suite = there + [case for case in on_rule if case.id not in first]
            told += bool(runs.kills(one.mutant.source))
            progress("wrong variants told in the sandbox", done, len(wrong))
    return told
