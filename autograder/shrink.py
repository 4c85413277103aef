"""Shrinking a failure: the smallest run of calls in which two kernels still part the same way.

The scenario that failed gives only its calls. Limits, users and calls are left out one by one,
then values are made simpler, as long as the reference and the submission part at the same call in
the same manner; then everything gets names of our own. Bounded by a number of runs, so that the
same submission gets the same example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from autograder.differing import sentence
from autograder.example import Example
from autograder.named import Fields, fields_of, look_at
from autograder.parting import NEVER, Parting, Search
from autograder.picture import differences, picture, since, svg
from autograder.renaming import renamed
from autograder.words import call_line, context
from kernel_model.scenario import CallStep, Scenario
from kernel_model.targets import Target

RUNS = 150  # of the submission while it shrinks, at most
WITH_ARRAYS = ("semop", "semtimedop")  # of operations
LOOKS = 60  # runs to find where the kernels part
Edit = Callable[[Example, int], Example | None]


def counterexample(
    scenario: Scenario,
    student: Callable[[], Target],
    runs: int = RUNS,
    fresh: Callable[[], Target] | None = None,
    secret: Iterable[Scenario] = (),
    long: float = NEVER,
) -> dict[str, Any] | None:
    """The smallest example found, in plain JSON; None if neither calls nor tables show it.

    `fresh` is the student's kernel with no run before this one. What is told comes from there: an
    error's text is the student's, who could write into it every call that was seen so far.
    `secret` are scenarios whose calls must not be shown as they stand. Of runs that take more than
    `long` seconds there are few.

    context   limits and users, as far as they matter, in sentences
    calls     the calls, one line each
    expected  the outcome on the reference, got that on the submission
    sentence  both in words
    tables    the fields in which the tables differ then: name, before, expected, got
    since     the call after which they do, from 0; None: they do not
    picture   the timeline and the tables, as SVG that stands by itself, and in words
    scenario  the example as a scenario that the reference passes
    """
    found = first_parting(Example.of(scenario), student, fields_of(scenario), long)
    if found is None:
        return None
    first = found[1]
    search = Search(student, runs, first.strict, look=first.look, long=long)
    example, parting = smallest(*found, search)
    shown = renamed(example, parting, student, [Example.of(one).calls for one in secret], long)
    last = Search(fresh or student, 1, parting.strict, True, parting.look)
    parted = last.same_manner(shown, parting) if shown else None
    return None if shown is None or parted is None else told(scenario.topic, shown, parted)


def first_parting(
    example: Example, student: Callable[[], Target], fields: Fields, long: float = NEVER
) -> tuple[Example, Parting] | None:
    """Where the kernels part in these calls, or when one looks at what they made.

    If no call shows it, the tables do, in the fields that the scenario names.
    """
    for strict in (False, True):
        search = Search(student, LOOKS, strict, long=long)
        for candidate in (example, *looking(example)):
            parting = search.part(candidate)
            if parting is not None:
                return candidate.until(parting.step), parting
    parting = Search(student, 1, look=look_at(fields)).part(example) if fields else None
    return None if parting is None else (example.until(parting.step), parting)


def looking(example: Example) -> Iterator[Example]:
    """The example with a look at a queue, say: after its last call, and so on to its first."""
    above = [name for name, uid in example.uids.items() if uid == 0]
    for end in range(len(example.calls), 0, -1):
        head = example.calls[:end]
        if head[-1].call == "kill":  # is there still such a process?
            yield replace(example, calls=[*head, replace(head[-1], args=[head[-1].args[0], 0])])
        for step in [step for step in head if step.save]:
            for call, args, own in LOOKS_AT.get(step.call, ()):
                proc = step.proc if own or not above else above[0]
                look = CallStep(proc, call, [f"${step.save}", *args])
                yield replace(example, calls=[*head, look])


LOOKS_AT: dict[str, list[tuple[str, list[Any], bool]]] = {  # by the process itself, or any
    "msgget": [("msgctl", ["IPC_STAT"], False), ("msgrcv", [1000, 0, ["IPC_NOWAIT"]], False)],
    "semget": [("semctl", [0, "IPC_STAT"], False), ("semctl", [0, "GETALL"], False)],
    "shmget": [("shmctl", ["IPC_STAT"], False), ("shmat", [None, []], False)],
    "shmat": [("mem_write", ["x"], True), ("mem_read", [1], True), ("shmdt", [], True)],
}


def smallest(example: Example, parting: Parting, search: Search) -> tuple[Example, Parting]:
    """Makes every edit that leaves the failure as it is, until none is left."""
    before = None
    while before != example:
        before = example
        for edit in (without_limit, without_users, without_call, with_simpler_value):
            place = 0
            while (candidate := edit(example, place)) is not None:
                found = search.same_manner(candidate, parting)
                if found is None:
                    place += 1
                else:  # the next edit has the same place now
                    example, parting = candidate.until(found.step), found
    return example, parting


def without_limit(example: Example, place: int) -> Example | None:
    """One limit has its default."""
    names = list(example.limits)
    if place >= len(names):
        return None
    left = {name: value for name, value in example.limits.items() if name != names[place]}
    return replace(example, limits=left)


def without_users(example: Example, place: int) -> Example | None:
    """One process is not there, or has its default group, or is the superuser."""
    busy = {step.proc for step in example.calls} | {
        arg["pid"] for step in example.calls for arg in step.args if is_pid(arg)
    }
    idle = [name for name in example.uids if name not in busy]
    edits = [*idle, *example.gids, *(name for name, uid in example.uids.items() if uid)]
    if place >= len(edits):
        return None
    name, gids = edits[place], dict(example.gids)
    if place < len(idle):
        left = {other: uid for other, uid in example.uids.items() if other != name}
        gids.pop(name, None)
        return replace(example, uids=left, gids=gids)
    if place < len(idle) + len(gids):
        del gids[name]
        return replace(example, gids=gids)
    return replace(example, uids=example.uids | {name: 0})


def is_pid(arg: Any) -> bool:
    """Does the argument name a process?"""
    return isinstance(arg, dict) and "pid" in arg


def without_call(example: Example, place: int) -> Example | None:
    """One call is left out; the last ones come first."""
    calls, index = example.calls, len(example.calls) - 1 - place
    return None if index < 0 else replace(example, calls=calls[:index] + calls[index + 1 :])


def with_simpler_value(example: Example, place: int) -> Example | None:
    """One argument says the same with less."""
    repeats = [
        (index, fewer)
        for index, step in enumerate(example.calls)
        if type(step.repeat) is int
        for fewer in ([None] if step.repeat <= 2 else [None, step.repeat // 2, step.repeat - 1])
    ]
    if place < len(repeats):
        calls = list(example.calls)
        calls[repeats[place][0]] = replace(calls[repeats[place][0]], repeat=repeats[place][1])
        return replace(example, calls=calls)
    place -= len(repeats)
    edits = [
        (index, at, other)
        for index, step in enumerate(example.calls)
        for at, value in enumerate(step.args)
        for other in simpler_value(step.call, value)
    ]
    if place >= len(edits):
        return None
    index, at, other = edits[place]
    calls, step = list(example.calls), example.calls[index]
    calls[index] = replace(step, args=[*step.args[:at], other, *step.args[at + 1 :]])
    return replace(example, calls=calls)


def simpler_value(call: str, value: Any) -> Iterator[Any]:
    """Values that say the same with less."""
    if isinstance(value, dict) and "rep" in value and isinstance(value.get("n"), int):
        if value["n"] > 1:
            yield {"rep": "a", "n": value["n"] // 2}
    elif call == "msgsnd" and isinstance(value, str) and not value.startswith("$"):
        if len(value) > 1:
            yield value[: len(value) // 2]
    elif call in WITH_ARRAYS and isinstance(value, list) and len(value) > 1:
        yield from (value[:at] + value[at + 1 :] for at in range(len(value)))
    elif type(value) is int and value > 9:
        yield value // 2


def told(topic: str, example: Example, parting: Parting) -> dict[str, Any]:
    """The example for people and for `kernel_model.scenario`."""
    drawn = picture(example, parting)
    return {
        "context": context(example.uids, example.gids, example.limits),
        "calls": [call_line(step) for step in example.calls],
        "step": parting.step,
        "proc": parting.proc,
        "expected": parting.expected,
        "got": parting.got,
        "sentence": sentence(parting),
        "tables": [
            dict(zip(("name", "before", "expected", "got"), row, strict=True))
            for row in differences(parting)
        ],
        "since": since(parting),
        "picture": {"svg": svg(drawn), "text": drawn.words},
        "scenario": example.to_json(topic, parting.runs[0].came[: parting.step + 1]),
    }
