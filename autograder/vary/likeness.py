"""For each known case a new one that tells at least as much: the case itself, changed somewhere.

A scenario that was made small tells what it was made small for, and few of the mistakes that nobody
has thought of; a case that was thought out tells more. So each known case is changed at random, as
long as every variant that it tells is told by what comes of it. Then its calls stay as they are;
one look at the tables, with all that is seen there, is left of those after each call, if that will
do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from autograder.vary import room
from autograder.vary.blame import Blamed, Progress
from autograder.vary.dress import dressed
from autograder.vary.edits import another
from autograder.vary.expected import scenario
from autograder.vary.material import shape
from autograder.vary.right import fair
from autograder.vary.search import TRIES, Search, told_by
from autograder.vary.smaller import fewer_words
from kernel_model.scenario import Scenario

ROUNDS = 8  # in each of which every case that has none yet is changed once
FEW = 12  # variants that a changed case must tell before it is tried on all


def alike(search: Search, wrong: Sequence[Blamed], progress: Progress) -> None:
    """Adds a new case for each known one that tells a variant, as far as one is found."""
    told = {
        case.id: [one for one in wrong if case.id in one.cases and case.topic in one.rules]
        for case in search.trusted
    }
    left = [case for case in search.trusted if told[case.id]]
    many = len(left)
    for _ in range(ROUNDS):
        progress("known cases with a new one that tells as much", many - len(left), many)
        if not left:
            break
        made = [changed(search, case) for case in left]
        found = [one for one in made if one and tells(search, one, told[one.id][:FEW])]
        found = fair(found, search.exercise.name, search.right)
        found = [one for one in found if tells(search, one, told[one.id])]
        for one in found:
            case = next(case for case in left if case.id == one.id)
            quiet = fewer_words(one, partial(tells, search, wrong=told[one.id]))
            search.kept.append(replace(quiet, topic=case.topic, notes=told_by(case)))
            search.told.update(variant.mutant.name for variant in told[case.id])
            left.remove(case)


def changed(search: Search, case: Scenario) -> Scenario | None:
    """The case with a few changes, under its own name; None if none made sense."""
    material = search.material
    for _ in range(TRIES):
        parents = [material.parents[case.id]]
        example = dressed(another(material, parents, search.pick), search.pick)
        fields = material.fields if search.pick.random() < 0.7 else {}
        form = shape(example)
        if form in search.seen or form in material.shapes:
            continue
        search.seen.add(form)
        search.made += 1
        made = scenario(example, fields, case.id)
        if made is not None:
            return made
    return None


def tells(search: Search, made: Scenario, wrong: Sequence[Blamed]) -> bool:
    """Do all these variants fail the scenario?"""
    name = search.exercise.name
    return all(room.kills(name, one.mutant.source, [made]) for one in wrong)
