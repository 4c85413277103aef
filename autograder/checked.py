"""How the visible cases of a check went: as text, as a page, and with a player of what failed."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from autograder.words import AFTER, call_line, calls_until, context, paragraph_lines, plainly
from kernel_model.scenario import Result, Scenario

Row = tuple[bool, str, list[str]]  # did it pass, what it is, line by line what went wrong
MORE = "The grader tries each of these in further ways"
NAME = re.compile("`([^`<]+)`")


class Example(Protocol):
    """A small example that goes wrong: of calls, or of a schedule."""

    def lines(self) -> list[str]: ...
    def page(self) -> str: ...
    def player(self) -> object: ...


class CheckFailed(AssertionError):
    """A visible case does not pass yet. A notebook shows the words, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


@dataclass(slots=True)
class Checked:
    """How the visible cases went."""

    name: str
    results: list[tuple[Scenario, Result]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)  # `lines` of claims, and of wrong kernels
    note: str = ""  # what there is to say in place of the cases
    says: str = ""  # the state in words, where the rows are no visible cases
    smaller: Example | None = None  # of the first case that fails
    rules: list[str] = field(default_factory=list)  # what the grader tries, when all cases pass
    after: str = ""  # of the exercise: where real kernels do it differently

    @property
    def passed(self) -> bool:
        """Every visible case passed."""
        return bool(self.lines()) and self.good() == len(self.lines())

    def require(self) -> None:
        """Raises CheckFailed unless every visible case passed; in a notebook, shows that they did.

        Where they did not, a notebook shows the page and the player, and the error is one line.
        It gives nothing back: nbgrader would take the value of a test cell for points.
        """
        display = notebook_display()
        if not self.passed:
            if display is None or self.note:
                raise CheckFailed(str(self))
            display({"text/html": self._repr_html_(), "text/plain": repr(self)}, raw=True)
            player = self.smaller.player() if self.smaller is not None else None
            if player is not None:
                display(player)
            raise CheckFailed(self.summary())
        if display is not None:
            display(self)

    def lines(self) -> list[Row]:
        """Of each case: did it pass, its name, and line by line what went wrong.

        None if there is a note.
        """
        if self.note:
            return []
        return self.rows or [
            (result.verdict == "pass", told(scenario), wrong(scenario, result))
            for scenario, result in self.results
        ]

    def good(self) -> int:
        """How many cases passed."""
        return sum(ok for ok, _, _ in self.lines())

    def summary(self) -> str:
        """The state in one sentence."""
        if self.note:
            return self.note
        good, count = self.good(), len(self.lines())
        more = f'Not yet. hint("{self.name}") gives a hint.'
        cases = f"visible case{'' if count == 1 else 's'} pass{'es' if good == 1 else ''}"
        if self.says:
            rest = "The grader has more." if self.passed else more
            return f"{self.name}: {self.says} {rest}"
        rest = "The grader runs more." if self.passed else more
        return f"{self.name}: {good} of {count} {cases}. {rest}"

    def __repr__(self) -> str:
        made = [self.summary()]
        for ok, name, why in self.lines():
            made.append(f"  {'ok     ' if ok else 'not yet'} {name}")
            made += [f"            {line}" for line in why]
        if self.smaller is not None:
            made += ["  A small example that goes wrong:"]
            made += [f"    {line}" for line in self.smaller.lines()]
        if self.passed and self.rules:
            made += [f"  {MORE}:", *(f"    - {rule}" for rule in self.rules)]
        if self.passed and self.after:
            made += [f"  {AFTER}:", *paragraph_lines("    ", self.after)]
        return "\n".join(made)

    def _ipython_display_(self) -> None:
        """A page with a player below it; IPython shows what has no player in its own way."""
        display = notebook_display()
        player = self.smaller.player() if self.smaller is not None else None
        if display is None or player is None:
            raise NotImplementedError("there is no player to show")
        display({"text/html": self._repr_html_(), "text/plain": repr(self)}, raw=True)
        display(player)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<li style='margin-bottom:0.5em'><strong>{'✓ passes' if ok else '✗ not yet'}</strong> "
            f"{html.escape(name)}{page_of(why)}</li>"
            for ok, name, why in self.lines()
        )
        more = self.smaller.page() if self.smaller is not None else ""
        if self.passed and self.rules:
            listed = "".join(f"<li>{html.escape(rule)}</li>" for rule in self.rules)
            more += f"<p>{MORE}:</p><ul>{listed}</ul>"
        if self.passed and self.after:
            more += f"<details><summary>{AFTER}</summary>{paragraphs(self.after)}</details>"
        return (
            f'<div role="status"><p>{html.escape(self.summary())}</p>'
            f"<ul style='list-style:none;padding-left:1em'>{rows}</ul></div>{more}"
        )


def notebook_display() -> Callable[..., Any] | None:
    """What shows things below the cell that runs; None outside a notebook."""
    shell = sys.modules.get("IPython")
    if shell is None or shell.get_ipython() is None:
        return None
    found: Callable[..., Any] = shell.display.display
    return found


def paragraphs(text: str) -> str:
    """Plain paragraphs with names between backquotes, for a page."""
    told = [f"<p>{html.escape(' '.join(part.split()))}</p>" for part in text.split("\n\n")]
    return NAME.sub(r"<code>\1</code>", "".join(told))


def told(scenario: Scenario) -> str:
    """What a case is about: the fact that it shows or why it is there, or else its name."""
    return str(scenario.notes.get("fact") or scenario.notes.get("why") or scenario.id)


def wrong(scenario: Scenario, result: Result) -> list[str]:
    """Who calls, the calls up to the step that went wrong, and what came of it; [] of a pass."""
    if result.verdict == "pass":
        return []
    said = plainly(result.message).rstrip(".")
    lines = [*context(scenario.uids, scenario.gids, scenario.limits)]
    if result.step is not None:
        lines += map(call_line, calls_until(scenario.steps, result.step))
    return [*lines, f"{said[:1].upper()}{said[1:]}."]


def page_of(why: list[str]) -> str:
    """The same for a page: calls one below the other, then the sentence."""
    if not why:
        return ""
    *calls, sentence = map(html.escape, why)
    shown = "<br>".join(calls)
    indent = "display:block;margin-left:1.5em"
    return (f"<code style='{indent}'>{shown}</code>" if calls else "<br>") + sentence
