"""The failing case of a check, made as small as it goes: its calls, its picture, its player.

The same as the grader does, but here, in the notebook's own kernel: nothing of it decides a grade.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.exercise import Exercise
from autograder.guard import Guard, GuardedTarget
from kernel_model.kernel import Kernel
from kernel_model.scenario import Result, Scenario

if TYPE_CHECKING:
    from kernel_model.view.player.widget import Player

LINES = 20_000  # of the learner's own in one run; a right function needs some hundred
FEW = 2_000  # the same while a loop is made small that does not come to an end
RUNS = 60  # while it shrinks, at most: the cases are small, and the learner waits
ENDLESS = "did not come to an end"


@dataclass(frozen=True, slots=True)
class Smaller:
    """A counterexample of a learner's functions."""

    functions: list[Callable[..., Any]]
    name: str  # of the exercise
    found: dict[str, Any]  # as shrink.counterexample tells it
    rule: dict[str, str]

    def lines(self) -> list[str]:
        """The example in words."""
        about = self.rule
        read = [f"The rule: {about['says']} (read {about['section']})."] if about["says"] else []
        return [*self.found["context"], *self.found["calls"], self.found["sentence"], *read]

    def page(self) -> str:
        """The example as a part of a page, with its picture."""
        calls: list[str] = [*self.found["context"], *self.found["calls"]]
        shown, sentence = "<br>".join(map(html.escape, calls)), str(self.found["sentence"])
        about, rule = self.rule, ""
        if about["says"]:
            says, section = html.escape(about["says"]), html.escape(about["section"])
            rule = f"<p>The rule: {says} (read {section}).</p>"
        return (
            "<p><strong>A small example that goes wrong</strong></p>"
            f"<code style='display:block;margin-left:1.5em'>{shown}</code>"
            f"<p>{html.escape(sentence)}</p>{rule}{self.found['picture']['svg']}"
        )

    def player(self) -> Player | None:
        """The run on the kernel's function and on the learner's own lines, where they part.

        None where there are no widgets, and for what would not come to an end here either.
        """
        if ENDLESS in str(self.found["got"].get("raised")):
            return None
        try:
            from kernel_model.view import compare

            title = f"{self.name}: the kernel's and yours"
            return compare(self.found["scenario"], self.functions, title=title)
        except (ImportError, ValueError):  # no widgets here; or a run that ends before it begins
            return None


def smaller(
    functions: dict[str, Callable[..., Any]], wanted: Exercise, scenario: Scenario, result: Result
) -> Smaller | None:
    """The smallest example found of a case that failed.

    None if neither calls nor tables show it, and for what is endless without lines of its own.
    """
    from autograder.shrink import counterexample  # a right answer needs none

    def install(kernel: Kernel) -> None:
        for name, function in functions.items():
            kernel.install(function, name)

    endless = ENDLESS in result.message
    if endless and "lines" not in result.message:
        return None
    found = counterexample(
        scenario,
        lambda: GuardedTarget(install, Guard(FEW if endless else LINES)),
        RUNS,
        fresh=lambda: GuardedTarget(install, Guard(LINES)),
    )
    if found is None:
        return None
    about = wanted.told_rule(wanted.rule_of(found, result.topic))
    return Smaller(list(functions.values()), wanted.name, found, about)
