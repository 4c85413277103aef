"""What was done at the desk as a scenario, and as a file that the command line and `play` take."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from kernel_model.scenario import Scenario, ScenarioError, dumps, load, run
from kernel_model.targets.model import ModelTarget
from kernel_model.view.consoles.runs import DeskError
from kernel_model.view.consoles.words import line_told

if TYPE_CHECKING:
    from kernel_model.view.consoles.desk import Desk

ID = re.compile(r"[\w.-]+")


def scenario_of(desk: Desk, name: str, topic: str) -> Scenario:
    """The calls made so far, with what came of each as the expectation.

    It passes on the kernel it was made on; one that the other personality does not pass says so by
    its scope. Raises DeskError when nothing was called yet, when a function broke, which no
    scenario can expect, and for a name with anything but letters, digits, dots and dashes.
    """
    if not ID.fullmatch(name):
        raise DeskError(f"{name!r} is no name for a scenario: letters, digits, _, - and dots")
    if not desk.lines:
        raise DeskError("nothing has been called yet; a scenario has at least one call")
    for number, line in enumerate(desk.lines, 1):
        if not all(step.get("expect", True) for step in line.steps):
            raise DeskError(
                f"call {number} did what no scenario can expect ({line_told(line)}); undo it first"
            )
    steps = [step for line in desk.lines for step in line.steps]
    steps += [{"asleep": who} for who in desk.run.sleeping if who not in desk.run.stopped]
    setup = desk.setup
    given = {"id": name, "topic": topic, "uids": setup.uids, "gids": setup.gids,
             "limits": setup.limits, "steps": steps}  # fmt: skip
    try:
        made = Scenario.from_json(given)
        return made if desk.functions else Scenario.from_json(given | scope(made, desk.personality))
    except ScenarioError as error:
        raise DeskError(f"this cannot be saved: {error}") from None


def scope(made: Scenario, personality: str) -> dict[str, str]:
    """The scope of a scenario that only this personality passes, and why; empty if both do."""
    other = "linux" if personality == "classic" else "classic"
    result = run(made, ModelTarget(other), views=False)
    if result.verdict == "pass":
        return {}
    kind = "unix_only" if personality == "classic" else "linux_only"
    return {"scope": kind, "why": f"the {other} personality differs: {result.message}"}


def save(scenario: Scenario, path: Path | str, replace: bool = False) -> Path:
    """Writes the scenario into a file of its own, or adds it to a file of scenarios.

    A scenario of the same id stays as it is unless `replace`. Raises DeskError for that, for a
    file that holds something else, and for a place where nothing can be written.
    """
    path = Path(path)
    path = path if path.suffix else path.with_suffix(".json")
    try:
        others = load(path) if path.exists() else []
        if not replace and any(one.id == scenario.id for one in others):
            raise DeskError(f"{path} has a scenario {scenario.id} already; take another name")
        kept = [one for one in others if one.id != scenario.id]
        text = dumps([*kept, scenario])
        path.write_text(text, encoding="utf-8")
    except ScenarioError as error:
        raise DeskError(
            f"{path} is there and holds no scenarios ({error}); nothing was written"
        ) from None
    except OSError as error:
        raise DeskError(f"{path} cannot be written: {error.strerror}") from None
    return path
