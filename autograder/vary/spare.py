"""Known cases in other words, for what the search has not found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograder.vary.blame import Blamed, kills
from autograder.vary.dress import RENAMINGS, dressed
from autograder.vary.expected import scenario
from autograder.vary.likeness import changed
from autograder.vary.right import fair
from autograder.vary.search import Search, told_by
from kernel_model.scenario import Scenario

LEAST = 2  # scenarios of every rule
CHANGES = 5  # that are tried of a case


def spare(search: Search, wrong: Sequence[Blamed]) -> None:
    """Adds cases until every variant is told, and every rule has some."""
    while left := search.left(wrong, times=1):
        votes = Counter(case for one in left for case in one.cases)
        case = min(votes, key=lambda name: (-votes[name], name))
        add(search, next(one for one in search.trusted if one.id == case), left)
    for rule in search.exercise.rules:
        known = [one for one in search.trusted if one.topic == rule]
        lacking = LEAST - sum(one.topic == rule for one in search.kept)
        for own in known[: max(0, lacking)]:
            search.kept.append(anew(search, own))


def anew(search: Search, own: Scenario) -> Scenario:
    """The case changed somewhere, or in other words if no change of it is fair."""
    for _ in range(CHANGES):
        made = changed(search, own)
        if made is not None and fair([made], search.exercise.name, search.right):
            return replace(made, topic=own.topic, notes=told_by(own))
    return next(in_other_words(search, own))


def add(search: Search, own: Scenario, left: Sequence[Blamed]) -> None:
    """Adds one case, in other words if it still tells a variant in those."""
    for made in in_other_words(search, own):
        told = kills([made], left, search.exercise.name)[made.id]
        told = [one for one in told if own.topic in one.rules]
        if told:
            break
    search.kept.append(made)
    search.told.update(one.mutant.name for one in told)


def in_other_words(search: Search, own: Scenario) -> Iterator[Scenario]:
    """The case in other names, with and without looks at the tables; at last as it stands.

    Some cases depend on their numbers, and some say more than calls can.
    """
    for renamings in (RENAMINGS, RENAMINGS[:-1], RENAMINGS[:-2]):
        example = dressed(search.material.parents[own.id], search.pick, renamings)
        for fields in (search.material.fields, {}):
            made = scenario(example, fields, f"again-{own.id}")
            if made is not None and fair([made], search.exercise.name, search.right):
                yield replace(made, topic=own.topic, notes=told_by(own))
    yield own
