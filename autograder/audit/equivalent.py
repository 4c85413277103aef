"""The mutants that no scenario can tell from the solution: each with its reason.

They stand in `exercises/<name>/equivalent.toml`, several with one reason where it is the same:

    [[equivalent]]
    reason = "the list is empty when it has no first message and when it has no last one"
    mutants = ["wrong field: q.last -> q.first, in: if q.last is None:"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path

from autograder.exercise import Exercise

FILE = "equivalent.toml"
SHORTEST = 20  # characters of a reason


def reasons(exercise: Exercise, names: Collection[str]) -> dict[str, str]:
    """The reason of each mutant that is equivalent; `names` are those of all there are.

    Raises ValueError for a file that has another form, for a reason that says nothing, for a
    mutant that is named twice and for one that is not there (any more).
    """
    path = exercise.folder / FILE
    found: dict[str, str] = {}
    for reason, named in _groups(path):
        if len(reason) < SHORTEST:
            raise ValueError(f"{path}: {reason!r} is no reason; say why no scenario can tell")
        for name in named:
            if name in found:
                raise ValueError(f"{path}: {name!r} is there twice")
            if name not in names:
                raise ValueError(f"{path}: there is no mutant {name!r} (any more); take it out")
            found[name] = reason
    return found


def _groups(path: Path) -> list[tuple[str, list[str]]]:
    if not path.is_file():
        return []
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        groups = [(one.pop("reason"), one.pop("mutants"), one) for one in given.pop("equivalent")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: {error!r}; it holds [[equivalent]], reason, mutants") from None
    for reason, named, rest in groups:
        strings = isinstance(named, list) and all(isinstance(name, str) for name in named)
        if given or rest or not isinstance(reason, str) or not strings:
            raise ValueError(f"{path}: it holds [[equivalent]] with a reason and a list of mutants")
    return [(reason, named) for reason, named, _ in groups]
