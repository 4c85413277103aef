"""A schedule for people: in words, as a table with a column for each processor, and as data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from html import escape
from typing import Any, Protocol

from autograder.interleavings.taken import LINES
from kernel_model.explore.closure import Closure
from kernel_model.explore.report import Report
from kernel_model.explore.schedule import CALLS, Counterexample, Step
from kernel_model.explore.schedule import shown as written
from kernel_model.explore.schedule import told as turn_of
from kernel_model.explore.system_report import SystemReport

LINE = re.compile(r"\bline (\d{6,})\b")
MARKS = {"enter": "is inside", "leave": "leaves"}
CELL = "text-align:left;padding:0.15em 0.8em;border-bottom:1px solid var(--jp-border-color2, #bbb)"
AGAIN = "and from here on, again and again:"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A counterexample as a check shows it."""

    found: dict[str, Any]  # as `told` tells it
    rule: dict[str, str]
    steps: Callable[[], object] = lambda: None  # makes a widget to step through it

    def lines(self) -> list[str]:
        """The schedule in words."""
        about = self.rule
        read = [f"The rule: {about['says']} (read {about['section']})."] if about["says"] else []
        return [*self.found["context"], *self.found["calls"], self.found["sentence"], *read]

    def page(self) -> str:
        """The schedule as a table for a page."""
        about = self.rule
        says = f"The rule: {about['says']} (read {about['section']})."
        picture = str(self.found.get("picture", {}).get("svg", ""))
        rule = f"<p>{escape(says)}</p>" if about["says"] else ""
        folded = f"<details><summary>The schedule as a picture</summary>{picture}</details>"
        return html_table(self.found) + rule + (folded if picture else "")

    def player(self) -> object:
        """The schedule, to be stepped through; None where there are no widgets."""
        return self.steps()


def place(line: int | None) -> dict[str, int | None]:
    """The cell and the line in it."""
    if line is None or line < LINES:
        return {"notebook_cell": None, "line": line}
    return {"notebook_cell": line // LINES, "line": line % LINES}


def placed(text: str) -> str:
    """A text with its lines named by cell and line: `line 300007` is `line 7 of cell 3`."""

    def words(found: re.Match[str]) -> str:
        cell, line = divmod(int(found[1]), LINES)
        return f"line {line}" if cell == 1 else f"line {line} of cell {cell}"

    return LINE.sub(words, text)


def words(step: Step) -> str:
    """A step in words."""
    return placed(str(step))


class Found(Protocol):
    """What a search has found."""

    processors: int
    cells: list[str]
    first: list[Any]
    lock: bool
    closure: Closure | None

    @property
    def report(self) -> Report | SystemReport: ...
    @property
    def counterexample(self) -> Counterexample | None: ...
    @property
    def context(self) -> str: ...
    @property
    def end(self) -> str: ...


def told(found: Found) -> dict[str, Any]:
    """A counterexample as data and in words."""
    shown, end = found.counterexample, found.end
    assert shown is not None, "only a counterexample is told"
    turns, lines = found.report.numbers, []
    for place, (step, turn) in enumerate(zip([*shown.stem, *shown.cycle], turns, strict=True)):
        lines += [f"     {AGAIN}"] * (place == len(shown.stem))
        lines += turn_of(step, turn, words(step))
    return {
        "property": shown.property,
        "processors": found.processors,
        "context": [found.context],
        "calls": lines,
        "sentence": f"{end[:1].upper()}{end[1:]}.",
        "stem": [data(step) for step in shown.stem],
        "cycle": [data(step) for step in shown.cycle],
        "memory": memories(shown, found.cells, found.first),
        "turns": [list(turn) for turn in turns],
    }


def data(step: Step) -> dict[str, Any]:
    """A step as `kernelbook grade --json` has it."""
    return asdict(step) | place(step.line)


def memories(shown: Counterexample, cells: list[str], first: list[Any]) -> list[dict[str, Any]]:
    """What the cells that change hold, at the beginning and after each step."""
    steps = [*shown.stem, *shown.cycle]
    changed = [name for name in cells if any(s.cell == name and s.op != "load" for s in steps)]
    now = {name: held for name, held in zip(cells, first, strict=True) if name in changed}
    found = [dict(now)]
    for step in steps:
        if step.cell in now:
            now[step.cell] = step.value
        found.append(dict(now))
    return found


def table(example: dict[str, Any]) -> list[list[str]]:
    """The schedule as rows: step, a column for each processor, and what the cells hold then."""
    steps, memory = [*example["stem"], *example["cycle"]], example["memory"]
    names = list(memory[0])
    everyone = sorted({step["processor"] for step in steps})
    rows = [["step", *[f"processor {p}" for p in everyone], *names]]
    rows.append(["", *[""] * len(everyone), *[written(memory[0][name]) for name in names]])
    for place, (step, (begins, own)) in enumerate(zip(steps, example["turns"], strict=True)):
        if place == len(example["stem"]):
            rows.append([AGAIN, *[""] * (len(everyone) + len(names))])
        does = [(begins, CALLS, memory[place])] if begins is not None else []
        for number, told, held in [*does, (own, short(step), memory[place + 1])]:
            doing = [told if step["processor"] == p else "" for p in everyone]
            now = [written(held[name]) for name in names]
            rows.append(["" if number is None else str(number), *doing, *now])
    return rows


def short(step: dict[str, Any]) -> str:
    """A step in its column."""
    if step["op"] in MARKS:
        return MARKS[step["op"]]
    return f"{step['op']} {step['cell']}: {written(step['value'])}"


def html_table(example: dict[str, Any]) -> str:
    """The schedule as a table for a page, with its end as a sentence."""
    head, *rows = table(example)
    cells = "".join(f"<th scope='col' style='{CELL}'>{escape(name)}</th>" for name in head)
    body = "".join(_row(row) for row in rows)
    caption = escape(" ".join([*example["context"], example["sentence"]]))
    return (
        f"<table style='border-collapse:collapse'><caption style='text-align:left'>{caption}"
        f"</caption><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(row: list[str]) -> str:
    if row[0] == AGAIN:
        return f"<tr><td style='{CELL}' colspan='{len(row)}'><em>{escape(AGAIN)}</em></td></tr>"
    cells = "".join(f"<td style='{CELL}'>{escape(text)}</td>" for text in row)
    return f"<tr>{cells}</tr>"
