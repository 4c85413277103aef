"""Edits at random: another value, a call more, a call less, another process, another ending.

An edit gives an example that may make no sense; whoever plays it finds out. Each takes the
random numbers from the generator it is given, so that a seed gives the same scenarios.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from autograder.example import Example
from autograder.renaming import forked
from autograder.vary.home import at_home, child_named, free_name, there
from autograder.vary.material import Material, saved_before
from kernel_model.scenario import CallStep

MOST_CALLS = 14
MOST_PROCESSES = 4
Edit = Callable[[Example, Material, Random], Example]


def another(material: Material, parents: list[Example], pick: Random) -> Example:
    """A new scenario's calls: one of the parents, changed in a few places."""
    made = pick.choice(parents)
    for _ in range(pick.choice((1, 2, 2, 3, 4))):
        made = pick.choice(EDITS)(made, material, pick)
    return made


def other_value(example: Example, material: Material, pick: Random) -> Example:
    """One argument is one that stands there elsewhere, or a number beside its own."""
    places = [
        (index, at) for index, step in enumerate(example.calls) for at in range(len(step.args))
    ]
    if not places:
        return example
    index, at = pick.choice(places)
    step = example.calls[index]
    value = step.args[at]
    if type(value) is int and pick.random() < 0.5:
        new: Any = value + pick.choice((-2, -1, 1, 2, 10))
    else:
        new = pick.choice(material.values.get((step.call, at), [value]))
    head = example.calls[:index]
    new = at_home(new, saved_before(head), there(example, head), pick)
    made = replace(step, args=[*step.args[:at], new, *step.args[at + 1 :]])
    return with_call(example, index, child_named(made, example))


def call_more(example: Example, material: Material, pick: Random) -> Example:
    """A call from elsewhere is put in; now and then by a process of its own."""
    if len(example.calls) >= MOST_CALLS:
        return example
    step = pick.choice(material.calls)
    index = pick.randint(1, len(example.calls)) if example.calls else 0
    procs = there(example, example.calls[:index])
    uids = example.uids
    if len(procs) < MOST_PROCESSES and pick.random() < 0.3:
        new = free_name(example)
        uids = uids | {new: pick.choice(material.users)}
        procs = [new]
    saved = saved_before(example.calls[:index])
    known = there(replace(example, uids=uids), example.calls[:index])
    args = [at_home(value, saved, known, pick) for value in step.args]
    save = None
    if step.save:
        taken = saved_before(example.calls)
        save = next(name for name in (f"v{n}" for n in range(100)) if name not in taken)
    made = replace(step, proc=pick.choice(procs), args=args, save=save)
    made = child_named(made, replace(example, uids=uids))
    calls = [*example.calls[:index], made, *example.calls[index:]]
    return replace(example, calls=calls, uids=uids)


def call_less(example: Example, material: Material, pick: Random) -> Example:
    """One call is left out."""
    if len(example.calls) < 2:
        return example
    index = pick.randrange(len(example.calls))
    return replace(example, calls=example.calls[:index] + example.calls[index + 1 :])


def call_again(example: Example, material: Material, pick: Random) -> Example:
    """One call is made again, somewhere behind."""
    if not example.calls or len(example.calls) >= MOST_CALLS:
        return example
    index = pick.randrange(len(example.calls))
    place = pick.randint(index + 1, len(example.calls))
    again = child_named(replace(example.calls[index], save=None), example)
    return replace(example, calls=[*example.calls[:place], again, *example.calls[place:]])


def other_order(example: Example, material: Material, pick: Random) -> Example:
    """Two calls change places."""
    if len(example.calls) < 3:
        return example
    index = pick.randrange(1, len(example.calls) - 1)
    calls = list(example.calls)
    calls[index], calls[index + 1] = calls[index + 1], calls[index]
    return replace(example, calls=calls)


def other_process(example: Example, material: Material, pick: Random) -> Example:
    """One call is made by another process."""
    if not example.calls or len(there(example, example.calls)) < 2:
        return example
    index = pick.randrange(len(example.calls))
    proc = pick.choice(there(example, example.calls[:index]))
    return with_call(example, index, replace(example.calls[index], proc=proc))


def other_user(example: Example, material: Material, pick: Random) -> Example:
    """One process is somebody else."""
    name = pick.choice(list(example.uids))
    return replace(example, uids=example.uids | {name: pick.choice(material.users)})


def other_limit(example: Example, material: Material, pick: Random) -> Example:
    """One limit is another, or one less."""
    if not material.limits:
        return example
    name, value = pick.choice(material.limits)
    return replace(example, limits=example.limits | {name: max(1, value + pick.choice((-1, 0, 1)))})


def other_ending(example: Example, material: Material, pick: Random) -> Example:
    """The calls from somewhere on are those of another case."""
    other = pick.choice(list(material.parents.values()))
    head = example.calls[: pick.randint(1, len(example.calls))] if example.calls else []
    saved, procs = saved_before(head), there(example, head)
    tail: list[CallStep] = []
    for step in other.calls[pick.randrange(len(other.calls)) :] if other.calls else []:
        args = [at_home(value, saved, procs, pick) for value in step.args]
        proc = step.proc if step.proc in procs else pick.choice(procs)
        save = step.save if step.save not in saved else None
        made = replace(step, proc=proc, args=args, save=save)
        tail.append(child_named(made, replace(example, calls=[*head, *tail])))
        saved += [save] if save else []
        procs += forked(tail[-1:])
    limits = example.limits | other.limits if pick.random() < 0.5 else example.limits
    return replace(example, calls=[*head, *tail][:MOST_CALLS], limits=limits)


def with_call(example: Example, index: int, step: CallStep) -> Example:
    """The example with another call at this place."""
    return replace(example, calls=[*example.calls[:index], step, *example.calls[index + 1 :]])


EDITS: tuple[Edit, ...] = (
    *[other_value] * 4,
    *[call_more] * 3,
    call_less,
    call_again,
    other_order,
    other_process,
    other_user,
    other_limit,
    other_ending,
)
