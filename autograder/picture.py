"""The picture of a counterexample: which calls, where the kernels part, which tables differ.

It is drawn in the grader's process, from records: what came of each call on either kernel. What a
submission's kernel put into its tables may be anything, so that what cannot be drawn is left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autograder.apart import Row, rows
from autograder.differing import differing, labelled
from autograder.example import Example, View
from autograder.parting import Parting
from autograder.words import text as quoted
from kernel_model.scenario.judge import status_words

if TYPE_CHECKING:
    from kernel_model.view.pictures import Picture
    from kernel_model.view.pictures.calls import Call

LARGEST = 120_000  # characters of a picture with tables; sound ones have a third
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
UNDRAWN = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)


def tables(parting: Parting) -> tuple[View, View, View]:
    """The tables before the last call, and after it: expected, got."""
    model, own = (run.views for run in parting.runs)
    return model[parting.step], model[parting.step + 1], own[parting.step + 1]


def differences(parting: Parting) -> list[Row]:
    """The fields in which the tables differ after the last call."""
    return rows(*tables(parting), parting.strict, parting.pids)


def since(parting: Parting) -> int | None:
    """The call after which the tables are no longer the same; None: they are the same."""
    model, own = (run.views for run in parting.runs)
    for step in range(parting.step + 1):
        if rows(model[step], model[step + 1], own[step + 1], parting.strict):
            return step
    return None


def picture(example: Example, parting: Parting) -> Picture:
    """The picture of an example and of what came of it on the two kernels."""
    from kernel_model.view.pictures.calls import Call  # a right answer needs no pictures
    from kernel_model.view.pictures.parting import parting as drawn

    model, own = parting.runs
    run = [
        Call(step.proc, step.call, {name: few(what) for name, what in came.items()})
        for step, came in zip(example.calls, model.came[: parting.step + 1], strict=False)
    ]
    other = {name: few(what) for name, what in own.came[parting.step].items()}
    if "broken" in parting.got:
        other[parting.proc] = f"a table breaks; {other[parting.proc]}"
    if "tables" in parting.got:
        other[parting.proc] = f"tables differ; {other[parting.proc]}"
    run[-1], other = told_apart(run[-1], other, parting)
    apart, begun = differences(parting), since(parting)
    try:
        made = drawn(run, other, tables(parting), apart, begun)
    except UNDRAWN:
        return drawn(run, other, None, apart, begun)
    return made if len(made) <= LARGEST else drawn(run, other, None, apart, begun)


def told_apart(last: Call, other: dict[str, str], parting: Parting) -> tuple[Call, dict[str, str]]:
    """What came of the last call, by what differs where both returned the same, or both ended."""
    one, two = parting.expected, parting.got
    if "ends" in one and "ends" in two:
        words = [status_words(one["ends"]), status_words(two["ends"])]
        came_of = {**last.came, parting.proc: words[0]}
        return replace(last, came=came_of), {**other, parting.proc: words[1]}
    found = list(differing(one, two, parting.strict)) if "ret" in one and "ret" in two else []
    if one.get("ret") != two.get("ret") or not found:
        return last, other
    name, wanted, came = found[0]
    words = [labelled(name, value, parting.pids) for value in (wanted, came)]
    came_of = {**last.came, parting.proc: f"→ {words[0]}"}
    return replace(last, came=came_of), {**other, parting.proc: f"→ {words[1]}"}


def svg(made: Picture) -> str:
    """The text of a picture, with nothing in it that an XML document may not hold."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", made)


def few(outcome: dict[str, Any]) -> str:
    """What came of a call, in a word or two."""
    match outcome:
        case {"errno": name}:
            return str(name)
        case {"blocks": _, "on": "stopped"}:
            return "stopped"
        case {"blocks": _}:
            return "asleep"
        case {"raised": words}:
            return f"breaks: {words}"
        case {"ends": _}:
            return "the process ends"
        case {"ret": value, **more}:
            told = f"type {more['mtype']}, " if "mtype" in more else ""
            told += quoted(more["data"]) if isinstance(more.get("data"), str) else ""
            return f"→ {value!r:.20}" + (f", {told}" if told else "")
    return "a new program"
