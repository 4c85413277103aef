"""The command `kernelbook audit`: runs, prints, writes the page."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.audit import audit, table
from autograder.exercise import BREAKS, INTERLEAVINGS, SCENARIOS, Exercise, exercise, exercises

KINDS = (SCENARIOS, INTERLEAVINGS, BREAKS)  # of exercises that are audited


def audited() -> list[Exercise]:
    """The exercises that can be audited."""
    return [one for one in exercises() if one.kind in KINDS]


def there(one: Exercise, suites: Path | None) -> bool:
    """Is it audited with all others? A folder of found suites has none of claims."""
    own = suites is None or one.kind == SCENARIOS
    return own or (suites is not None and (suites / one.name / "hidden.json").is_file())


def command(
    name: str | None,
    *,
    as_json: bool = False,
    write: bool = False,
    suites: Path | None = None,
    allow_unisolated: bool = False,
) -> int:
    """Audits one exercise, or all; exit status 1 when a mutant survives.

    Raises ValueError when the page is to be written for a suite that is not the exercises' own.
    """
    if write and suites is not None:
        raise ValueError("docs/audit.md is about the exercises' own suites: --write or --suites")
    every = audited()
    chosen = [exercise(name)] if name is not None else [one for one in every if there(one, suites)]
    if name is not None and chosen[0].kind not in KINDS:
        raise ValueError(f"{name} has no suite; its kind is {chosen[0].kind}")
    made = []
    for one in chosen:
        made.append(audit(one, suites, allow_unisolated=allow_unisolated))
        if not as_json:
            print(made[-1].report(), flush=True)
    if as_json:
        print(json.dumps([one.to_json() for one in made], indent=1))
    if write:
        table.write(made, [one.name for one in every])
    return 1 if any(one.survivors for one in made) else 0
