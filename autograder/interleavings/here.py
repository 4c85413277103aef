"""A learner's functions, looked at where they are: in this notebook, without a sandbox.

The same questions are asked of them as in grading, and the same search answers the claims.
"""

from __future__ import annotations

import json
import linecache
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.cells import clean_cell
from autograder.exercise import Exercise
from autograder.interleavings import shown
from autograder.interleavings.answers import Answers
from autograder.interleavings.callees import Callees
from autograder.interleavings.claims import Claim, told_by
from autograder.interleavings.findings import EMPTY, broken_need
from autograder.interleavings.looking import Found
from autograder.interleavings.looking import found as looked
from autograder.interleavings.story import Schedule, told
from autograder.interleavings.systems import SystemFinding
from autograder.interleavings.taken import Taken

Row = tuple[bool, str, list[str]]  # does it hold, what is claimed, what went wrong
Asked = Callable[[dict[str, Any]], Any]


class NotLoaded(ValueError):
    """There is nothing to look at; its text says why."""


def rows(wanted: Exercise, fn: Callable[..., Any]) -> tuple[list[Row], Schedule | None]:
    """Each visible claim, and the shortest schedule of the first that does not hold.

    Raises NotLoaded where the functions cannot be had.
    """
    cells = cells_of(fn)
    taken, ask = loading(cells, wanted)
    claims = wanted.visible_claims()
    found: dict[str | int, Found] = {}
    held: dict[str, bool] = {}
    made: list[Row] = []
    failing: list[Claim] = []
    for claim in claims:
        if claim.search() not in found:
            found[claim.search()] = looked(wanted, claim, claims, ask)
        here = found[claim.search()]
        holds, words = here.verdict(claim)
        lost = broken_need(claim, held, claims)
        if holds and lost is not None:
            holds, words = False, f"it {EMPTY} this is not so: {lost.fact}"
        held[claim.id] = holds
        made.append((holds, claim.fact, [] if holds else [f"{words[:1].upper()}{words[1:]}."]))
        failing += [] if holds else [claim]
    for claim in failing:
        here = found[claim.search()]
        if here.counterexample is not None:
            broken = told_by(failing, claim, here.counterexample.property)
            return made, schedule(wanted, broken, here, taken, cells)
    return made, None


def schedule(
    wanted: Exercise, claim: Claim, here: Found, taken: Taken, cells: list[str]
) -> Schedule:
    """What breaks a claim, in words, as a picture, and to be stepped through."""

    def steps() -> object:
        return shown.widget(here, *shown.listing(taken.nodes, cells, setting))

    setting = here.setting.text if isinstance(here, SystemFinding) else ""
    return Schedule(told(here) | shown.as_json(here), wanted.told_rule(claim.topic), steps)


def asking(cells: list[str], wanted: Exercise) -> Asked:
    """Asks the functions that the cells leave; raises NotLoaded."""
    return loading(cells, wanted)[1]


def loading(cells: list[str], wanted: Exercise) -> tuple[Taken, Asked]:
    """The functions that the cells leave, and what asks them; raises NotLoaded.

    Whoever asks works in this process as well, so the answers are not alone in it.
    """
    answers = Answers(lambda cells, names: Taken(cells, names, clean_cell), Callees, alone=False)
    loaded = answers.handle({"load": cells, "names": list(wanted.functions)})
    if loaded.get("ok") is not True:
        raise NotLoaded(str(loaded.get("missing") or loaded.get("error")))
    assert isinstance(answers.source, Taken), "it was taken from the cells"
    return answers.source, lambda request: json.loads(json.dumps(answers.handle(request)))


def cells_of(fn: Callable[..., Any]) -> list[str]:
    """The cells of the notebook in which the function stands, or its file as one cell."""
    names = getattr(fn, "__globals__", {})
    cells = names.get("In")  # where IPython keeps what was run
    if isinstance(cells, list) and len(cells) > 1:
        return [str(cell) for cell in cells[1:]]
    code = getattr(fn, "__code__", None)
    file = code.co_filename if code is not None else ""
    text = "".join(linecache.getlines(file, names))
    if not text:
        raise NotLoaded("the source of the function cannot be found")
    return without_history(file) or [text]


def without_history(file: str) -> list[str]:
    """All cells that a Jupyter kernel has run, in order, where it was told to keep none of them.

    It gives each a file name in a folder of its own, and Python the lines of it.
    """
    folder = Path(file).parent
    if not folder.name.startswith("ipykernel"):
        return []
    known = [name for name in linecache.cache if Path(name).parent == folder]
    return ["".join(linecache.getlines(name)) for name in known]
