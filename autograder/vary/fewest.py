"""Which of many cases are as few as will do: by what tells each wrong answer, and on which rule.

fewest(cases, tells, rules)     those that are needed
worth(found, kept, tells)       those found ones that tell what these do not
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence

from autograder.vary.pool import TWICE, Tells
from kernel_model.scenario import Scenario

GAIN = 8  # wrong answers told once only that a found case must tell to be worth its time
LEAST = 14  # cases of a suite
OF_A_RULE = 2  # of each rule


def needs(cases: dict[str, str], case: str) -> bool:
    """Would a wrong answer that these cases tell be told too seldom without this one of them?"""
    if case not in cases:
        return False
    others = [rule for other, rule in cases.items() if other != case]
    return len(others) < TWICE or cases[case] not in others


def among(cases: dict[str, str], kept: Iterable[str]) -> dict[str, str]:
    """Those of the cases that are kept."""
    there = set(kept)
    return {case: rule for case, rule in cases.items() if case in there}


def fewest(
    cases: Sequence[Scenario], tells: Tells, rules: Iterable[str], stay: Container[str] = ()
) -> list[str]:
    """The names of those that are needed: one after the other goes until each is.

    What is in `stay` goes in no case.

    Which of several goes first decides how many can. So those go first whose answers many others
    tell; where that is even, long ones.
    """
    kept = {one.id: one for one in cases}
    held = [among(told, kept) for told in tells.values()]
    topics = Counter(one.topic for one in cases)
    while len(kept) > LEAST:
        may = [case for case, one in kept.items() if topics[one.topic] > OF_A_RULE]
        may = [case for case in may if case not in stay]
        may = [case for case in may if not any(needs(told, case) for told in held)]
        if not may:
            break
        rare = {case: sum(1 / len(told) for told in held if case in told) for case in may}
        gone = kept.pop(min(may, key=lambda case: (rare[case], -len(kept[case].steps), case)))
        topics[gone.topic] -= 1
        for told in held:
            told.pop(gone.id, None)
    return [*kept]


def worth(found: Sequence[Scenario], kept: Sequence[str], tells: Tells) -> list[Scenario]:
    """The found cases that come in."""
    chosen: list[Scenario] = []
    while True:
        names = [*kept, *(one.id for one in chosen)]
        times = {answer: len(among(cases, names)) for answer, cases in tells.items()}
        left = [answer for answer, count in times.items() if count < TWICE]
        gains = [
            (sum(times[a] == 0 for a in told), len(told), -len(one.steps), one)
            for one in found
            if one not in chosen
            for told in [[answer for answer in left if one.id in tells[answer]]]
        ]
        gains = [gain for gain in gains if gain[0] or gain[1] >= GAIN]
        if not gains:
            return chosen
        chosen.append(max(gains, key=lambda gain: gain[:3])[3])
